import { startWorkspace, type Workspace, type WorkspaceOptions } from '../../../sandbox/workspace/index.js';
import { isObject, type JsonObject, parseJson } from '../../../sandbox/workspace/json.js';

export const MODEL = 'ml.risk.fraud';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body where it is a JSON object, an empty one otherwise. */
  readonly json: JsonObject;
}

/** One request with the workspace's own token (or another one). */
export async function ask(
  workspace: Workspace,
  method: string,
  path: string,
  body?: unknown,
  token = workspace.token,
): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
  const response = await fetch(`${workspace.url}${path}`, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: objectIn(text) };
}

function objectIn(text: string): JsonObject {
  try {
    const parsed = parseJson(text);
    return isObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

/** A member of an object that must be an object itself. */
export function part(object: JsonObject, ...path: readonly string[]): JsonObject {
  let current = object;
  for (const key of path) {
    const next = current[key];
    if (!isObject(next)) throw new Error(`'${key}' of ${path.join('.')} is not an object in ${JSON.stringify(object)}`);
    current = next;
  }
  return current;
}

/** A served entity as the API takes it. */
export function entity(version: number | string, settings: JsonObject = {}): JsonObject {
  return {
    name: `fraud-${version}`,
    entity_name: MODEL,
    entity_version: String(version),
    workload_size: 'Small',
    scale_to_zero_enabled: false,
    ...settings,
  };
}

/** Routes of a configuration: entity -> percent. */
export function split(shares: Readonly<Record<string, unknown>>): JsonObject {
  const routes = Object.entries(shares).map(([name, share]) => ({
    served_entity_name: name,
    traffic_percentage: Number(share),
  }));
  return { routes };
}

/** A stopped clock, three versions (the first one serves everything on `fraud`), updates of 120 s and 30 s. */
export async function sandbox(options: WorkspaceOptions = {}): Promise<Workspace> {
  const workspace = await startWorkspace({ speed: 0, tickMs: 0, startAt: 1_800_000_000_000, ...options });
  for (const accuracy of [0.9, 0.95, 0.5]) workspace.seed.version({ model: MODEL, metrics: { accuracy } });
  workspace.serving.place({ name: 'fraud', entities: [{ name: 'fraud-1', model: MODEL, version: 1, traffic: 100 }] });
  return workspace;
}

export const ENDPOINT = '/api/2.0/serving-endpoints/fraud';

/** Sends a configuration to the endpoint `fraud`. */
export function put(
  workspace: Workspace,
  entities: readonly JsonObject[],
  shares: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  return ask(workspace, 'PUT', `${ENDPOINT}/config`, { served_entities: entities, traffic_config: split(shares) });
}
