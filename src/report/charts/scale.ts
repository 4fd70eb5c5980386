/** A mapping from a value to a place on paper, with the values at which lines are drawn. */
export interface Scale {
  readonly place: (value: number) => number;
  readonly ticks: readonly number[];
}

/** 1, 2 or 5 times a power of ten, so that about `count` steps cover the span. */
function niceStep(span: number, count: number): number {
  const rough = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= rough) ?? 10;
  return factor * power;
}

/** Linear from `low` to `high` (widened to whole steps) onto `from`..`to`. */
export function linearScale(low: number, high: number, from: number, to: number, count = 5): Scale {
  const span = high > low ? high - low : 1;
  const step = niceStep(span, count);
  const [start, end] = [Math.floor(low / step) * step, Math.ceil((low + span) / step - 1e-9) * step];
  const ticks = Array.from({ length: Math.round((end - start) / step) + 1 }, (_, index) =>
    Number((start + index * step).toPrecision(12)),
  );
  return { place: (value) => from + ((value - start) / (end - start)) * (to - from), ticks };
}

/** Time in ms from 0 to `end`, not widened: a plot ends where its data ends. Ticks at whole minutes or seconds. */
export function timeScale(end: number, from: number, to: number): Scale {
  const unit = end >= 180_000 ? 60_000 : 1_000;
  const step = Math.max(1, niceStep(end / unit, 6)) * unit;
  const ticks = Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => index * step);
  return { place: (value) => from + (value / Math.max(1, end)) * (to - from), ticks };
}

/** Logarithmic from `low` to `high` (both above 0, widened to powers of ten) onto `from`..`to`. */
export function logScale(low: number, high: number, from: number, to: number): Scale {
  const [start, end] = [
    Math.floor(Math.log10(low)),
    Math.max(Math.ceil(Math.log10(high)), Math.floor(Math.log10(low)) + 1),
  ];
  const width = end - start;
  const every = Math.ceil(width / 7);
  const ticks = Array.from({ length: Math.floor(width / every) + 1 }, (_, index) => 10 ** (start + index * every));
  const place = (value: number): number =>
    from + ((Math.log10(Math.max(value, 10 ** start)) - start) / width) * (to - from);
  return { place, ticks };
}
