import { nearest } from './nearest.js';
import { below, type Place, refuse } from './rule-faults.js';

/** Every key of the map form, in the order of the documentation. */
export const RULE_KEYS = [
  'min',
  'max',
  'above',
  'below',
  'equals',
  'tolerance',
  'condition',
  'min_improvement',
  'min_relative_improvement',
  'max_regression',
  'max_relative_regression',
  'direction',
  'dataset',
  'point',
  'severity',
  'confidence',
  'on_missing_metric',
  'on_missing_baseline',
  'on_missing_baseline_metric',
  'on_thin_evidence',
] as const;

/** What people write who come from elsewhere, MLflow's `MetricThreshold` above all. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  threshold: 'Write min: for a lower limit or max: for an upper limit.',
  value: 'Write min: for a lower limit or max: for an upper limit.',
  greater_is_better: 'Write direction: higher or direction: lower.',
  higher_is_better: 'Write direction: higher or direction: lower.',
  min_absolute_change: 'Write min_improvement: for the same thing.',
  min_relative_change: 'Write min_relative_improvement: for the same thing.',
  max_drop: 'Write max_regression: for the same thing.',
  minimum: 'Did you mean min?',
  maximum: 'Did you mean max?',
  at_least: 'Did you mean min?',
  at_most: 'Did you mean max?',
  aggregate: 'Did you mean point?',
  metric: 'The name of the metric is the key under which the rule stands.',
};

/** Notes a mistake for each key that a rule does not have, with the nearest one that it has. */
export function refuseUnknownKeys(keys: readonly string[], place: Place): void {
  const known: readonly string[] = RULE_KEYS;
  for (const key of keys) {
    if (known.includes(key)) continue;
    const meant = nearest(key, known);
    const fix = Object.hasOwn(ELSEWHERE, key)
      ? ELSEWHERE[key]
      : meant === undefined
        ? undefined
        : `Did you mean ${meant}?`;
    refuse(below(place, key), `${JSON.stringify(key)} is no key of a rule.`, fix ?? `Use one of ${known.join(', ')}.`);
  }
}
