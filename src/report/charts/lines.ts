import { Html, html } from '../html/template.js';
import type { Moment, RolloutCourse } from './course.js';
import { at, INSIDE } from './frame.js';
import type { Scale } from './scale.js';

/** A line through the known values; it breaks where nothing is known. */
export function lineOf(
  moments: readonly Moment[],
  value: (moment: Moment) => number | null,
  x: Scale,
  y: Scale,
  style: 'mine' | 'other',
): Html {
  let path = '';
  let isDrawing = false;
  for (const moment of moments) {
    const known = value(moment);
    if (known !== null) path += `${isDrawing ? 'L' : 'M'}${at(x.place(moment.ms))} ${at(y.place(known))}`;
    isDrawing = known !== null;
  }
  return new Html(path === '' ? '' : `<path class="${style}" d="${path}"/>`);
}

/** The share of traffic changes at once, so its line has corners. The area under it is filled. */
export function stairs(course: RolloutCourse, x: Scale, y: Scale): Html {
  const [first, ...rest] = course.moments;
  if (!first) return html``;
  let path = `M${at(x.place(first.ms))} ${at(y.place(first.point.traffic))}`;
  for (const moment of rest) path += `H${at(x.place(moment.ms))}V${at(y.place(moment.point.traffic))}`;
  path += `H${at(x.place(course.endMs))}`;
  const floor = at(y.place(0));
  return new Html(
    `<path class="mine-area" d="${path}V${floor}H${at(x.place(first.ms))}Z"/><path class="mine" d="${path}"/>`,
  );
}

/** A horizontal line with its name. */
export function limitLine(value: number, name: string, y: Scale): Html {
  const place = at(y.place(value));
  return html`<line class="limit" x1="${INSIDE.left}" x2="${INSIDE.right}" y1="${place}" y2="${place}"/><text class="limit-text" x="${INSIDE.left + 6}" y="${place}" dy="-5">${name}</text>`;
}

/** An interval over the time of its step. */
export function intervalBand(fromMs: number, toMs: number, low: number, high: number, x: Scale, y: Scale): Html {
  const [left, right, top, bottom] = [x.place(fromMs), x.place(toMs), y.place(high), y.place(low)];
  return html`<rect class="mine-area" x="${at(left)}" y="${at(top)}" width="${at(Math.max(1, right - left))}" height="${at(Math.max(1, bottom - top))}"/>`;
}
