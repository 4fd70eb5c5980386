import type { ReasonCode } from '../reasons.js';
import type { RequirementResult } from './types.js';

/** A requirement that is met. */
export function met(name: string, explanation: string, details: readonly string[] = []): RequirementResult {
  return { name, status: 'pass', reason: 'ok', explanation, details };
}

/** A requirement that is not met: rejects. */
export function unmet(
  name: string,
  reason: ReasonCode,
  explanation: string,
  details: readonly string[] = [],
): RequirementResult {
  return { name, status: 'fail', reason, explanation, details };
}

/** Something that nobody asked for, or that does not apply, and that a reader should still know. */
export function noted(name: string, explanation: string, details: readonly string[] = []): RequirementResult {
  return { name, status: 'note', reason: 'ok', explanation, details };
}
