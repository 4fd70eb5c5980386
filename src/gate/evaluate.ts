import { judgeValue, requiredInWords, resultLine, statusOf } from './judgement.js';
import { measure } from './measurement.js';
import { namesMatching } from './metric-index.js';
import { nameUnmeasurable } from './numbers.js';
import { directionFor, needsBaseline } from './rule-checks.js';
import { type Sides, sidesOf } from './sides.js';
import type { Baseline, Rule, RuleResult, VersionFacts } from './types.js';

/**
 * Evaluates every rule, whatever the ones before it said: one line a rule, and for a pattern one line a metric that it
 * matches. Lines stand in the order of the rules. Takes the points as they are; never throws.
 */
export function evaluateRules(rules: readonly Rule[], candidate: VersionFacts, baseline: Baseline): RuleResult[] {
  const sides = sidesOf(candidate, baseline);
  return rules.flatMap((rule) =>
    rule.isPattern ? evaluatePattern(rule, sides) : [evaluateMetric(rule, rule.metric, sides)],
  );
}

/** A pattern also covers what only the baseline has, so that a slice that is no longer measured does not pass unseen. */
function evaluatePattern(rule: Rule, sides: Sides): RuleResult[] {
  const found = namesMatching(sides.candidateIndex, rule.metric);
  if (found.length === 0) {
    const explanation = `No metric of version ${sides.candidate.version} matches ${rule.metric} (it has ${sides.candidateIndex.names.length} metrics).`;
    return [
      resultLine(rule, rule.metric, {
        status: 'fail',
        reason: 'pattern-unmatched',
        required: requiredInWords(rule),
        explanation,
        isAbsent: true,
      }),
    ];
  }
  const compares = rule.conditions.some(needsBaseline) && sides.baselineIndex !== undefined;
  const known = new Set(found);
  const lost =
    compares && sides.baselineIndex !== undefined
      ? namesMatching(sides.baselineIndex, rule.metric).filter((name) => !known.has(name))
      : [];
  return [...found, ...lost].map((metric) => evaluateMetric(rule, metric, sides));
}

function evaluateMetric(rule: Rule, metric: string, sides: Sides): RuleResult {
  const query = { metric, dataset: rule.dataset, point: rule.point, direction: directionFor(rule, metric) };
  const measured = measure(sides.candidateIndex.points.get(metric), query);
  const required = requiredInWords(rule);
  switch (measured.kind) {
    case 'value':
      return judgeValue(rule, metric, measured, sides);
    case 'missing':
      return resultLine(rule, metric, {
        status: statusOf(rule.onMissingMetric),
        reason: 'metric-missing',
        required,
        explanation: `${upperFirst(measured.why)}.`,
        isAbsent: true,
      });
    case 'ambiguous':
      return resultLine(rule, metric, {
        status: 'fail',
        reason: 'metric-missing',
        required,
        explanation: `${upperFirst(measured.why)}.`,
      });
    case 'not-finite': {
      const explanation = `The value is ${nameUnmeasurable(measured.value)}, which never passes: ${measured.why}.`;
      const { value, provenance } = measured;
      return resultLine(rule, metric, {
        status: 'fail',
        reason: 'metric-not-finite',
        required,
        value,
        provenance,
        explanation,
      });
    }
  }
}

/** Metric names keep their case; only words of ours get a capital. */
function upperFirst(text: string): string {
  return text.startsWith('whether ') ? `W${text.slice(1)}` : text;
}
