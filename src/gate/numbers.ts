/** MLflow's SQL store writes an infinity as the greatest double, 1.797…e308. Everything from here on counts as infinite. */
const STORED_INFINITY = 1.797e308;

/** Share of the magnitude by which two numbers may differ and still count as equal. */
const ROUNDING = 1e-9;

/** Whether a metric's value can be judged: not NaN, not infinite and not the number that stores write for an infinity. */
export function isMeasurable(value: number): boolean {
  return Math.abs(value) < STORED_INFINITY;
}

/** What kind of number an unmeasurable value is, in words. */
export function nameUnmeasurable(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? 'infinite' : 'negative infinity';
}

/**
 * How much two numbers may differ by rounding: 1e-9 of the greatest magnitude that took part. The terms of a computed
 * bound belong here too, because subtracting near-equal numbers loses digits.
 */
export function roundingSlack(...magnitudes: readonly number[]): number {
  let greatest = 0;
  for (const magnitude of magnitudes) greatest = Math.max(greatest, Math.abs(magnitude));
  return greatest * ROUNDING;
}

/** A number for people: at most six significant digits, no trailing zeros. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value + 0);
  return String(Number(value.toPrecision(6)));
}

/** `value` with as many digits as it takes to tell it from `other`, so that no line says that 0.9 is less than 0.9. */
export function formatBeside(value: number, other: number): string {
  if (value === other || formatNumber(value) !== formatNumber(other)) return formatNumber(value);
  for (let digits = 7; digits < 17; digits += 1) {
    if (Number(value.toPrecision(digits)) !== Number(other.toPrecision(digits)))
      return String(Number(value.toPrecision(digits)));
  }
  return String(value);
}

/** A share as a percentage for people: `0.05` is `5%`. */
export function formatShare(share: number): string {
  return `${formatNumber(Number((share * 100).toPrecision(12)))}%`;
}
