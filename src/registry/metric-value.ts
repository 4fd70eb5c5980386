/**
 * Greatest magnitude that is taken as finite. MLflow's SQL stores clamp infinity to the greatest double, 1.7976931348623157e308, so
 * anything from 1.797e308 on was infinite when it was logged.
 */
const CLAMPED_INFINITY = 1.797e308;

/**
 * Reads a metric value as MLflow servers print it: a number, or the text `NaN`, `Infinity`, `-Infinity`, or a number as
 * text. Everything else (null, other text) is NaN: not a number, and never a pass.
 */
export function readMetricValue(value: unknown): number {
  const number = typeof value === 'string' ? readText(value) : value;
  if (typeof number !== 'number') return Number.NaN;
  if (number >= CLAMPED_INFINITY) return Number.POSITIVE_INFINITY;
  return number <= -CLAMPED_INFINITY ? Number.NEGATIVE_INFINITY : number;
}

function readText(text: string): number {
  const trimmed = text.trim();
  if (/^[+-]?inf(inity)?$/i.test(trimmed)) {
    return trimmed.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  return trimmed === '' ? Number.NaN : Number(trimmed);
}
