import { readMetricValue } from './metric-value.js';
import type { MetricPoint, Provenance } from './types.js';
import type { MetricRow } from './wire.js';

/** A logged point with what is needed to order points and to look them up on the run that logged them. */
export interface LoggedPoint extends MetricPoint {
  /** Run that logged it; empty when the source does not say. */
  readonly runId: string;
}

/** Where rows were read. */
export interface MetricSource {
  readonly source: Provenance['source'];
  /** Run id, logged-model id or version. */
  readonly id: string;
}

/** Rows of an answer as points with their provenance. Values are not coerced. */
export function pointsOf(rows: readonly MetricRow[], from: MetricSource): LoggedPoint[] {
  return rows.map((row) => ({
    name: row.key,
    value: readMetricValue(row.value),
    runId: row.run_id,
    provenance: {
      ...from,
      ...(row.dataset_name === '' ? {} : { dataset: row.dataset_name }),
      ...(row.dataset_digest === '' ? {} : { datasetDigest: row.dataset_digest }),
      ...(row.step === undefined || Number.isNaN(row.step) ? {} : { step: row.step }),
      ...(row.timestamp === undefined ? {} : { loggedAtMs: row.timestamp }),
    },
  }));
}

/**
 * Keeps of each metric and dataset the point with the greatest (step, time, value), which is MLflow's notion of the last value; metrics in
 * `whole` keep all their points.
 */
export function reduceToLast<Point extends MetricPoint>(points: readonly Point[], whole: readonly string[]): Point[] {
  const kept = new Set(whole);
  const last = new Map<string, Point>();
  const histories: Point[] = [];
  for (const point of points) {
    if (kept.has(point.name)) histories.push(point);
    else {
      const { dataset = '', datasetDigest = '' } = point.provenance;
      const key = JSON.stringify([point.name, dataset, datasetDigest]);
      const other = last.get(key);
      if (other === undefined || isLater(point, other)) last.set(key, point);
    }
  }
  return [...last.values(), ...histories];
}

function isLater(point: MetricPoint, other: MetricPoint): boolean {
  const step = (point.provenance.step ?? 0) - (other.provenance.step ?? 0);
  if (step !== 0) return step > 0;
  const time = (point.provenance.loggedAtMs ?? 0) - (other.provenance.loggedAtMs ?? 0);
  return time !== 0 ? time > 0 : point.value > other.value;
}

/**
 * Mends the zeros that MLflow stores for NaN on logged models (its table has no mark for NaN, while the run's has): a
 * point of exactly 0 whose run says NaN for that metric is NaN. `nanOnRun` answers for a run and a metric name.
 */
export function unmaskNaN<Point extends LoggedPoint>(
  points: readonly Point[],
  nanOnRun: (runId: string, name: string) => boolean,
): Point[] {
  return points.map((point) =>
    point.value === 0 && nanOnRun(point.runId, point.name) ? { ...point, value: Number.NaN } : point,
  );
}

/** Runs that must be read before the zeros of these points can be believed. */
export function runsBehindZeros(points: readonly LoggedPoint[]): string[] {
  return [...new Set(points.filter((point) => point.value === 0 && point.runId !== '').map((point) => point.runId))];
}
