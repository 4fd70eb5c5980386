import type { Evidence, TrafficTotals } from './evidence.js';
import { alphaOf, confirmed, evidenceClause, type Finding, logThreshold } from './findings.js';
import { rateEvidence } from './rate-test.js';
import type { JudgeSettings } from './types.js';
import { ofTotal, percent } from './wording.js';

/** Errors of the endpoint below which nothing is condemned. */
const LEAST_ERRORS = 3;
/** How bursty errors come cannot be told from endpoint-wide totals, so the loudest minute never decides. */
const ASSUMED_DISPERSION = 1.5;

/**
 * The `error_rate` limits held against the whole endpoint, where the export does not tell the versions apart and both serve: callers meet
 * these errors, whoever made them. Evidence starts anew with each step; what broke the limit before the first shift is not the candidate's.
 */
export function endpointFindings(evidence: Evidence, settings: JudgeSettings, limits: readonly number[]): Finding[] {
  const traffic = evidence.step?.candidateTraffic ?? 0;
  const { step } = evidence.endpoint;
  if (evidence.seen.perVersion || traffic <= 0 || traffic >= 100 || step.judged === 0) return [];
  const threshold = logThreshold(alphaOf('limits', settings, limits.length + 1));
  return limits.map((limit) => endpointFinding(evidence, limit, threshold));
}

function endpointFinding({ endpoint }: Evidence, limit: number, threshold: number): Finding {
  const { before, step } = endpoint;
  // The parts of the error budget that the steps get add up to at most 1, however many there are.
  const spent = Math.log(endpoint.steps * (endpoint.steps + 1));
  const log = overLimit(step, limit) - spent;
  const rest = overLimit(withoutWorst(step), limit) - spent;
  const sure = log >= threshold && step.errors >= LEAST_ERRORS && confirmed(rest, threshold, ASSUMED_DISPERSION);
  const brokenBefore = overLimit(before, limit) >= threshold;
  const earlier =
    before.judged > 0 ? ` Before the first shift ${ofTotal(before.errors, before.judged, 'requests')} failed.` : '';
  return {
    status: sure ? (brokenBefore ? 'baseline' : 'alarm') : step.errors > limit * step.judged ? 'pending' : 'quiet',
    reason: 'canary-alert',
    evidence: { log, threshold },
    explanation:
      `Endpoint-wide ${ofTotal(step.errors, step.judged, 'requests')} failed in this step, where ${percent(limit)} is the limit ` +
      `(${evidenceClause(log, threshold)}); the metrics export does not tell the versions apart.${earlier}`,
  };
}

function overLimit({ errors: events, judged: trials }: TrafficTotals, limit: number): number {
  return rateEvidence({ events, trials }, limit);
}

function withoutWorst(totals: TrafficTotals): TrafficTotals {
  const { errors, judged, worstErrors, worstRequests } = totals;
  return { ...totals, errors: errors - worstErrors, judged: judged - worstRequests };
}
