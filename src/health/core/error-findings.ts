import { type CountTest, evidenceOf, mixed } from './count-test.js';
import { endpointFindings } from './endpoint-findings.js';
import type { ArmEvidence, Evidence, TrafficTotals } from './evidence.js';
import { alphaOf, confirmed, evidenceClause, type Finding, logThreshold, type TestName } from './findings.js';
import { newcombe, type Share, wilson } from './intervals.js';
import { limitBesideBaseline, rateEvidence } from './rate-test.js';
import type { JudgeSettings } from './types.js';
import { ofTotal, percent } from './wording.js';

/** Errors of the candidate below which no statistics condemn it. */
const LEAST_ERRORS = 3;
/** What a version may fail where nobody said otherwise and there is nothing to compare with. */
export const DEFAULT_ERROR_LIMIT = 0.01;
/** Requests of the current version from which a comparison with its earlier figures makes sense. */
const ENOUGH_OF_CURRENT = 100;

/** All tests over the errors of callers' requests. */
export function errorFindings(evidence: Evidence, settings: JudgeSettings): Finding[] {
  return [
    relative(evidence, evidence.errors, settings, 'errors', 'failed (5xx)'),
    relative(evidence, evidence.clientErrors, settings, 'clientErrors', 'were refused (4xx)'),
    ...limits(evidence, settings),
    ...endpointFindings(evidence, settings, errorLimits(settings)),
    ...regressionAtFullTraffic(evidence, settings),
  ];
}

function relative(evidence: Evidence, test: CountTest, settings: JudgeSettings, name: TestName, verb: string): Finding {
  const { log, withoutWorst, dispersion } = evidenceOf(test);
  const threshold = logThreshold(alphaOf(name, settings));
  const loud = log >= threshold;
  const sure = test.candidateEvents >= LEAST_ERRORS && confirmed(withoutWorst, threshold, dispersion);
  const current = test.dispersion;
  const judged = name === 'errors' ? evidence.candidate.traffic.judged : evidence.candidate.traffic.requests;
  const difference = newcombe(
    { events: test.candidateEvents, trials: judged },
    { events: current.events, trials: current.requests },
  );
  const apart =
    difference === null
      ? ''
      : `, a difference of ${points(difference[0])} to ${points(difference[1])} percentage points (95 % interval)`;
  const bursts =
    dispersion >= 1.5
      ? `; errors come in bursts (dispersion ${dispersion.toFixed(1)}), which is taken into account`
      : '';
  // With all traffic on the candidate nothing is left to compare with, so waiting would confirm or refute nothing.
  const unsure = evidence.step?.candidateTraffic === 100 ? 'quiet' : 'pending';
  return {
    status: loud ? (sure ? 'alarm' : unsure) : 'quiet',
    reason: 'canary-errors',
    evidence: { log, threshold },
    explanation:
      `Of the candidate's callers, ${ofTotal(test.candidateEvents, judged, 'requests')} ${verb}; of the current version's, ` +
      `${ofTotal(current.events, current.requests, 'requests')} in the same minutes of the metrics export${apart}. Up to ` +
      `${test.ratio} times the current version's rate is tolerated (${evidenceClause(log, threshold)}${bursts}).`,
  };
}

function points(difference: number): string {
  return Number((difference * 100).toPrecision(2)).toString();
}

/** The absolute limits: `error_rate` alerts, or 1 % where there is no version to compare with. */
function limits(evidence: Evidence, settings: JudgeSettings): Finding[] {
  const asked = errorLimits(settings);
  const alone = evidence.errors.dispersion.requests === 0 || evidence.step?.candidateTraffic === 100;
  const used = asked.length > 0 ? asked : alone ? [DEFAULT_ERROR_LIMIT] : [];
  return used.map((limit) => limitFinding(evidence, limit, alphaOf('limits', settings, used.length + 1)));
}

/** The thresholds of the `error_rate` alerts, kept off 0 and 1 where a rate can no longer be tested. */
export function errorLimits(settings: JudgeSettings): number[] {
  return settings.alerts.flatMap(({ metric, threshold }) =>
    metric === 'error_rate' && threshold !== undefined ? [Math.min(0.999, Math.max(1e-6, threshold))] : [],
  );
}

interface RateEvidence {
  readonly log: number;
  readonly withoutWorst: number;
}

function rateOver(arm: ArmEvidence, limit: number, evidence: Evidence): RateEvidence {
  const { dispersion } = evidenceOf(evidence.errors);
  const { restarts } = evidence.errors;
  const log = (all: Share, step: Share) =>
    mixed(rateEvidence(all, limit, dispersion), rateEvidence(step, limit, dispersion), restarts);
  return {
    log: log(shareOf(arm.traffic), shareOf(arm.stepTraffic)),
    withoutWorst: log(withoutWorst(arm.traffic), withoutWorst(arm.stepTraffic)),
  };
}

function shareOf({ errors, judged }: TrafficTotals): Share {
  return { events: errors, trials: judged };
}

function withoutWorst({ errors, judged, worstErrors, worstRequests }: TrafficTotals): Share {
  return { events: errors - worstErrors, trials: judged - worstRequests };
}

function limitFinding(evidence: Evidence, limit: number, alpha: number): Finding {
  const { candidate, current } = evidence;
  const threshold = logThreshold(alpha);
  const plain = rateOver(candidate, limit, evidence);
  const beside = limitBesideBaseline(limit, shareOf(current.traffic));
  const tuned = beside === limit ? plain : rateOver(candidate, beside, evidence);
  const sure = (rate: RateEvidence) =>
    candidate.traffic.errors >= LEAST_ERRORS &&
    confirmed(rate.withoutWorst, threshold, evidenceOf(evidence.errors).dispersion);
  const status =
    tuned.log >= threshold ? (sure(tuned) ? 'alarm' : 'pending') : besideStatus(plain, sure(plain), threshold);
  const failed = ofTotal(candidate.traffic.errors, candidate.traffic.judged, "of its callers' requests");
  const other = ofTotal(current.traffic.errors, current.traffic.judged, 'requests');
  return {
    status,
    reason: 'canary-errors',
    evidence: { log: tuned.log, threshold },
    explanation:
      `The candidate failed ${failed}, where ${percent(limit)} is the limit (${evidenceClause(tuned.log, threshold)}; source: ` +
      `metrics export). The current version failed ${other}.`,
  };
}

/** The limit is broken, but not by more than the current version breaks it: that too must be confirmed by another minute. */
function besideStatus(plain: RateEvidence, sure: boolean, threshold: number): Finding['status'] {
  if (plain.log < threshold) return 'quiet';
  return sure ? 'baseline' : 'pending';
}

/** With all traffic on the candidate, `max_regression` compares with what the current version did in the steps before. */
function regressionAtFullTraffic(evidence: Evidence, settings: JudgeSettings): Finding[] {
  const asked = settings.alerts.some((alert) => alert.metric === 'error_rate' && alert.maxRegression !== undefined);
  const { current, candidate, step } = evidence;
  if (!asked || step?.candidateTraffic !== 100 || current.traffic.judged < ENOUGH_OF_CURRENT) return [];
  const upper = wilson(current.traffic.errors, current.traffic.judged)?.[1] ?? 1;
  const limit = Math.min(0.999, evidence.errors.ratio * upper);
  const threshold = logThreshold(alphaOf('limits', settings, errorLimits(settings).length + 2));
  const { dispersion } = evidenceOf(evidence.errors);
  const log = rateEvidence(shareOf(candidate.stepTraffic), limit, dispersion);
  const rest = rateEvidence(withoutWorst(candidate.stepTraffic), limit, dispersion);
  const sure = candidate.stepTraffic.errors >= LEAST_ERRORS && confirmed(rest, threshold, dispersion);
  return [
    {
      status: log >= threshold ? (sure ? 'alarm' : 'pending') : 'quiet',
      reason: 'canary-errors',
      evidence: { log, threshold },
      explanation:
        `With all traffic the candidate failed ${ofTotal(candidate.stepTraffic.errors, candidate.stepTraffic.judged, 'requests')}; ` +
        `the current version failed ${ofTotal(current.traffic.errors, current.traffic.judged, 'requests')} in the steps before, ` +
        `which allows at most ${percent(limit)} (${evidenceClause(log, threshold)}).`,
    },
  ];
}
