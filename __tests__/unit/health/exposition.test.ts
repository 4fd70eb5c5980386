import { describe, expect, it } from '@jest/globals';
import { type Exposition, parseExposition } from '../../../src/health/core/exposition.js';

function read(text: string): Exposition {
  const parsed = parseExposition(text);
  if (parsed.kind === 'failed') throw new Error(parsed.message);
  return parsed.exposition;
}

function failure(text: string): string {
  const parsed = parseExposition(text);
  return parsed.kind === 'failed' ? parsed.message : 'parsed';
}

describe('the exposition reader', () => {
  it('reads type, help, labels, value and a timestamp in ms', () => {
    const { families, problems } = read(
      '# HELP request_count_total Requests in the \\"last\\" minute\\n\n# TYPE request_count_total gauge\n' +
        'request_count_total{endpoint_name="e",served="a"} 12 1760000000000\n',
    );
    expect(problems).toEqual([]);
    expect(families).toEqual([
      {
        name: 'request_count_total',
        type: 'gauge',
        help: 'Requests in the "last" minute\n',
        unit: null,
        samples: [
          {
            name: 'request_count_total',
            labels: new Map([
              ['endpoint_name', 'e'],
              ['served', 'a'],
            ]),
            value: 12,
            timestampMs: 1_760_000_000_000,
          },
        ],
      },
    ]);
  });

  it('reads OpenMetrics: seconds, exemplars, unit, end', () => {
    const { families, terminated } = read(
      '# TYPE hits counter\n# UNIT hits requests\nhits_total{a="b"} 5.0 1760000000.250 # {trace_id="x y"} 0.7 1760000000.1\n# EOF\n',
    );
    expect(terminated).toBe(true);
    expect(families[0]?.unit).toBe('requests');
    expect(families[0]?.samples).toEqual([
      { name: 'hits_total', labels: new Map([['a', 'b']]), value: 5, timestampMs: 1_760_000_000_250 },
    ]);
  });

  it('keeps the samples of a histogram in its family and NaN and infinities as they are', () => {
    const { families } = read('# TYPE h histogram\nh_bucket{le="+Inf"} +Inf\nh_sum NaN\nh_count -Inf\nh 1\n');
    expect(families).toHaveLength(1);
    expect(families[0]?.samples.map(({ value }) => value)).toEqual([
      Number.POSITIVE_INFINITY,
      Number.NaN,
      Number.NEGATIVE_INFINITY,
      1,
    ]);
  });

  it('resolves escapes in label values and quoted names', () => {
    const { families } = read('a{p="C:\\\\x",q="say \\"hi\\"\\n",} 1\n{"my.metric",l="v"} 2\n');
    expect([...(families[0]?.samples[0]?.labels ?? [])]).toEqual([
      ['p', 'C:\\x'],
      ['q', 'say "hi"\n'],
    ]);
    expect(families[1]?.name).toBe('my.metric');
  });

  it('unwraps the JSON form and reads CRLF', () => {
    expect(read(JSON.stringify({ contents: '# TYPE a gauge\r\na 1\r\n' })).families[0]?.samples[0]?.value).toBe(1);
  });

  it.each([
    ['', /empty/],
    ['  \n', /empty/],
    ['<!DOCTYPE html><html>', /markup/],
    ['{"error_code":"NOT_FOUND"}', /without an exposition/],
    ['{"contents":""}', /empty/],
    ['no such endpoint, sorry', /No line/],
  ])('refuses %j', (text, message) => {
    expect(failure(text)).toMatch(message);
  });

  it.each([
    'a',
    'a ',
    'a x',
    'a{b} 1',
    'a{b="c" 1',
    'a{b="c} 1',
    'a 1 x',
    'a 1 2 3',
    'a{b="1",b="2"} 1',
    '1a 2',
    'a 0x10',
    'a 1_0',
  ])('reports %j and reads on', (line) => {
    const { families, problems } = read(`good 1\n${line}\n`);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.line).toBe(2);
    expect(families.flatMap(({ samples }) => samples)).toHaveLength(1);
  });

  it('does not take the rest of a text that was cut off for a figure', () => {
    const whole = 'a 123 1760000000000\na{x="1"} 456 1760000000000\n';
    for (let length = 24; length < whole.length - 1; length += 1) {
      const { families } = read(whole.slice(0, length));
      expect(families.flatMap(({ samples }) => samples)).toHaveLength(1);
    }
  });

  it('reports what stands after the end', () => {
    expect(read('a 1\n# EOF\nb 2\n').problems).toEqual([{ line: 3, text: 'b 2', message: 'text after # EOF' }]);
  });
});
