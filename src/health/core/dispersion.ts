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

/**
 * Pearson's index of dispersion, never below 1: chi-squared over its degrees of freedom for events in proportion to
 * requests. 1 while there is too little to tell.
 */
export function dispersionOf({ minutes, events, requests, squares }: Dispersion): number {
  if (minutes < 2 || events <= 0) return 1;
  const chiSquared = (squares * requests) / events - events;
  return Math.max(1, chiSquared / (minutes - 1));
}

/** Rounds a sum of the state to what the journal keeps, so that judging goes on from the very same numbers. */
export function quantise(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
