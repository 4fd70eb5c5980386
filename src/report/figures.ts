import { counted, formatCount, formatLatency, formatMetric, formatShare, formatTraffic, UNKNOWN } from './format.js';
import type { ResultAlert, ResultArm, ResultDocument, ResultPlan, ResultRule, ResultStep } from './result.js';

/** Requests that one version answered in a step: `112 + 1,200 probes`, or `24 probes` where there were no others. */
export function requestsOf(arm: ResultArm): string {
  const probes = arm.probes > 0 ? [counted(arm.probes, 'probe')] : [];
  const own = arm.requests > 0 || arm.probes === 0 ? [formatCount(arm.requests)] : [];
  return [...own, ...probes].join(' + ');
}

/** `8.3 % (43)`. */
export function errorsOf(arm: ResultArm): string {
  if (arm.error_rate === null) return UNKNOWN;
  return arm.errors > 0 ? `${formatShare(arm.error_rate)} (${formatCount(arm.errors)})` : formatShare(arm.error_rate);
}

/** `0.42 of 100`. Evidence grows by multiplication; two digits are as much as it means. */
export function evidenceOf(step: Pick<ResultStep, 'evidence' | 'evidence_threshold'>): string {
  if (step.evidence === null) return UNKNOWN;
  const value =
    step.evidence >= 100 ? formatMetric(Math.round(step.evidence)) : String(Number(step.evidence.toPrecision(2)));
  if (step.evidence_threshold === null) return value;
  const sign = step.evidence >= step.evidence_threshold ? '≥' : 'of';
  return `${value} ${sign} ${formatCount(step.evidence_threshold)}`;
}

/** What each result of the gate is worth in words: `1 failed, 4 passed`. */
export function gateTally(gate: NonNullable<ResultDocument['gate']>): string {
  const all = [...gate.rules, ...gate.requirements];
  const count = (status: ResultRule['status']): number => all.filter((line) => line.status === status).length;
  const parts = [
    [count('fail'), 'failed'],
    [count('warn'), 'with a warning'],
    [count('note'), 'with a note'],
    [count('pass'), 'passed'],
  ] as const;
  return parts.flatMap(([number, word]) => (number > 0 ? [`${formatCount(number)} ${word}`] : [])).join(', ');
}

/** The steps of a plan: `0 % → 5 % → 100 %`. */
export function stepsLine(plan: ResultPlan): string {
  return plan.steps
    .slice(0, 12)
    .map((step) => formatTraffic(step.traffic))
    .join(' → ');
}

/** An alert's value in the unit of its metric. */
export function alertValue(alert: Pick<ResultAlert, 'metric' | 'value'>): string {
  if (alert.metric === 'error_rate') return formatShare(alert.value);
  if (alert.metric === 'latency') return formatLatency(alert.value);
  if (alert.value === null) return UNKNOWN;
  const units: Readonly<Record<string, string>> = { throughput: ' a second', cpu: ' %', memory: ' %' };
  return `${formatMetric(alert.value)}${units[alert.metric] ?? ''}`;
}
