import { describe, expect, it } from '@jest/globals';
import {
  addTick,
  evidenceOf,
  logMeanExp,
  newCountTest,
  restart,
  type Tick,
  tickScores,
} from '../../../src/health/core/count-test.js';

const tick = (
  candidateRequests: number,
  currentRequests: number,
  candidateEvents: number,
  currentEvents: number,
): Tick => ({
  candidateRequests,
  currentRequests,
  candidateEvents,
  currentEvents,
});

describe('the conditional count test', () => {
  it.each([
    [100, 900, 1, 0, 4.083],
    [100, 900, 2, 0, 24.61],
    [100, 900, 3, 0, 180.633],
    [100, 900, 3, 3, 7.986],
    [100, 900, 5, 5, 45.005],
    [100, 900, 8, 9, 440.752],
    [100, 900, 10, 90, 0.163],
    [50, 950, 2, 0, 64.007],
    [50, 950, 3, 0, 876.983],
    [500, 500, 7, 0, 44.099],
    [500, 500, 3, 3, 0.398],
  ])('gives the published e-value for %d and %d requests with %d and %d errors', (n, m, a, b, expected) => {
    const evidence = Math.exp(logMeanExp(tickScores(tick(n, m, a, b), 1)));
    expect(evidence.toFixed(3)).toBe(expected.toFixed(3));
  });

  it('adds up over ticks as if they were one', () => {
    const parts = [tick(50, 450, 2, 1), tick(50, 450, 3, 4)].reduce(addTick, newCountTest(1));
    const whole = addTick(newCountTest(1), tick(100, 900, 5, 5));
    for (const [index, score] of whole.scores.entries()) expect(parts.scores[index]).toBeCloseTo(score, 3);
  });

  it('says nothing while one version has no requests', () => {
    const { log } = evidenceOf(addTick(newCountTest(1), tick(0, 900, 0, 50)));
    expect(log).toBeCloseTo(Math.log(0.9), 6);
  });

  it('keeps little when all evidence is from one minute', () => {
    const test = addTick(newCountTest(1), tick(100, 900, 30, 1));
    expect(evidenceOf(test).log).toBeGreaterThan(50);
    expect(evidenceOf(test).withoutWorst).toBeLessThan(0);
  });

  it('finds a version that turns bad after many good minutes sooner with a restart than without', () => {
    let test = newCountTest(1);
    for (let minute = 0; minute < 50; minute += 1) test = addTick(test, tick(100, 900, 1, 9));
    const bad = [tick(100, 900, 8, 9), tick(100, 900, 8, 9)];
    const without = bad.reduce(addTick, test);
    const withRestart = bad.reduce(addTick, restart(test));
    expect(evidenceOf(withRestart).log).toBeGreaterThan(evidenceOf(without).log + 2);
  });

  it('divides by the dispersion of both versions, each around its own rate', () => {
    const steady = [tick(100, 900, 4, 9), tick(100, 900, 4, 9), tick(100, 900, 4, 9)].reduce(addTick, newCountTest(1));
    const bursty = [tick(100, 900, 4, 0), tick(100, 900, 4, 27), tick(100, 900, 4, 0)].reduce(addTick, newCountTest(1));
    expect(evidenceOf(steady).dispersion).toBe(1);
    // Chi-squared 54 for the current version and 0 for the candidate, over 2 + 2 degrees of freedom.
    expect(evidenceOf(bursty).dispersion).toBeCloseTo(13.5, 2);
    expect(evidenceOf(bursty).log).toBeLessThan(evidenceOf(steady).log);
  });

  it('does not forget with a new step how bursty the errors were', () => {
    const bursty = [tick(100, 900, 8, 2), tick(100, 900, 0, 2), tick(100, 900, 0, 2)].reduce(addTick, newCountTest(1));
    const before = evidenceOf(bursty).dispersion;
    expect(before).toBeGreaterThan(3);
    expect(evidenceOf(restart(bursty)).dispersion).toBeCloseTo(before, 3);
  });
});
