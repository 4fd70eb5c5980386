import type { ResultDocument } from '../result.js';
import { wordingOf } from '../wording.js';
import { body } from './sections.js';
import { FULL, HEADLINE, REDUCED } from './size.js';

/** GitHub refuses comments of more than 65,536 UTF-16 units; this leaves room. */
const COMMENT_LIMIT = 60_000;

export interface CommentRendering {
  /** From `commentMarker`; the comment's first line. */
  readonly marker: string;
  /** UTF-16 units. */
  readonly limit?: number;
}

/**
 * The comment for a pull request: in full where it fits, else reduced (the worst first, no details), else the headline.
 * Never cut inside anything, never over the limit.
 */
export function renderComment(result: ResultDocument, rendering: CommentRendering): string {
  const limit = rendering.limit ?? COMMENT_LIMIT;
  for (const size of [FULL, REDUCED, HEADLINE]) {
    const text = `${rendering.marker}\n${body(result, size).source}\n`;
    if (text.length <= limit) return text;
  }
  const { mark, word } = wordingOf(result);
  return `${rendering.marker}\n## ${mark} ${word}\n\nThe report does not fit here; the job’s summary has it.\n`;
}
