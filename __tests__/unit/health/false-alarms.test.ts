import { describe, expect, it, jest } from '@jest/globals';
import { type Contender, measureBad, measureBound, measureHealthy } from '../../../bench/rollouts/measures.js';
import { Random } from '../../../bench/rollouts/random.js';
import { requestsOf } from '../../../bench/rollouts/release.js';
import { ours } from '../../../bench/rollouts/rules/ours.js';
import { addTick, evidenceOf, newCountTest, restart } from '../../../src/health/core/count-test.js';
import { confirmed } from '../../../src/health/core/findings.js';

if (process.env.NIGHTLY === '1') jest.setTimeout(3_600_000);

/** Whole rollouts; the count test alone has 20,000 at night. In the ordinary run there are as many as a few seconds allow. */
const releases = process.env.NIGHTLY === '1' ? 4_000 : 25;
/** What so few rollouts may show by chance (three standard deviations) when 1 % is the truth; nothing to speak of at night. */
const allowed = 0.01 + 3 * Math.sqrt((0.01 * 0.99) / releases);
const judge: Contender = { label: 'judge', rule: ours(), probeRate: 0 };

describe('healthy rollouts of 5, 25, 50 and 100 %', () => {
  it.each([
    [1, 10],
    [1, 200],
    [5, 10],
    [5, 200],
    [10, 50],
  ])('with errors in clumps of %d at %d requests per second are not condemned more often than 1 %', (clump, rate) => {
    expect(measureHealthy(judge, rate, clump, releases).condemned).toBeLessThanOrEqual(allowed);
  });
});

describe('the count test over 20 minutes of a healthy version', () => {
  const runs = process.env.NIGHTLY === '1' ? 20_000 : 1_000;
  const plan = [5, 25, 50].flatMap((share) => Array.from({ length: 7 }, () => share / 100));
  const needed = Math.log(100 / 0.75);

  it.each([1, 2, 5])('condemns less than 1 %% when errors come in clumps of %d', (clump) => {
    let condemned = 0;
    for (let seed = 1; seed <= runs; seed += 1) if (isCondemned(seed, clump)) condemned += 1;
    expect(condemned / runs).toBeLessThanOrEqual(0.01);
  });

  function isCondemned(seed: number, clump: number): boolean {
    const random = new Random(seed);
    const release = { rate: 1000 / 60, currentErrors: 0.01, candidateErrors: 0.01, clump, slowdown: 1 };
    let test = newCountTest(1.25);
    for (const [minute, share] of plan.entries()) {
      if (minute % 7 === 0) test = restart(test);
      const candidate = requestsOf(random, release, 'candidate', share);
      const current = requestsOf(random, release, 'current', 1 - share);
      test = addTick(test, {
        candidateRequests: candidate.requests,
        currentRequests: current.requests,
        candidateEvents: candidate.errors,
        currentEvents: current.errors,
      });
      if (candidate.errors === 0) continue;
      const { log, withoutWorst, dispersion } = evidenceOf(test);
      if (log >= needed && test.candidateEvents >= 3 && confirmed(withoutWorst, needed, dispersion)) return true;
    }
    return false;
  }
});

describe('bad rollouts', () => {
  it('are all caught at 5 and 20 times the errors, and the worse the sooner', () => {
    const release = { rate: 50, currentErrors: 0.005, candidateErrors: 0.025, clump: 1, slowdown: 1 };
    const five = measureBad(judge, release, 20);
    const twenty = measureBad(judge, { ...release, candidateErrors: 0.1 }, 20);
    expect(five.caught).toBe(1);
    expect(twenty.caught).toBe(1);
    expect(twenty.exposed).toBeLessThan(five.exposed);
  });

  it('are condemned within 1.5 times the lower bound where the bound is a matter of more than a few errors', () => {
    const { median, bound } = measureBound(10, 0.05, 1, 1.25, 61);
    expect(Math.round(bound)).toBe(102);
    expect(median).toBeLessThanOrEqual(1.5 * bound);
  });

  it('are caught by latency as well', () => {
    const slow = { rate: 50, currentErrors: 0.005, candidateErrors: 0.005, clump: 1, slowdown: 1.5 };
    expect(measureBad(judge, slow, 20).caught).toBe(1);
  });
});
