import { burstiness, evidenceOf, mixed } from './count-test.js';
import type { Evidence } from './evidence.js';
import { alphaOf, confirmed, evidenceClause, type Finding, logThreshold } from './findings.js';
import { type Share, wilson } from './intervals.js';
import {
  boundaryAtOrAbove,
  bucketQuantile,
  type LatencyEvidence,
  shareSlowerThan,
  slowerThan,
  sum,
} from './latency.js';
import { probeLatencyFinding } from './probe-findings.js';
import { limitBesideBaseline, rateEvidence } from './rate-test.js';
import type { Alert, JudgeSettings } from './types.js';
import { milliseconds, ofTotal, percent } from './wording.js';

/** Slowdown of probes that is tolerated when no `max_regression` alert says otherwise. */
const PROBE_TOLERANCE = 1.25;
/** How much more slow answers than before are tolerated at full traffic, where nothing serves beside the candidate. */
const BEFORE_AND_AFTER = 3;
const ENOUGH_OF_CURRENT = 100;
const LEAST_SLOW = 3;
/** Minutes that must speak before a limit condemns. */
const LEAST_MINUTES = 2;

/** All tests over latencies: the alerts where there are some, else the comparison with the current version. */
export function latencyFindings(evidence: Evidence, settings: JudgeSettings): Finding[] {
  const alerts = settings.alerts.filter(({ metric }) => metric === 'latency');
  const alpha = alphaOf('latency', settings, Math.max(1, alerts.length));
  const found = alerts.flatMap((alert) => alertFindings(evidence, alert, alpha));
  if (alerts.length === 0) found.push(...defaultFindings(evidence, alpha));
  const useProbes = alerts.length === 0 || alerts.some(isRelative) || sum(evidence.latency.candidate) === 0;
  return useProbes ? [...found, ...probeLatencyFinding(evidence, probeTolerance(settings))] : found;
}

/** The slowdown of probes that is tolerated: that of the first `max_regression` alert on latency, else 1.25 times. */
export function probeTolerance(settings: JudgeSettings): number {
  const alert = settings.alerts.find((one) => one.metric === 'latency' && isRelative(one));
  return alert?.maxRegression === undefined ? PROBE_TOLERANCE : 1 + alert.maxRegression;
}

function isRelative(alert: Alert): boolean {
  return alert.maxRegression !== undefined;
}

function alertFindings({ latency }: Evidence, alert: Alert, alpha: number): Finding[] {
  const { bounds } = latency;
  if (bounds === null) return [];
  const found: Finding[] = [];
  if (alert.threshold !== undefined) {
    const boundary = boundaryAtOrAbove(bounds, alert.threshold);
    if (boundary !== null) {
      const wording = `slower than ${milliseconds(bounds[boundary] ?? 0)}, the bucket boundary for the alert at ${milliseconds(alert.threshold)}`;
      found.push(exceedance(latency, boundary, 1 - alert.quantile, alpha, wording));
    }
  }
  if (alert.maxRegression !== undefined) found.push(...regression(latency, bounds, alert, alpha));
  return found;
}

/**
 * `max_regression`: at the smallest boundary at or above what the current version's quantile may grow to, the candidate may have
 * as many slower answers as the current version would have, were it slower by the allowed share.
 */
function regression(latency: LatencyEvidence, bounds: readonly number[], alert: Alert, alpha: number): Finding[] {
  const total = sum(latency.current);
  const quantile = bucketQuantile(bounds, latency.current, alert.quantile);
  const factor = 1 + (alert.maxRegression ?? 0);
  if (quantile === null || total < ENOUGH_OF_CURRENT) return [];
  const boundary = boundaryAtOrAbove(bounds, quantile.estimate * factor);
  if (boundary === null) return [];
  const bound = bounds[boundary] ?? 0;
  const expected = shareSlowerThan(bounds, latency.current, bound / factor);
  const upper = wilson(expected * total, total)?.[1] ?? 1;
  const wording = `slower than ${milliseconds(bound)}, where ${percent(factor - 1)} more than the current version's ${milliseconds(quantile.estimate)} is allowed`;
  return [exceedance(latency, boundary, Math.min(0.999, Math.max(1 - alert.quantile, upper)), alpha, wording)];
}

function exceedance(
  latency: LatencyEvidence,
  boundary: number,
  limit: number,
  alpha: number,
  wording: string,
): Finding {
  const threshold = logThreshold(alpha);
  const dispersion = burstiness(latency.test);
  const share = (counts: readonly number[]): Share => ({ events: slowerThan(counts, boundary), trials: sum(counts) });
  const candidate = share(latency.candidate);
  const current = share(latency.current);
  const over = (atMost: number) =>
    mixed(
      rateEvidence(candidate, atMost, dispersion),
      rateEvidence(share(latency.candidateStep), atMost, dispersion),
      latency.test.restarts,
    );
  const plain = over(limit);
  const beside = limitBesideBaseline(limit, current);
  const log = beside === limit ? plain : over(beside);
  const sure = candidate.events >= LEAST_SLOW && latency.minutes >= LEAST_MINUTES;
  return {
    status: statusOf(log >= threshold, plain >= threshold, sure),
    reason: 'canary-latency',
    evidence: { log, threshold },
    explanation:
      `Of the candidate's requests ${ofTotal(candidate.events, candidate.trials, 'were')} ${wording}; at most ${percent(limit)} may be ` +
      `(${evidenceClause(log, threshold)}; source: latency histogram of the metrics export). Of the current version's ` +
      `${ofTotal(current.events, current.trials, 'were')}.`,
  };
}

/** What is loud but not sure awaits another minute, whichever version it speaks against. */
function statusOf(loud: boolean, loudForBoth: boolean, sure: boolean): Finding['status'] {
  if (!loud && !loudForBoth) return 'quiet';
  if (!sure) return 'pending';
  return loud ? 'alarm' : 'baseline';
}

/** No alert on latency: the share of answers slower than the current version's frozen 95 % boundary. */
function defaultFindings({ latency, step }: Evidence, alpha: number): Finding[] {
  const { bounds, boundary, test } = latency;
  if (bounds === null || boundary === null) return [];
  if (step?.candidateTraffic === 100) return beforeAndAfter(latency, bounds, boundary, alpha);
  const threshold = logThreshold(alpha);
  const { log, withoutWorst, dispersion } = evidenceOf(test);
  const sure = test.candidateEvents >= LEAST_SLOW && confirmed(withoutWorst, threshold, dispersion);
  const current = test.dispersion;
  return [
    {
      status: log >= threshold ? (sure ? 'alarm' : 'pending') : 'quiet',
      reason: 'canary-latency',
      evidence: { log, threshold },
      explanation:
        `Of the candidate's requests ${ofTotal(test.candidateEvents, sum(latency.candidate), 'were')} slower than ` +
        `${milliseconds(bounds[boundary] ?? 0)}, of the current version's ${ofTotal(current.events, current.requests, 'were')} in the same ` +
        `minutes; up to ${test.ratio} times its share is tolerated (${evidenceClause(log, threshold)}; source: latency histogram of the metrics export).`,
    },
  ];
}

function beforeAndAfter(
  latency: LatencyEvidence,
  bounds: readonly number[],
  boundary: number,
  alpha: number,
): Finding[] {
  const total = sum(latency.current);
  const upper = wilson(slowerThan(latency.current, boundary), total)?.[1];
  if (upper === undefined || total < ENOUGH_OF_CURRENT) return [];
  const limit = Math.min(0.5, BEFORE_AND_AFTER * upper);
  const wording = `slower than ${milliseconds(bounds[boundary] ?? 0)}, compared with the current version's figures of the steps before`;
  return [exceedance({ ...latency, candidate: latency.candidateStep }, boundary, limit, alpha, wording)];
}
