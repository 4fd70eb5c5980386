import { formatCount, formatLatency, formatShare, formatTraffic } from '../format.js';
import type { Html } from '../html/template.js';
import type { ResultDocument } from '../result.js';
import { courseOf, type Moment, type RolloutCourse } from './course.js';
import { figure, INSIDE, timeAxis } from './frame.js';
import { intervalBand, limitLine, lineOf, stairs } from './lines.js';
import { linearScale, logScale } from './scale.js';

type Reading = (moment: Moment) => number | null;

function known(course: RolloutCourse, readings: readonly Reading[]): number[] {
  return course.moments.flatMap((moment) => readings.flatMap((reading) => reading(moment) ?? []));
}

function greatest(values: readonly number[], atLeast: number): number {
  return values.reduce((most, value) => Math.max(most, value), atLeast);
}

function least(values: readonly number[], atMost: number): number {
  return values.reduce((lowest, value) => Math.min(lowest, value), atMost);
}

function trafficPlot(course: RolloutCourse): Html {
  const y = linearScale(0, 100, INSIDE.bottom, INSIDE.top, 4);
  const steps = course.spans.map(
    (span) => `${span.step.label}: ${formatTraffic(span.step.traffic)}, ${span.step.verdict}`,
  );
  return figure({
    id: 'traffic',
    title: 'Traffic of the new version',
    description: `Share of the endpoint's traffic over time. Steps: ${steps.join('; ')}.`,
    course,
    y,
    label: (value) => formatTraffic(value),
    marks: [stairs(course, timeAxis(course), y)],
    legend: [['mine', 'new version']],
  });
}

function errorPlot(course: RolloutCourse): Html | null {
  const mine: Reading = ({ point }) => point.candidate_error_rate;
  const other: Reading = ({ point }) => point.current_error_rate;
  const values = known(course, [mine, other]);
  if (values.length === 0) return null;
  const intervals = course.spans.flatMap((span) => {
    const interval = span.step.candidate?.error_interval;
    return interval ? [{ ...span, low: interval[0], high: interval[1] }] : [];
  });
  const x = timeAxis(course);
  const y = linearScale(
    0,
    greatest([...values, ...intervals.map((interval) => interval.high)], 0.001),
    INSIDE.bottom,
    INSIDE.top,
  );
  return figure({
    id: 'errors',
    title: 'Error rate',
    description: `Share of failed requests over time. The new version's highest was ${formatShare(greatest(known(course, [mine]), 0))}, the current version's ${formatShare(greatest(known(course, [other]), 0))}.`,
    course,
    y,
    label: (value) => formatShare(value),
    marks: [
      ...intervals.map((interval) => intervalBand(interval.fromMs, interval.toMs, interval.low, interval.high, x, y)),
      lineOf(course.moments, other, x, y, 'other'),
      lineOf(course.moments, mine, x, y, 'mine'),
    ],
    legend: [
      ['mine', 'new version'],
      ['other', 'current version'],
      ['mine-area', '95 % interval of the new version’s rate in each step'],
    ],
  });
}

function latencyPlot(course: RolloutCourse): Html | null {
  const mine: Reading = ({ point }) => point.candidate_latency_ms;
  const other: Reading = ({ point }) => point.current_latency_ms;
  const values = known(course, [mine, other]);
  if (values.length === 0) return null;
  const x = timeAxis(course);
  const y = linearScale(0, greatest(values, 1), INSIDE.bottom, INSIDE.top);
  return figure({
    id: 'latency',
    title: 'Latency',
    note: 'At the quantile that is watched, the 95th percentile unless an alert says otherwise.',
    description: `Latency over time. The new version's highest was ${formatLatency(greatest(known(course, [mine]), 0))}, the current version's ${formatLatency(greatest(known(course, [other]), 0))}.`,
    course,
    y,
    label: (value) => (value === 0 ? '0' : formatLatency(value)),
    marks: [lineOf(course.moments, other, x, y, 'other'), lineOf(course.moments, mine, x, y, 'mine')],
    legend: [
      ['mine', 'new version'],
      ['other', 'current version'],
    ],
  });
}

/** Evidence grows by multiplication, so its axis is logarithmic. */
function evidencePlot(course: RolloutCourse): Html | null {
  const evidence: Reading = ({ point }) => (point.evidence !== null && point.evidence > 0 ? point.evidence : null);
  const values = known(course, [evidence]);
  if (values.length === 0) return null;
  const threshold =
    course.moments.findLast(({ point }) => (point.evidence_threshold ?? 0) > 0)?.point.evidence_threshold ?? null;
  const x = timeAxis(course);
  const y = logScale(
    Math.max(1e-6, least(values, 0.1)),
    greatest(values, (threshold ?? 1) * 3),
    INSIDE.bottom,
    INSIDE.top,
  );
  const limit = threshold === null ? [] : [limitLine(threshold, `taken back at ${formatCount(threshold)}`, y)];
  return figure({
    id: 'evidence',
    title: 'Evidence against the new version',
    note: 'An e-value on a logarithmic axis: 1 says nothing, more speaks against the new version.',
    description: `Evidence over time; its greatest value was ${greatest(values, 0).toPrecision(3)}${threshold === null ? '' : `, the version is taken back at ${threshold}`}.`,
    course,
    y,
    label: (value) =>
      value >= 1e4 || value < 1e-3 ? value.toExponential(0) : value >= 1 ? formatCount(value) : String(value),
    marks: [...limit, lineOf(course.moments, evidence, x, y, 'mine')],
    legend: [
      ['mine', 'evidence'],
      ['limit', 'threshold'],
    ],
  });
}

/** The plots of a rollout, those for which there are data. */
export function rolloutPlots(result: ResultDocument): Html[] {
  const course = courseOf(result);
  if (course === null || course.moments.length < 2) return [];
  return [trafficPlot(course), errorPlot(course), latencyPlot(course), evidencePlot(course)].filter(
    (plot) => plot !== null,
  );
}
