import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { linearScale, logScale, timeScale } from '../../../src/report/charts/scale.js';
import { renderHtml } from '../../../src/report/html.js';
import { renderComment } from '../../../src/report/markdown/comment.js';
import { SAMPLES } from './samples.js';

const positive = fc.double({ min: 1e-6, max: 1e9, noNaN: true });

describe('scales', () => {
  it('keep every value on paper and the order of values', () => {
    fc.assert(
      fc.property(positive, positive, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        for (const scale of [linearScale(0, high, 200, 20), logScale(low, high, 200, 20)]) {
          expect(scale.place(low)).toBeLessThanOrEqual(200.001);
          expect(scale.place(high)).toBeGreaterThanOrEqual(19.999);
          expect(scale.place(high)).toBeLessThanOrEqual(scale.place(low) + 1e-6);
          expect(scale.ticks.length).toBeGreaterThanOrEqual(2);
          expect(scale.ticks.length).toBeLessThanOrEqual(12);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('put time where it belongs', () => {
    const scale = timeScale(1_320_000, 60, 546);
    expect([scale.place(0), scale.place(1_320_000)]).toEqual([60, 546]);
    expect(scale.ticks).toEqual([0, 300_000, 600_000, 900_000, 1_200_000]);
  });
});

describe('plots', () => {
  it('show traffic, errors with interval, latency and evidence against its threshold, each in words as well', () => {
    const page = renderHtml(SAMPLES['rolled-back']());
    for (const id of ['traffic', 'errors', 'latency', 'evidence']) {
      expect(page).toContain(`aria-labelledby="${id}-title ${id}-description"`);
      expect(page).toMatch(new RegExp(`<title id="${id}-title">.+</title><desc id="${id}-description">.+</desc>`));
    }
    expect(page).toContain('taken back at 100');
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('are left out where there is nothing to draw', () => {
    const sample = SAMPLES.promoted();
    const result = { ...sample, rollout: sample.rollout && { ...sample.rollout, timeline: [] } };
    expect(renderHtml(result)).not.toContain('<figure>');
    expect(renderComment(result, { marker: '<!-- m -->' })).not.toContain('mermaid');
  });

  it('of latency are left out where only errors are known', () => {
    const sample = SAMPLES.promoted();
    const timeline = (sample.rollout?.timeline ?? []).map((point) => ({
      ...point,
      candidate_latency_ms: null,
      current_latency_ms: null,
    }));
    const page = renderHtml({ ...sample, rollout: sample.rollout && { ...sample.rollout, timeline } });
    expect(page).toContain('errors-title');
    expect(page).not.toContain('latency-title');
  });
});

describe('Mermaid', () => {
  it('gets as many numbers for each series as it spreads over its axis', () => {
    const comment = renderComment(SAMPLES['rolled-back'](), { marker: '<!-- m -->' });
    const series = [...comment.matchAll(/^ {2}(?:bar|line) \[(.*)\]$/gm)].map(
      ([, numbers]) => numbers?.split(', ').map(Number) ?? [],
    );
    expect(series.map((numbers) => numbers.length)).toEqual([24, 24, 24]);
    expect(series.flat().every(Number.isFinite)).toBe(true);
    expect(Math.max(...(series[0] ?? []))).toBe(25);
  });
});
