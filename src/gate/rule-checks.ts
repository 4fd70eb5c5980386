import { directionOf } from './directions.js';
import { type Place, type RuleFault, refuse } from './rule-faults.js';
import type { Baseline, Comparison, Condition, Direction, Rule } from './types.js';

/** Whether a condition compares with the baseline. */
export function needsBaseline(condition: Condition): boolean {
  return condition.kind !== 'bound';
}

/** The direction that a rule works with: its own, else that of the table. For a metric that a pattern found, pass its name. */
export function directionFor(rule: Rule, metric: string = rule.metric): Direction | undefined {
  return rule.direction ?? directionOf(rule.metric) ?? directionOf(metric);
}

/** Notes what is wrong with a rule as a whole: nothing asked, a direction that nobody knows, a range that nothing can meet. */
export function checkRule(rule: Rule, place: Place): void {
  if (rule.conditions.length === 0) {
    refuse(place, 'it asks for nothing.', 'Give it a limit, such as min: 0.9, max: 0.1 or max_regression: 0.01.');
  }
  if (rule.isPattern && rule.point.kind !== 'last') {
    refuse(
      place,
      'a pattern takes the last point only: which histories to fetch is not known beforehand.',
      'Write a rule for each metric by its name, or remove point.',
    );
  }
  checkDirection(rule, place);
  checkConfidence(rule, place);
  checkRange(rule.conditions, place);
}

function checkDirection(rule: Rule, place: Place): void {
  if (rule.direction !== undefined || directionOf(rule.metric) !== undefined) return;
  const change = rule.conditions.some(
    (condition) => condition.kind === 'improvement' || condition.kind === 'regression',
  );
  if (!change && rule.point.kind !== 'best') return;
  const needed = change ? 'a change for the better or the worse' : 'point: best';
  refuse(
    place,
    `it asks for ${needed}, but whether a greater value is better is not known for this name.`,
    'Add direction: higher or direction: lower to the rule.',
  );
}

function checkConfidence(rule: Rule, place: Place): void {
  if (rule.confidence === undefined) return;
  if (rule.conditions.some((condition) => 'operator' in condition && condition.operator === '==')) {
    refuse(
      place,
      'confidence cannot be asked of an equality.',
      'Write the range with min: and max:, or leave out confidence.',
    );
  }
  if (rule.point.kind === 'best') {
    refuse(
      place,
      'confidence and point: best do not go together: the best of many points is no fair sample.',
      'Use point: last or point: mean of last 5, or leave out confidence.',
    );
  }
}

/** One end of a range: a value lies inside when it is on the good side, or on the end where that is not open. */
interface RangeEnd {
  readonly value: number;
  readonly open: boolean;
}

interface Range {
  low: RangeEnd;
  high: RangeEnd;
}

/**
 * Notes a mistake when no value can meet all of these conditions: the bounds against each other, and terms of the
 * baseline with the same factor against each other.
 */
export function checkRange(conditions: readonly Condition[], place: Place): void {
  const ranges = new Map<number, Range>();
  for (const condition of conditions) {
    if (condition.kind === 'bound') narrow(ranges, 0, condition.operator, condition.value, condition.tolerance ?? 0);
    if (condition.kind === 'baseline') narrow(ranges, condition.factor, condition.operator, condition.offset, 0);
  }
  for (const [factor, { low, high }] of ranges) {
    if (low.value < high.value || (low.value === high.value && !low.open && !high.open)) continue;
    const of = factor === 0 ? '' : 'the baseline plus ';
    const message = `no value can meet it: ${low.open ? 'more than' : 'at least'} ${of}${low.value} and ${high.open ? 'less than' : 'at most'} ${of}${high.value}.`;
    refuse(place, message, 'Correct the limits, or swap them.');
  }
}

function narrow(
  ranges: Map<number, Range>,
  factor: number,
  operator: Comparison,
  value: number,
  tolerance: number,
): void {
  const range = ranges.get(factor) ?? {
    low: { value: Number.NEGATIVE_INFINITY, open: false },
    high: { value: Number.POSITIVE_INFINITY, open: false },
  };
  const open = operator === '>' || operator === '<';
  if (operator !== '<' && operator !== '<=') range.low = tighter(range.low, { value: value - tolerance, open }, 1);
  if (operator !== '>' && operator !== '>=') range.high = tighter(range.high, { value: value + tolerance, open }, -1);
  ranges.set(factor, range);
}

function tighter(present: RangeEnd, other: RangeEnd, sign: 1 | -1): RangeEnd {
  if (present.value === other.value) return { value: present.value, open: present.open || other.open };
  return sign * (other.value - present.value) > 0 ? other : present;
}

/**
 * Rules that compare with a baseline although the configuration asked for none: a configuration fault each. Empty for
 * every other kind of baseline. `path` is empty: the rule's `origin` names the place.
 */
export function checkRulesAgainstBaseline(
  rules: readonly Rule[],
  baselineKind: Baseline['kind'],
): (RuleFault & { readonly origin: string })[] {
  if (baselineKind !== 'none') return [];
  return rules
    .filter((rule) => rule.conditions.some(needsBaseline))
    .map((rule) => ({
      message: `The rule for ${rule.metric} compares with the baseline, but baseline is none.`,
      fix: 'Set baseline to serving, an @alias or a version number, or give the rule fixed limits only (min, max).',
      path: [],
      origin: rule.origin,
    }));
}
