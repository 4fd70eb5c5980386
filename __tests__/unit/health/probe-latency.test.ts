import { describe, expect, it, jest } from '@jest/globals';
import { Random } from '../../../bench/rollouts/random.js';
import { bucketQuantile, shareSlowerThan } from '../../../src/health/core/latency.js';
import {
  addLatency,
  binnedQuantile,
  type LatencyBins,
  mannWhitney,
  NO_PROBE_LATENCY,
  testProbeLatency,
} from '../../../src/health/core/probe-latency.js';

if (process.env.NIGHTLY === '1') jest.setTimeout(3_600_000);

const binned = (values: readonly number[]): LatencyBins => values.reduce<LatencyBins>(addLatency, {});

describe('the rank test over probe latencies', () => {
  it('gives the textbook p-value with ties', () => {
    // Ranks 1.5 1.5 3 4.5 against 4.5 6 7 8 (bins an octave apart): U = 15.5 of 16, variance 11.714 with ties corrected.
    const a = { '12': 1, '18': 1, '24': 1, '30': 1 };
    const b = { '0': 2, '6': 1, '12': 1 };
    expect(mannWhitney(a, b)).toBeCloseTo(0.0204, 4);
    expect(mannWhitney(b, a)).toBeGreaterThan(0.97);
    expect(mannWhitney(a, {})).toBe(1);
    expect(mannWhitney({ '3': 9 }, { '3': 9 })).toBe(1);
  });

  it('condemns equal versions in fewer runs than it may', () => {
    const runs = process.env.NIGHTLY === '1' ? 20_000 : 100;
    let condemned = 0;
    for (let seed = 1; seed <= runs; seed += 1) {
      const random = new Random(seed);
      let state = NO_PROBE_LATENCY;
      for (let sample = 0; sample < 256; sample += 1) {
        const draw = (bins: LatencyBins) => addLatency(bins, 100 * Math.exp(0.5 * random.normal()));
        state = testProbeLatency({ ...state, candidate: draw(state.candidate), current: draw(state.current) }, 1, 0.01);
      }
      if (state.alarm !== null) condemned += 1;
    }
    expect(condemned / runs).toBeLessThanOrEqual(0.01 + 3 * Math.sqrt((0.01 * 0.99) / runs));
  });

  it('finds the quantiles of binned latencies to a bin', () => {
    const bins = binned(Array.from({ length: 1000 }, (_, index) => index + 1));
    expect((binnedQuantile(bins, 0.5) ?? 0) / 500).toBeCloseTo(1, 0);
    expect((binnedQuantile(bins, 0.9) ?? 0) / 900).toBeCloseTo(1, 0);
    expect(binnedQuantile({}, 0.5)).toBeNull();
  });
});

describe('quantiles of buckets', () => {
  const bounds = [100, 200, 400];

  it('come with the bounds of their bucket', () => {
    expect(bucketQuantile(bounds, [50, 30, 20, 0], 0.9)).toMatchObject({ low: 200, high: 400 });
    expect(bucketQuantile(bounds, [50, 30, 20, 0], 0.9)?.estimate).toBeCloseTo(200 * Math.SQRT2, 6);
    expect(bucketQuantile(bounds, [0, 0, 0, 5], 0.5)).toEqual({
      estimate: 400,
      low: 400,
      high: Number.POSITIVE_INFINITY,
    });
    expect(bucketQuantile(bounds, [0, 0, 0, 0], 0.5)).toBeNull();
  });

  it('and shares above a value agree with each other', () => {
    const counts = [50, 30, 20, 0];
    expect(shareSlowerThan(bounds, counts, bucketQuantile(bounds, counts, 0.9)?.estimate ?? 0)).toBeCloseTo(0.1, 6);
    expect(shareSlowerThan(bounds, counts, 200)).toBeCloseTo(0.2, 6);
    expect(shareSlowerThan(bounds, counts, 1000)).toBe(0);
    expect(shareSlowerThan(bounds, [], 10)).toBe(0);
  });
});
