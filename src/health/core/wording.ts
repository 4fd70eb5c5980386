/** A share as percent with two significant digits: `0.42 %`, `5 %`, `12 %`. */
export function percent(share: number): string {
  if (share === 0) return '0 %';
  const value = share * 100;
  return `${value >= 10 ? Math.round(value) : Number(value.toPrecision(2))} %`;
}

/** `12 of 240 requests (5 %)`. */
export function ofTotal(events: number, trials: number, noun: string): string {
  const share = trials > 0 ? ` (${percent(events / trials)})` : '';
  return `${count(events)} of ${count(trials)} ${noun}${share}`;
}

/** A whole number with thousands separated. */
export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Milliseconds with at most three significant digits. */
export function milliseconds(value: number): string {
  return `${value >= 100 ? Math.round(value) : Number(value.toPrecision(3))} ms`;
}

/** An e-value for people: whole numbers, and powers of ten when it is far beyond any doubt. */
export function evidenceText(log: number): string {
  if (log > Math.log(1e6)) return `over 10^${Math.floor(log / Math.LN10)}`;
  const value = Math.exp(log);
  return value >= 10 ? count(value) : value.toPrecision(2);
}
