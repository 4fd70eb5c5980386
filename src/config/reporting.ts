import { isRecord } from './layers.js';
import type { CheckedInputs } from './schema/inputs.js';
import type { Settings } from './types.js';

/** Parts that tell the comments of several jobs on one pull request apart. */
export interface CommentSubject {
  /** Model, else endpoint, else app. */
  readonly name: string;
  readonly target: string | null;
}

/** How the run reports. Known even when the rest of the configuration is faulty, so that the faults can be reported. */
export function reportingOf(inputs: CheckedInputs, subject: CommentSubject): Settings['reporting'] {
  return {
    failOnRejection: inputs['fail-on-rejection'],
    comment: inputs.comment,
    commentKey: inputs['comment-key'] ?? defaultKey(subject, inputs.matrix),
    pullRequest: inputs['pr-number'] ?? null,
    environment: inputs.environment ?? null,
  };
}

function defaultKey(subject: CommentSubject, matrix: string | undefined): string {
  const parts = [subject.name, subject.target ?? '', matrixLeg(matrix)].filter((part) => part !== '');
  return parts.length === 0 ? 'default' : parts.join(' / ');
}

/** `{"region":"eu","size":"small"}` as `region=eu, size=small`, with sorted names; empty for a job without a matrix. */
function matrixLeg(text: string | undefined): string {
  try {
    const parsed: unknown = JSON.parse(text ?? 'null');
    if (!isRecord(parsed)) return '';
    const entries = Object.entries(parsed).toSorted(([one], [other]) => (one < other ? -1 : 1));
    return entries
      .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
      .join(', ');
  } catch {
    return '';
  }
}
