import { z } from 'zod';
import { ActionError } from '../errors.js';
import type { HttpClient } from '../http/client.js';
import { encodePath } from '../http/path.js';
import type { Timing } from '../http/types.js';
import { optionalText } from './text-wire.js';

/** Rows of a query; cells are text as the API gives them, or `null`. */
export interface QueryRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** There were more rows than were asked for. */
  readonly truncated: boolean;
}

export interface SqlQuery {
  readonly warehouseId: string;
  /** With `:name` markers where values go. */
  readonly statement: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly rowLimit: number;
  /** Longest time until the result is there, ms. */
  readonly timeoutMs: number;
}

/** SQL warehouses: bounded queries, values only as parameters. All methods throw `ActionError`. */
export interface Warehouses {
  /** State such as `RUNNING` or `STOPPED`; `null`: missing, or not visible. */
  state(warehouseId: string, signal: AbortSignal): Promise<string | null>;
  query(query: SqlQuery, signal: AbortSignal): Promise<QueryRows>;
}

const STATEMENTS = '/api/2.0/sql/statements';
const POLL_MS = 2000;

const statementWire = z.looseObject({
  statement_id: optionalText,
  status: z
    .looseObject({
      state: optionalText,
      error: z.looseObject({ error_code: optionalText, message: optionalText }).nullish(),
    })
    .nullish(),
  manifest: z
    .looseObject({
      truncated: z.boolean().nullish(),
      schema: z.looseObject({ columns: z.array(z.looseObject({ name: optionalText })).nullish() }).nullish(),
    })
    .nullish(),
  result: z.looseObject({ data_array: z.array(z.array(z.string().nullable())).nullish() }).nullish(),
});
type StatementWire = z.infer<typeof statementWire>;

/** The client of SQL warehouses and statements; `timing` is how it waits for a statement. */
export function createWarehouses(http: HttpClient, timing: Timing): Warehouses {
  return {
    async state(warehouseId, signal) {
      const path = encodePath`/api/2.0/sql/warehouses/${warehouseId}`;
      const wire = z.looseObject({ state: optionalText });
      return (
        (await http.jsonOrNull(`Reading SQL warehouse ${warehouseId}`, { method: 'GET', path, signal }, wire))?.state ??
        null
      );
    },
    query: (query, signal) => runQuery(http, timing, query, signal),
  };
}

async function runQuery(http: HttpClient, timing: Timing, query: SqlQuery, signal: AbortSignal): Promise<QueryRows> {
  const deadline = timing.monotonic() + query.timeoutMs;
  let answer = await http.json('Running a query', { ...startRequest(query), signal }, statementWire);
  while (isRunning(answer)) {
    if (timing.monotonic() >= deadline) {
      await cancel(http, answer.statement_id, signal);
      throw queryError(
        `it did not end within ${query.timeoutMs} ms`,
        'Give it a smaller window or a larger warehouse.',
      );
    }
    await timing.sleep(POLL_MS, signal);
    const path = `${STATEMENTS}${encodePath`/${answer.statement_id}`}`;
    answer = await http.json('Waiting for a query', { method: 'GET', path, signal }, statementWire);
  }
  const { status, manifest, result } = answer;
  if (status?.state !== 'SUCCEEDED') {
    throw queryError(
      status?.error?.message || `it ended as ${status?.state || 'nothing'}`,
      'Check the table, its grants and the warehouse.',
    );
  }
  return {
    columns: (manifest?.schema?.columns ?? []).map((column) => column.name),
    rows: result?.data_array ?? [],
    truncated: manifest?.truncated ?? false,
  };
}

/** A query only reads, so it is repeated like a read. */
function startRequest(query: SqlQuery) {
  const value = {
    warehouse_id: query.warehouseId,
    statement: query.statement,
    parameters: Object.entries(query.parameters).map(([name, text]) => ({ name, value: text, type: 'STRING' })),
    row_limit: query.rowLimit,
    wait_timeout: '10s',
    on_wait_timeout: 'CONTINUE',
    format: 'JSON_ARRAY',
    disposition: 'INLINE',
  };
  return { method: 'POST', path: STATEMENTS, payload: { kind: 'json', value }, effect: 'read' } as const;
}

function isRunning(answer: StatementWire): boolean {
  return ['PENDING', 'RUNNING'].includes(answer.status?.state ?? '');
}

async function cancel(http: HttpClient, statementId: string, signal: AbortSignal): Promise<void> {
  await http.ask({ method: 'POST', path: `${STATEMENTS}${encodePath`/${statementId}`}/cancel`, signal }, z.unknown());
}

function queryError(why: string, fix: string): ActionError {
  return new ActionError(`A query on the SQL warehouse failed: ${why}.`, {
    kind: 'remote',
    reason: 'remote-error',
    fix,
  });
}
