import { instant } from '../format.js';
import type { ResultRollout, ResultTimelinePoint } from '../result.js';
import { Markdown, stacked } from './template.js';

/** Mermaid spreads the points evenly, so the timeline is read off at this many even moments. */
const MOMENTS = 24;

interface Course {
  /** Where the rollout began, from which minutes are counted. */
  readonly originMs: number;
  /** Where the chart begins. */
  readonly startMs: number;
  readonly endMs: number;
  readonly points: readonly { readonly atMs: number; readonly point: ResultTimelinePoint }[];
}

function courseOf(rollout: ResultRollout): Course | null {
  const points = rollout.timeline
    .flatMap((point) => {
      const atMs = instant(point.at);
      return atMs === null ? [] : [{ atMs, point }];
    })
    .toSorted((a, b) => a.atMs - b.atMs);
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || last.atMs <= first.atMs) return null;
  return { originMs: first.atMs, startMs: first.atMs, endMs: last.atMs, points };
}

/** The last known value at each moment; `null` before the first. */
function readOff(course: Course, value: (point: ResultTimelinePoint) => number | null): (number | null)[] {
  const width = (course.endMs - course.startMs) / (MOMENTS - 1);
  return Array.from({ length: MOMENTS }, (_, index) => {
    const moment = course.startMs + width * index;
    const known = course.points.findLast(({ atMs, point }) => atMs <= moment + 0.5 && value(point) !== null);
    return known ? value(known.point) : null;
  });
}

function numbers(values: readonly (number | null)[]): string {
  return `[${values.map((value) => Number((value ?? 0).toFixed(3))).join(', ')}]`;
}

function axis(course: Course): string {
  const isLong = course.endMs - course.originMs >= 180_000;
  const since = (ms: number): number => Number(((ms - course.originMs) / (isLong ? 60_000 : 1_000)).toFixed(1));
  const unit = isLong ? 'minutes' : 'seconds';
  return `  x-axis "${unit} since the start" ${since(course.startMs)} --> ${since(course.endMs)}`;
}

/** From the first moment at which something is known: what is not known is not 0. */
function fromFirst(course: Course, value: (point: ResultTimelinePoint) => number | null): Course | null {
  const first = course.points.find(({ point }) => value(point) !== null);
  return first && first.atMs < course.endMs ? { ...course, startMs: first.atMs } : null;
}

/** Colours that can be told apart in both colour schemes and by colour-blind readers (blue, orange of Okabe and Ito). */
function chart(lines: readonly string[], palette: string): Markdown {
  const theme = `%%{init: {"xyChart": {"width": 760, "height": 240}, "themeVariables": {"xyChart": {"backgroundColor": "transparent", "plotColorPalette": "${palette}"}}}}%%`;
  return new Markdown(['```mermaid', theme, 'xychart-beta', ...lines, '```'].join('\n'));
}

function trafficChart(course: Course): Markdown {
  const traffic = readOff(course, (point) => point.traffic);
  return chart(
    [
      '  title "Traffic of the new version (%)"',
      axis(course),
      '  y-axis "share (%)" 0 --> 100',
      `  bar ${numbers(traffic)}`,
    ],
    '#0072b2',
  );
}

function errorChart(whole: Course): Markdown | null {
  const percent = (share: number | null): number | null => (share === null ? null : share * 100);
  const course = fromFirst(whole, (point) => point.candidate_error_rate);
  if (course === null) return null;
  const mine = readOff(course, (point) => percent(point.candidate_error_rate));
  const other = readOff(course, (point) => percent(point.current_error_rate));
  const hasOther = other.some((value) => value !== null);
  const top = Math.max(0.1, ...mine.map((value) => value ?? 0), ...other.map((value) => value ?? 0));
  const title = hasOther
    ? 'Error rate (%): bars new version, line current version'
    : 'Error rate of the new version (%)';
  return chart(
    [
      `  title "${title}"`,
      axis(course),
      `  y-axis "errors (%)" 0 --> ${Number((top * 1.1).toPrecision(2))}`,
      `  bar ${numbers(mine)}`,
      ...(hasOther ? [`  line ${numbers(other)}`] : []),
    ],
    '#e69f00, #0072b2',
  );
}

/** The course of a rollout as Mermaid charts; `null` with fewer than two moments. Numbers only: no text from outside. */
export function rolloutCharts(rollout: ResultRollout): Markdown | null {
  const course = courseOf(rollout);
  return course === null ? null : stacked([trafficChart(course), errorChart(course)]);
}
