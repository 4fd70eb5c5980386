import { describe, expect, it, jest } from '@jest/globals';
import { badCell, boundCell, boundOf, healthyCell } from '../../../bench/rollouts/cells.js';
import { measure } from '../../../bench/rollouts/measures.js';
import { Random } from '../../../bench/rollouts/random.js';
import { errorsIn } from '../../../bench/rollouts/release.js';
import { addTick, evidenceOf, newCountTest, restart } from '../../../src/health/core/count-test.js';
import { confirmed } from '../../../src/health/core/findings.js';

if (process.env.NIGHTLY === '1') jest.setTimeout(3_600_000);

/** Whole rollouts; the count test alone has 20,000 at night. In the ordinary run there are as many as a few seconds allow. */
const releases = process.env.NIGHTLY === '1' ? 2_000 : 3;
/** What so few rollouts may show by chance (three standard deviations) when 1 % is the truth; nothing to speak of at night. */
const allowed = 0.01 + 3 * Math.sqrt((0.01 * 0.99) / releases);
/** Our judge without probes. */
const JUDGE = 0;

describe('healthy rollouts of 5, 25, 50 and 100 %', () => {
  it.each([
    [1, 10],
    [1, 200],
    [5, 10],
    [5, 200],
    [10, 50],
  ])(
    'with errors in clumps of %d at %d requests per second are not condemned more often than 1 %',
    async (clump, rate) => {
      expect((await measure(healthyCell(JUDGE, rate, clump, releases))).condemned).toBeLessThanOrEqual(allowed);
    },
  );
});

describe('the count test over 20 minutes of a healthy version', () => {
  const runs = process.env.NIGHTLY === '1' ? 20_000 : 300;
  const plan = [5, 25, 50].flatMap((share) => Array.from({ length: 7 }, () => share / 100));
  const needed = Math.log(100 / 0.75);

  it.each([1, 2, 5])('condemns less than 1 %% when errors come in clumps of %d', (clump) => {
    let condemned = 0;
    for (let seed = 1; seed <= runs; seed += 1) if (isCondemned(seed, clump)) condemned += 1;
    expect(condemned / runs).toBeLessThanOrEqual(0.01);
  });

  function isCondemned(seed: number, clump: number): boolean {
    const random = new Random(seed);
    let test = newCountTest(1.25);
    for (const [minute, share] of plan.entries()) {
      if (minute % 7 === 0) test = restart(test);
      const candidateRequests = random.poisson(1000 * share);
      const candidateEvents = errorsIn(random, candidateRequests, 0.01, clump);
      const currentRequests = random.poisson(1000 * (1 - share));
      const currentEvents = errorsIn(random, currentRequests, 0.01, clump);
      test = addTick(test, { candidateRequests, currentRequests, candidateEvents, currentEvents });
      if (candidateEvents === 0) continue;
      const { log, withoutWorst, dispersion } = evidenceOf(test);
      if (log >= needed && test.candidateEvents >= 3 && confirmed(withoutWorst, needed, dispersion)) return true;
    }
    return false;
  }
});

describe('bad rollouts', () => {
  it('are all caught at 5 and 20 times the errors, and the worse the sooner', async () => {
    const five = await measure(badCell(JUDGE, { candidateErrors: 0.025 }, 5, 5));
    const twenty = await measure(badCell(JUDGE, { candidateErrors: 0.1 }, 5, 5));
    expect(five.condemned).toBe(1);
    expect(twenty.condemned).toBe(1);
    expect(twenty.exposed).toBeLessThan(five.exposed);
  });

  it('are condemned within 1.5 times the lower bound where the bound is a matter of more than a few errors', async () => {
    expect(Math.round(boundOf(10, 10, 1.25))).toBe(102);
    const { judged } = await measure(boundCell(25, 10, 1, 1.25, 21));
    expect(judged).toBeLessThanOrEqual(1.5 * boundOf(25, 10, 1.25));
  });

  it('are caught by latency as well', async () => {
    expect((await measure(badCell(JUDGE, { slowdown: 1.5 }, 5, 3))).condemned).toBe(1);
  });
});
