/**
 * How much more the events of one arm vary from minute to minute than independent events would. Sums only, so that
 * it goes on after a restart.
 */
export interface Dispersion {
  readonly minutes: number;
  readonly events: number;
  readonly requests: number;
  /** Sum over minutes of events squared by requests. */
  readonly squares: number;
}

export const NO_DISPERSION: Dispersion = { minutes: 0, events: 0, requests: 0, squares: 0 };

/** Takes in a minute with `events` out of `requests`; a minute without requests says nothing. */
export function addMinute(sums: Dispersion, events: number, requests: number): Dispersion {
  if (requests <= 0) return sums;
  return {
    minutes: sums.minutes + 1,
    events: sums.events + events,
    requests: sums.requests + requests,
    squares: quantise(sums.squares + (events * events) / requests),
  };
}

/** A chi-squared statistic with its degrees of freedom; those of independent parts add up. */
export interface ChiSquared {
  readonly statistic: number;
  readonly freedom: number;
}

export const NO_CHI_SQUARED: ChiSquared = { statistic: 0, freedom: 0 };

/** How far events were from being in proportion to requests. Nothing while there is too little to tell. */
export function chiSquaredOf({ minutes, events, requests, squares }: Dispersion): ChiSquared {
  if (minutes < 2 || events <= 0) return NO_CHI_SQUARED;
  return { statistic: Math.max(0, (squares * requests) / events - events), freedom: minutes - 1 };
}

export function addChiSquared(a: ChiSquared, b: ChiSquared): ChiSquared {
  return { statistic: quantise(a.statistic + b.statistic), freedom: a.freedom + b.freedom };
}

/** Degrees of freedom from which on it can be told what of a dispersion is chance; bursts have shown themselves by then. */
const ENOUGH_FREEDOM = 8;

/**
 * Pearson's index of dispersion over several parts, each around its own rate; never below 1, and 1 without any. Once enough was
 * seen, it is 1 for as long as it lies within one standard deviation of what independent events show: less than that is chance,
 * and would only delay the judgement.
 */
export function dispersionOf(...parts: readonly ChiSquared[]): number {
  const { statistic, freedom } = parts.reduce(addChiSquared, NO_CHI_SQUARED);
  if (freedom >= ENOUGH_FREEDOM && statistic <= freedom + Math.sqrt(2 * freedom)) return 1;
  return freedom === 0 ? 1 : Math.max(1, statistic / freedom);
}

/** Rounds a sum of the state to what the journal keeps, so that judging goes on from the very same numbers. */
export function quantise(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
