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
 * Pearson's index of dispersion over several arms, each around its own rate, never below 1: the sum of their chi-squared
 * statistics for events in proportion to requests, over the sum of their degrees of freedom. 1 while there is too little to tell.
 */
export function dispersionOf(...arms: readonly Dispersion[]): number {
  let chiSquared = 0;
  let freedom = 0;
  for (const { minutes, events, requests, squares } of arms) {
    if (minutes < 2 || events <= 0) continue;
    chiSquared += (squares * requests) / events - events;
    freedom += minutes - 1;
  }
  return freedom === 0 ? 1 : Math.max(1, chiSquared / freedom);
}

/** Rounds a sum of the state to what the journal keeps, so that judging goes on from the very same numbers. */
export function quantise(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
