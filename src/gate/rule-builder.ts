import { parseConditions, parseOperand, withTolerance } from './condition-text.js';
import { isPattern } from './pattern.js';
import { checkRule } from './rule-checks.js';
import { below, type Place, refuse } from './rule-faults.js';
import { refuseUnknownKeys } from './rule-keys.js';
import { readAmount, readChoice, readConfidence, readName, readPoint, readShare } from './rule-values.js';
import type { Change, Comparison, Condition, Direction, MissingPolicy, Rule } from './types.js';

/** The keys of a rule with their values as they were written: unknown until they are read here. */
type RuleFields = ReadonlyMap<string, unknown>;

const COMPARISONS: readonly (readonly [string, Comparison])[] = [
  ['min', '>='],
  ['above', '>'],
  ['max', '<='],
  ['below', '<'],
];
const CHANGES: readonly (readonly [string, 'improvement' | 'regression', Change['kind']])[] = [
  ['min_improvement', 'improvement', 'absolute'],
  ['min_relative_improvement', 'improvement', 'relative'],
  ['max_regression', 'regression', 'absolute'],
  ['max_relative_regression', 'regression', 'relative'],
];
const DIRECTIONS: readonly Direction[] = ['higher', 'lower'];
const POLICIES: readonly MissingPolicy[] = ['fail', 'pass', 'warn'];

/**
 * The rule that these conditions and keys make, with every default filled in; `undefined` when there was a mistake, which
 * is then in `place.faults`. Every form of writing a rule ends here. A caller that has read parts of the rule itself gives
 * the number of faults before that, so that a half-read rule is neither checked as a whole nor returned.
 */
export function buildRule(
  metric: string,
  written: readonly Condition[],
  fields: RuleFields,
  place: Place,
  origin: string,
  faultsBefore: number = place.faults.length,
): Rule | undefined {
  refuseUnknownKeys([...fields.keys()], place);
  const conditions = [
    ...written,
    ...boundsIn(fields, place),
    ...equalityIn(fields, place),
    ...changesIn(fields, place),
  ];
  const rule: Rule = {
    metric,
    isPattern: isPattern(metric),
    conditions,
    ...optional(
      'direction',
      read(fields, 'direction', place, (value, key, at) => readChoice(value, DIRECTIONS, key, at)),
    ),
    ...optional('dataset', read(fields, 'dataset', place, readName)),
    point: read(fields, 'point', place, readPoint) ?? { kind: 'last' },
    severity:
      read(fields, 'severity', place, (value, key, at) => readChoice(value, ['error', 'warn'], key, at)) ?? 'error',
    ...optional('confidence', read(fields, 'confidence', place, readConfidence)),
    onMissingMetric: policy(fields, 'on_missing_metric', place) ?? 'fail',
    onMissingBaseline: policy(fields, 'on_missing_baseline', place) ?? 'pass',
    onMissingBaselineMetric: policy(fields, 'on_missing_baseline_metric', place) ?? 'fail',
    ...optional('onThinEvidence', policy(fields, 'on_thin_evidence', place)),
    origin,
  };
  if (place.faults.length === faultsBefore) checkRule(rule, place);
  return place.faults.length === faultsBefore ? rule : undefined;
}

function boundsIn(fields: RuleFields, place: Place): Condition[] {
  const text = fields.get('condition');
  const conditions = typeof text === 'string' ? parseConditions(text, below(place, 'condition')) : [];
  if (text !== undefined && typeof text !== 'string') read(fields, 'condition', place, readName);
  for (const [key, operator] of COMPARISONS) {
    const condition = read(fields, key, place, (value, name, at) => parseOperand(operator, value, name, at));
    if (condition !== undefined) conditions.push(condition);
  }
  return conditions;
}

function equalityIn(fields: RuleFields, place: Place): Condition[] {
  const equality = read(fields, 'equals', place, (value, name, at) => parseOperand('==', value, name, at));
  const tolerance = read(fields, 'tolerance', place, readAmount);
  if (fields.has('tolerance') && !fields.has('equals')) {
    refuse(
      below(place, 'tolerance'),
      'tolerance belongs to equals, which is not there.',
      'Add equals:, or remove tolerance.',
    );
  }
  const condition = tolerance === undefined ? equality : withTolerance(equality, tolerance, below(place, 'tolerance'));
  return condition === undefined ? [] : [condition];
}

function changesIn(fields: RuleFields, place: Place): Condition[] {
  return CHANGES.flatMap(([name, kind, unit]) => {
    const amount = read(fields, name, place, unit === 'relative' ? readShare : readAmount);
    return amount === undefined ? [] : [{ kind, change: { kind: unit, amount } }];
  });
}

function policy(fields: RuleFields, key: string, place: Place): MissingPolicy | undefined {
  return read(fields, key, place, (value, name, at) => readChoice(value, POLICIES, name, at));
}

function read<Value>(
  fields: RuleFields,
  key: string,
  place: Place,
  reader: (value: unknown, key: string, place: Place) => Value | undefined,
): Value | undefined {
  return fields.has(key) ? reader(fields.get(key), key, below(place, key)) : undefined;
}

function optional<Key extends string, Value>(key: Key, value: Value | undefined): { [name in Key]?: Value } {
  const result: { [name in Key]?: Value } = {};
  if (value !== undefined) result[key] = value;
  return result;
}
