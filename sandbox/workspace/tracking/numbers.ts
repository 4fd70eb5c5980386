import { invalid } from '../http/failure.js';
import type { Json } from '../json.js';
import type { MetricPoint } from '../models/types.js';

/** Largest double: what the store keeps for an infinity. */
const CLAMP = Number.MAX_VALUE;

/** A metric value as MLflow writes it: NaN as text, infinities as the largest doubles. */
export function metricJson(value: number): number | string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return CLAMP;
  return value === Number.NEGATIVE_INFINITY ? -CLAMP : value;
}

/** A metric value as clients send it. */
export function metricNumber(value: Json | undefined): number {
  if (typeof value === 'number') return value;
  if (value === 'NaN') return Number.NaN;
  if (value === 'Infinity') return Number.POSITIVE_INFINITY;
  if (value === '-Infinity') return Number.NEGATIVE_INFINITY;
  throw invalid(`Invalid value ${JSON.stringify(value)} for parameter 'value' supplied.`);
}

const NAME = /^[\p{L}\p{N}_\-. :/]{1,250}$/u;

/** Refuses names of metrics, parameters and tags that the server cannot take. */
export function checkKey(key: string): void {
  if (!NAME.test(key)) {
    throw invalid(
      `Invalid name "${key}": names may only contain alphanumerics, underscores, dashes, periods, spaces, colons and slashes.`,
    );
  }
}

function later(a: MetricPoint, b: MetricPoint): boolean {
  if (a.step !== b.step) return a.step > b.step;
  if (a.timestamp !== b.timestamp) return a.timestamp > b.timestamp;
  return a.value >= b.value || Number.isNaN(a.value);
}

/** The point that a run shows for each key: the greatest by step, then time, then value. */
export function latestPoints(points: readonly MetricPoint[]): readonly MetricPoint[] {
  const latest = new Map<string, MetricPoint>();
  for (const point of points) {
    const known = latest.get(point.key);
    if (known === undefined || later(point, known)) latest.set(point.key, point);
  }
  return [...latest.values()];
}
