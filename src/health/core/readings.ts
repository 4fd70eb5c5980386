import type { Exposition, ExpositionSample, MetricFamily } from './exposition.js';
import { type Scope, type Subjects, scopeOf } from './scope.js';

/** The single figures of an export that a judgement uses. */
export type Figure = 'requests' | 'errors4xx' | 'errors5xx' | 'cpu' | 'memory' | 'concurrency';

/** One figure of one series at one exported moment. Always finite and not negative. */
export interface Reading {
  readonly figure: Figure;
  readonly scope: Scope;
  /** Identifies the series within its scope. */
  readonly series: string;
  readonly value: number;
  /** A running total (`TYPE counter`) instead of the figure of the last minute. */
  readonly cumulative: boolean;
  readonly endMs: number;
}

/** One line of the latency histogram of one series. `le` is `null` for `_sum` and `_count`. */
export interface HistogramLine {
  readonly scope: Scope;
  readonly series: string;
  readonly part: 'bucket' | 'sum' | 'count';
  readonly le: number | null;
  readonly value: number;
  readonly endMs: number;
}

export interface Readings {
  readonly figures: readonly Reading[];
  readonly latency: readonly HistogramLine[];
  /** Values that were NaN, infinite or negative: no data. */
  readonly unusable: number;
}

/**
 * Names of the export, without `_total`: a reader of OpenMetrics may have stripped it, and on gauges it stays.
 * Source: the documented list of metrics of the serving endpoints' export.
 */
const FIGURES: ReadonlyMap<string, Figure> = new Map([
  ['request_count', 'requests'],
  ['request_4xx_count', 'errors4xx'],
  ['request_5xx_count', 'errors5xx'],
  ['cpu_usage_percentage', 'cpu'],
  ['mem_usage_percentage', 'memory'],
  ['provisioned_concurrent_requests', 'concurrency'],
]);
const LATENCY = 'request_latency_ms';

/** Picks the figures that a judgement uses out of an export; lines without a timestamp are dated `readAtMs`. */
export function takeReadings(exposition: Exposition, subjects: Subjects, readAtMs: number): Readings {
  const figures: Reading[] = [];
  const latency: HistogramLine[] = [];
  let unusable = 0;
  for (const family of exposition.families) {
    for (const sample of family.samples) {
      const taken = takeSample(family, sample, subjects, readAtMs);
      if (taken === 'unusable') unusable += 1;
      else if (taken?.kind === 'figure') figures.push(taken.reading);
      else if (taken?.kind === 'latency') latency.push(taken.line);
    }
  }
  return { figures, latency, unusable };
}

type Taken =
  | { readonly kind: 'figure'; readonly reading: Reading }
  | { readonly kind: 'latency'; readonly line: HistogramLine }
  | 'unusable'
  | null;

function takeSample(family: MetricFamily, sample: ExpositionSample, subjects: Subjects, readAtMs: number): Taken {
  const figure = FIGURES.get(sample.name.replace(/_total$/, ''));
  const part = figure === undefined ? histogramPart(sample.name) : null;
  if (figure === undefined && part === null) return null;
  if (!Number.isFinite(sample.value) || sample.value < 0) return 'unusable';
  const scope = scopeOf(sample.labels, subjects);
  const endMs = sample.timestampMs ?? readAtMs;
  if (figure !== undefined) {
    const series = seriesKey(sample.labels, null);
    return {
      kind: 'figure',
      reading: { figure, scope, series, value: sample.value, cumulative: family.type === 'counter', endMs },
    };
  }
  if (part === null) return null;
  return latencyLine(sample, part, scope, endMs);
}

function histogramPart(name: string): HistogramLine['part'] | null {
  if (name === `${LATENCY}_bucket`) return 'bucket';
  if (name === `${LATENCY}_sum`) return 'sum';
  return name === `${LATENCY}_count` ? 'count' : null;
}

function latencyLine(sample: ExpositionSample, part: HistogramLine['part'], scope: Scope, endMs: number): Taken {
  const series = seriesKey(sample.labels, 'le');
  const text = sample.labels.get('le');
  const le = part === 'bucket' ? upperBound(text) : null;
  if (part === 'bucket' && le === null) return 'unusable';
  return { kind: 'latency', line: { scope, series, part, le, value: sample.value, endMs } };
}

function upperBound(text: string | undefined): number | null {
  if (text === undefined || text.trim() === '') return null;
  if (/^\+?inf(inity)?$/i.test(text)) return Number.POSITIVE_INFINITY;
  const bound = Number(text);
  return Number.isFinite(bound) ? bound : null;
}

function seriesKey(labels: ReadonlyMap<string, string>, without: string | null): string {
  const pairs = [...labels].filter(([key]) => key !== without).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(pairs);
}
