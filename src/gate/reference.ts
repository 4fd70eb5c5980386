import type { ReasonCode } from '../reasons.js';
import { type Measurement, measure, nameDataset } from './measurement.js';
import { needsBaseline } from './rule-checks.js';
import type { Sides } from './sides.js';
import type { Direction, MissingPolicy, Provenance, Rule } from './types.js';

/** The baseline's value of a metric, or why there is none. */
export type Reference =
  /** No condition of the rule compares with the baseline. */
  | { readonly kind: 'unneeded' }
  | {
      readonly kind: 'value';
      readonly value: number;
      readonly provenance: Provenance;
      readonly measurement: Measurement;
      readonly remarks: readonly string[];
    }
  /** There is nothing to compare with, and a policy of the rule says what follows. */
  | { readonly kind: 'lacking'; readonly policy: MissingPolicy; readonly reason: ReasonCode; readonly why: string }
  /** There is something, but it cannot be compared with: never passes. */
  | {
      readonly kind: 'refused';
      readonly reason: ReasonCode;
      readonly why: string;
      readonly value?: number;
      readonly provenance?: Provenance;
    };

/**
 * Finds what a rule compares with. A rule that names no dataset compares on the one that the candidate was measured on,
 * where the baseline has it.
 */
export function lookUpBaseline(
  rule: Rule,
  metric: string,
  candidate: Extract<Measurement, { kind: 'value' }>,
  direction: Direction | undefined,
  sides: Sides,
): Reference {
  if (!rule.conditions.some(needsBaseline)) return { kind: 'unneeded' };
  const { baseline } = sides;
  if (baseline.kind === 'none') {
    return {
      kind: 'refused',
      reason: 'baseline-missing',
      why: 'The rule compares with the baseline, but baseline is none.',
    };
  }
  if (baseline.kind === 'absent') {
    return {
      kind: 'lacking',
      policy: rule.onMissingBaseline,
      reason: 'baseline-missing',
      why: `there is no baseline to compare with (${baseline.why})`,
    };
  }
  const measurement = measureBaseline(rule, metric, candidate.provenance, direction, sides);
  const name = `the baseline (version ${baseline.facts.version})`;
  return fromMeasurement(rule, measurement, candidate.provenance, name);
}

/** The baseline's measurement of a metric by the same rule and, if it can be, on the candidate's dataset. */
export function measureBaseline(
  rule: Rule,
  metric: string,
  candidate: Provenance,
  direction: Direction | undefined,
  sides: Sides,
): Measurement {
  const points = sides.baselineIndex?.points.get(metric);
  const query = { metric, point: rule.point, direction };
  if (rule.dataset !== undefined) return measure(points, { ...query, dataset: rule.dataset });
  for (const dataset of candidateDatasets(candidate)) {
    const onSame = measure(points, { ...query, dataset });
    if (onSame.kind !== 'missing') return onSame;
  }
  return measure(points, query);
}

function candidateDatasets({ dataset, datasetDigest }: Provenance): string[] {
  const both = dataset === undefined || datasetDigest === undefined ? [] : [`${dataset}@${datasetDigest}`];
  return [...both, ...(dataset === undefined ? [] : [dataset])];
}

function fromMeasurement(rule: Rule, measurement: Measurement, candidate: Provenance, name: string): Reference {
  if (measurement.kind === 'value') {
    const remarks = datasetRemarks(candidate, measurement.provenance);
    return { kind: 'value', value: measurement.value, provenance: measurement.provenance, measurement, remarks };
  }
  if (measurement.kind === 'missing') {
    const why = `on ${name}, ${measurement.why}`;
    return { kind: 'lacking', policy: rule.onMissingBaselineMetric, reason: 'baseline-metric-missing', why };
  }
  if (measurement.kind === 'ambiguous')
    return { kind: 'refused', reason: 'baseline-metric-missing', why: `On ${name}, ${measurement.why}.` };
  const { value, provenance, why } = measurement;
  return {
    kind: 'refused',
    reason: 'metric-not-finite',
    why: `On ${name}, ${why}: nothing can be compared with it.`,
    value,
    provenance,
  };
}

function datasetRemarks(candidate: Provenance, baseline: Provenance): string[] {
  if (candidate.dataset === undefined && baseline.dataset === undefined) return [];
  const [own, other] = [nameDataset(candidate), nameDataset(baseline)];
  return own === other ? [] : [`measured on ${own}, but the baseline on ${other}`];
}
