import type { Random } from './random.js';

/** A release as it really is; the rules see only what it does. */
export interface Release {
  /** Requests per second on the whole endpoint. */
  readonly rate: number;
  /** Chance of a failed request for the current version and the candidate. */
  readonly currentErrors: number;
  readonly candidateErrors: number;
  /** Mean size of a clump of errors; 1: independent errors. */
  readonly clump: number;
  /** Latency of the candidate as a multiple of the current version's. */
  readonly slowdown: number;
  /** Percent of the traffic from which on the candidate is as bad as this; until then it is as good as the current version. */
  readonly faultFrom: number;
}

/** What one version did in one minute. */
export interface ArmMinute {
  readonly requests: number;
  readonly errors: number;
  /** Counts per bucket of `BOUNDS`, the last for everything slower. */
  readonly latencies: readonly number[];
}

/** Bucket bounds in ms. */
export const BOUNDS: readonly number[] = [25, 50, 75, 100, 150, 200, 250, 300, 400, 500, 750, 1000, 2500];
/** Median latency of the current version in ms and spread of its logarithm. */
const MEDIAN_MS = 100;
const SPREAD = 0.5;

export const NO_REQUESTS: ArmMinute = { requests: 0, errors: 0, latencies: Array.from({ length: 14 }, () => 0) };

/** What a version does in a stretch of time in which `seconds` of all callers' requests come to it. */
export function armOf(random: Random, release: Release, faulty: boolean, seconds: number): ArmMinute {
  const requests = random.poisson(release.rate * seconds);
  const chance = faulty ? release.candidateErrors : release.currentErrors;
  const errors = errorsIn(random, requests, chance, release.clump);
  return { requests, errors, latencies: latenciesOf(random, requests, MEDIAN_MS * (faulty ? release.slowdown : 1)) };
}

/** Two stretches of time as one. */
export function together(a: ArmMinute, b: ArmMinute): ArmMinute {
  const latencies = a.latencies.map((count, index) => count + (b.latencies[index] ?? 0));
  return { requests: a.requests + b.requests, errors: a.errors + b.errors, latencies };
}

/** Errors in clumps of geometric size: as when one replica hiccups or a client repeats what fails. */
export function errorsIn(random: Random, requests: number, chance: number, clump: number): number {
  if (clump <= 1 || chance >= 1) return random.binomial(requests, chance);
  const clumps = random.poisson((requests * chance) / clump);
  let errors = 0;
  for (let index = 0; index < clumps; index += 1) {
    errors += 1 + Math.floor(Math.log(1 - random.next()) / Math.log(1 - 1 / clump));
  }
  return Math.min(requests, errors);
}

function latenciesOf(random: Random, requests: number, median: number): number[] {
  let left = requests;
  const counts = bucketChances(median).map((chance) => {
    const drawn = random.binomial(left, chance);
    left -= drawn;
    return drawn;
  });
  return [...counts, left];
}

const CHANCES = new Map<number, readonly number[]>();

/** Chance of each bucket for a request that is in none of the buckets before it. */
function bucketChances(median: number): readonly number[] {
  const known = CHANCES.get(median);
  if (known !== undefined) return known;
  let below = 0;
  const chances = BOUNDS.map((bound) => {
    const upTo = normalShare(Math.log(bound / median) / SPREAD);
    const chance = Math.min(1, (upTo - below) / Math.max(1e-12, 1 - below));
    below = upTo;
    return chance;
  });
  CHANCES.set(median, chances);
  return chances;
}

/** Standard normal distribution function, to seven digits (Abramowitz and Stegun 26.2.17). */
function normalShare(z: number): number {
  if (z < 0) return 1 - normalShare(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const polynomial = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 1 - (Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
}

/** One latency of a version in ms. */
export function latencyOf(random: Random, slowdown: number): number {
  return MEDIAN_MS * slowdown * Math.exp(SPREAD * random.normal());
}

/** The quantile of bucket counts as monitoring systems interpolate it: linearly inside its bucket. `null` without requests. */
export function interpolatedQuantile(latencies: readonly number[], quantile: number): number | null {
  const rank = quantile * latencies.reduce((sum, count) => sum + count, 0);
  if (rank === 0) return null;
  let below = 0;
  for (const [index, count] of latencies.entries()) {
    if (count > 0 && below + count >= rank) {
      const low = BOUNDS[index - 1] ?? 0;
      const high = BOUNDS[index] ?? low;
      return low + ((high - low) * (rank - below)) / count;
    }
    below += count;
  }
  return null;
}

/** Share of requests above 250 ms, the boundary of a bucket next above the current version's 95th percentile. */
export function slowerShare(slowdown: number): number {
  return 1 - normalShare(Math.log(250 / (MEDIAN_MS * slowdown)) / SPREAD);
}
