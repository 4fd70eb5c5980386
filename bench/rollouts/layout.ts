import {
  BOUND_WEIGHTS,
  badCell,
  boundCell,
  CLUMPS,
  CONTENDER_INDEXES,
  FAULTS,
  healthyCell,
  RATES,
  RATIOS,
  WEIGHTS,
} from './cells.js';
import { CONTENDERS, OUR_SETTINGS } from './contenders.js';
import type { Cell } from './measures.js';

/** Everything that the benchmark measures, by its place in the tables. */
export interface Layout<T> {
  /** By clump size, rate and contender. */
  readonly healthy: readonly (readonly (readonly T[])[])[];
  /** By fault, weight and contender. */
  readonly bad: readonly (readonly (readonly T[])[])[];
  /** By weight and ratio of error rates. */
  readonly bounds: readonly (readonly T[])[];
  /** At 10 % and ten times the errors, with a tolerated ratio of 1. */
  readonly strict: T;
  /** At 10 %, with clumps of 5, by ratio; without the smallest. */
  readonly bursty: readonly T[];
}

/** Probes are simulated one by one, so their releases are fewer; bad ones are, as they differ less. */
const FEWER_WITH_PROBES = 2;
const FEWER_BAD = 4;

/** All cells, with `releases` in those of healthy releases. */
export function cellsOf(releases: number): Layout<Cell> {
  const healthy = (contender: number) =>
    Math.ceil(releases / ((CONTENDERS[contender]?.probeRate ?? 0) > 0 ? FEWER_WITH_PROBES : 1));
  const bad = Math.ceil(releases / FEWER_BAD);
  // An odd number has a middle.
  const bound = Math.ceil(releases / 2) * 2 - 1;
  const tolerated = OUR_SETTINGS.toleratedRatio;
  return {
    healthy: CLUMPS.map((clump) =>
      RATES.map((rate) => CONTENDER_INDEXES.map((one) => healthyCell(one, rate, clump, healthy(one)))),
    ),
    bad: FAULTS.map(({ change }) =>
      WEIGHTS.map((weight) => CONTENDER_INDEXES.map((one) => badCell(one, change, weight, bad))),
    ),
    bounds: BOUND_WEIGHTS.map((weight) => RATIOS.map((ratio) => boundCell(weight, ratio, 1, tolerated, bound))),
    strict: boundCell(10, 10, 1, 1, bound),
    bursty: RATIOS.slice(1).map((ratio) => boundCell(10, ratio, 5, tolerated, bound)),
  };
}

/** The same places with other contents, always taken in the same order. */
export function mapLayout<A, B>(layout: Layout<A>, change: (one: A) => B): Layout<B> {
  return {
    healthy: layout.healthy.map((rates) => rates.map((row) => row.map(change))),
    bad: layout.bad.map((weights) => weights.map((row) => row.map(change))),
    bounds: layout.bounds.map((row) => row.map(change)),
    strict: change(layout.strict),
    bursty: layout.bursty.map(change),
  };
}
