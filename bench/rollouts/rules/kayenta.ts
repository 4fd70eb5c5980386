import { interpolatedQuantile } from '../release.js';
import { type DecisionRule, LATENCY_QUANTILE, type RuleRun, type SeenMinute } from './rule.js';

/** Normal quantile of Kayenta's 98 % two-sided interval. */
const Z98 = 2.3263;
/** The shift must clear this share of its estimate. */
const TOLERANCE = 0.25;
/** Fewer points than this a metric cannot be classified. */
const LEAST_POINTS = 4;

/**
 * Kayenta's judge: at the end of every step the values of each minute since the rollout began, error rate and 95th percentile, are compared
 * by the Mann-Whitney interval of the shift; a metric is high when the interval lies above a quarter of the estimate. Any high metric
 * of the two equal groups brings the score to 50, below the pass mark. Without a baseline (all traffic on the candidate) nothing is judged.
 */
export const kayenta: DecisionRule = {
  name: 'Kayenta',
  description:
    'Mann-Whitney on the values of single minutes at each end of a step, 98 % interval, any metric high fails',
  start: () => new KayentaRun(),
};

interface Series {
  readonly candidate: number[];
  readonly current: number[];
}

class KayentaRun implements RuleRun {
  private readonly errors: Series = { candidate: [], current: [] };
  private readonly latency: Series = { candidate: [], current: [] };

  minute(seen: SeenMinute): 'go-on' {
    if (seen.current.requests === 0) return 'go-on';
    for (const arm of ['candidate', 'current'] as const) {
      const { requests, errors, latencies } = seen[arm];
      if (requests > 0) this.errors[arm].push(errors / requests);
      const quantile = interpolatedQuantile(latencies, LATENCY_QUANTILE);
      if (quantile !== null) this.latency[arm].push(quantile);
    }
    return 'go-on';
  }

  stepEnd(): 'advance' | 'roll-back' {
    return isHigh(this.errors) || isHigh(this.latency) ? 'roll-back' : 'advance';
  }
}

function isHigh({ candidate, current }: Series): boolean {
  if (candidate.length < LEAST_POINTS || current.length < LEAST_POINTS) return false;
  const shifts = candidate.flatMap((a) => current.map((b) => a - b)).sort((a, b) => a - b);
  const [n, m] = [candidate.length, current.length];
  const rank = Math.max(0, Math.floor((n * m) / 2 - Z98 * Math.sqrt((n * m * (n + m + 1)) / 12)));
  const lower = shifts[rank] ?? 0;
  const estimate = shifts[Math.floor(shifts.length / 2)] ?? 0;
  return lower > 0 && lower > TOLERANCE * Math.abs(estimate);
}
