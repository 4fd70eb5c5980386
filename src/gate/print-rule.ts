import { PLAIN_NAME } from './rule-lines.js';
import { numberOf, percentageOf } from './rule-values.js';
import type { Change, Condition, PointChoice, Rule } from './types.js';

/** The names of the four changes in the map form. */
const CHANGE_KEYS: Readonly<Record<'improvement' | 'regression', Readonly<Record<Change['kind'], string>>>> = {
  improvement: { absolute: 'min_improvement', relative: 'min_relative_improvement' },
  regression: { absolute: 'max_regression', relative: 'max_relative_regression' },
};

/**
 * A rule in the one-line form, such as `f1 >= 0.88 [max_regression: 0.01]`. Reading it again with `parseRuleLines` gives
 * the same rule, its origin aside. Defaults are not printed.
 */
export function printRule(rule: Rule): string {
  const written = rule.conditions.map(printCondition).filter((text) => text !== '');
  const fields = fieldsOf(rule).map(([key, value]) => `${key}: ${value}`);
  return [
    printName(rule.metric),
    ...(written.length > 0 ? [written.join(' and ')] : []),
    ...(fields.length > 0 ? [`[${fields.join(', ')}]`] : []),
  ].join(' ');
}

/**
 * A rule in the map form, as a value for YAML or JSON under the name of its metric. Reading it again with `parseRules`
 * gives the same rule, its origin aside.
 */
export function ruleAsMap(rule: Rule): Record<string, string> {
  const written = rule.conditions.map(printCondition).filter((text) => text !== '');
  const fields = fieldsOf(rule).map(([key, value]): [string, string] => [
    key,
    key === 'dataset' ? (rule.dataset ?? '') : value,
  ]);
  return { ...(written.length > 0 ? { condition: written.join(' and ') } : {}), ...Object.fromEntries(fields) };
}

function printName(name: string): string {
  const plain = PLAIN_NAME.test(name) && numberOf(name) === undefined && name !== 'baseline';
  return plain ? name : JSON.stringify(name);
}

function printCondition(condition: Condition): string {
  if (condition.kind === 'bound') {
    const tolerance = condition.tolerance === undefined ? '' : ` +- ${condition.tolerance}`;
    return `${condition.operator} ${condition.value}${tolerance}`;
  }
  if (condition.kind !== 'baseline') return '';
  const factor = condition.factor === 1 ? '' : ` * ${condition.factor}`;
  const offset = condition.offset === 0 ? '' : ` ${condition.offset < 0 ? '-' : '+'} ${Math.abs(condition.offset)}`;
  return `${condition.operator} baseline${factor}${offset}`;
}

function fieldsOf(rule: Rule): [string, string][] {
  const fields: [string, string | undefined][] = [
    ...rule.conditions.map(changeField),
    ['direction', rule.direction],
    ['dataset', rule.dataset === undefined ? undefined : printValue(rule.dataset)],
    ['point', rule.point.kind === 'last' ? undefined : printPoint(rule.point)],
    ['severity', rule.severity === 'error' ? undefined : rule.severity],
    ['confidence', rule.confidence === undefined ? undefined : String(rule.confidence)],
    ['on_missing_metric', rule.onMissingMetric === 'fail' ? undefined : rule.onMissingMetric],
    ['on_missing_baseline', rule.onMissingBaseline === 'pass' ? undefined : rule.onMissingBaseline],
    ['on_missing_baseline_metric', rule.onMissingBaselineMetric === 'fail' ? undefined : rule.onMissingBaselineMetric],
    ['on_thin_evidence', rule.onThinEvidence],
  ];
  return fields.flatMap(([key, value]): [string, string][] => (value === undefined ? [] : [[key, value]]));
}

function changeField(condition: Condition): [string, string | undefined] {
  if (condition.kind === 'bound' || condition.kind === 'baseline') return ['', undefined];
  const { kind, amount } = condition.change;
  return [CHANGE_KEYS[condition.kind][kind], kind === 'relative' && amount === 1 ? '100%' : String(amount)];
}

function printPoint(point: PointChoice): string {
  return point.kind === 'mean' ? `mean of last ${point.of}` : point.kind;
}

function printValue(value: string): string {
  const plain = /^[\p{L}\p{N}_./@-]+$/u.test(value) && percentageOf(value) === undefined;
  return plain ? value : JSON.stringify(value);
}
