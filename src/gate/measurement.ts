import { isMeasurable } from './numbers.js';
import type { Direction, MetricPoint, PointChoice, Provenance } from './types.js';

/** The dataset selector that means "points that were logged without a dataset". */
const NO_DATASET = 'none';

/** The one value that a rule judges, or why there is none. */
export type Measurement =
  | {
      readonly kind: 'value';
      readonly value: number;
      readonly provenance: Provenance;
      readonly how: string;
      readonly points: readonly MetricPoint[];
    }
  | { readonly kind: 'missing'; readonly why: string }
  /** Points of several datasets, and nothing says which one counts. */
  | { readonly kind: 'ambiguous'; readonly why: string }
  | { readonly kind: 'not-finite'; readonly value: number; readonly provenance: Provenance; readonly why: string };

interface MeasurementQuery {
  readonly metric: string;
  /** Name, digest or `name@digest`; `none` for points without a dataset. */
  readonly dataset?: string | undefined;
  readonly point: PointChoice;
  readonly direction: Direction | undefined;
}

const SOURCES: readonly Provenance['source'][] = ['version', 'logged-model', 'run'];

/**
 * The value of a metric. Sources are asked in the order version, logged model, run, and the first that has the metric (on
 * the dataset, where one is named) answers alone; a rule that looks at the history asks the first that has one. "Last" is
 * the greatest (step, time, value), as MLflow's own store has it.
 */
export function measure(points: readonly MetricPoint[] | undefined, query: MeasurementQuery): Measurement {
  if (points === undefined || points.length === 0) return { kind: 'missing', why: `${query.metric} was not logged` };
  const onDataset = query.dataset === undefined ? points : points.filter((point) => isOn(point, query.dataset ?? ''));
  if (onDataset.length === 0) {
    const why = `${query.metric} was not logged on dataset ${query.dataset}; it was on ${listDatasets(points)}`;
    return { kind: 'missing', why };
  }
  const chosen = pointsOfSource(onDataset, query.point);
  if (isAmbiguous(onDataset, chosen)) {
    const why = `${query.metric} was logged on several datasets (${listDatasets(onDataset)}); name one with dataset:`;
    return { kind: 'ambiguous', why };
  }
  return reduce(chosen, query);
}

/** Oldest first, the points of the first source that has as many as the rule looks at; else of the first that has any. */
function pointsOfSource(points: readonly MetricPoint[], choice: PointChoice): MetricPoint[] {
  const wanted = choice.kind === 'mean' ? choice.of : choice.kind === 'best' ? 2 : 1;
  const bySource = SOURCES.map((source) => inOrder(points.filter((point) => point.provenance.source === source)));
  return bySource.find((one) => one.length >= wanted) ?? bySource.find((one) => one.length > 0) ?? [];
}

/** What a point was measured on, for people: `eval (digest 1a2b)`, or `no dataset`. */
export function nameDataset(provenance: Provenance): string {
  if (provenance.dataset === undefined)
    return provenance.datasetDigest === undefined ? 'no dataset' : `digest ${provenance.datasetDigest}`;
  return provenance.datasetDigest === undefined
    ? provenance.dataset
    : `${provenance.dataset} (digest ${provenance.datasetDigest})`;
}

function isOn(point: MetricPoint, dataset: string): boolean {
  const { dataset: name, datasetDigest: digest } = point.provenance;
  if (name === undefined && digest === undefined) return dataset === NO_DATASET;
  return dataset === name || dataset === digest || dataset === `${name}@${digest}`;
}

/** Two named datasets anywhere are one too many; so is a mix of named and unnamed in the source that answers. */
function isAmbiguous(points: readonly MetricPoint[], chosen: readonly MetricPoint[]): boolean {
  const named = new Set(
    points
      .map((point) => point.provenance)
      .filter(hasDataset)
      .map(nameDataset),
  );
  return named.size > 1 || new Set(chosen.map((point) => nameDataset(point.provenance))).size > 1;
}

function hasDataset(provenance: Provenance): boolean {
  return provenance.dataset !== undefined || provenance.datasetDigest !== undefined;
}

function listDatasets(points: readonly MetricPoint[]): string {
  return [...new Set(points.map((point) => nameDataset(point.provenance)))].sort().join(', ');
}

/** Oldest first, each logged point once: a client may give the latest point beside the history that holds it too. */
function inOrder(points: readonly MetricPoint[]): MetricPoint[] {
  const sorted = [...points].sort(compareAge);
  return sorted.filter((point, index) => {
    const previous = sorted[index - 1];
    return previous === undefined || !isSamePoint(previous, point);
  });
}

function isSamePoint(left: MetricPoint, right: MetricPoint): boolean {
  const known = left.provenance.step !== undefined && left.provenance.loggedAtMs !== undefined;
  return known && compareAge(left, right) === 0 && left.provenance.id === right.provenance.id;
}

/** NaN counts as the greatest value, so that of two points of one moment the unusable one is seen. */
function compareAge(left: MetricPoint, right: MetricPoint): number {
  const bySteps = (left.provenance.step ?? 0) - (right.provenance.step ?? 0);
  const byTime = (left.provenance.loggedAtMs ?? 0) - (right.provenance.loggedAtMs ?? 0);
  return bySteps || byTime || compareValues(left.value, right.value);
}

function compareValues(left: number, right: number): number {
  if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
  return left === right ? 0 : left < right ? -1 : 1;
}

function reduce(points: readonly MetricPoint[], query: MeasurementQuery): Measurement {
  const { point: choice, metric } = query;
  const considered = choice.kind === 'best' ? points : points.slice(choice.kind === 'mean' ? -choice.of : -1);
  const last = considered[considered.length - 1];
  if (last === undefined) return { kind: 'missing', why: `${metric} was not logged` };
  const unusable = considered.find((point) => !isMeasurable(point.value));
  if (unusable !== undefined) {
    const where = choice.kind === 'last' ? '' : ' at one of the points that count';
    return {
      kind: 'not-finite',
      value: unusable.value,
      provenance: unusable.provenance,
      why: `${metric} is not a finite number${where}`,
    };
  }
  if (choice.kind === 'last')
    return { kind: 'value', value: last.value, provenance: last.provenance, how: 'last point', points: considered };
  return choice.kind === 'mean' ? meanOf(considered, last, choice.of, metric) : bestOf(considered, query);
}

function meanOf(points: readonly MetricPoint[], last: MetricPoint, of: number, metric: string): Measurement {
  if (points.length < of)
    return { kind: 'missing', why: `${metric} has ${points.length} of the ${of} points that its mean needs` };
  let mean = 0;
  for (const [index, point] of points.entries()) mean += (point.value - mean) / (index + 1);
  return { kind: 'value', value: mean, provenance: last.provenance, how: `mean of last ${of}`, points };
}

function bestOf(points: readonly MetricPoint[], query: MeasurementQuery): Measurement {
  if (query.direction === undefined)
    return { kind: 'ambiguous', why: `whether a greater ${query.metric} is better is not known; give direction:` };
  const sign = query.direction === 'higher' ? 1 : -1;
  const best = points.reduce((champion, point) => (sign * (point.value - champion.value) > 0 ? point : champion));
  return {
    kind: 'value',
    value: best.value,
    provenance: best.provenance,
    how: `best of ${points.length} points`,
    points,
  };
}
