import type { HistogramLine } from './readings.js';
import type { LatencyHistogram } from './types.js';

/** A histogram as the export writes it: `cumulative[i]` counts everything up to `bounds[i]`; the last bound is Infinity. */
export interface RawHistogram {
  readonly bounds: readonly number[];
  readonly cumulative: readonly number[];
  readonly sumMs: number | null;
  readonly count: number;
}

/**
 * Puts the lines of one series at one moment together. `null` when they make no histogram: no buckets, counts that fall
 * from bucket to bucket, or no total.
 */
export function assemble(lines: readonly HistogramLine[]): RawHistogram | null {
  const buckets = new Map<number, number>();
  let sumMs: number | null = null;
  let total: number | null = null;
  for (const line of lines) {
    if (line.part === 'sum') sumMs = line.value;
    else if (line.part === 'count') total = line.value;
    else if (line.le !== null) buckets.set(line.le, line.value);
  }
  const count = total ?? buckets.get(Number.POSITIVE_INFINITY) ?? null;
  if (buckets.size === 0 || count === null) return null;
  if (!buckets.has(Number.POSITIVE_INFINITY)) buckets.set(Number.POSITIVE_INFINITY, count);
  const bounds = [...buckets.keys()].sort((a, b) => a - b);
  const cumulative = bounds.map((bound) => buckets.get(bound) ?? 0);
  const rising = cumulative.every((value, index) => value >= (cumulative[index - 1] ?? 0));
  return rising ? { bounds, cumulative, sumMs, count } : null;
}

/** Whether two histograms have the same bucket bounds, so that their counts may be added or subtracted. */
export function sameBounds(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((bound, index) => bound === b[index]);
}

/** Adds the series of one scope. `null` when there is none or their buckets differ. */
export function add(histograms: readonly RawHistogram[]): RawHistogram | null {
  const first = histograms[0];
  if (first === undefined || histograms.some((one) => !sameBounds(one.bounds, first.bounds))) return null;
  return {
    bounds: first.bounds,
    cumulative: first.cumulative.map((_, index) => total(histograms.map((one) => one.cumulative[index] ?? 0))),
    sumMs: histograms.every((one) => one.sumMs !== null) ? total(histograms.map((one) => one.sumMs ?? 0)) : null,
    count: total(histograms.map((one) => one.count)),
  };
}

/** What came between two readings of a running histogram. A fall means a restart: then `later` alone is the increase. */
export function increase(earlier: RawHistogram, later: RawHistogram): RawHistogram | null {
  if (!sameBounds(earlier.bounds, later.bounds)) return null;
  if (later.cumulative.some((value, index) => value < (earlier.cumulative[index] ?? 0))) return later;
  return {
    bounds: later.bounds,
    cumulative: later.cumulative.map((value, index) => value - (earlier.cumulative[index] ?? 0)),
    sumMs: later.sumMs === null || earlier.sumMs === null ? null : later.sumMs - earlier.sumMs,
    count: later.count - earlier.count,
  };
}

/** Per-bucket counts instead of running ones. */
export function toBuckets(raw: RawHistogram): LatencyHistogram {
  const buckets = raw.bounds.map((le, index) => ({
    le,
    count: (raw.cumulative[index] ?? 0) - (raw.cumulative[index - 1] ?? 0),
  }));
  return { buckets, sumMs: raw.sumMs, count: raw.count };
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
