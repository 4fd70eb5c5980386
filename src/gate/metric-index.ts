import { patternTest } from './pattern.js';
import type { MetricPoint } from './types.js';

/** Every point of a version by metric name, so that hundreds of rules over thousands of metrics stay one pass each. */
export interface MetricIndex {
  readonly points: ReadonlyMap<string, readonly MetricPoint[]>;
  readonly names: readonly string[];
}

/** Sorts the points of a version by name. */
export function indexMetrics(metrics: readonly MetricPoint[]): MetricIndex {
  const points = new Map<string, MetricPoint[]>();
  for (const point of metrics) {
    const present = points.get(point.name);
    if (present === undefined) points.set(point.name, [point]);
    else present.push(point);
  }
  return { points, names: [...points.keys()] };
}

/** Names that a pattern matches, in the order in which they were logged. */
export function namesMatching(index: MetricIndex, pattern: string): string[] {
  return index.names.filter(patternTest(pattern));
}
