import { type Measurement, measure } from './measurement.js';
import type { MetricIndex } from './metric-index.js';
import { measureBaseline } from './reference.js';
import { numberOf } from './rule-values.js';
import type { Sides } from './sides.js';
import type { Proportion } from './statistics/intervals.js';
import type { Rule, VersionFacts } from './types.js';

/** Fewer folds or repeats than this say too little about their spread. */
const FEWEST_REPEATS = 3;

/** Folds are looked for by number, up to this one. */
const MOST_FOLDS = 100;

interface Sided<Sample> {
  readonly candidate: Sample;
  readonly baseline: Sample | undefined;
  /** Why the baseline has no evidence of the same kind; empty when it has. */
  readonly baselineWhy: string;
}

/** What the versions logged that says how much of a metric may be noise. */
export type Evidence =
  /** Value by number of the fold. */
  | ({ readonly kind: 'folds' } & Sided<ReadonlyMap<number, number>>)
  | ({ readonly kind: 'proportion' } & Sided<Proportion>)
  | ({ readonly kind: 'repeats' } & Sided<readonly number[]>)
  | { readonly kind: 'thin'; readonly why: string };

type Value = Extract<Measurement, { kind: 'value' }>;

/**
 * The best evidence that the candidate has for a metric: folds (`f1/fold_0`, `f1_fold_1`, …), else a count of examples
 * (`accuracy.n`, `accuracy_count`, as a metric or a parameter), else the points of `point: mean of last k`.
 */
export function gatherEvidence(rule: Rule, metric: string, measured: Value, sides: Sides): Evidence {
  const baseline = baselineValue(rule, metric, measured, sides);
  const folds = foldsOf(metric, rule.dataset, sides.candidateIndex);
  if (folds.size > 0) return foldEvidence(folds, metric, rule, sides);
  const count = countFor(metric, rule.dataset, sides.candidate, sides.candidateIndex);
  if (count !== undefined) return proportionEvidence(measured, count, baseline, metric, rule, sides);
  if (rule.point.kind === 'mean') return repeatEvidence(measured, baseline);
  return {
    kind: 'thin',
    why: `${metric} has no folds (${metric}/fold_0, …), no count (${metric}.n) and no repeats (point: mean of last 5)`,
  };
}

function foldEvidence(folds: ReadonlyMap<number, number>, metric: string, rule: Rule, sides: Sides): Evidence {
  if (folds.size < FEWEST_REPEATS)
    return { kind: 'thin', why: `${metric} has ${folds.size} folds, and at least ${FEWEST_REPEATS} are needed` };
  const others =
    sides.baselineIndex === undefined ? new Map<number, number>() : foldsOf(metric, rule.dataset, sides.baselineIndex);
  const enough = others.size >= FEWEST_REPEATS;
  const baselineWhy = enough
    ? ''
    : `the baseline has ${others.size} folds of ${metric}, and at least ${FEWEST_REPEATS} are needed`;
  return { kind: 'folds', candidate: folds, baseline: enough ? others : undefined, baselineWhy };
}

function proportionEvidence(
  measured: Value,
  count: number,
  baseline: Value | undefined,
  metric: string,
  rule: Rule,
  sides: Sides,
): Evidence {
  const candidate = asProportion(measured.value, count);
  if (candidate === undefined)
    return {
      kind: 'thin',
      why: `${metric} with a count of ${count} is no proportion: it needs a value from 0 to 1 and a whole count`,
    };
  const otherFacts = sides.baseline.kind === 'version' ? sides.baseline.facts : undefined;
  const otherCount =
    otherFacts === undefined || sides.baselineIndex === undefined
      ? undefined
      : countFor(metric, rule.dataset, otherFacts, sides.baselineIndex);
  const other =
    otherCount === undefined || baseline === undefined ? undefined : asProportion(baseline.value, otherCount);
  const baselineWhy = other === undefined ? `the baseline has no count of examples for ${metric} (${metric}.n)` : '';
  return { kind: 'proportion', candidate, baseline: other, baselineWhy };
}

function repeatEvidence(measured: Value, baseline: Value | undefined): Evidence {
  const own = measured.points.map((point) => point.value);
  if (own.length < FEWEST_REPEATS)
    return { kind: 'thin', why: `the mean is of ${own.length} points, and at least ${FEWEST_REPEATS} are needed` };
  const other = baseline?.points.map((point) => point.value);
  const enough = other !== undefined && other.length >= FEWEST_REPEATS;
  return {
    kind: 'repeats',
    candidate: own,
    baseline: enough ? other : undefined,
    baselineWhy: enough ? '' : 'the baseline has too few repeats',
  };
}

function baselineValue(rule: Rule, metric: string, measured: Value, sides: Sides): Value | undefined {
  const found = measureBaseline(rule, metric, measured.provenance, rule.direction, sides);
  return found.kind === 'value' ? found : undefined;
}

function asProportion(share: number, count: number): Proportion | undefined {
  return share >= 0 && share <= 1 && Number.isInteger(count) && count >= 1 ? { share, count } : undefined;
}

/** Values by number of the fold. One unusable fold leaves none: what is left would no longer be a fair sample. */
function foldsOf(metric: string, dataset: string | undefined, index: MetricIndex): ReadonlyMap<number, number> {
  const folds = new Map<number, number>();
  for (let fold = 0; fold < MOST_FOLDS; fold += 1) {
    const names = ['/', '_', '.'].map((separator) => `${metric}${separator}fold_${fold}`);
    const name = names.find((candidate) => index.points.has(candidate));
    if (name === undefined) continue;
    const value = measure(index.points.get(name), {
      metric: name,
      dataset,
      point: { kind: 'last' },
      direction: undefined,
    });
    if (value.kind !== 'value') return new Map();
    folds.set(fold, value.value);
  }
  return folds;
}

function countFor(
  metric: string,
  dataset: string | undefined,
  facts: VersionFacts,
  index: MetricIndex,
): number | undefined {
  for (const name of ['.n', '/n', '_n', '.count', '/count', '_count'].map((suffix) => `${metric}${suffix}`)) {
    const measured = measure(index.points.get(name), {
      metric: name,
      dataset,
      point: { kind: 'last' },
      direction: undefined,
    });
    if (measured.kind === 'value') return measured.value;
    const param = facts.run?.params[name];
    const count = param === undefined ? undefined : numberOf(param);
    if (count !== undefined) return count;
  }
  return undefined;
}
