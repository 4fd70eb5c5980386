import { formatBeside, formatNumber, formatShare, isMeasurable, roundingSlack } from './numbers.js';
import type { Change, Comparison, Condition, Direction } from './types.js';

/** A condition with its numbers filled in: what a value is held against. */
export interface Bound {
  readonly operator: Comparison;
  /** In the metric's unit. */
  readonly value: number;
  /** The bound is `factor * baseline + offset`; a fixed bound has the factor 0. */
  readonly factor: number;
  readonly offset: number;
  /** For `==` only; 0 elsewhere. */
  readonly tolerance: number;
  /** Greatest magnitude among the terms that the bound was computed from; rounding is judged against it. */
  readonly scale: number;
  /** Where the bound comes from, in words, such as `baseline 0.903 - 0.01`; empty for a fixed bound. */
  readonly derivation: string;
  /** A share of a baseline of 0 is 0: worth a word of advice when it is missed. */
  readonly shareOfZero: boolean;
}

export interface BoundCheck {
  readonly bound: Bound;
  readonly holds: boolean;
  /** How far the value is on the good side, in the metric's unit; negative when the bound is missed. */
  readonly margin: number;
}

const WORDS: Readonly<Record<Comparison, string>> = {
  '>=': 'at least',
  '>': 'more than',
  '<=': 'at most',
  '<': 'less than',
  '==': 'equal to',
};

/**
 * The bound that a condition sets. `baseline` is needed for every kind but `bound`, `direction` for changes; without them
 * there is no bound. Relative changes are shares of the baseline's magnitude, so that negative baselines behave.
 */
export function boundOf(
  condition: Condition,
  baseline: number | undefined,
  direction: Direction | undefined,
): Bound | undefined {
  if (condition.kind === 'bound') {
    const tolerance = condition.tolerance ?? 0;
    const { operator, value } = condition;
    return {
      operator,
      value,
      factor: 0,
      offset: value,
      tolerance,
      scale: Math.max(Math.abs(value), tolerance),
      derivation: '',
      shareOfZero: false,
    };
  }
  if (baseline === undefined) return undefined;
  if (condition.kind === 'baseline') return baselineTerm(condition, baseline);
  return direction === undefined ? undefined : changeBound(condition.kind, condition.change, baseline, direction);
}

/**
 * Whether a value meets a bound. Values within rounding of each other count as equal: equal passes `>=`, `<=` and `==`
 * and fails `>` and `<`. A bound that overflowed is never met.
 */
export function checkBound(bound: Bound, value: number): BoundCheck {
  const distance = bound.operator.startsWith('<') ? bound.value - value : value - bound.value;
  const margin = bound.operator === '==' ? bound.tolerance - Math.abs(distance) : distance;
  if (!isMeasurable(bound.value) || !isMeasurable(value))
    return { bound, holds: false, margin: Number.NEGATIVE_INFINITY };
  const slack = roundingSlack(value, bound.value, bound.scale);
  const strict = bound.operator === '>' || bound.operator === '<';
  const holds = strict ? margin > slack : margin >= -slack;
  return { bound, holds, margin: holds ? Math.max(margin, 0) : Math.min(margin, 0) };
}

/** A bound in words, such as `at least 0.893 (baseline 0.903 - 0.01)`. `value` is what it will stand beside. */
export function describeBound(bound: Bound, value?: number): string {
  const number = value === undefined ? formatNumber(bound.value) : formatBeside(bound.value, value);
  const tolerance = bound.tolerance === 0 ? '' : ` ± ${formatNumber(bound.tolerance)}`;
  return `${WORDS[bound.operator]} ${number}${tolerance}${bound.derivation === '' ? '' : ` (${bound.derivation})`}`;
}

/** A condition in words when its baseline is not known. */
export function describeCondition(condition: Condition): string {
  if (condition.kind === 'bound') {
    const tolerance = condition.tolerance === undefined ? '' : ` ± ${formatNumber(condition.tolerance)}`;
    return `${WORDS[condition.operator]} ${formatNumber(condition.value)}${tolerance}`;
  }
  if (condition.kind === 'baseline')
    return `${WORDS[condition.operator]} ${termInWords('baseline', condition.factor, condition.offset)}`;
  return changeInWords(condition.kind, condition.change);
}

function baselineTerm(condition: Condition & { kind: 'baseline' }, baseline: number): Bound {
  const product = baseline * condition.factor;
  return {
    operator: condition.operator,
    value: product + condition.offset,
    factor: condition.factor,
    offset: condition.offset,
    tolerance: 0,
    scale: Math.max(Math.abs(product), Math.abs(condition.offset)),
    derivation: termInWords(`baseline ${formatNumber(baseline)}`, condition.factor, condition.offset),
    shareOfZero: false,
  };
}

function changeBound(
  kind: 'improvement' | 'regression',
  change: Change,
  baseline: number,
  direction: Direction,
): Bound {
  const amount = change.kind === 'absolute' ? change.amount : change.amount * Math.abs(baseline);
  const upwards = (kind === 'improvement') === (direction === 'higher');
  const signed = upwards ? amount : -amount;
  const shareOfZero = change.kind === 'relative' && baseline === 0 && change.amount > 0;
  const better = direction === 'higher' ? '>' : '<';
  return {
    operator: shareOfZero && kind === 'improvement' ? better : `${better}=`,
    value: baseline + signed,
    factor: change.kind === 'relative' && baseline !== 0 ? 1 + signed / baseline : 1,
    offset: change.kind === 'relative' ? 0 : signed,
    tolerance: 0,
    scale: Math.max(Math.abs(baseline), amount),
    derivation: `baseline ${formatNumber(baseline)}, ${changeInWords(kind, change)}`,
    shareOfZero,
  };
}

function changeInWords(kind: 'improvement' | 'regression', change: Change): string {
  const amount = change.kind === 'absolute' ? formatNumber(change.amount) : `${formatShare(change.amount)} of it`;
  if (change.amount === 0) return 'no worse than the baseline';
  return kind === 'improvement' ? `better by at least ${amount}` : `worse by at most ${amount}`;
}

function termInWords(baseline: string, factor: number, offset: number): string {
  const product = factor === 1 ? baseline : `${baseline} * ${formatNumber(factor)}`;
  if (offset === 0) return product;
  return `${product} ${offset < 0 ? '-' : '+'} ${formatNumber(Math.abs(offset))}`;
}
