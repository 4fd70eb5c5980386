import { describe, expect, it, jest } from '@jest/globals';
import { Random } from '../../../bench/rollouts/random.js';
import { newcombe, normalUpperTail, wilson } from '../../../src/health/core/intervals.js';
import { limitBesideBaseline, rateEvidence } from '../../../src/health/core/rate-test.js';

if (process.env.NIGHTLY === '1') jest.setTimeout(3_600_000);

/** Requests until the fuse against 1 % fires at an error probability of 1 %: the median of 301 runs. */
function medianRequests(share: number): number {
  const needed = Math.log(100);
  const runs = Array.from({ length: 301 }, (_, seed) => {
    const random = new Random(seed);
    let [events, trials] = [0, 0];
    for (;;) {
      trials += 1;
      if (random.next() >= share) continue;
      // Between events the evidence only falls.
      events += 1;
      if (rateEvidence({ events, trials }, 0.01) >= needed) return trials;
    }
  });
  return runs.sort((a, b) => a - b)[150] ?? 0;
}

describe('the absolute fuse', () => {
  it.each([
    [1, 2, 2],
    [0.2, 10, 18],
    [0.1, 28, 44],
    [0.05, 90, 150],
  ])('at %d of requests failing fires after about as many requests as published', (share, from, to) => {
    const median = medianRequests(share);
    expect(median).toBeGreaterThanOrEqual(from);
    expect(median).toBeLessThanOrEqual(to);
  });

  it('fires on a version that keeps its limit in fewer runs than it may, at any of 2,000 looks', () => {
    let fired = 0;
    const runs = process.env.NIGHTLY === '1' ? 20_000 : 1_000;
    for (let seed = 0; seed < runs; seed += 1) {
      const random = new Random(seed + 1);
      let [events, condemned] = [0, false];
      for (let trials = 1; trials <= 2_000; trials += 1) {
        if (random.next() >= 0.01) continue;
        // Between events the evidence only falls.
        events += 1;
        condemned ||= rateEvidence({ events, trials }, 0.01) >= Math.log(100);
      }
      if (condemned) fired += 1;
    }
    expect(fired / runs).toBeLessThanOrEqual(0.01);
  });

  it('is tuned by a sick current version only', () => {
    expect(limitBesideBaseline(0.01, { events: 0, trials: 0 })).toBe(0.01);
    expect(limitBesideBaseline(0.01, { events: 5, trials: 1000 })).toBe(0.01);
    expect(limitBesideBaseline(0.01, { events: 50, trials: 1000 })).toBeCloseTo(0.0653, 3);
  });
});

describe('intervals', () => {
  it('gives the published Wilson and Newcombe intervals', () => {
    const [low, high] = wilson(81, 263) ?? [0, 0];
    expect(low).toBeCloseTo(0.2553, 4);
    expect(high).toBeCloseTo(0.3662, 4);
    const [from, to] = newcombe({ events: 56, trials: 70 }, { events: 48, trials: 80 }) ?? [0, 0];
    expect(from).toBeCloseTo(0.0524, 4);
    expect(to).toBeCloseTo(0.3339, 4);
    expect(wilson(0, 0)).toBeNull();
    expect(newcombe({ events: 0, trials: 0 }, { events: 1, trials: 2 })).toBeNull();
  });

  it('knows the normal tail from the middle to far out', () => {
    expect(normalUpperTail(0)).toBeCloseTo(0.5, 7);
    expect(normalUpperTail(1.959964)).toBeCloseTo(0.025, 6);
    expect(normalUpperTail(-1.959964)).toBeCloseTo(0.975, 6);
    expect(normalUpperTail(6) / 9.8659e-10).toBeCloseTo(1, 3);
  });
});
