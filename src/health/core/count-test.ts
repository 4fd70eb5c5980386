import {
  addChiSquared,
  addMinute,
  type ChiSquared,
  chiSquaredOf,
  type Dispersion,
  dispersionOf,
  NO_CHI_SQUARED,
  NO_DISPERSION,
  quantise,
} from './dispersion.js';

/** What both versions did in the same minute: requests, and events (errors, slow answers) among them. */
export interface Tick {
  readonly candidateRequests: number;
  readonly currentRequests: number;
  readonly candidateEvents: number;
  readonly currentEvents: number;
}

/** Additive state of the conditional count test: JSON-able, a few dozen numbers at most. */
export interface CountTest {
  /** Ratio of the rates candidate : current that is still tolerated. */
  readonly ratio: number;
  /** Log scores of the alternatives since the rollout began. */
  readonly scores: readonly number[];
  /** The same since the latest restart; `null` while there was none. */
  readonly stepScores: readonly number[] | null;
  readonly restarts: number;
  /** The minute that speaks most against the candidate, of the rollout and since the restart. */
  readonly worst: Tick | null;
  readonly stepWorst: Tick | null;
  readonly candidateEvents: number;
  /** Of the current version's minutes since the rollout began. */
  readonly dispersion: Dispersion;
  /** Of the candidate's minutes in this step: bursts that only one of the two has met by chance must not condemn it. */
  readonly candidateDispersion: Dispersion;
  /** The same of the steps before, each around its own rate. */
  readonly earlier: ChiSquared;
}

/** How many times worse than tolerated the alternatives are. */
export const ALTERNATIVES: readonly number[] = [1.25, 1.5, 2, 3, 5, 10, 30, 100];

/** Share of the error budget for the whole rollout; the rest is for tests that begin anew with a step. */
const WHOLE_ROLLOUT = 0.9;

export function newCountTest(ratio: number): CountTest {
  const scores = ALTERNATIVES.map(() => 0);
  return {
    ratio,
    scores,
    stepScores: null,
    restarts: 0,
    worst: null,
    stepWorst: null,
    candidateEvents: 0,
    dispersion: NO_DISPERSION,
    candidateDispersion: NO_DISPERSION,
    earlier: NO_CHI_SQUARED,
  };
}

/**
 * Log likelihood ratios of one tick: given that an event occurred, it is the candidate's with probability
 * `ratio * n / (ratio * n + m)` at worst when the candidate is tolerable (n, m: requests of both).
 * Source: the conditional count e-process of Lindon and Malek, "Anytime-valid inference for multinomial count data", 2022.
 */
export function tickScores(tick: Tick, ratio: number): number[] {
  const { candidateRequests, currentRequests, candidateEvents, currentEvents } = tick;
  if (candidateRequests <= 0 || currentRequests <= 0) return ALTERNATIVES.map(() => 0);
  const share = (times: number) => (times * candidateRequests) / (times * candidateRequests + currentRequests);
  const tolerated = share(ratio);
  return ALTERNATIVES.map((alternative) => {
    const worse = share(ratio * alternative);
    return candidateEvents * Math.log(worse / tolerated) + currentEvents * Math.log((1 - worse) / (1 - tolerated));
  });
}

/** Adds a tick; ticks without requests on both sides only tell about dispersion. */
export function addTick(test: CountTest, tick: Tick): CountTest {
  const dispersion = addMinute(test.dispersion, tick.currentEvents, tick.currentRequests);
  const candidateDispersion = addMinute(test.candidateDispersion, tick.candidateEvents, tick.candidateRequests);
  const seen = { ...test, dispersion, candidateDispersion };
  if (tick.candidateRequests <= 0 || tick.currentRequests <= 0) return seen;
  const added = tickScores(tick, test.ratio);
  const plus = (scores: readonly number[]) => scores.map((score, index) => quantise(score + (added[index] ?? 0)));
  return {
    ...seen,
    scores: plus(test.scores),
    stepScores: test.stepScores === null ? null : plus(test.stepScores),
    worst: worseOf(test.worst, tick, test.ratio),
    stepWorst: test.stepScores === null ? null : worseOf(test.stepWorst, tick, test.ratio),
    candidateEvents: test.candidateEvents + tick.candidateEvents,
  };
}

/** A new step begins: a second process starts at zero, so that good steps do not hide a version that turns bad. */
export function restart(test: CountTest): CountTest {
  const since = test.stepScores ?? test.scores;
  const earlier = addChiSquared(test.earlier, chiSquaredOf(test.candidateDispersion));
  const begun = { ...test, candidateDispersion: NO_DISPERSION, earlier };
  if (since.every((score) => score === 0)) return begun;
  return { ...begun, stepScores: ALTERNATIVES.map(() => 0), stepWorst: null, restarts: test.restarts + 1 };
}

/** The natural logarithm of the e-value, and of what remains of it without the minute that speaks loudest. */
export interface LogEvidence {
  readonly log: number;
  readonly withoutWorst: number;
  readonly dispersion: number;
}

/**
 * Evidence against "the candidate is at most `ratio` times as bad", valid at every look: the mean over the alternatives,
 * counts divided by the dispersion seen so far, mixed over the whole rollout and the current step.
 */
export function evidenceOf(test: CountTest): LogEvidence {
  const dispersion = burstiness(test);
  const mean = (scores: readonly number[]) => logMeanExp(scores.map((score) => score / dispersion));
  const step = test.stepScores ?? test.scores;
  return {
    log: mixed(mean(test.scores), mean(step), test.restarts),
    withoutWorst: mixed(
      mean(without(test.scores, test.worst, test.ratio)),
      mean(without(step, test.stepWorst, test.ratio)),
      test.restarts,
    ),
    dispersion,
  };
}

/** The index of dispersion of both versions, as far as this test has seen them. */
export function burstiness({ dispersion, candidateDispersion, earlier }: CountTest): number {
  return dispersionOf(chiSquaredOf(dispersion), chiSquaredOf(candidateDispersion), earlier);
}

/**
 * Log of the mixture of a process over the whole rollout and the one that began with the `restarts`-th later step. The weights of
 * all processes add up to at most 1, so the mixture keeps the error probability.
 */
export function mixed(whole: number, step: number, restarts: number): number {
  if (restarts === 0) return whole + Math.log(WHOLE_ROLLOUT);
  return logSumExp([
    whole + Math.log(WHOLE_ROLLOUT),
    step + Math.log((1 - WHOLE_ROLLOUT) / (restarts * (restarts + 1))),
  ]);
}

/** Log of the mean of exponentials, without overflow. */
export function logMeanExp(logs: readonly number[]): number {
  return logSumExp(logs) - Math.log(logs.length);
}

/** Log of the sum of exponentials, without overflow. */
function logSumExp(logs: readonly number[]): number {
  const greatest = Math.max(...logs);
  if (!Number.isFinite(greatest)) return greatest;
  return greatest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - greatest), 0));
}

function without(scores: readonly number[], worst: Tick | null, ratio: number): number[] {
  if (worst === null) return [...scores];
  const taken = tickScores(worst, ratio);
  return scores.map((score, index) => score - (taken[index] ?? 0));
}

function worseOf(known: Tick | null, tick: Tick, ratio: number): Tick | null {
  if (tick.candidateEvents === 0) return known;
  if (known === null) return tick;
  return logMeanExp(tickScores(tick, ratio)) > logMeanExp(tickScores(known, ratio)) ? tick : known;
}
