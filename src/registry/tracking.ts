import type { HttpClient } from '../http/client.js';
import { encodePath } from '../http/path.js';
import { pages } from './paging.js';
import {
  historyAnswer,
  type LoggedModelWire,
  loggedModelAnswer,
  type MetricRow,
  type RunWire,
  runAnswer,
} from './wire.js';

/** What one read of something that may be out of reach brought. */
export type Reading<T> =
  | { readonly kind: 'read'; readonly value: T }
  /** Missing, or not visible: definite, so the facts go without it and say so. */
  | { readonly kind: 'out-of-reach'; readonly why: string };

/** The tracking side of MLflow: runs and logged models. Throws `ActionError` for everything that is not definite. */
export interface Tracking {
  run(runId: string, signal: AbortSignal): Promise<Reading<RunWire>>;
  loggedModel(modelId: string, signal: AbortSignal): Promise<Reading<LoggedModelWire>>;
  /** All points of one metric of one run, in the server's order. */
  history(runId: string, metric: string, signal: AbortSignal): Promise<readonly MetricRow[]>;
}

/** Greatest page that Databricks accepts; servers 3.4 to 3.13 never end their paging unless a page size is given. */
const HISTORY_PAGE = 25_000;

/** Reads over one client. `prefix` is `/api/2.0/mlflow`. */
export function createTracking(http: HttpClient, prefix = '/api/2.0/mlflow'): Tracking {
  return {
    run: async (runId, signal) => {
      const request = { method: 'GET', path: `${prefix}/runs/get`, query: { run_id: runId }, signal } as const;
      const reply = await http.ask(request, runAnswer);
      if (reply.kind === 'value') return { kind: 'read', value: reply.value.run };
      const task = `Reading run ${runId}`;
      if (reply.fault.status === 404) return outOfReach(`${task} found nothing: ${reply.fault.message}`);
      if (reply.fault.status === 403) return outOfReach(`${task} was refused: ${reply.fault.message}`);
      throw http.error(task, reply.fault);
    },
    loggedModel: async (modelId, signal) => {
      const path = `${prefix}${encodePath`/logged-models/${modelId}`}`;
      const reply = await http.ask({ method: 'GET', path, signal }, loggedModelAnswer);
      if (reply.kind === 'value') return { kind: 'read', value: reply.value.model };
      const task = `Reading logged model ${modelId}`;
      const { status, message } = reply.fault;
      if (status === 404 || status === 403 || status === 501) return outOfReach(`${task} was refused: ${message}`);
      throw http.error(task, reply.fault);
    },
    history: (runId, metric, signal) => readHistory(http, prefix, runId, metric, signal),
  };
}

async function readHistory(
  http: HttpClient,
  prefix: string,
  runId: string,
  metric: string,
  signal: AbortSignal,
): Promise<MetricRow[]> {
  const rows = new Map<string, MetricRow>();
  const fetchPage = async (token: string | undefined) => {
    const query = { run_id: runId, metric_key: metric, max_results: HISTORY_PAGE, page_token: token };
    const task = `Reading the history of metric ${metric} of run ${runId}`;
    const request = { method: 'GET', path: `${prefix}/metrics/get-history`, query, signal } as const;
    const page = await http.jsonOrNull(task, request, historyAnswer);
    // An empty page ends a history: some servers give a token with it that never advances.
    const next = page === null || page.metrics.length === 0 ? undefined : page.next_page_token;
    return { rows: page?.metrics ?? [], next };
  };
  for await (const page of pages(fetchPage)) {
    // A point is known by these three (the key of MLflow's own table): a page that comes twice adds nothing.
    for (const row of page) rows.set(JSON.stringify([row.timestamp, row.step, row.value]), row);
  }
  return [...rows.values()];
}

function outOfReach(why: string): { readonly kind: 'out-of-reach'; readonly why: string } {
  return { kind: 'out-of-reach', why };
}
