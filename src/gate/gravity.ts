import type { ReasonCode } from '../reasons.js';

/**
 * The reasons that a gate can have, gravest first: what cannot be served at all, what breaks callers, what is no number,
 * what is worse than allowed, what cannot be judged, what does not belong to this change, and what is not yet allowed.
 */
export const GRAVITY: readonly ReasonCode[] = [
  'configuration-invalid',
  'version-not-ready',
  'run-unfinished',
  'signature-incompatible',
  'metric-not-finite',
  'threshold-missed',
  'metric-missing',
  'pattern-unmatched',
  'baseline-metric-missing',
  'baseline-missing',
  'signature-unknown',
  'dataset-mismatch',
  'commit-mismatch',
  'run-too-old',
  'evaluation-failed',
  'evaluation-missing',
  'tag-missing',
  'permission-denied',
  'approval-pending',
];

/** The gravest of these reasons; one that the list does not know is graver than all. `undefined` for none. */
export function gravest(reasons: readonly ReasonCode[]): ReasonCode | undefined {
  return [...reasons].sort((left, right) => GRAVITY.indexOf(left) - GRAVITY.indexOf(right))[0];
}
