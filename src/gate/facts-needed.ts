import type { Rule } from './types.js';

/**
 * Names of the metrics whose whole history these rules look at; of every other metric the last point is enough. Patterns
 * are never among them: a rule with a pattern always takes the last point.
 */
export function historiesNeeded(rules: readonly Rule[]): string[] {
  return [...new Set(rules.filter((rule) => rule.point.kind !== 'last').map((rule) => rule.metric))];
}
