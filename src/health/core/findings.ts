import type { Judgement, JudgeSettings } from './types.js';
import { evidenceText } from './wording.js';

type UnhealthyReason = Extract<Judgement, { kind: 'unhealthy' }>['reason'];

/**
 * What one test says.
 * - `alarm`: the candidate is condemned.
 * - `baseline`: the limit is broken, by the current version as much.
 * - `pending`: the evidence is there, but all from one minute or too few events; it must be confirmed.
 */
export interface Finding {
  readonly status: 'alarm' | 'baseline' | 'pending' | 'quiet';
  readonly reason: UnhealthyReason;
  /** Natural logarithm of the e-value, and from where on it condemns; `null` for rules that need no test. */
  readonly evidence: { readonly log: number; readonly threshold: number } | null;
  readonly explanation: string;
}

/** How the chance of condemning a healthy version is split over the tests. They add up to 1. */
const SPLIT = {
  errors: 0.75,
  probes: 0.1,
  latency: 0.06,
  limits: 0.04,
  probeLatency: 0.02,
  answers: 0.015,
  clientErrors: 0.015,
} as const;

export type TestName = keyof typeof SPLIT;

/** A test's part of the error budget, shared evenly by `parts` rules of its kind. */
export function alphaOf(test: TestName, settings: JudgeSettings, parts = 1): number {
  return (settings.alpha * SPLIT[test]) / Math.max(1, parts);
}

/** Log of the e-value that condemns at error probability `alpha`. */
export function logThreshold(alpha: number): number {
  return -Math.log(alpha);
}

/** Part of the log evidence that must remain when the loudest minute is taken away: the square root of the e-value. */
const REMAINDER = 0.5;
/** From this dispersion on errors come in bursts, and the evidence must condemn even without its loudest minute. */
const BURSTY = 1.5;

/** Whether evidence rests on more than one minute: a single burst, however loud, condemns nobody. */
export function confirmed(withoutWorst: number, threshold: number, dispersion: number): boolean {
  return withoutWorst >= (dispersion >= BURSTY ? 1 : REMAINDER) * threshold;
}

/** The clause that tells a reader how sure the test is. */
export function evidenceClause(log: number, threshold: number): string {
  return `evidence ${evidenceText(log)}, condemned from ${evidenceText(threshold)}`;
}
