import type { Bound } from './bounds.js';
import { type Evidence, gatherEvidence } from './evidence.js';
import type { Measurement } from './measurement.js';
import { formatNumber, formatShare, roundingSlack } from './numbers.js';
import type { Sides } from './sides.js';
import {
  type ConfidenceInterval,
  meanInterval,
  proportionDifference,
  welchInterval,
  wilsonInterval,
} from './statistics/intervals.js';
import type { Rule, RuleResult, RuleStatus } from './types.js';

export interface NoiseJudgement {
  /** `pass` also when the rule asks for no confidence. */
  readonly status: RuleStatus;
  /** Empty when the rule asks for no confidence. */
  readonly explanation: string;
  readonly interval?: NonNullable<RuleResult['interval']>;
}

interface Estimate extends ConfidenceInterval {
  readonly method: string;
}

/** k folds of a cross-validation train on shared data: the ratio of test to training examples is 1/(k-1). */
const foldOverlap = (folds: number): number => 1 / (folds - 1);

/**
 * Whether a rule that holds exactly also holds for the worse end of a two-sided confidence interval of
 * `value - factor * baseline`, for each of its bounds. Asked only after the exact comparison has passed.
 */
export function judgeNoise(
  rule: Rule,
  metric: string,
  measured: Extract<Measurement, { kind: 'value' }>,
  bounds: readonly Bound[],
  sides: Sides,
): NoiseJudgement {
  const { confidence } = rule;
  if (confidence === undefined || bounds.length === 0) return { status: 'pass', explanation: '' };
  const evidence = gatherEvidence(rule, metric, measured, sides);
  const judged = bounds.map((bound) => judgeBound(bound, evidence, confidence, rule));
  const worst =
    judged.find((one) => one.status !== 'pass' && one.interval !== undefined) ??
    judged.find((one) => one.status !== 'pass');
  return worst ?? judged[judged.length - 1] ?? { status: 'pass', explanation: '' };
}

function judgeBound(bound: Bound, evidence: Evidence, confidence: number, rule: Rule): NoiseJudgement {
  const estimate = evidence.kind === 'thin' ? evidence.why : estimateOf(bound.factor, evidence, confidence);
  if (typeof estimate === 'string') {
    const policy = rule.onThinEvidence ?? 'fail';
    const explanation = `the evidence is too thin for ${formatShare(confidence)} confidence: ${estimate}`;
    return { status: policy === 'pass' ? 'note' : policy, explanation };
  }
  const upper = bound.operator.startsWith('<');
  const end = upper ? estimate.high : estimate.low;
  const distance = upper ? bound.offset - end : end - bound.offset;
  const slack = roundingSlack(end, bound.offset, bound.scale);
  const holds = bound.operator.length === 1 ? distance > slack : distance >= -slack;
  return {
    status: holds ? 'pass' : 'fail',
    explanation: inWords(bound, estimate, confidence, holds),
    interval: { method: estimate.method, confidence, low: estimate.low, high: estimate.high },
  };
}

/** The interval that fits the evidence, or in words why it cannot be had. */
function estimateOf(
  factor: number,
  evidence: Exclude<Evidence, { kind: 'thin' }>,
  confidence: number,
): Estimate | string {
  if (factor !== 0 && evidence.baseline === undefined) return evidence.baselineWhy;
  switch (evidence.kind) {
    case 'proportion': {
      const { candidate, baseline } = evidence;
      if (factor === 0 || baseline === undefined)
        return { method: `Wilson score interval, n = ${candidate.count}`, ...wilsonInterval(candidate, confidence) };
      if (factor < 0) return 'a negative multiple of a proportion has no score interval';
      return {
        method: `Newcombe score interval of the difference, n = ${candidate.count} and ${baseline.count}`,
        ...proportionDifference(candidate, baseline, factor, confidence),
      };
    }
    case 'folds':
      return foldEstimate(factor, evidence.candidate, evidence.baseline, confidence);
    case 'repeats': {
      const { candidate, baseline } = evidence;
      if (factor === 0 || baseline === undefined)
        return { method: `t interval of ${candidate.length} repeats`, ...meanInterval(candidate, confidence) };
      return {
        method: `Welch t interval of ${candidate.length} and ${baseline.length} repeats`,
        ...welchInterval(candidate, baseline, factor, confidence),
      };
    }
  }
}

function foldEstimate(
  factor: number,
  candidate: ReadonlyMap<number, number>,
  baseline: ReadonlyMap<number, number> | undefined,
  confidence: number,
): Estimate {
  const own = [...candidate.values()];
  if (factor === 0 || baseline === undefined) {
    return {
      method: `t interval of ${own.length} folds, corrected for their overlap`,
      ...meanInterval(own, confidence, foldOverlap(own.length)),
    };
  }
  const paired = candidate.size === baseline.size && [...candidate.keys()].every((fold) => baseline.has(fold));
  if (!paired) {
    const interval = welchInterval(own, [...baseline.values()], factor, confidence, foldOverlap);
    return {
      method: `Welch t interval of ${candidate.size} and ${baseline.size} folds, corrected for their overlap`,
      ...interval,
    };
  }
  const differences = [...candidate].map(([fold, value]) => value - factor * (baseline.get(fold) ?? 0));
  const interval = meanInterval(differences, confidence, foldOverlap(differences.length));
  return { method: `paired t interval of ${differences.length} folds, corrected for their overlap`, ...interval };
}

function inWords(bound: Bound, estimate: Estimate, confidence: number, holds: boolean): string {
  const times = bound.factor === 1 ? '' : `${formatNumber(bound.factor)} * `;
  const subject = bound.factor === 0 ? 'the value' : `the value minus ${times}the baseline`;
  const range = `${formatNumber(estimate.low)} to ${formatNumber(estimate.high)}`;
  const limit = `${bound.operator.startsWith('<') ? 'at most' : 'at least'} ${formatNumber(bound.offset)}`;
  const verdict = holds ? `all of it ${limit}` : `not all of it ${limit}: noise alone could explain it`;
  return `with ${formatShare(confidence)} confidence ${subject} lies in ${range} (${estimate.method}), ${verdict}`;
}
