import type { HttpClient, Reply } from '../http/client.js';
import { faultText } from '../http/fault.js';
import { encodePath } from '../http/path.js';
import type { Fault } from '../http/types.js';
import type { EndpointConfig, EndpointView } from '../rollout/core/types.js';
import type { ServingPort, WriteResult } from '../rollout/ports.js';
import type { WorkspacePages } from './pages.js';
import { configBody, endpointView } from './serving-view.js';
import { type EndpointWire, endpointListWire, endpointWire, logsWire, tagsWire } from './serving-wire.js';
import { isRefusal } from './written.js';

const ENDPOINTS = '/api/2.0/serving-endpoints';

/** One serving endpoint: what the driver needs, and what reports and checks read besides. */
export interface Serving extends ServingPort {
  /** Build log of one served entity; `null` when there is none or it may not be read. Throws only when aborted. */
  buildLogs(servedEntity: string, signal: AbortSignal): Promise<string | null>;
  /** Recent lines of the server of one served entity; `null` likewise. */
  serverLogs(servedEntity: string, signal: AbortSignal): Promise<string | null>;
  /** Page for people. */
  readonly url: string;
}

/** The serving API for one endpoint. Reads throw `ActionError`; writes never do for what the server answers. */
export function createServing(http: HttpClient, pages: WorkspacePages, endpointName: string): Serving {
  const path = `${ENDPOINTS}${encodePath`/${endpointName}`}`;
  const url = pages.endpoint(endpointName);
  const view = (wire: EndpointWire): EndpointView => endpointView(wire, url);
  return {
    url,
    async read(signal) {
      const wire = await http.jsonOrNull(
        `Reading endpoint ${endpointName}`,
        { method: 'GET', path, signal },
        endpointWire,
      );
      return wire === null ? null : view(wire);
    },
    async create(config, tags, signal) {
      const value = createBody(endpointName, config, tags);
      const request = { method: 'POST', path: ENDPOINTS, payload: { kind: 'json', value }, signal } as const;
      return writeResult(await http.ask(request, endpointWire), view);
    },
    async update(config, signal) {
      const payload = { kind: 'json', value: configBody(config) } as const;
      const request = { method: 'PUT', path: `${path}/config`, payload, signal } as const;
      return writeResult(await http.ask(request, endpointWire), view);
    },
    async patchTags(add, remove, signal) {
      const value = { add_tags: tagRows(add), delete_tags: remove };
      const request = { method: 'PATCH', path: `${path}/tags`, payload: { kind: 'json', value }, signal } as const;
      const reply = await http.ask(request, tagsWire);
      if (reply.kind === 'value') return { kind: 'accepted' };
      const message = faultText(reply.fault);
      return isRefusal(reply.fault) ? { kind: 'refused', message } : { kind: 'unknown', message };
    },
    buildLogs: (entity, signal) => readLogs(http, `${path}${encodePath`/served-models/${entity}/build-logs`}`, signal),
    serverLogs: (entity, signal) => readLogs(http, `${path}${encodePath`/served-models/${entity}/logs`}`, signal),
  };
}

/** One endpoint of the list, which carries neither traffic nor states. */
export interface EndpointSummary {
  readonly name: string;
  readonly id: string;
  readonly creator: string;
}

/** All endpoints that can be seen. The list has no pages. Throws `ActionError`. */
export async function listEndpoints(http: HttpClient, signal: AbortSignal): Promise<readonly EndpointSummary[]> {
  const request = { method: 'GET', path: ENDPOINTS, signal } as const;
  return (await http.json('Listing the serving endpoints', request, endpointListWire)).endpoints;
}

function createBody(
  name: string,
  config: EndpointConfig,
  tags: Readonly<Record<string, string>>,
): Record<string, unknown> {
  return { name, config: configBody(config), ...(Object.keys(tags).length === 0 ? {} : { tags: tagRows(tags) }) };
}

function tagRows(tags: Readonly<Record<string, string>>): { key: string; value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

function writeResult(reply: Reply<EndpointWire>, view: (wire: EndpointWire) => EndpointView): WriteResult {
  if (reply.kind === 'value') return { kind: 'accepted', view: view(reply.value) };
  const { fault } = reply;
  const message = faultText(fault);
  if (fault.form === 'malformed') return { kind: 'unknown', message };
  if (isBusy(fault)) return fault.attempts > 1 ? { kind: 'unknown', message } : { kind: 'busy', message };
  // After a repeated attempt "already exists" may be our own first one.
  if (fault.attempts > 1 && /ALREADY_EXISTS/.test(fault.code ?? '')) return { kind: 'unknown', message };
  if (!isRefusal(fault)) return { kind: 'unknown', message };
  return { kind: 'refused', status: fault.status ?? 0, code: fault.code ?? '', message };
}

/** Another update is running: 409 by the documents, and the same words under any other refusal. */
function isBusy(fault: Fault): boolean {
  if (/ALREADY_EXISTS/.test(fault.code ?? '')) return false;
  if (fault.status === 409) return true;
  return isRefusal(fault) && (fault.code === 'RESOURCE_CONFLICT' || /currently being updated/i.test(fault.message));
}

async function readLogs(http: HttpClient, path: string, signal: AbortSignal): Promise<string | null> {
  const reply = await http.ask({ method: 'GET', path, budgetMs: 15_000, timeoutMs: 15_000, signal }, logsWire);
  return reply.kind === 'value' && reply.value.logs !== '' ? reply.value.logs : null;
}
