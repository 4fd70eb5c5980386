import type { HttpClient } from '../http/client.js';
import { versionNotFound } from './faults.js';
import { pages } from './paging.js';
import { type LatestChoice, LatestChooser, type VersionRow, versionStatus } from './select.js';
import { type ModelVersionWire, modelVersionAnswer, versionSearchAnswer } from './wire.js';

const API = '/api/2.0/mlflow';
/** Page of a search that ends with the first READY version; and of one that wants the newest few hundred. */
const LATEST_PAGE = 50;
const NEWEST_PAGE = 250;

/** One version of the MLflow registry API. Throws `ActionError` with `version-not-found` when it does not exist. */
export async function readModelVersion(
  http: HttpClient,
  model: string,
  version: string,
  signal: AbortSignal,
): Promise<ModelVersionWire> {
  const request = {
    method: 'GET',
    path: `${API}/model-versions/get`,
    query: { name: model, version },
    signal,
  } as const;
  const answer = await http.jsonOrNull(`Reading version ${version} of ${model}`, request, modelVersionAnswer);
  if (answer === null) throw versionNotFound(model, `version ${version} does not exist`, []);
  return answer.model_version;
}

/** Versions by falling number, page by page. A server that ignores the order is no harm: the choice is by number. */
async function* searchVersions(
  http: HttpClient,
  model: string,
  pageSize: number,
  signal: AbortSignal,
): AsyncGenerator<readonly VersionRow[]> {
  const fetchPage = async (token: string | undefined) => {
    const query = {
      filter: `name=${quote(model)}`,
      order_by: ['version_number DESC'],
      max_results: pageSize,
      page_token: token,
    };
    const request = { method: 'GET', path: `${API}/model-versions/search`, query, signal } as const;
    const page = await http.json(`Listing the versions of ${model}`, request, versionSearchAnswer);
    return { rows: page.model_versions.map(rowOf), next: page.next_page_token };
  };
  yield* pages(fetchPage);
}

/** The greatest READY version. Ends at the first page that settles it when the server keeps the order. */
export async function latestVersion(http: HttpClient, model: string, signal: AbortSignal): Promise<LatestChoice> {
  const chooser = new LatestChooser();
  for await (const rows of searchVersions(http, model, LATEST_PAGE, signal)) {
    chooser.add(rows);
    if (chooser.choice().version !== null && isFalling(rows)) break;
  }
  return chooser.choice();
}

/**
 * At least the newest `count` versions of a model; all of them when there are fewer, or when the server does not keep the order.
 */
export async function newestVersions(
  http: HttpClient,
  model: string,
  count: number,
  signal: AbortSignal,
): Promise<VersionRow[]> {
  const found: VersionRow[] = [];
  for await (const rows of searchVersions(http, model, NEWEST_PAGE, signal)) {
    found.push(...rows);
    if (found.length >= count && isFalling(found)) break;
  }
  return found;
}

/** Whether a page is in the order that was asked for; a page of one row proves nothing but is the whole list or the newest. */
function isFalling(rows: readonly VersionRow[]): boolean {
  return rows.every((row, index) => {
    const before = rows[index - 1];
    return before === undefined || Number(before.version) > Number(row.version);
  });
}

/** The filter grammar has no escape: a name is quoted with the kind of quote that it does not hold. */
function quote(name: string): string {
  return name.includes("'") ? `"${name}"` : `'${name}'`;
}

function rowOf(wire: ModelVersionWire): VersionRow {
  const { version, status, run_id: runId, tags } = wire;
  return { version, status: versionStatus(status), statusText: status, runId, tags };
}
