import { indexMetrics, type MetricIndex } from './metric-index.js';
import type { Baseline, VersionFacts } from './types.js';

/** Both sides of the comparison, sorted by metric name. */
export interface Sides {
  readonly candidate: VersionFacts;
  readonly candidateIndex: MetricIndex;
  readonly baseline: Baseline;
  /** `undefined` when there is no version to compare with. */
  readonly baselineIndex: MetricIndex | undefined;
}

/** Sorts the points of candidate and baseline once for all rules. */
export function sidesOf(candidate: VersionFacts, baseline: Baseline): Sides {
  return {
    candidate,
    candidateIndex: indexMetrics(candidate.metrics),
    baseline,
    baselineIndex: baseline.kind === 'version' ? indexMetrics(baseline.facts.metrics) : undefined,
  };
}
