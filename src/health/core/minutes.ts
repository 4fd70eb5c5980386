import type { Exposition } from './exposition.js';
import { add, assemble, increase, type RawHistogram, toBuckets } from './histogram.js';
import { HistogramModeDetector } from './histogram-mode.js';
import { type Figure, type HistogramLine, type Reading, takeReadings } from './readings.js';
import type { Scope, Subjects } from './scope.js';
import type { LatencyHistogram, MinuteSample } from './types.js';

export const MINUTE_MS = 60_000;
/** Minutes of a sliding window that end closer than this to one that was counted overlap it. */
export const SPACING_MS = 55_000;
/** Series of one scrape whose timestamps lie this close together belong to one minute. */
const CLUSTER_MS = 10_000;
/** The server's `Date` has whole seconds and its parts disagree a little; a minute that ends later is still filling. */
const FUTURE_MS = 5_000;

/** What one read of the export brought. */
export interface MinutesRead {
  readonly minutes: readonly MinuteSample[];
  /** The newest timestamp among figures that were not there before; `null`: nothing new. */
  readonly freshMs: number | null;
  /** What could not be used, in words. */
  readonly notes: readonly string[];
}

interface Running {
  readonly atMs: number;
  readonly counters: ReadonlyMap<string, number>;
  readonly histograms: ReadonlyMap<string, RawHistogram>;
}

interface Cluster {
  readonly scope: Scope;
  readonly endMs: number;
  readonly figures: ReadonlyMap<Figure, ReadonlyMap<string, Reading>>;
  readonly histograms: ReadonlyMap<string, RawHistogram>;
}

/**
 * Turns successive reads of the export into minutes, each counted once: gauges are totals of the last minute, counters
 * and running histograms become increases since the last minute that was handed out.
 */
export class MinuteReader {
  private readonly newest = new Map<Scope, number>();
  private readonly counted = new Map<Scope, number>();
  private readonly running = new Map<Scope, Running>();
  private readonly mode = new HistogramModeDetector();
  private notBeforeMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly subjects: Subjects) {}

  /** From now on only minutes that begin at `startedAtMs` (epoch ms, server) or later are evidence of the step. */
  beginStep(startedAtMs: number): void {
    this.notBeforeMs = startedAtMs;
  }

  /** `serverNowMs`: epoch ms by the server's clock; dates lines without a timestamp and holds back unfinished minutes. */
  read(exposition: Exposition, serverNowMs: number): MinutesRead {
    const readings = takeReadings(exposition, this.subjects, serverNowMs);
    const notes = exposition.problems.slice(0, 3).map(({ line, message }) => `export line ${line}: ${message}`);
    if (readings.unusable > 0)
      notes.push(`${readings.unusable} exported values are NaN, infinite or negative: no data`);
    const minutes: MinuteSample[] = [];
    let freshMs: number | null = null;
    for (const cluster of clusters(readings.figures, readings.latency)) {
      if (cluster.endMs > serverNowMs + FUTURE_MS) continue;
      if (cluster.endMs <= (this.newest.get(cluster.scope) ?? Number.NEGATIVE_INFINITY)) continue;
      this.newest.set(cluster.scope, cluster.endMs);
      freshMs = Math.max(freshMs ?? 0, cluster.endMs);
      const minute = this.take(cluster);
      if (minute !== null) minutes.push(minute);
    }
    return { minutes, freshMs, notes };
  }

  private take(cluster: Cluster): MinuteSample | null {
    const last = this.counted.get(cluster.scope) ?? Number.NEGATIVE_INFINITY;
    const windowStartMs = cluster.endMs - MINUTE_MS;
    const lastInStep = last - MINUTE_MS >= this.notBeforeMs ? last : Number.NEGATIVE_INFINITY;
    const spacedFrom = windowStartMs >= this.notBeforeMs ? lastInStep : last;
    const due = cluster.endMs >= spacedFrom + SPACING_MS;
    const base = this.running.get(cluster.scope) ?? null;
    const minute = due ? this.minute(cluster, base) : null;
    if (due) this.counted.set(cluster.scope, cluster.endMs);
    const baseIsOld = base === null || (base.atMs < this.notBeforeMs && cluster.endMs >= this.notBeforeMs);
    if (due || baseIsOld) this.running.set(cluster.scope, snapshot(cluster));
    return minute;
  }

  private minute(cluster: Cluster, base: Running | null): MinuteSample | null {
    const figure = (name: Figure) => combine(name, cluster.figures.get(name), base);
    const requests = figure('requests');
    const running = [...cluster.figures.values()].some((series) => [...series.values()].some((one) => one.cumulative));
    const latency = this.latency(cluster, base, running ? null : requests);
    const dependsOnBase = running || (latency !== null && this.mode.mode === 'cumulative');
    const startMs = dependsOnBase && base !== null ? base.atMs : cluster.endMs - MINUTE_MS;
    const minute: MinuteSample = {
      endMs: cluster.endMs,
      startMs: Math.min(startMs, cluster.endMs - (running ? 0 : MINUTE_MS)),
      scope: cluster.scope,
      requests,
      errors5xx: figure('errors5xx'),
      errors4xx: figure('errors4xx'),
      latency,
      cpuPercent: figure('cpu'),
      memoryPercent: figure('memory'),
      provisionedConcurrency: figure('concurrency'),
    };
    return isEmpty(minute) ? null : minute;
  }

  private latency(cluster: Cluster, base: Running | null, requests: number | null): LatencyHistogram | null {
    const now = add([...cluster.histograms.values()]);
    if (now === null) return null;
    const comparable = base !== null && sameKeys(base.histograms, cluster.histograms);
    const before = comparable ? add([...base.histograms.values()]) : null;
    const isMinute = this.mode.observe(now.count, before?.count ?? null, requests);
    if (isMinute || this.mode.mode === 'per-minute') return toBuckets(now);
    if (this.mode.mode === 'unknown' || !comparable) return null;
    const increases = [...cluster.histograms].map(([series, later]) => {
      const earlier = base.histograms.get(series);
      return earlier === undefined ? null : increase(earlier, later);
    });
    const complete = increases.filter((one) => one !== null);
    const sum = complete.length === increases.length ? add(complete) : null;
    return sum === null ? null : toBuckets(sum);
  }
}

function isEmpty(minute: MinuteSample): boolean {
  const { requests, errors5xx, errors4xx, latency, cpuPercent, memoryPercent, provisionedConcurrency } = minute;
  const figures = [requests, errors5xx, errors4xx, latency, cpuPercent, memoryPercent, provisionedConcurrency];
  return figures.every((figure) => figure === null);
}

/** Counts add up over the series of a scope; percentages are means over replicas already, so they are averaged. */
function combine(
  figure: Figure,
  series: ReadonlyMap<string, Reading> | undefined,
  base: Running | null,
): number | null {
  if (series === undefined || series.size === 0) return null;
  if (seriesVanished(figure, series, base)) return null;
  const values: number[] = [];
  for (const reading of series.values()) {
    const earlier = base?.counters.get(counterKey(reading));
    if (reading.cumulative && earlier === undefined) return null;
    values.push(reading.cumulative && reading.value >= (earlier ?? 0) ? reading.value - (earlier ?? 0) : reading.value);
  }
  const sum = values.reduce((total, value) => total + value, 0);
  return figure === 'cpu' || figure === 'memory' ? sum / values.length : sum;
}

/** A running total that is no longer exported took its last increase with it. */
function seriesVanished(figure: Figure, series: ReadonlyMap<string, Reading>, base: Running | null): boolean {
  if (base === null) return false;
  const known = [...base.counters.keys()].filter((key) => key.startsWith(`${figure} `));
  return known.some((key) => !series.has(key.slice(figure.length + 1)));
}

function counterKey(reading: Reading): string {
  return `${reading.figure} ${reading.series}`;
}

function snapshot(cluster: Cluster): Running {
  const counters = new Map<string, number>();
  for (const series of cluster.figures.values()) {
    for (const reading of series.values()) if (reading.cumulative) counters.set(counterKey(reading), reading.value);
  }
  return { atMs: cluster.endMs, counters, histograms: cluster.histograms };
}

function sameKeys(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): boolean {
  return a.size === b.size && [...a.keys()].every((key) => b.has(key));
}

/**
 * Groups readings by scope and minute, oldest first. Each series speaks once in a minute: its newest line counts. The candidate comes
 * last: the series that have had traffic for longer settle how the export fills its histograms.
 */
function clusters(figures: readonly Reading[], latency: readonly HistogramLine[]): Cluster[] {
  const made: Cluster[] = [];
  for (const scope of ['current', 'endpoint', 'other', 'candidate'] as const) {
    const ofScope = figures.filter((reading) => reading.scope === scope);
    const lines = latency.filter((line) => line.scope === scope);
    for (const [fromMs, endMs] of spans([...ofScope, ...lines].map(({ endMs: at }) => at))) {
      const within = (at: number) => at >= fromMs && at <= endMs;
      made.push({
        scope,
        endMs,
        figures: byFigure(ofScope.filter((reading) => within(reading.endMs))),
        histograms: bySeries(lines.filter((line) => within(line.endMs))),
      });
    }
  }
  return made;
}

function spans(times: readonly number[]): [number, number][] {
  const found: [number, number][] = [];
  for (const at of [...times].sort((a, b) => a - b)) {
    const last = found.at(-1);
    if (last !== undefined && at - last[0] <= CLUSTER_MS) last[1] = at;
    else found.push([at, at]);
  }
  return found;
}

function byFigure(readings: readonly Reading[]): Map<Figure, Map<string, Reading>> {
  const found = new Map<Figure, Map<string, Reading>>();
  for (const reading of readings) {
    const series = found.get(reading.figure) ?? new Map<string, Reading>();
    const known = series.get(reading.series);
    if (known === undefined || reading.endMs > known.endMs) series.set(reading.series, reading);
    found.set(reading.figure, series);
  }
  return found;
}

function bySeries(lines: readonly HistogramLine[]): Map<string, RawHistogram> {
  const groups = new Map<string, HistogramLine[]>();
  for (const line of lines) groups.set(line.series, [...(groups.get(line.series) ?? []), line]);
  const found = new Map<string, RawHistogram>();
  for (const [series, group] of groups) {
    const newest = Math.max(...group.map(({ endMs }) => endMs));
    const raw = assemble(group.filter(({ endMs }) => endMs === newest));
    if (raw !== null) found.set(series, raw);
  }
  return found;
}
