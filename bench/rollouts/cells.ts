import { lowerBound, lowerBoundAlone } from './bound.js';
import { CONTENDERS, OUR_SETTINGS } from './contenders.js';
import { BASE_ERRORS, type Cell } from './measures.js';
import { type Release, slowerShare } from './release.js';
import type { BenchPlan } from './simulate.js';
import { PROVISION_MS, SHIFT_MS } from './world/endpoint.js';

export const RATES = [0.1, 1, 10, 100, 500];
export const CLUMPS = [1, 5, 10];
export const WEIGHTS = [5, 25, 50, 100];
export const BOUND_WEIGHTS = [5, 10, 25, 50];
export const RATIOS = [2, 5, 10, 20];
/** Requests per second of the bad releases. */
export const BAD_RATE = 50;
export const PLAN: BenchPlan = { steps: [0, ...WEIGHTS], bakeMs: 300_000, intervalMs: 15_000 };

const HEALTHY: Release = {
  rate: BAD_RATE,
  currentErrors: BASE_ERRORS,
  candidateErrors: BASE_ERRORS,
  clump: 1,
  slowdown: 1,
  faultFrom: 0,
};

/** What is bad about the bad releases. */
export const FAULTS: readonly { readonly name: string; readonly change: Partial<Release> }[] = [
  ...[2, 5, 20].map((times) => ({ name: `${times} × errors`, change: { candidateErrors: times * BASE_ERRORS } })),
  { name: '100 % errors', change: { candidateErrors: 1 } },
  { name: '1.5 × latency', change: { slowdown: 1.5 } },
  { name: '5 × errors, in clumps of 5', change: { candidateErrors: 5 * BASE_ERRORS, clump: 5 } },
];

/** Minutes of figures in which the lower bound is reached where it is measured, so that the export's minutes do not blur it. */
const BOUND_MINUTES = 20;
const LONG_BAKE_MS = 20_000 * 60_000;

export function healthyCell(contender: number, rate: number, clump: number, releases: number): Cell {
  return { contender, release: { ...HEALTHY, rate, clump }, plan: PLAN, releases };
}

/** A version that turns bad when it first has `weight` percent of the traffic. */
export function badCell(contender: number, fault: Partial<Release>, weight: number, releases: number): Cell {
  return { contender, release: { ...HEALTHY, ...fault, faultFrom: weight }, plan: PLAN, releases };
}

/** Our judge alone at one weight, at a rate at which the bound is a matter of `BOUND_MINUTES`. */
export function boundCell(weight: number, ratio: number, clump: number, tolerated: number, releases: number): Cell {
  const bound = lowerBound(weight / 100, BASE_ERRORS, ratio * BASE_ERRORS, OUR_SETTINGS.alpha, tolerated);
  const rate = bound / (BOUND_MINUTES * 60) / (weight / 100);
  const release = { ...HEALTHY, rate, candidateErrors: ratio * BASE_ERRORS, clump };
  const plan = { steps: [weight], bakeMs: LONG_BAKE_MS, intervalMs: 60_000 };
  return { contender: { tolerated }, release, plan, releases };
}

export function boundOf(weight: number, ratio: number, tolerated: number): number {
  return lowerBound(weight / 100, BASE_ERRORS, ratio * BASE_ERRORS, OUR_SETTINGS.alpha, tolerated);
}

/** Fewest requests, on average, from which an optimal test could know of a fault at a weight. */
export function fewestRequests(fault: Partial<Release>, weight: number): number {
  const { alpha, toleratedRatio } = OUR_SETTINGS;
  const { candidateErrors: errors, slowdown } = { ...HEALTHY, ...fault };
  if (slowdown > 1) {
    const [before, after] = [slowerShare(1), slowerShare(slowdown)];
    if (weight === 100) return lowerBoundAlone(3 * before, after, alpha);
    return lowerBound(weight / 100, before, after, alpha, 1.5);
  }
  return weight === 100
    ? lowerBoundAlone(0.01, errors, alpha)
    : lowerBound(weight / 100, BASE_ERRORS, errors, alpha, toleratedRatio);
}

/** Fewest requests that a fault at a weight can cost: those needed to know of it, and those that come while the split is put back. */
export function leastExposure(fault: Partial<Release>, weight: number): number {
  return fewestRequests(fault, weight) + (weight / 100) * BAD_RATE * (SHIFT_MS / 1000);
}

/** Seconds that a healthy rollout takes at least: provisioning, and each update with its bake or its hundred requests. */
export function leastSeconds(rate: number): number {
  const updates = (PROVISION_MS + (WEIGHTS.length + 1) * SHIFT_MS) / 1000;
  const needed = (weight: number) => OUR_SETTINGS.minRequests / ((rate * weight) / 100);
  return WEIGHTS.reduce((sum, weight) => sum + Math.max(PLAN.bakeMs / 1000, needed(weight)), updates);
}

export const CONTENDER_INDEXES: readonly number[] = CONTENDERS.map((_, index) => index);
