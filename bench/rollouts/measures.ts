import { lowerBound } from './bound.js';
import type { Release } from './release.js';
import { OUR_SETTINGS, ours } from './rules/ours.js';
import type { DecisionRule } from './rules/rule.js';
import { type BenchPlan, type Outcome, simulate, UPDATE_MS } from './simulate.js';

/** Failure chance of the current version in all releases. */
export const BASE_ERRORS = 0.005;
const STEPS = [5, 25, 50, 100];
const BAKE_MINUTES = 5;

/** A rule, and the probes it may send. */
export interface Contender {
  readonly label: string;
  readonly rule: DecisionRule;
  readonly probeRate: number;
}

export function healthyRelease(rate: number, clump: number): Release {
  return { rate, currentErrors: BASE_ERRORS, candidateErrors: BASE_ERRORS, clump, slowdown: 1 };
}

function outcomes(
  contender: Contender,
  release: Release,
  releases: number,
  steps: readonly number[] = STEPS,
): Outcome[] {
  const plan: BenchPlan = { steps, bakeMinutes: BAKE_MINUTES, probeRate: contender.probeRate };
  return Array.from({ length: releases }, (_, seed) => simulate(contender.rule, release, plan, seed * 7919 + 1));
}

export interface HealthyMeasure {
  /** Share of healthy releases that were condemned. */
  readonly condemned: number;
  /** Share that ended because there was not enough evidence. */
  readonly noData: number;
  /** Median duration in seconds of those that were promoted; `null` if none was. */
  readonly seconds: number | null;
}

export function measureHealthy(contender: Contender, rate: number, clump: number, releases: number): HealthyMeasure {
  const all = outcomes(contender, healthyRelease(rate, clump), releases);
  const share = (which: Outcome['rolledBack']) =>
    all.filter(({ rolledBack }) => rolledBack === which).length / releases;
  const promoted = all.filter(({ rolledBack }) => rolledBack === null).map(({ seconds }) => seconds);
  return {
    condemned: share('condemned'),
    noData: share('no-data'),
    seconds: promoted.length === 0 ? null : median(promoted),
  };
}

export interface BadMeasure {
  readonly caught: number;
  /** Median requests of callers that the bad version answered, the uncaught ones to the end of the plan. */
  readonly exposed: number;
  /** Median seconds from its first request until the old split was back. */
  readonly seconds: number;
}

export function measureBad(contender: Contender, release: Release, releases: number): BadMeasure {
  const all = outcomes(contender, release, releases);
  return {
    caught: all.filter(({ rolledBack }) => rolledBack !== null).length / releases,
    exposed: median(all.map(({ exposed }) => exposed)),
    seconds: median(all.map(({ seconds }) => seconds)),
  };
}

export interface BoundMeasure {
  readonly weight: number;
  readonly candidateErrors: number;
  readonly clump: number;
  readonly median: number;
  readonly ninetieth: number;
  readonly bound: number;
}

/** Requests of the candidate that our judge needs at one weight, fed with minutes of five of them, against the lower bound. */
export function measureBound(
  weight: number,
  candidateErrors: number,
  clump: number,
  tolerated: number,
  releases: number,
): BoundMeasure {
  const settings = { ...OUR_SETTINGS, alerts: [], toleratedRatio: tolerated };
  const contender = { label: '', rule: ours(settings), probeRate: 0 };
  const rate = 5 / 60 / (weight / 100);
  const release = { rate, currentErrors: BASE_ERRORS, candidateErrors, clump, slowdown: 1 };
  const plan: BenchPlan = { steps: [weight], bakeMinutes: 20_000, probeRate: 0 };
  const needed = Array.from(
    { length: releases },
    (_, seed) => simulate(contender.rule, release, plan, seed * 7919 + 1).judged,
  );
  const bound = lowerBound(weight / 100, BASE_ERRORS, candidateErrors, settings.alpha, tolerated);
  return { weight, candidateErrors, clump, median: median(needed), ninetieth: quantile(needed, 0.9), bound };
}

/** Seconds that a healthy rollout takes at least: every bake once, and the updates between the steps. */
export function leastSeconds(): number {
  return STEPS.length * BAKE_MINUTES * 60 + ((STEPS.length - 1) * UPDATE_MS) / 1000;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
