import { isObject } from '../json.js';
import type { Answers } from './behaviours.js';

/** FNV-1a over the row's JSON: the same row always gets the same class. */
function classOf(row: unknown): number {
  let hash = 0x811c9dc5;
  for (const character of JSON.stringify(row) ?? '') {
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  }
  return (hash >>> 0) % 10;
}

/** Rows of an invocation body, or `null` when it is in none of the forms that scoring servers take. */
export function rowsOf(body: unknown): readonly unknown[] | null {
  if (!isObject(body)) return null;
  const given = ['dataframe_split', 'dataframe_records', 'instances', 'inputs'].filter((key) => key in body);
  if (given.length !== 1) return null;
  const { dataframe_split: split, dataframe_records: records, instances, inputs } = body;
  if (split !== undefined) return isObject(split) && Array.isArray(split.data) ? split.data : null;
  if (records !== undefined) return Array.isArray(records) ? records : null;
  if (instances !== undefined) return Array.isArray(instances) ? instances : null;
  if (Array.isArray(inputs)) return inputs;
  if (!isObject(inputs)) return null;
  const [column] = Object.values(inputs);
  return Array.isArray(column) ? column : [inputs];
}

function prediction(answers: Answers, row: unknown): unknown {
  if (typeof answers === 'function') return answers(row);
  if (answers === 'permuted') return (classOf(row) + 1) % 10;
  return answers === 'null' ? null : classOf(row);
}

/** The body of a successful invocation. NaN is written bare, as Python's encoder does. */
export function answerBody(answers: Answers, rows: readonly unknown[]): string {
  if (answers === 'not-json') return 'Traceback (most recent call last): …';
  if (answers === 'nan') return `{"predictions": [${rows.map(() => 'NaN').join(', ')}]}`;
  const predictions = rows.map((row) => prediction(answers, row));
  if (answers === 'other-shape') return JSON.stringify({ predictions: { label: predictions } });
  return JSON.stringify({ predictions: answers === 'short' ? predictions.slice(1) : predictions });
}
