import { type CountTest, newCountTest } from './count-test.js';
import { sameBounds } from './histogram.js';
import type { LatencyHistogram } from './types.js';

/** Quantile nearest to which the boundary of the relative test is chosen. */
const BOUNDARY_QUANTILE = 0.95;
/** Requests of the current version from which its boundary may be chosen. */
const ENOUGH_TO_CHOOSE = 100;

/** Latencies of both versions over the buckets of the export. Counts are per bucket, not running. */
export interface LatencyEvidence {
  /** Upper bounds in ms, rising, without the infinite one; `null` until a histogram was seen. */
  readonly bounds: readonly number[] | null;
  readonly candidate: readonly number[];
  readonly current: readonly number[];
  readonly candidateStep: readonly number[];
  readonly currentStep: readonly number[];
  /** Minutes with latencies of the candidate since the rollout began, warm-up left out. */
  readonly minutes: number;
  /** Index into `bounds` of the frozen boundary of the relative test. */
  readonly boundary: number | null;
  readonly test: CountTest;
}

export function noLatency(ratio: number): LatencyEvidence {
  const none = { bounds: null, candidate: [], current: [], candidateStep: [], currentStep: [] };
  return { ...none, minutes: 0, boundary: null, test: newCountTest(ratio) };
}

/** Bucket counts in the order of `bounds`; the last entry is everything slower. `null` when the buckets are others. */
export function countsFor(evidence: LatencyEvidence, histogram: LatencyHistogram): readonly number[] | null {
  const bounds = finiteBounds(histogram);
  if (evidence.bounds !== null && !sameBounds(evidence.bounds, bounds)) return null;
  const counts = bounds.map((_, index) => histogram.buckets[index]?.count ?? 0);
  return [...counts, sum(histogram.buckets.slice(bounds.length).map(({ count }) => count))];
}

/** The bounds of a histogram without the infinite one. */
export function finiteBounds(histogram: LatencyHistogram): number[] {
  return histogram.buckets.map(({ le }) => le).filter((le) => Number.isFinite(le));
}

/** Adds bucket counts; an empty list stands for zeros. */
export function plus(a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, index) => (a[index] ?? 0) + (b[index] ?? 0));
}

/** Requests slower than `bounds[boundary]`. */
export function slowerThan(counts: readonly number[], boundary: number): number {
  return sum(counts.slice(boundary + 1));
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The boundary whose share of faster requests is nearest to 95 %; `null` while the current version was seen too little. */
export function chooseBoundary(bounds: readonly number[], current: readonly number[]): number | null {
  const total = sum(current);
  if (total < ENOUGH_TO_CHOOSE || bounds.length === 0) return null;
  const distance = (index: number) => Math.abs(1 - slowerThan(current, index) / total - BOUNDARY_QUANTILE);
  const indices = bounds.map((_, index) => index);
  return indices.reduce((best, index) => (distance(index) < distance(best) ? index : best), 0);
}

/** Index of the smallest bound at or above `ms`; `null` when all bounds lie below it. */
export function boundaryAtOrAbove(bounds: readonly number[], ms: number): number | null {
  const index = bounds.findIndex((bound) => bound >= ms);
  return index === -1 ? null : index;
}

/** A quantile as far as buckets can tell it. */
export interface BucketQuantile {
  /** Interpolated on a logarithmic scale inside its bucket, ms. */
  readonly estimate: number;
  readonly low: number;
  /** Infinity when it lies above the last bound. */
  readonly high: number;
}

/** The quantile of bucket counts with the bounds of the bucket that holds it; `null` without counts. */
export function bucketQuantile(
  bounds: readonly number[],
  counts: readonly number[],
  quantile: number,
): BucketQuantile | null {
  const total = sum(counts);
  if (total <= 0) return null;
  const rank = quantile * total;
  let below = 0;
  for (const [index, count] of counts.entries()) {
    if (count > 0 && below + count >= rank) {
      const low = bounds[index - 1] ?? 0;
      const high = bounds[index] ?? Number.POSITIVE_INFINITY;
      return { estimate: interpolate(low, high, (rank - below) / count), low, high };
    }
    below += count;
  }
  return null;
}

/** Share of requests slower than `ms`, interpolated on a logarithmic scale inside a bucket. */
export function shareSlowerThan(bounds: readonly number[], counts: readonly number[], ms: number): number {
  const total = sum(counts);
  if (total <= 0) return 0;
  const index = bounds.findIndex((bound) => bound >= ms);
  if (index === -1) return slowerThan(counts, bounds.length - 1) / total;
  const low = bounds[index - 1] ?? 0;
  const high = bounds[index] ?? ms;
  const covered = low > 0 ? Math.log(ms / low) / Math.log(high / low) : ms / high;
  return (slowerThan(counts, index) + (counts[index] ?? 0) * (1 - Math.min(1, Math.max(0, covered)))) / total;
}

function interpolate(low: number, high: number, share: number): number {
  if (!Number.isFinite(high)) return low;
  return low > 0 ? low * (high / low) ** share : high * share;
}
