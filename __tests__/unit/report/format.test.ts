import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { alertValue, evidenceOf } from '../../../src/report/figures.js';
import {
  between,
  formatCount,
  formatDateTime,
  formatDuration,
  formatLatency,
  formatMargin,
  formatMetric,
  formatShare,
  formatTime,
  formatTraffic,
} from '../../../src/report/format.js';

/** No-break spaces read like spaces. */
function plain(text: string): string {
  return text.replace(/\u00a0/g, ' ');
}

describe('numbers', () => {
  it.each([
    [0.9, null, '0.9'],
    [0.123456789, null, '0.123457'],
    [-1.5, null, '−1.5'],
    [0, null, '0'],
    [1e-7, null, '1e-7'],
    [1234567890, null, '1.235e9'],
    ['NaN', null, 'NaN'],
    ['-Infinity', null, '−Infinity'],
    [null, null, '–'],
    [0.8999999999, 0.9, '0.8999999999'],
    [0.9, 0.9, '0.9'],
  ] as const)('metric %p against %p is %s', (value, bound, text) => {
    expect(formatMetric(value, bound)).toBe(text);
  });

  it('never shows a missed value as if it were the bound', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        (value, bound) => {
          if (value !== bound) expect(Number(formatMetric(value, bound).replace('−', '-'))).not.toBe(bound);
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    [0.042, '+0.042'],
    [-0.0267, '−0.0267'],
    [0, '±0'],
    [null, '–'],
  ])('margin %p is %s', (margin, text) => {
    expect(formatMargin(margin)).toBe(text);
  });

  it.each([
    [0, '0 %'],
    [0.0019, '0.19 %'],
    [0.083, '8.3 %'],
    [0.25, '25 %'],
    [1, '100 %'],
    [null, '–'],
  ])('share %p is %s', (share, text) => {
    expect(plain(formatShare(share))).toBe(text);
  });

  it('groups thousands', () => {
    expect([0, 999, 1_000, 1_234_567].map(formatCount)).toEqual(['0', '999', '1,000', '1,234,567']);
  });

  it('shows traffic, latency, evidence and alerts with their units', () => {
    expect(plain(formatTraffic(12.5))).toBe('12.5 %');
    expect(plain(formatLatency(83.44))).toBe('83.4 ms');
    expect(plain(formatLatency(1_240))).toBe('1.24 s');
    expect(evidenceOf({ evidence: 0.4212, evidence_threshold: 100 })).toBe('0.42 of 100');
    expect(evidenceOf({ evidence: 412.3, evidence_threshold: 100 })).toBe('412 ≥ 100');
    expect(plain(alertValue({ metric: 'error_rate', value: 0.01 }))).toBe('1 %');
    expect(alertValue({ metric: 'throughput', value: 17 })).toBe('17 a second');
    expect(alertValue({ metric: 'cpu', value: null })).toBe('–');
  });
});

describe('times', () => {
  it.each([
    [0, '0 ms'],
    [850, '850 ms'],
    [6_200, '6.2 s'],
    [9_999, '10 s'],
    [42_000, '42 s'],
    [250_000, '4 m 10 s'],
    [3_900_000, '1 h 5 m'],
    [97_200_000, '1 d 3 h'],
    [7_200_000, '2 h'],
    [-1, '–'],
    [null, '–'],
  ])('%p ms is %s', (ms, text) => {
    expect(plain(formatDuration(ms))).toBe(text);
  });

  it('are in UTC, and nothing where there is none', () => {
    expect(plain(formatTime('2026-11-22T15:03:20+01:00'))).toBe('14:03:20 UTC');
    expect(plain(formatDateTime('2026-11-22T14:03:20Z'))).toBe('2026-11-22 14:03 UTC');
    expect(formatTime('soon')).toBe('–');
    expect(between('2026-11-22T14:00:00Z', '2026-11-22T14:01:00Z')).toBe(60_000);
    expect(between('2026-11-22T14:00:00Z', null)).toBeNull();
  });
});
