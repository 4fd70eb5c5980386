import type { Rule } from './types.js';

/** One mistake in a rule. The configuration reader adds file, line and column from `path`. */
export interface RuleFault {
  /** What is wrong, as a sentence that names the rule, the key and the value. */
  readonly message: string;
  /** What to write instead. */
  readonly fix: string;
  /** Keys and 0-based indexes from the value that was parsed to the mistake; for lines, the 0-based number of the line. */
  readonly path: readonly (string | number)[];
}

export interface ParsedRules {
  readonly rules: readonly Rule[];
  readonly faults: readonly RuleFault[];
}

/** Where the reader stands: what it reads, in words, and the list that takes the mistakes. */
export interface Place {
  /** For messages, such as `The rule for f1`. */
  readonly label: string;
  readonly path: readonly (string | number)[];
  readonly faults: RuleFault[];
}

/** Notes a mistake at this place; gives `undefined`, so that a reader can return it. */
export function refuse(place: Place, message: string, fix: string): undefined {
  place.faults.push({ message: `${place.label}: ${message}`, fix, path: place.path });
  return undefined;
}

/** The place of a key inside this one. */
export function below(place: Place, key: string | number): Place {
  return { ...place, path: [...place.path, key] };
}

/** A value as it can be shown in a message: short, on one line. */
export function show(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  if (value === undefined) return 'nothing';
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'a map' : `a ${typeof value}`;
}

function quote(text: string): string {
  const short = text.length > 80 ? `${text.slice(0, 77)}...` : text;
  return JSON.stringify(short);
}
