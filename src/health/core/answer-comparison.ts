import { isObject } from './json-schema.js';

/**
 * Why `actual` is not `expected`, with the place; `null` when they agree. Numbers agree when they differ by at most `tolerance` times
 * the greater of 1 and the expected number's magnitude; everything else must be equal.
 */
export function difference(actual: unknown, expected: unknown, tolerance: number, at = '$'): string | null {
  if (typeof actual === 'number' && typeof expected === 'number') {
    const near = Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected));
    return near ? null : `${at} is ${actual}, expected ${expected}${tolerance > 0 ? ` within ${tolerance}` : ''}`;
  }
  if (Array.isArray(actual) && Array.isArray(expected)) {
    if (actual.length !== expected.length) return `${at} has ${actual.length} items, expected ${expected.length}`;
    return first(
      expected.map((item, index) => [actual[index], item, `${at}[${index}]`]),
      tolerance,
    );
  }
  if (isObject(actual) && isObject(expected)) {
    const keys = [...new Set([...Object.keys(actual), ...Object.keys(expected)])];
    return first(
      keys.map((key) => [actual[key], expected[key], `${at}.${key}`]),
      tolerance,
    );
  }
  return actual === expected ? null : `${at} is ${short(actual)}, expected ${short(expected)}`;
}

function first(pairs: readonly (readonly [unknown, unknown, string])[], tolerance: number): string | null {
  for (const [actual, expected, at] of pairs) {
    const fault = difference(actual, expected, tolerance, at);
    if (fault !== null) return fault;
  }
  return null;
}

/** Share of rows in which two answers agree, 0..1: rows of `predictions` where both have a list of the same length, else the whole. */
export function agreementOf(a: unknown, b: unknown, tolerance: number): number {
  const [rowsOfA, rowsOfB] = [rowsOf(a), rowsOf(b)];
  if (rowsOfA === null || rowsOfB === null || rowsOfA.length !== rowsOfB.length || rowsOfA.length === 0) {
    return difference(a, b, tolerance) === null ? 1 : 0;
  }
  const agreeing = rowsOfA.filter((row, index) => difference(row, rowsOfB[index], tolerance) === null);
  return agreeing.length / rowsOfA.length;
}

function rowsOf(answer: unknown): readonly unknown[] | null {
  return isObject(answer) && Array.isArray(answer.predictions) ? answer.predictions : null;
}

/** The steps of a JSON path such as `$.predictions[0].label` or `$['a b'][2]`; `null` when it is none. */
export function pathSteps(path: string): readonly (string | number)[] | null {
  if (!path.startsWith('$')) return null;
  const steps: (string | number)[] = [];
  const pattern = /\.([A-Za-z_][\w-]*)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]/y;
  pattern.lastIndex = 1;
  while (pattern.lastIndex < path.length) {
    const match = pattern.exec(path);
    if (match === null) return null;
    steps.push(match[2] === undefined ? (match[1] ?? (match[3] ?? '').replace(/\\(.)/g, '$1')) : Number(match[2]));
  }
  return steps;
}

/** The value at a path, or `undefined` when there is none. */
export function valueAt(answer: unknown, steps: readonly (string | number)[]): unknown {
  return steps.reduce<unknown>((value, step) => {
    if (typeof step === 'number') return Array.isArray(value) ? value[step] : undefined;
    return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }, answer);
}

function short(value: unknown): string {
  const text = value === undefined ? 'missing' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
