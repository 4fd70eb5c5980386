import { normalQuantile, studentQuantile } from './quantiles.js';

/** A two-sided confidence interval. */
export interface ConfidenceInterval {
  readonly low: number;
  readonly high: number;
}

/** A proportion that was counted on `count` examples. */
export interface Proportion {
  readonly share: number;
  readonly count: number;
}

/** Wilson's score interval of a proportion (Wilson 1927; Newcombe 1998a, method 3). */
export function wilsonInterval({ share, count }: Proportion, confidence: number): ConfidenceInterval {
  const z = normalQuantile(confidence);
  const z2 = z * z;
  const centre = (2 * count * share + z2) / (2 * (count + z2));
  const half = (z * Math.sqrt(z2 + 4 * count * share * (1 - share))) / (2 * (count + z2));
  return { low: Math.max(0, Math.min(share, centre - half)), high: Math.min(1, Math.max(share, centre + half)) };
}

/**
 * Interval of `first - factor * second` for two proportions counted on independent examples: Newcombe's hybrid score
 * interval (Newcombe 1998b, method 10), with a factor by the same recovery of variances (Zou and Donner 2008).
 * `factor` is not negative.
 */
export function proportionDifference(
  first: Proportion,
  second: Proportion,
  factor: number,
  confidence: number,
): ConfidenceInterval {
  const own = wilsonInterval(first, confidence);
  const other = wilsonInterval(second, confidence);
  const difference = first.share - factor * second.share;
  return {
    low: difference - Math.hypot(first.share - own.low, factor * (other.high - second.share)),
    high: difference + Math.hypot(own.high - first.share, factor * (second.share - other.low)),
  };
}

/**
 * Student's t interval of the mean of independent repeats. `overlap` is what their shared training data adds to the
 * variance of the mean, as a share of the variance: 0 for independent repeats, 1/(k-1) for k folds of a cross-validation
 * (Nadeau and Bengio 2003). Needs two values at least.
 */
export function meanInterval(values: readonly number[], confidence: number, overlap = 0): ConfidenceInterval {
  const { mean, variance } = moments(values);
  const half = studentQuantile(confidence, values.length - 1) * Math.sqrt(variance * (1 / values.length + overlap));
  return { low: mean - half, high: mean + half };
}

/** Welch's t interval of `mean(first) - factor * mean(second)`, with `overlap` as in `meanInterval` for each side. */
export function welchInterval(
  first: readonly number[],
  second: readonly number[],
  factor: number,
  confidence: number,
  overlap: (count: number) => number = () => 0,
): ConfidenceInterval {
  const [own, other] = [moments(first), moments(second)];
  const ownTerm = own.variance * (1 / first.length + overlap(first.length));
  const otherTerm = factor * factor * other.variance * (1 / second.length + overlap(second.length));
  const difference = own.mean - factor * other.mean;
  const sum = ownTerm + otherTerm;
  if (sum === 0) return { low: difference, high: difference };
  const degrees =
    (sum * sum) / ((ownTerm * ownTerm) / (first.length - 1) + (otherTerm * otherTerm) / (second.length - 1));
  const half = studentQuantile(confidence, degrees) * Math.sqrt(sum);
  return { low: difference - half, high: difference + half };
}

/** Mean and unbiased variance, in one stable pass (Welford 1962). */
export function moments(values: readonly number[]): { mean: number; variance: number } {
  let mean = 0;
  let squares = 0;
  for (const [index, value] of values.entries()) {
    const distance = value - mean;
    mean += distance / (index + 1);
    squares += distance * (value - mean);
  }
  return { mean, variance: values.length > 1 ? squares / (values.length - 1) : 0 };
}
