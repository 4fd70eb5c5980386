import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { incompleteBeta, logGamma } from '../../../src/gate/statistics/beta.js';
import {
  meanInterval,
  moments,
  proportionDifference,
  welchInterval,
  wilsonInterval,
} from '../../../src/gate/statistics/intervals.js';
import {
  normalQuantile,
  normalShareBelow,
  studentQuantile,
  studentShareBelow,
} from '../../../src/gate/statistics/quantiles.js';

describe('special functions', () => {
  it('has the gamma function of whole and half numbers', () => {
    expect(logGamma(1)).toBeCloseTo(0, 13);
    expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 11);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 13);
    expect(logGamma(0.25)).toBeCloseTo(1.2880225246980774, 12);
  });

  it('has closed forms of the incomplete beta function', () => {
    for (const x of [0, 0.01, 0.3, 0.5, 0.77, 0.999, 1]) {
      expect(incompleteBeta(x, 1, 1)).toBeCloseTo(x, 13);
      expect(incompleteBeta(x, 3, 1)).toBeCloseTo(x ** 3, 13);
      expect(incompleteBeta(x, 0.5, 0.5)).toBeCloseTo((2 / Math.PI) * Math.asin(Math.sqrt(x)), 12);
      expect(incompleteBeta(x, 2.5, 7) + incompleteBeta(1 - x, 7, 2.5)).toBeCloseTo(1, 12);
    }
  });
});

describe('quantiles', () => {
  it.each([
    [0.95, 1, 12.706204736432095],
    [0.95, 2, 4.302652729696142],
    [0.95, 4, 2.7764451051977987],
    [0.95, 10, 2.2281388519649385],
    [0.99, 5, 4.032142983557536],
    [0.9, 30, 1.697260886593957],
    [0.9999, 2, 99.99249943756],
    [0.95, 1e6, 1.959966],
  ])('Student: %d confidence with %d degrees is %d', (confidence, degrees, expected) => {
    expect(studentQuantile(confidence, degrees) / expected).toBeCloseTo(1, 6);
  });

  it.each([
    [0.95, 1.959963984540054],
    [0.9, 1.6448536269514722],
    [0.99, 2.5758293035489004],
    [0.9999, 3.890591886413094],
  ])('normal: %d confidence is %d', (confidence, expected) => {
    expect(normalQuantile(confidence)).toBeCloseTo(expected, 11);
  });

  it('are inverse to the shares, which are symmetric', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 0.9999, noNaN: true }),
        fc.double({ min: 1, max: 200, noNaN: true }),
        (confidence, degrees) => {
          expect(studentShareBelow(studentQuantile(confidence, degrees), degrees)).toBeCloseTo((1 + confidence) / 2, 9);
          expect(normalShareBelow(normalQuantile(confidence))).toBeCloseTo((1 + confidence) / 2, 9);
          expect(studentShareBelow(-1.5, degrees) + studentShareBelow(1.5, degrees)).toBeCloseTo(1, 12);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('intervals', () => {
  it('has the published examples of the score interval (Newcombe 1998a, table I)', () => {
    const rounded = ([successes, count]: readonly [number, number]) => {
      const { low, high } = wilsonInterval({ share: successes / count, count }, 0.95);
      return [Number(low.toFixed(4)), Number(high.toFixed(4))];
    };
    expect(rounded([81, 263])).toEqual([0.2553, 0.3662]);
    expect(rounded([15, 148])).toEqual([0.0624, 0.1605]);
    expect(rounded([0, 20])).toEqual([0, 0.1611]);
    expect(rounded([1, 29])).toEqual([0.0061, 0.1718]);
  });

  it('has the published examples of the difference (Newcombe 1998b, table II, method 10)', () => {
    const rounded = (first: readonly [number, number], second: readonly [number, number]) => {
      const share = ([successes, count]: readonly [number, number]) => ({ share: successes / count, count });
      const { low, high } = proportionDifference(share(first), share(second), 1, 0.95);
      return [Number(low.toFixed(4)), Number(high.toFixed(4))];
    };
    expect(rounded([56, 70], [48, 80])).toEqual([0.0524, 0.3339]);
    expect(rounded([9, 10], [3, 10])).toEqual([0.1705, 0.809]);
    expect(rounded([10, 10], [0, 20])).toEqual([0.6791, 1]);
  });

  it('has the t interval of a mean, wider where folds overlap', () => {
    const values = [0.81, 0.84, 0.79, 0.83, 0.83];
    const { mean, variance } = moments(values);
    expect(mean).toBeCloseTo(0.82, 12);
    expect(variance).toBeCloseTo(0.0004, 12);
    const plain = meanInterval(values, 0.95);
    expect(plain.high - mean).toBeCloseTo((2.7764451052 * 0.02) / Math.sqrt(5), 9);
    const corrected = meanInterval(values, 0.95, 1 / 4);
    expect((corrected.high - mean) / (plain.high - mean)).toBeCloseTo(Math.sqrt((1 / 5 + 1 / 4) / (1 / 5)), 9);
  });

  it("has Welch's example with unequal variances", () => {
    const first = [27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4];
    const second = [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 30.2, 24.9];
    const { low, high } = welchInterval(first, second, 1, 0.95);
    expect((low + high) / 2).toBeCloseTo(moments(first).mean - moments(second).mean, 12);
    expect(low).toBeLessThan(0);
    expect(high).toBeLessThan(0);
    const equal = welchInterval([1, 1, 1], [2, 2, 2], 1, 0.95);
    expect(equal).toEqual({ low: -1, high: -1 });
  });

  it('covers the truth about as often as it says', () => {
    let seed = 12345;
    const random = (): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
      return seed / 0x80000000;
    };
    const count = (share: number): number =>
      Array.from({ length: 150 }, () => (random() < share ? 1 : 0)).reduce<number>((sum, one) => sum + one, 0) / 150;
    let covered = 0;
    for (let trial = 0; trial < 600; trial += 1) {
      const { low, high } = proportionDifference(
        { share: count(0.8), count: 150 },
        { share: count(0.7), count: 150 },
        0.9,
        0.95,
      );
      if (low <= 0.8 - 0.63 && 0.8 - 0.63 <= high) covered += 1;
    }
    expect(covered / 600).toBeGreaterThan(0.92);
    expect(covered / 600).toBeLessThan(0.98);
  });
});
