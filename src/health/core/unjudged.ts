import type { Evidence } from './evidence.js';
import { boundaryAtOrAbove, bucketQuantile, slowerThan, sum } from './latency.js';
import type { Alert, JudgeSettings } from './types.js';
import { milliseconds, percent } from './wording.js';

/** Latencies of the current version from which a comparison with it makes sense. */
const ENOUGH_OF_CURRENT = 100;

/** An alert that nothing in this step could have raised, with the figure that is missing. */
interface Unjudged {
  readonly words: string;
  /** The figure exists and is only late: the step waits for it. Otherwise it is never going to come, and is named. */
  readonly isLate: boolean;
}

/**
 * Alerts of which the step can still learn: their figures are exported, and those of the candidate have not come yet. `null` when there
 * are none. Errors need no check of their own: requests whose outcome is unknown do not count as seen.
 */
export function lateAlerts(evidence: Evidence, settings: JudgeSettings): string | null {
  return inWords(evidence, settings, (one) => one.isLate);
}

/** Alerts that cannot be judged with what this endpoint exports; said with every verdict, and no reason to wait. */
export function blindAlerts(evidence: Evidence, settings: JudgeSettings): string | null {
  return inWords(evidence, settings, (one) => !one.isLate);
}

function inWords(evidence: Evidence, settings: JudgeSettings, wanted: (one: Unjudged) => boolean): string | null {
  if (evidence.step === null || evidence.step.candidateTraffic <= 0) return null;
  const isWaiting = evidence.latency.bounds !== null && evidence.candidate.stepTraffic.requests > 0;
  const found = settings.alerts.flatMap((alert): Unjudged[] => {
    const reason = missingFigure(evidence, alert);
    if (reason === null) return [];
    const isLate = alert.metric === 'latency' && isWaiting && !lacksComparison(evidence, alert);
    return [{ words: `The ${alert.metric} alert has not been judged in this step: ${reason}.`, isLate }];
  });
  const words = [...new Set(found.filter(wanted).map((one) => one.words))];
  return words.length === 0 ? null : words.join(' ');
}

/** A version before that is hardly called cannot be compared with, however long the step waits. */
function lacksComparison({ latency }: Evidence, alert: Alert): boolean {
  return alert.threshold === undefined && sum(latency.candidateStep) > 0 && sum(latency.current) < ENOUGH_OF_CURRENT;
}

function missingFigure(evidence: Evidence, alert: Alert): string | null {
  const { candidate } = evidence;
  switch (alert.metric) {
    case 'error_rate':
      return null;
    case 'latency':
      return missingLatency(evidence, alert);
    case 'throughput':
      return alert.threshold === undefined || candidate.stepTraffic.minutes > 0
        ? null
        : 'no minute of request_count of the candidate has been exported';
    case 'cpu':
    case 'memory':
      return alert.threshold === undefined || candidate[alert.metric].length > 0
        ? null
        : `${alert.metric === 'cpu' ? 'cpu_usage_percentage' : 'mem_usage_percentage'} of the candidate has not been exported`;
  }
}

/** Probe latency stands in where the export brings no histogram or no request of the candidate. */
function missingLatency(evidence: Evidence, alert: Alert): string | null {
  const { latency, candidate } = evidence;
  const { bounds } = latency;
  const seen = bounds !== null && candidate.stepTraffic.requests > 0;
  if (!seen && candidate.stepProbes.sent > 0) return null;
  if (bounds === null) return 'the export brings no request_latency_ms histogram, and no probe was sent';
  if (sum(latency.candidateStep) === 0)
    return 'no whole minute of the request_latency_ms histogram of the candidate after its warm-up has been exported';
  return alert.threshold === undefined
    ? missingComparison(evidence, alert, bounds)
    : missingBucket(evidence, alert.threshold, alert.quantile, bounds);
}

function missingComparison(evidence: Evidence, alert: Alert, bounds: readonly number[]): string | null {
  const { latency, current, step } = evidence;
  // A first deployment has no version to compare with.
  if (step?.candidateTraffic === 100 && current.traffic.requests === 0) return null;
  const quantile = bucketQuantile(bounds, latency.current, alert.quantile);
  if (quantile === null || sum(latency.current) < ENOUGH_OF_CURRENT)
    return `fewer than ${ENOUGH_OF_CURRENT} latencies of the current version have been exported to compare with`;
  return missingBucket(evidence, quantile.estimate * (1 + (alert.maxRegression ?? 0)), alert.quantile, bounds);
}

/** Beyond the last bound a histogram tells nothing apart; that does no harm where no more than the quantile allows lies there. */
function missingBucket(evidence: Evidence, ms: number, quantile: number, bounds: readonly number[]): string | null {
  if (boundaryAtOrAbove(bounds, ms) !== null) return null;
  const counts = evidence.latency.candidateStep;
  const beyond = slowerThan(counts, bounds.length - 1) / sum(counts);
  return beyond <= 1 - quantile
    ? null
    : `${percent(beyond)} of requests lie beyond the last bucket at ${milliseconds(bounds.at(-1) ?? 0)}, and no bucket bound at or above ${milliseconds(ms)} is exported`;
}
