import { ALTERNATIVES, logMeanExp } from './count-test.js';
import { type Share, wilson } from './intervals.js';

/** From this factor on a rate is a gross failure, for which bursts are no excuse. */
const GROSS = 30;
/** No alternative is surer than this that a request fails. */
const NEAR_CERTAIN = 0.99;

/**
 * Natural logarithm of the e-value against "the share of events is at most `limit`" (0 < limit < 1), from totals only: the mean
 * over alternatives that are 1.25 to 100 times the limit. Counts are divided by `dispersion` except for gross failures.
 */
export function rateEvidence({ events, trials }: Share, limit: number, dispersion = 1): number {
  if (trials <= 0) return 0;
  return logMeanExp(
    ALTERNATIVES.map((times) => {
      const share = Math.min(times * limit, Math.max(NEAR_CERTAIN, (1 + limit) / 2));
      const log = events * Math.log(share / limit) + (trials - events) * Math.log((1 - share) / (1 - limit));
      return times >= GROSS ? log : log / dispersion;
    }),
  );
}

/**
 * The limit that a candidate is held to when the current version breaks it too: what the current version may do at most
 * (upper 95 % bound), if it is seen above the limit; else the limit itself.
 */
export function limitBesideBaseline(limit: number, current: Share): number {
  if (current.trials <= 0 || current.events / current.trials <= limit) return limit;
  return Math.min(0.999, wilson(current.events, current.trials)?.[1] ?? limit);
}
