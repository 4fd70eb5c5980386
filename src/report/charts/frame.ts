import { formatDuration } from '../format.js';
import { Html, html } from '../html/template.js';
import type { RolloutCourse } from './course.js';
import { type Scale, timeScale } from './scale.js';

/** Units of the drawing; the page scales it. */
const WIDTH = 560;
const HEIGHT = 250;
export const INSIDE = { left: 60, right: WIDTH - 14, top: 26, bottom: HEIGHT - 40 } as const;

/** One decimal is finer than any screen; shorter files for it. */
export function at(value: number): string {
  return String(Number(value.toFixed(1)));
}

export interface Plot {
  readonly id: string;
  readonly title: string;
  /** What the plot shows, in words, for whoever cannot see it. */
  readonly description: string;
  readonly course: RolloutCourse;
  readonly y: Scale;
  readonly label: (value: number) => string;
  readonly marks: readonly Html[];
  readonly legend: readonly LegendEntry[];
  readonly note?: string;
}

type LegendEntry = readonly [style: 'mine' | 'other' | 'limit' | 'mine-area', text: string];

function bands(course: RolloutCourse, x: Scale): Html[] {
  return course.spans.map((span, index) => {
    const [from, to] = [x.place(span.fromMs), x.place(span.toMs)];
    const fill =
      index % 2 === 0
        ? html`<rect class="band" x="${at(from)}" y="${INSIDE.top}" width="${at(Math.max(0, to - from))}" height="${INSIDE.bottom - INSIDE.top}"/>`
        : html``;
    const isWide = to - from > 7.5 * Math.min(14, span.step.label.length);
    const text = isWide
      ? html`<text x="${at((from + to) / 2)}" y="${INSIDE.top - 9}" text-anchor="middle">${span.step.label.slice(0, 14)}</text>`
      : html``;
    return html`${fill}${text}`;
  });
}

function axes(plot: Plot, x: Scale): Html[] {
  const rows = plot.y.ticks.map((tick) => {
    const y = at(plot.y.place(tick));
    return html`<line class="grid" x1="${INSIDE.left}" x2="${INSIDE.right}" y1="${y}" y2="${y}"/><text x="${INSIDE.left - 8}" y="${y}" dy="4" text-anchor="end">${plot.label(tick)}</text>`;
  });
  const columns = x.ticks.map((tick) => {
    const text = tick === 0 ? '0' : formatDuration(tick);
    return html`<line class="axis" x1="${at(x.place(tick))}" x2="${at(x.place(tick))}" y1="${INSIDE.bottom}" y2="${INSIDE.bottom + 5}"/><text x="${at(x.place(tick))}" y="${INSIDE.bottom + 20}" text-anchor="middle">${text}</text>`;
  });
  return [
    ...rows,
    html`<line class="axis" x1="${INSIDE.left}" x2="${INSIDE.right}" y1="${INSIDE.bottom}" y2="${INSIDE.bottom}"/>`,
    ...columns,
  ];
}

function turningPoint(course: RolloutCourse, x: Scale): Html | null {
  if (course.detectedMs === null) return null;
  const place = x.place(course.detectedMs);
  const isRight = place > WIDTH / 2;
  return html`<line class="limit" x1="${at(place)}" x2="${at(place)}" y1="${INSIDE.top}" y2="${INSIDE.bottom}"/><text class="limit-text" x="${at(isRight ? place - 6 : place + 6)}" y="${INSIDE.top + 14}" text-anchor="${isRight ? 'end' : 'start'}">taken back</text>`;
}

function legendItem([style, text]: LegendEntry): Html {
  const mark =
    style === 'mine-area'
      ? new Html('<rect class="mine-area" x="2" y="0" width="26" height="10"/>')
      : new Html(`<line class="${style}" x1="1" x2="29" y1="5" y2="5"/>`);
  return html`<li><svg viewBox="0 0 30 10" aria-hidden="true">${mark}</svg>${text}</li>`;
}

/** The time axis that all plots of a rollout share. */
export function timeAxis(course: RolloutCourse): Scale {
  return timeScale(course.endMs, INSIDE.left, INSIDE.right);
}

/** A plot over the time of a rollout: steps as bands, grid, marks, the moment of going back, a legend in words. */
export function figure(plot: Plot): Html {
  const x = timeAxis(plot.course);
  const note = plot.note ? html`<small>${plot.note}</small>` : null;
  return html`<figure>
<figcaption>${plot.title}${note}</figcaption>
<div class="plot" role="region" aria-label="Plot: ${plot.title}" tabindex="0"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${plot.id}-title ${plot.id}-description">
<title id="${plot.id}-title">${plot.title}</title><desc id="${plot.id}-description">${plot.description}</desc>
${bands(plot.course, x)}
${axes(plot, x)}
${plot.marks}
${turningPoint(plot.course, x)}
</svg></div>
<ul class="legend">${plot.legend.map(legendItem)}</ul>
</figure>
`;
}
