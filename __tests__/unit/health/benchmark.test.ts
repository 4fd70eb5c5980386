import { describe, expect, it } from '@jest/globals';
import { lowerBound, lowerBoundAlone } from '../../../bench/rollouts/bound.js';
import { badCell, CONTENDER_INDEXES, healthyCell } from '../../../bench/rollouts/cells.js';
import { cellsOf, mapLayout } from '../../../bench/rollouts/layout.js';
import { type CellMeasure, measure } from '../../../bench/rollouts/measures.js';
import { plotsOf } from '../../../bench/rollouts/plots.js';
import { Random, seedOf } from '../../../bench/rollouts/random.js';
import { type ArmMinute, NO_REQUESTS } from '../../../bench/rollouts/release.js';
import { headlines, report } from '../../../bench/rollouts/report.js';
import { kayenta } from '../../../bench/rollouts/rules/kayenta.js';
import { argo, flagger, sagemaker } from '../../../bench/rollouts/rules/limits.js';
import type { DecisionRule } from '../../../bench/rollouts/rules/rule.js';

const LATENCIES = NO_REQUESTS.latencies.map((_, index) => (index === 3 ? 1000 : 0));
const GOOD: ArmMinute = { requests: 1000, errors: 5, latencies: LATENCIES };
const FAILING: ArmMinute = { ...GOOD, errors: 20 };
const SLOW: ArmMinute = { ...GOOD, latencies: LATENCIES.map((_, index) => (index === 8 ? 1000 : 0)) };

/** The first minute, counted from 1, at which a rule takes the candidate back; `null`: never. */
function condemnedAt(rule: DecisionRule, minutes: readonly ArmMinute[]): number | null {
  const run = rule.start();
  const index = minutes.findIndex((candidate) => run.minute({ candidate, current: GOOD }) === 'roll-back');
  return index < 0 ? null : index + 1;
}

function times(count: number, minute: ArmMinute): ArmMinute[] {
  return Array.from({ length: count }, () => minute);
}

describe('the models of other rules', () => {
  it('Flagger counts failed checks that successes never take back, and condemns at the fifth', () => {
    expect(condemnedAt(flagger, times(9, FAILING))).toBe(5);
    const spread = times(8, FAILING).flatMap((minute) => [minute, GOOD, GOOD]);
    expect(condemnedAt(flagger, spread)).toBe(13);
    expect(condemnedAt(flagger, [...times(4, FAILING), ...times(50, GOOD)])).toBeNull();
  });

  it('Flagger takes a check without data for a failed one', () => {
    expect(condemnedAt(flagger, times(9, NO_REQUESTS))).toBe(5);
  });

  it('Argo Rollouts aborts when more than three measurements have failed, or more than four in a row had no data', () => {
    expect(condemnedAt(argo, times(9, FAILING))).toBe(4);
    expect(condemnedAt(argo, times(9, NO_REQUESTS))).toBe(5);
    expect(condemnedAt(argo, [...times(4, NO_REQUESTS), GOOD, ...times(4, NO_REQUESTS)])).toBeNull();
  });

  it('a SageMaker-style alarm needs two minutes in a row above the limit, and missing data is no breach', () => {
    expect(condemnedAt(sagemaker, times(9, FAILING))).toBe(2);
    expect(condemnedAt(sagemaker, [FAILING, GOOD, FAILING, NO_REQUESTS, FAILING, GOOD])).toBeNull();
    expect(condemnedAt(sagemaker, times(9, NO_REQUESTS))).toBeNull();
  });

  it.each([flagger, argo, sagemaker])('$name has a limit on latency as well', (rule) => {
    expect(condemnedAt(rule, times(9, SLOW))).not.toBeNull();
    expect(condemnedAt(rule, times(9, GOOD))).toBeNull();
  });

  it('Kayenta compares the values of minutes when a step is over, and not before', () => {
    const judged = (candidate: ArmMinute, minutes: number) => {
      const run = kayenta.start();
      for (let minute = 0; minute < minutes; minute += 1) {
        expect(
          run.minute({ candidate: { ...candidate, errors: candidate.errors + (minute % 2) }, current: GOOD }),
        ).toBe('go-on');
      }
      return run.stepEnd();
    };
    expect(judged(FAILING, 6)).toBe('roll-back');
    expect(judged(SLOW, 6)).toBe('roll-back');
    expect(judged(GOOD, 6)).toBe('advance');
    expect(judged(FAILING, 3)).toBe('advance');
  });

  it('Kayenta judges nothing when nothing serves beside the candidate', () => {
    const run = kayenta.start();
    for (const candidate of times(9, FAILING)) run.minute({ candidate, current: NO_REQUESTS });
    expect(run.stepEnd()).toBe('advance');
  });
});

describe('the lower bound', () => {
  it('is that of the conditional count test', () => {
    expect(lowerBound(0.1, 0.005, 0.05, 0.01, 1)).toBeCloseTo(85, 0);
  });

  it('is infinite for a version that keeps the only limit there is', () => {
    expect(lowerBoundAlone(0.01, 0.01, 0.01)).toBe(Number.POSITIVE_INFINITY);
    expect(lowerBoundAlone(0.01, 1, 0.01)).toBeCloseTo(1, 5);
  });
});

describe('the benchmark', () => {
  it('gives the same figures for the same cells', async () => {
    const cells = CONTENDER_INDEXES.flatMap((one) => [
      healthyCell(one, 10, 5, 1),
      badCell(one, { candidateErrors: 1 }, 5, 2),
    ]);
    const once = await Promise.all(cells.map(measure));
    const again = [];
    for (const cell of [...cells].reverse()) again.unshift(await measure(cell));
    expect(again).toEqual(once);
  }, 60_000);

  it('counts every request that a failing version answered in its first step', async () => {
    // Those that take it back before the second step: 5 % of 50 requests a second all the time.
    for (const contender of [0, 1, 4]) {
      const { condemned, exposed, seconds } = await measure(badCell(contender, { candidateErrors: 1 }, 5, 1));
      expect(condemned).toBe(1);
      expect(Math.abs(exposed - 2.5 * seconds)).toBeLessThan(5 * Math.sqrt(2.5 * seconds));
    }
  }, 60_000);

  it('renders tables and plots from measures alone', () => {
    const cells = cellsOf(8);
    let next = 0;
    const measured = mapLayout(cells, (): CellMeasure => {
      next += 1;
      const share = new Random(seedOf(next)).next();
      return {
        condemned: share / 2,
        noData: share / 4,
        exposed: 100 + next,
        seconds: next,
        promotedSeconds: next % 7 === 0 ? null : 1500 + next,
        judged: next,
        judgedNinetieth: 2 * next,
      };
    });
    const pages = [report(measured, cells), headlines(measured, cells), ...Object.values(plotsOf(measured))];
    for (const page of pages) expect(page).not.toMatch(/NaN|undefined|Infinity/);
    const all = pages.join('\n');
    for (const { exposed } of measured.bad.flat(2)) expect(all).toContain(`${exposed} requests`);
  });
});
