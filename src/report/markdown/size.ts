/** How much of a result a rendering shows. */
export interface Size {
  readonly name: 'full' | 'reduced' | 'headline';
  /** Rows of a table at most; the worst come first. */
  readonly rows: number;
  /** UTF-16 units of one text from outside at most. */
  readonly text: number;
  /** Folded details: metrics, diffs, notes in full. */
  readonly details: boolean;
  readonly diffLines: number;
  /** Where what is left out can be read. */
  readonly rest: string;
}

export const FULL: Size = {
  name: 'full',
  rows: Number.POSITIVE_INFINITY,
  text: 1_000,
  details: true,
  diffLines: 120,
  rest: 'the job’s summary',
};

export const REDUCED: Size = { name: 'reduced', rows: 15, text: 300, details: false, diffLines: 0, rest: FULL.rest };

export const HEADLINE: Size = { name: 'headline', rows: 0, text: 300, details: false, diffLines: 0, rest: FULL.rest };

/** Rows that are shown and how many are not. */
export function shownRows<T>(rows: readonly T[], size: Size): { readonly shown: readonly T[]; readonly left: number } {
  const shown = rows.slice(0, Math.min(rows.length, size.rows));
  return { shown, left: rows.length - shown.length };
}
