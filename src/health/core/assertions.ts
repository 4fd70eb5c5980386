import { difference, pathSteps, valueAt } from './answer-comparison.js';
import { isObject, mismatch } from './json-schema.js';

/** What an answer must be like. Nothing given: the default assertions alone. */
export interface Expectation {
  /** HTTP status; any 2xx unless given. */
  readonly status?: number;
  /** Golden answer: what `predictions` must be, within `tolerance`. */
  readonly predictions?: unknown;
  /** Share of the greater of 1 and the expected number by which a number may differ; 0 unless given. */
  readonly tolerance?: number;
  /** JSON Schema of the answer's body. */
  readonly schema?: unknown;
  /** JSON path -> expected value, within `tolerance`. */
  readonly jsonPath?: Readonly<Record<string, unknown>>;
  /** Share 0..1 of rows in which candidate and current version must agree. */
  readonly agreement?: number;
}

/** One request of a smoke file. */
export interface SmokeCase {
  /** Place in the file, from 0. */
  readonly index: number;
  /** Body for the invocation. */
  readonly request: unknown;
  readonly expect: Expectation;
}

/** An answer as it came over the wire. */
export interface AnswerFacts {
  readonly status: number | null;
  readonly body: string;
  /** Why there is no answer. */
  readonly fault?: string;
}

interface AnswerFault {
  readonly kind: 'transport' | 'server' | 'client' | 'answer';
  readonly message: string;
}

export type CheckedAnswer =
  | { readonly ok: true; readonly json: unknown }
  | { readonly ok: false; readonly fault: AnswerFault; readonly json?: unknown };

/** Row-wise keys of a request; their answers bring one prediction a row. */
const ROWS = ['dataframe_records', 'instances'] as const;

/** Checks one answer against what its case expects, the default assertions first. Agreement is checked apart: it needs two answers. */
export function checkAnswer(item: SmokeCase, answer: AnswerFacts): CheckedAnswer {
  const { expect } = item;
  if (answer.status === null) return failed('transport', answer.fault ?? 'no answer came');
  const expected = expect.status;
  const right = expected === undefined ? answer.status >= 200 && answer.status < 300 : answer.status === expected;
  if (!right)
    return failed(
      kindOf(answer.status),
      `status ${answer.status}, expected ${expected ?? '2xx'}${excerpt(answer.body)}`,
    );
  const parsed = parse(answer.body);
  const refused = expected !== undefined && expected >= 300;
  if (!parsed.ok) return refused && !wantsBody(expect) ? { ok: true, json: null } : failed('answer', parsed.message);
  const fault = refused ? null : defaultFault(item, parsed.json);
  const message = fault ?? expectedFault(expect, parsed.json);
  return message === null ? { ok: true, json: parsed.json } : { ...failed('answer', message), json: parsed.json };
}

function failed(kind: AnswerFault['kind'], message: string): { readonly ok: false; readonly fault: AnswerFault } {
  return { ok: false, fault: { kind, message } };
}

function kindOf(status: number): AnswerFault['kind'] {
  if (status >= 500) return 'server';
  return status >= 400 ? 'client' : 'answer';
}

function excerpt(body: string): string {
  const text = body.replace(/\s+/g, ' ').trim().slice(0, 160);
  return text === '' ? '' : `: ${text}`;
}

function parse(
  body: string,
): { readonly ok: true; readonly json: unknown } | { readonly ok: false; readonly message: string } {
  try {
    return { ok: true, json: JSON.parse(body) };
  } catch {
    const notFinite = /(?<!["\w])-?(NaN|Infinity)(?!["\w])/.test(body);
    return {
      ok: false,
      message: notFinite ? 'the answer holds a number that is not finite' : `the answer is not JSON${excerpt(body)}`,
    };
  }
}

function wantsBody({ predictions, schema, jsonPath }: Expectation): boolean {
  return predictions !== undefined || schema !== undefined || jsonPath !== undefined;
}

function defaultFault({ request, expect }: SmokeCase, json: unknown): string | null {
  const rows = rowsOfRequest(request);
  if (rows !== null) {
    const predictions = isObject(json) ? json.predictions : undefined;
    const fault = rowFault(rows, predictions);
    if (fault !== null) return fault;
    if (!wantsBody(expect) && Array.isArray(predictions) && predictions.includes(null)) return 'a prediction is null';
  }
  return notFiniteIn(json) ? 'the answer holds a number that is not finite' : null;
}

function rowFault(rows: number, predictions: unknown): string | null {
  if (predictions === undefined) return `the request has ${rows} rows, but the answer has no predictions`;
  const lists = Array.isArray(predictions)
    ? [predictions]
    : isObject(predictions)
      ? Object.values(predictions).filter(Array.isArray)
      : [];
  const wrong = lists.find((list) => list.length !== rows);
  return wrong === undefined ? null : `the request has ${rows} rows, but the answer has ${wrong.length} predictions`;
}

/** Rows of a row-wise request; `null` for other forms. */
export function rowsOfRequest(request: unknown): number | null {
  if (!isObject(request)) return null;
  for (const key of ROWS) {
    const value = request[key];
    if (Array.isArray(value)) return value.length;
  }
  const split = request.dataframe_split;
  return isObject(split) && Array.isArray(split.data) ? split.data.length : null;
}

/** Servers that may not write NaN as a number write it as text. */
function notFiniteIn(json: unknown): boolean {
  if (typeof json === 'number') return !Number.isFinite(json);
  if (typeof json === 'string') return /^[+-]?(nan|inf|infinity)$/i.test(json);
  if (Array.isArray(json)) return json.some(notFiniteIn);
  return isObject(json) && Object.values(json).some(notFiniteIn);
}

function expectedFault(expect: Expectation, json: unknown): string | null {
  const tolerance = expect.tolerance ?? 0;
  if (expect.predictions !== undefined) {
    const actual = isObject(json) ? json.predictions : undefined;
    const fault = difference(actual, expect.predictions, tolerance, 'predictions');
    if (fault !== null) return fault;
  }
  for (const [path, value] of Object.entries(expect.jsonPath ?? {})) {
    const fault = difference(valueAt(json, pathSteps(path) ?? []), value, tolerance, path);
    if (fault !== null) return fault;
  }
  return expect.schema === undefined ? null : mismatch(json, expect.schema);
}
