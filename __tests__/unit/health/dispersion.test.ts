import { describe, expect, it } from '@jest/globals';
import { addMinute, chiSquaredOf, dispersionOf, NO_DISPERSION } from '../../../src/health/core/dispersion.js';

function of(errors: readonly number[], requests = 100) {
  return dispersionOf(chiSquaredOf(errors.reduce((sums, one) => addMinute(sums, one, requests), NO_DISPERSION)));
}

describe('the dispersion of errors', () => {
  it('is 1 while there is nothing to tell it from, and for what chance shows', () => {
    expect(dispersionOf()).toBe(1);
    expect(of([3])).toBe(1);
    expect(of([2, 2, 2, 2])).toBe(1);
    // Chi-squared 12 with 9 degrees of freedom: within one standard deviation of 9.
    expect(of([0, 0, 0, 1, 1, 1, 1, 2, 2, 2])).toBe(1);
    expect(dispersionOf({ statistic: 12, freedom: 9 })).toBe(1);
  });

  it('is taken as it is while it cannot be told from chance: bursts show late', () => {
    expect(of([1, 1, 1, 4])).toBeGreaterThan(1.2);
    expect(dispersionOf({ statistic: 4, freedom: 3 })).toBeCloseTo(4 / 3, 10);
  });

  it('is the index itself for bursts', () => {
    // Mean 5: squares (25 + 25 + 25 + 225) / 5 over 3 degrees of freedom.
    expect(of([0, 0, 0, 20])).toBeCloseTo(300 / 5 / 3, 3);
  });

  it('adds up over parts, each around its own rate', () => {
    const bursty = { statistic: 30, freedom: 5 };
    const calm = { statistic: 5, freedom: 5 };
    expect(dispersionOf(bursty, calm)).toBeCloseTo(3.5, 10);
    expect(dispersionOf(calm, calm)).toBe(1);
  });
});
