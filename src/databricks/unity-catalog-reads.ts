import type { HttpClient } from '../http/client.js';
import { encodePath } from '../http/path.js';
import { pages } from '../registry/paging.js';
import { type VersionRow, versionStatus } from '../registry/select.js';
import { type ModelVersionWire, modelVersionAnswer } from '../registry/wire.js';
import {
  type CatalogVersionWire,
  catalogModelAnswer,
  catalogVersionAnswer,
  catalogVersionsAnswer,
} from './unity-catalog-wire.js';

const MLFLOW_STYLE = '/api/2.0/mlflow/unity-catalog';
/** Greatest page of the versions list. */
const PAGE = 1000;

/** Aliases of a model: alias -> version. Throws `ActionError`; a missing model is `not-found`. */
export async function readModelAliases(
  http: HttpClient,
  model: string,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const path = encodePath`/api/2.1/unity-catalog/models/${model}`;
  const request = { method: 'GET', path, query: { include_aliases: true }, signal } as const;
  const answer = await http.json(`Reading registered model ${model}`, request, catalogModelAnswer);
  return Object.fromEntries(answer.aliases.map((row) => [row.alias_name, row.version_num]));
}

/** One version, with its aliases; `null` when it does not exist. */
export function readCatalogVersion(
  http: HttpClient,
  model: string,
  version: string,
  signal: AbortSignal,
): Promise<CatalogVersionWire | null> {
  const path = encodePath`/api/2.1/unity-catalog/models/${model}/versions/${version}`;
  const request = { method: 'GET', path, query: { include_aliases: true }, signal } as const;
  return http.jsonOrNull(`Reading version ${version} of ${model}`, request, catalogVersionAnswer);
}

/** The version that an alias points at; `null` when there is no such alias. */
export async function readCatalogAlias(
  http: HttpClient,
  model: string,
  alias: string,
  signal: AbortSignal,
): Promise<CatalogVersionWire | null> {
  const path = encodePath`/api/2.1/unity-catalog/models/${model}/aliases/${alias}`;
  const request = { method: 'GET', path, signal } as const;
  const reply = await http.ask(request, catalogVersionAnswer);
  if (reply.kind === 'value') return reply.value;
  const { status, message } = reply.fault;
  // An alias that does not exist is 404 by the documents, and 400 with these words on servers that follow MLflow.
  if (status === 404 || (status === 400 && /alias .*(not found|does not exist)/i.test(message))) return null;
  throw http.error(`Reading alias ${alias} of ${model}`, reply.fault);
}

/** All versions, page by page, in no particular order; pages may be empty. */
export async function* catalogVersionRows(
  http: HttpClient,
  model: string,
  signal: AbortSignal,
): AsyncGenerator<readonly CatalogVersionWire[]> {
  const path = encodePath`/api/2.1/unity-catalog/models/${model}/versions`;
  const fetchPage = async (token: string | undefined) => {
    const query = { max_results: PAGE, page_token: token };
    const request = { method: 'GET', path, query, signal } as const;
    const page = await http.json(`Listing the versions of ${model}`, request, catalogVersionsAnswer);
    return { rows: page.model_versions, next: page.next_page_token };
  };
  yield* pages(fetchPage);
}

/** A version of the list as the choice among versions needs it. */
export function versionRow(wire: CatalogVersionWire): VersionRow {
  const { version, status, run_id: runId } = wire;
  return { version, status: versionStatus(status), statusText: status, runId, tags: {} };
}

/** What the MLflow-style path adds (tags, metrics, deployment job), or why it could not be had. */
export type Extras =
  | { readonly kind: 'read'; readonly value: ModelVersionWire }
  | { readonly kind: 'refused'; readonly why: string };

/**
 * Reads a version through the MLflow-style path, which is public but not documented: a definite refusal only means less to show. A
 * server in trouble is an error all the same, so that a hiccup cannot change a decision.
 */
export async function readExtras(
  http: HttpClient,
  model: string,
  version: string,
  signal: AbortSignal,
): Promise<Extras> {
  const path = `${MLFLOW_STYLE}/model-versions/get`;
  const request = { method: 'GET', path, query: { name: model, version }, signal } as const;
  const reply = await http.ask(request, modelVersionAnswer);
  if (reply.kind === 'value') return { kind: 'read', value: reply.value.model_version };
  const { status, code, message } = reply.fault;
  const definite =
    status !== null && ((status >= 400 && status < 500 && status !== 401 && status !== 429) || status === 501);
  if (!definite) throw http.error(`Reading tags and metrics of version ${version} of ${model}`, reply.fault);
  return { kind: 'refused', why: [status, code, message].filter(Boolean).join(' ') };
}
