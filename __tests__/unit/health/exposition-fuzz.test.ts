import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { parseExposition } from '../../../src/health/core/exposition.js';
import { parseNumber } from '../../../src/health/core/exposition-line.js';
import { MinuteReader } from '../../../src/health/core/minutes.js';

if (process.env.NIGHTLY === '1') jest.setTimeout(3_600_000);

const numRuns = process.env.NIGHTLY === '1' ? 100_000 : 1_500;
const T0 = 1_760_000_040_000;
const VALID = [
  '# HELP request_count_total Requests.',
  '# TYPE request_count_total gauge',
  `request_count_total{served_entity="m-2",replica="0"} 1234 ${T0}`,
  `request_5xx_count_total{served_entity="m-2"} 17 ${T0}`,
  '# TYPE request_latency_ms histogram',
  `request_latency_ms_bucket{served_entity="m-2",le="100"} 1200 ${T0}`,
  `request_latency_ms_bucket{served_entity="m-2",le="+Inf"} 1234 ${T0}`,
  `request_latency_ms_count{served_entity="m-2"} 1234 ${T0}`,
  '# EOF',
  '',
].join('\n');

const text = fc.string({ unit: 'binary', maxLength: 200 });
const soup = fc
  .array(
    fc.constantFrom(
      'request_count_total',
      '{',
      '}',
      '"',
      ',',
      '=',
      '\\',
      '\n',
      ' ',
      '#',
      'NaN',
      '1',
      'le',
      '+Inf',
      'TYPE',
      'EOF',
      '1760000040000',
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));
const mutated = fc
  .array(fc.tuple(fc.nat(VALID.length), fc.nat(6), fc.string({ maxLength: 3 })), { minLength: 1, maxLength: 5 })
  .map((edits) =>
    edits.reduce((known, [at, length, put]) => known.slice(0, at) + put + known.slice(at + length), VALID),
  );

function minutesOf(exported: string) {
  const parsed = parseExposition(exported);
  if (parsed.kind === 'failed') return null;
  const reader = new MinuteReader({ candidate: { name: 'm-2' }, current: { name: 'm-1' } });
  return reader.read(parsed.exposition, T0 + 1_000).minutes;
}

describe('the exposition reader on any input', () => {
  it('neither crashes nor invents a zero', () => {
    fc.assert(
      fc.property(fc.oneof(text, soup, mutated), (exported) => {
        for (const minute of minutesOf(exported) ?? []) {
          for (const figure of [minute.requests, minute.errors5xx, minute.cpuPercent]) {
            expect(figure === null || (Number.isFinite(figure) && figure >= 0)).toBe(true);
            // A zero must stand in the text: as a number, or as a sum of such.
            if (figure === 0)
              expect(/(?<![\d.])[+-]?0*\.?0+([eE]|(?![\d.])|\.0*(?!\d))|[eE]-\d/.test(exported)).toBe(true);
          }
        }
      }),
      { numRuns },
    );
  });

  it('loses no line in silence', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constant('a{b="c"} 1'), fc.constant('a{b="c} 1'), text), { maxLength: 10 }),
        (lines) => {
          const clean = lines
            .map((line) => line.replace(/[\r\n]/g, ''))
            .filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
          const parsed = parseExposition(`x 1\n${clean.join('\n')}\n`);
          if (parsed.kind === 'failed') throw new Error(parsed.message);
          const samples = parsed.exposition.families.reduce((sum, family) => sum + family.samples.length, 0);
          expect(samples + parsed.exposition.problems.length).toBe(clean.length + 1);
        },
      ),
      { numRuns },
    );
  });

  it('reads back what it was given', () => {
    const name = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,8}$/);
    const sample = fc.record({
      name,
      labels: fc.dictionary(name, fc.string({ unit: 'binary', maxLength: 12 })),
      value: fc.double(),
    });
    fc.assert(
      fc.property(sample, ({ name: metric, labels, value }) => {
        const escaped = (label: string) => label.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
        const clean = Object.entries(labels).filter(([, label]) => !label.includes('\r'));
        const pairs = clean.map(([key, label]) => `${key}="${escaped(label)}"`);
        const written = Number.isNaN(value)
          ? 'NaN'
          : value === Infinity
            ? '+Inf'
            : value === -Infinity
              ? '-Inf'
              : String(value);
        const parsed = parseExposition(`${metric}{${pairs.join(',')}} ${written}\n`);
        if (parsed.kind === 'failed') throw new Error(parsed.message);
        const read = parsed.exposition.families[0]?.samples[0];
        expect(read?.value).toBe(Object.is(value, -0) ? 0 : value);
        expect([...(read?.labels ?? [])]).toEqual(clean);
      }),
      { numRuns },
    );
  });

  it.each(['', ' ', '0x10', '1_0', '--1', '1e', '.', 'e5', 'Infinity1', 'null'])('holds %j for no number', (word) => {
    expect(parseNumber(word)).toBeNull();
  });
});
