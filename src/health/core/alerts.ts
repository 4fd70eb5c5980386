import { confirmed, evidenceClause, logThreshold } from './findings.js';
import {
  boundaryAtOrAbove,
  bucketQuantile,
  countsFor,
  finiteBounds,
  noLatency,
  plus,
  slowerThan,
  sum,
} from './latency.js';
import { rateEvidence } from './rate-test.js';
import type { Alert, MinuteSample } from './types.js';
import { count, milliseconds, ofTotal, percent } from './wording.js';

/** What one subject (a served entity, or the endpoint) has shown since the watch began. Plain numbers. */
export interface SubjectEvidence {
  readonly minutes: number;
  readonly requests: number;
  /** Requests of the minutes in which the number of errors is known. */
  readonly judged: number;
  readonly errors: number;
  readonly worst: { readonly errors: number; readonly requests: number };
  readonly bounds: readonly number[] | null;
  readonly latencies: readonly number[];
  /** Newest first, at most two. */
  readonly cpu: readonly number[];
  readonly memory: readonly number[];
}

export const NOTHING_SEEN: SubjectEvidence = {
  minutes: 0,
  requests: 0,
  judged: 0,
  errors: 0,
  worst: { errors: 0, requests: 0 },
  bounds: null,
  latencies: [],
  cpu: [],
  memory: [],
};

/** One alert applied to one subject. */
export interface AlertResult {
  readonly metric: string;
  readonly subject: string;
  /** `fail`: the alert is raised. `warn`: above the limit, but too few requests to tell. `note`: could not be judged. */
  readonly status: 'pass' | 'fail' | 'warn' | 'note';
  /** The rule in words. */
  readonly required: string;
  /** In the alert's unit; `null` when not known. */
  readonly value: number | null;
  readonly explanation: string;
}

export interface AlertSettings {
  readonly alerts: readonly Alert[];
  /** Chance of raising an alert on a subject that keeps its limits, all alerts together. */
  readonly alpha: number;
  /** Ask for evidence from more than one minute; off when there is only one look. */
  readonly confirm: boolean;
}

/** Adds one whole minute of a subject. */
export function observe(known: SubjectEvidence, sample: MinuteSample): SubjectEvidence {
  const requests = sample.requests ?? 0;
  const isKnown = sample.requests !== null && sample.errors5xx !== null;
  const errors = isKnown ? Math.min(requests, sample.errors5xx ?? 0) : 0;
  const counts = sample.latency === null ? null : countsFor({ ...noLatency(1), bounds: known.bounds }, sample.latency);
  const recent = (values: readonly number[], value: number | null) =>
    value === null ? values : [value, ...values].slice(0, 2);
  return {
    minutes: known.minutes + (sample.requests === null ? 0 : 1),
    requests: known.requests + requests,
    judged: known.judged + (isKnown ? requests : 0),
    errors: known.errors + errors,
    worst: errors > known.worst.errors ? { errors, requests } : known.worst,
    bounds: known.bounds ?? (sample.latency === null ? null : finiteBounds(sample.latency)),
    latencies: counts === null ? known.latencies : plus(known.latencies, counts),
    cpu: recent(known.cpu, sample.cpuPercent),
    memory: recent(known.memory, sample.memoryPercent),
  };
}

/** Applies every alert to one subject. */
export function alertResults(subject: string, seen: SubjectEvidence, settings: AlertSettings): AlertResult[] {
  const alpha = settings.alpha / Math.max(1, settings.alerts.length);
  return settings.alerts.map((alert) => {
    const required = requirement(alert);
    return { metric: alert.metric, subject, required, ...judgeAlert(alert, seen, alpha, settings.confirm) };
  });
}

type Outcome = Pick<AlertResult, 'status' | 'value' | 'explanation'>;

function judgeAlert(alert: Alert, seen: SubjectEvidence, alpha: number, confirm: boolean): Outcome {
  if (alert.threshold === undefined)
    return note('A change to the version before can only be judged while both serve, in a rollout.');
  switch (alert.metric) {
    case 'error_rate':
      return errorRate(alert.threshold, seen, alpha, confirm);
    case 'latency':
      return latency(alert, alert.threshold, seen, alpha);
    case 'throughput':
      return throughput(alert.threshold, seen);
    case 'cpu':
    case 'memory':
      return load(alert.threshold, seen[alert.metric]);
  }
}

/** The rule in words. */
function requirement({ metric, threshold, maxRegression, quantile }: Alert): string {
  const change = maxRegression === undefined ? '' : `at most ${percent(maxRegression)} worse than the version before`;
  if (threshold === undefined) return change;
  const rest = change === '' ? '' : `, ${change}`;
  if (metric === 'error_rate') return `at most ${percent(threshold)} of requests fail${rest}`;
  if (metric === 'latency') return `${percent(quantile)} of requests within ${milliseconds(threshold)}${rest}`;
  if (metric === 'throughput') return `at least ${threshold} requests per second${rest}`;
  return `at most ${threshold} %${rest}`;
}

function note(explanation: string): Outcome {
  return { status: 'note', value: null, explanation };
}

function errorRate(threshold: number, seen: SubjectEvidence, alpha: number, confirm: boolean): Outcome {
  if (seen.judged === 0)
    return note(seen.requests > 0 ? 'The export gives requests but no errors.' : 'No requests were seen.');
  const limit = Math.min(0.999, Math.max(1e-6, threshold));
  const needed = logThreshold(alpha);
  const log = rateEvidence({ events: seen.errors, trials: seen.judged }, limit);
  const rest = { events: seen.errors - seen.worst.errors, trials: seen.judged - seen.worst.requests };
  const sure = log >= needed && (!confirm || confirmed(rateEvidence(rest, limit), needed, 1));
  const value = seen.errors / seen.judged;
  return outcome(
    value,
    value > threshold,
    sure,
    ofTotal(seen.errors, seen.judged, 'requests failed'),
    evidenceClause(log, needed),
  );
}

function latency(alert: Alert, threshold: number, seen: SubjectEvidence, alpha: number): Outcome {
  const { bounds, latencies } = seen;
  const quantile = bounds === null ? null : bucketQuantile(bounds, latencies, alert.quantile);
  if (bounds === null || quantile === null) return note('No latency histogram of the last minutes is exported.');
  const boundary = boundaryAtOrAbove(bounds, threshold);
  const high = Number.isFinite(quantile.high) ? milliseconds(quantile.high) : 'infinity';
  const between = `${percent(alert.quantile)} lie below a value between ${milliseconds(quantile.low)} and ${high}`;
  if (boundary === null)
    return {
      ...note(`No bucket boundary lies at or above ${milliseconds(threshold)}; ${between}.`),
      value: quantile.estimate,
    };
  const share = { events: slowerThan(latencies, boundary), trials: sum(latencies) };
  const needed = logThreshold(alpha);
  const limit = Math.max(1e-6, 1 - alert.quantile);
  const log = rateEvidence(share, limit);
  const above = share.events / share.trials > limit;
  const text = `${ofTotal(share.events, share.trials, 'requests')} took longer than the bucket boundary at ${milliseconds(bounds[boundary] ?? 0)}; ${between}`;
  return outcome(quantile.estimate, above, log >= needed, text, evidenceClause(log, needed));
}

function outcome(value: number, above: boolean, sure: boolean, text: string, evidence: string): Outcome {
  if (!above) return { status: 'pass', value, explanation: `${text}.` };
  if (sure) return { status: 'fail', value, explanation: `${text} (${evidence}).` };
  return {
    status: 'warn',
    value,
    explanation: `${text}; that is above the limit, but not yet beyond chance (${evidence}).`,
  };
}

function throughput(threshold: number, seen: SubjectEvidence): Outcome {
  if (seen.minutes === 0) return note('No requests were exported.');
  const value = seen.requests / (60 * seen.minutes);
  const explanation = `${count(seen.requests)} requests in ${seen.minutes} minutes: ${Number(value.toPrecision(3))} per second.`;
  return { status: value < threshold ? 'fail' : 'pass', value, explanation };
}

function load(threshold: number, recent: readonly number[]): Outcome {
  const value = recent[0];
  if (value === undefined) return note('Not exported.');
  const explanation = `Last minutes: ${recent.map((one) => `${one} %`).join(', before it ')}.`;
  const raised = recent.every((one) => one > threshold);
  return { status: raised ? 'fail' : value > threshold ? 'warn' : 'pass', value, explanation };
}
