import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readMetricValue } from '../../../src/registry/metric-value.js';
import { pointsOf, reduceToLast, runsBehindZeros, unmaskNaN } from '../../../src/registry/metrics.js';
import { runAnswer } from '../../../src/registry/wire.js';

const rows = (list: readonly object[]) =>
  runAnswer.parse({ run: { info: {}, data: { metrics: list } } }).run.data?.metrics ?? [];

describe('metric values', () => {
  it.each([
    [0.5, 0.5],
    ['0.5', 0.5],
    ['NaN', Number.NaN],
    ['nonsense', Number.NaN],
    ['', Number.NaN],
    [null, Number.NaN],
    [true, Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['-Infinity', Number.NEGATIVE_INFINITY],
    ['-inf', Number.NEGATIVE_INFINITY],
    [1.7976931348623157e308, Number.POSITIVE_INFINITY],
    [-1.7976931348623157e308, Number.NEGATIVE_INFINITY],
    [1.79e308, 1.79e308],
  ])('%p is %p', (given, expected) => {
    expect(readMetricValue(given)).toBe(expected);
  });

  it('numbers stay what they are', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e300, max: 1e300, noNaN: true }), (value) => {
        expect(readMetricValue(value)).toBe(value);
        expect(readMetricValue(String(value))).toBe(Number(String(value)));
      }),
    );
  });
});

describe('points', () => {
  it('without a value are no numbers, and do not make the whole run unreadable', () => {
    const points = pointsOf(rows([{ key: 'loss' }, { key: 'auc', value: 0.5 }]), { source: 'run', id: 'r' });
    expect(points.map(({ name, value }) => [name, value])).toEqual([
      ['loss', Number.NaN],
      ['auc', 0.5],
    ]);
  });

  it('carry their provenance, with text where numbers are expected tolerated', () => {
    const points = pointsOf(
      rows([
        {
          key: 'auc',
          value: 0.9,
          timestamp: '1000',
          step: '3',
          dataset_name: 'test',
          dataset_digest: 'd1',
          run_id: 'r',
        },
      ]),
      { source: 'logged-model', id: 'm-1' },
    );
    expect(points).toEqual([
      {
        name: 'auc',
        value: 0.9,
        runId: 'r',
        provenance: {
          source: 'logged-model',
          id: 'm-1',
          dataset: 'test',
          datasetDigest: 'd1',
          step: 3,
          loggedAtMs: 1000,
        },
      },
    ]);
  });

  it('are reduced to the greatest step, then time, for each dataset; asked-for histories stay whole', () => {
    const points = pointsOf(
      rows([
        { key: 'auc', value: 0.95, step: 5, timestamp: 1 },
        { key: 'auc', value: 0.9, step: 1, timestamp: 9 },
        { key: 'auc', value: 0.7, step: 5, timestamp: 1, dataset_name: 'other' },
        { key: 'loss', value: 3, step: 1 },
        { key: 'loss', value: 2, step: 2 },
      ]),
      { source: 'run', id: 'r' },
    );
    const kept = reduceToLast(points, ['loss']).map(({ name, value, provenance }) => [name, value, provenance.dataset]);
    expect(kept).toEqual([
      ['auc', 0.95, undefined],
      ['auc', 0.7, 'other'],
      ['loss', 3, undefined],
      ['loss', 2, undefined],
    ]);
  });

  it('zeros whose run says NaN are NaN again', () => {
    const points = pointsOf(
      rows([
        { key: 'loss', value: 0, run_id: 'r1' },
        { key: 'loss', value: 0, run_id: 'r2', dataset_name: 'b' },
        { key: 'auc', value: 0.5, run_id: 'r3' },
      ]),
      { source: 'logged-model', id: 'm' },
    );
    expect(runsBehindZeros(points)).toEqual(['r1', 'r2']);
    const mended = unmaskNaN(points, (runId, name) => runId === 'r1' && name === 'loss');
    expect(mended.map((point) => point.value)).toEqual([Number.NaN, 0, 0.5]);
  });
});
