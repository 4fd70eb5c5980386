import { CONTENDERS, type Contender, OUR_SETTINGS, ours } from './contenders.js';
import { seedOf } from './random.js';
import type { Release } from './release.js';
import { type BenchPlan, type Outcome, simulate } from './simulate.js';

/** Failure chance of the current version in all releases. */
export const BASE_ERRORS = 0.005;

/** One place in the tables: who judges, what is released, how it is rolled out, and how often. Plain data. */
export interface Cell {
  /** Index into the contenders, or our judge with nothing configured and this ratio of error rates tolerated. */
  readonly contender: number | { readonly tolerated: number };
  readonly release: Release;
  readonly plan: BenchPlan;
  readonly releases: number;
}

/** What came of all releases of a cell. Shares are 0..1; medians of no releases are `null`. */
export interface CellMeasure {
  readonly condemned: number;
  readonly noData: number;
  /** Requests that the bad version answered, the uncaught ones with all of theirs. */
  readonly exposed: number;
  /** Seconds from the beginning of the fault until the old split was back. */
  readonly seconds: number;
  /** Seconds that the rollouts took which were promoted. */
  readonly promotedSeconds: number | null;
  /** Requests of the candidate that were judged in the last step: median and 90th percentile. */
  readonly judged: number;
  readonly judgedNinetieth: number;
}

/** Plays all releases of a cell. The same cell gives the same measure, wherever and whenever. */
export async function measure(cell: Cell): Promise<CellMeasure> {
  const contender = contenderOf(cell);
  const outcomes: Outcome[] = [];
  for (let index = 0; index < cell.releases; index += 1) {
    outcomes.push(await simulate(contender, cell.release, cell.plan, seedOf(index)));
  }
  const share = (end: Outcome['end']) => outcomes.filter((one) => one.end === end).length / outcomes.length;
  const promoted = outcomes.filter(({ end }) => end === 'promoted');
  const judged = outcomes.map((one) => one.judged);
  return {
    condemned: share('condemned'),
    noData: share('no-data'),
    exposed: quantile(outcomes.map(({ exposed }) => exposed)),
    seconds: quantile(outcomes.map(({ seconds }) => seconds)),
    promotedSeconds: promoted.length === 0 ? null : quantile(promoted.map(({ wholeSeconds }) => wholeSeconds)),
    judged: quantile(judged),
    judgedNinetieth: quantile(judged, 0.9),
  };
}

function contenderOf({ contender }: Cell): Contender {
  if (typeof contender !== 'number') {
    return ours('this Action', 0, { ...OUR_SETTINGS, alerts: [], toleratedRatio: contender.tolerated });
  }
  const found = CONTENDERS[contender];
  if (found === undefined) throw new Error(`There is no contender ${contender}.`);
  return found;
}

function quantile(values: readonly number[], share = 0.5): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
