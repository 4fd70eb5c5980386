import { invalid } from '../http/failure.js';
import { latestPoints } from './numbers.js';
import type { Run } from './types.js';

const CLAUSE =
  /^(metrics?|params?|tags?|attributes?)\.(?:`([^`]+)`|"([^"]+)"|([\w./-]+))\s*(=|!=|>=|<=|>|<|LIKE|ILIKE)\s*(?:'([^']*)'|"([^"]*)"|(-?[\d.eE+]+))$/i;
const BARE = /^([a-z_]+)(?=\s*(?:=|!=|>=|<=|>|<|\s))/i;

function attribute(run: Run, name: string): string | number | undefined {
  const known: Readonly<Record<string, string | number>> = {
    run_id: run.id,
    run_name: run.name,
    status: run.status,
    start_time: run.startTime,
    end_time: run.endTime ?? 0,
    user_id: run.userId,
    artifact_uri: run.artifactUri,
  };
  return known[name];
}

function valueIn(run: Run, kind: string, name: string): string | number | undefined {
  if (kind.startsWith('metric')) return latestPoints(run.metrics).find((point) => point.key === name)?.value;
  if (kind.startsWith('param')) return run.params.get(name);
  if (kind.startsWith('tag')) return run.tags.get(name);
  return attribute(run, name);
}

function pattern(like: string, insensitive: boolean): RegExp {
  const escaped = like
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.');
  return new RegExp(`^${escaped}$`, insensitive ? 'is' : 's');
}

function compare(value: string | number, operator: string, expected: string | number): boolean {
  switch (operator.toUpperCase()) {
    case '=':
      return value === expected;
    case '!=':
      return value !== expected;
    case '>':
      return value > expected;
    case '>=':
      return value >= expected;
    case '<':
      return value < expected;
    case '<=':
      return value <= expected;
    default:
      return pattern(String(expected), operator.toUpperCase() === 'ILIKE').test(String(value));
  }
}

function holds(run: Run, clause: string): boolean {
  const named = /^(metrics?|params?|tags?|attributes?)\./i.test(clause)
    ? clause
    : clause.replace(BARE, 'attributes.$1');
  const match = CLAUSE.exec(named);
  if (match === null) throw invalid(`Invalid clause(s) in filter string: '${clause}'`);
  const [, kind = '', quoted, doubled, plain, operator = '', single, double, number] = match;
  const value = valueIn(run, kind.toLowerCase(), quoted ?? doubled ?? plain ?? '');
  if (value === undefined) return false;
  return compare(value, operator, number === undefined ? (single ?? double ?? '') : Number(number));
}

/** Whether a run fits a search filter: clauses over metrics, params, tags and attributes, joined by AND. */
export function matchesRun(run: Run, filter: string): boolean {
  if (filter.trim() === '') return true;
  if (/\sOR\s/i.test(filter)) throw invalid('Invalid clause(s) in filter string: OR is not supported');
  return filter.split(/\s+AND\s+/i).every((clause) => holds(run, clause.trim()));
}
