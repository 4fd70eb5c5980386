import type { ResultDocument } from '../result.js';
import { wordingOf } from '../wording.js';
import { body } from './sections.js';
import { FULL, HEADLINE, REDUCED, type Size } from './size.js';

/** GitHub drops a step's summary that is larger than 1 MiB; some room for what others write into it. */
const SUMMARY_LIMIT_BYTES = 1_000_000;

const REST = 'the report file';
const SIZES: readonly Size[] = [
  { ...FULL, rest: REST },
  { ...FULL, rows: 400, text: 400, diffLines: 40, rest: REST },
  { ...REDUCED, rest: REST },
  { ...HEADLINE, rest: REST },
];

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** The summary of a job: everything, unless that is more than a summary may hold (bytes of UTF-8). */
export function renderSummary(result: ResultDocument, limit = SUMMARY_LIMIT_BYTES): string {
  for (const size of SIZES) {
    const text = `${body(result, size).source}\n`;
    if (bytesOf(text) <= limit) return text;
  }
  const { mark, word } = wordingOf(result);
  return `## ${mark} ${word}\n\nThe report does not fit here; see the report file.\n`;
}
