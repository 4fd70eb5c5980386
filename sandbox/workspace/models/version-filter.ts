import { invalid } from '../http/failure.js';
import type { ModelVersion, RegisteredModel } from './types.js';

/** A version together with the model that it belongs to. */
export interface Row {
  readonly model: RegisteredModel;
  readonly version: ModelVersion;
}

const CLAUSE =
  /^(name|version_number|run_id|source_path|tags?\.(?:`[^`]+`|"[^"]+"|[\w.-]+))\s*(=|!=|<=|>=|<|>|LIKE|ILIKE|IN)\s*(.+)$/i;

function literal(text: string): string {
  const match = /^'([^']*)'$|^"([^"]*)"$/.exec(text.trim());
  if (match === null)
    throw invalid(`Parameter value is either not quoted or unidentified quote types used for string value ${text}.`);
  return match[1] ?? match[2] ?? '';
}

function valueIn(row: Row, key: string): string | undefined {
  switch (key) {
    case 'name':
      return row.model.name;
    case 'run_id':
      return row.version.runId;
    case 'source_path':
      return row.version.source;
    default:
      return row.version.tags.get(key.replace(/^tags?\./, '').replace(/^[`"]|[`"]$/g, ''));
  }
}

function like(value: string, pattern: string, flags: string): boolean {
  const escaped = pattern
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.');
  return new RegExp(`^${escaped}$`, flags).test(value);
}

function compareNumber(version: number, operator: string, expected: number): boolean {
  if (!Number.isFinite(expected)) throw invalid('version_number must be compared with a number.');
  const results: Readonly<Record<string, boolean>> = {
    '=': version === expected,
    '!=': version !== expected,
    '<': version < expected,
    '<=': version <= expected,
    '>': version > expected,
    '>=': version >= expected,
  };
  const result = results[operator];
  if (result === undefined) throw invalid(`Invalid comparator ${operator} for version_number.`);
  return result;
}

function holds(row: Row, clause: string): boolean {
  const match = CLAUSE.exec(clause);
  if (match === null) throw invalid(`Invalid clause(s) in filter string: '${clause}'`);
  const [, key = '', operator = '', right = ''] = match;
  const word = operator.toUpperCase();
  if (key === 'version_number') return compareNumber(row.version.version, word, Number(right.replace(/^'|'$/g, '')));
  const value = valueIn(row, key);
  if (value === undefined) return false;
  if (word === 'IN')
    return right
      .replace(/^\(|\)$/g, '')
      .split(',')
      .map(literal)
      .includes(value);
  if (word === 'LIKE') return like(value, literal(right), 's');
  if (word === 'ILIKE') return like(value, literal(right), 'is');
  if (word !== '=' && word !== '!=') throw invalid(`Invalid comparator ${operator} for attribute ${key}.`);
  return (value === literal(right)) === (word === '=');
}

/** Whether a version fits a filter; clauses are joined by AND, `''` fits all. */
export function matchesVersion(row: Row, filter: string): boolean {
  if (filter.trim() === '') return true;
  if (/\sOR\s/i.test(filter)) throw invalid('Invalid clause(s) in filter string: OR is not supported');
  return filter.split(/\s+AND\s+/i).every((clause) => holds(row, clause.trim()));
}

/** Sorts by the `order_by` terms; without any, by last update, newest first. */
export function orderVersions(rows: readonly Row[], orderBy: readonly string[]): readonly Row[] {
  const terms = orderBy.length === 0 ? ['last_updated_timestamp DESC'] : orderBy;
  const keys: Readonly<Record<string, (row: Row) => number | string>> = {
    name: (row) => row.model.name,
    version_number: (row) => row.version.version,
    creation_timestamp: (row) => row.version.createdAt,
    last_updated_timestamp: (row) => row.version.updatedAt,
  };
  const parsed = terms.map((term) => {
    const [name = '', direction = 'ASC'] = term.trim().split(/\s+/);
    const key = keys[name];
    if (key === undefined) throw invalid(`Invalid order by key '${name}' specified.`);
    return { key, sign: direction.toUpperCase() === 'DESC' ? -1 : 1 };
  });
  return [...rows].sort((a, b) => {
    for (const { key, sign } of parsed) {
      if (key(a) !== key(b)) return key(a) < key(b) ? -sign : sign;
    }
    return b.version.version - a.version.version;
  });
}
