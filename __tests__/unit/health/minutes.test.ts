import { describe, expect, it } from '@jest/globals';
import { parseExposition } from '../../../src/health/core/exposition.js';
import { MinuteReader } from '../../../src/health/core/minutes.js';
import type { Subjects } from '../../../src/health/core/scope.js';
import type { MinuteSample } from '../../../src/health/core/types.js';

const T0 = 1_760_000_040_000;
const subjects: Subjects = {
  candidate: { name: 'm-2', model: 'main.cv.m', version: '2' },
  current: { name: 'm-1', model: 'main.cv.m', version: '1' },
};

function reading(reader: MinuteReader, text: string, nowMs: number): readonly MinuteSample[] {
  const parsed = parseExposition(text);
  if (parsed.kind === 'failed') throw new Error(parsed.message);
  return reader.read(parsed.exposition, nowMs).minutes;
}

const once = (text: string, nowMs = T0) => reading(new MinuteReader(subjects), text, nowMs);

describe('minutes of the export', () => {
  it.each([
    ['request_count_total{x="m-2"}', 'candidate'],
    ['request_count{served_entity_name="m-1"}', 'current'],
    ['request_count_total{served_model="main.cv.m",version="2"}', 'candidate'],
    ['request_count_total{model_version="1"}', 'current'],
    ['request_count_total{version="9"}', 'other'],
    ['request_count_total{served_entity="unknown-7"}', 'other'],
    ['request_count_total{endpoint_name="m-2"}', 'endpoint'],
    ['request_count_total', 'endpoint'],
  ])('attributes %s to %s', (series, scope) => {
    expect(once(`${series} 7 ${T0}\n`)).toMatchObject([{ scope, requests: 7, endMs: T0 }]);
  });

  it('takes a gauge named _total for the figure of a minute, with seconds as well as with ms', () => {
    const text = `# TYPE request_count_total gauge\nrequest_count_total 7 ${T0 / 1000}\n# EOF\n`;
    expect(once(text)).toMatchObject([{ requests: 7, endMs: T0, errors5xx: null, latency: null }]);
  });

  it('adds replicas up, averages their load, and takes equal lines once', () => {
    const line = (replica: number, value: number) =>
      `request_count_total{x="m-2",replica="${replica}"} ${value} ${T0}\n`;
    const load = `cpu_usage_percentage{x="m-2",replica="1"} 20 ${T0}\ncpu_usage_percentage{x="m-2",replica="2"} 40 ${T0}\n`;
    expect(once(line(1, 7) + line(2, 5) + line(2, 5) + load)).toMatchObject([{ requests: 12, cpuPercent: 30 }]);
  });

  it.each(['NaN', '+Inf', '-1', 'x'])('holds %s for no data, not for zero', (value) => {
    const [sample] = once(`request_count_total 7 ${T0}\nrequest_5xx_count_total ${value} ${T0}\n`);
    expect(sample).toMatchObject({ requests: 7, errors5xx: null });
  });

  it('counts a timestamp once, however often it is read, and reports what is fresh', () => {
    const reader = new MinuteReader(subjects);
    const parsed = parseExposition(`request_count_total 7 ${T0}\n`);
    if (parsed.kind === 'failed') throw new Error(parsed.message);
    expect(reader.read(parsed.exposition, T0)).toMatchObject({ freshMs: T0, minutes: [{ requests: 7 }] });
    expect(reader.read(parsed.exposition, T0 + 15_000)).toMatchObject({ freshMs: null, minutes: [] });
  });

  it('does not count sliding windows that overlap twice', () => {
    const reader = new MinuteReader(subjects);
    const ends: number[] = [];
    for (let at = T0; at <= T0 + 240_000; at += 15_000) {
      ends.push(...reading(reader, `request_count_total 7 ${at}\n`, at).map(({ endMs }) => endMs - T0));
    }
    expect(ends).toEqual([0, 60_000, 120_000, 180_000, 240_000]);
  });

  it('begins with the first window that lies in a new step', () => {
    const reader = new MinuteReader(subjects);
    reading(reader, `request_count_total 7 ${T0}\n`, T0);
    reader.beginStep(T0 + 20_000);
    const ends: number[] = [];
    for (let at = T0 + 15_000; at <= T0 + 150_000; at += 15_000) {
      ends.push(...reading(reader, `request_count_total 7 ${at}\n`, at).map(({ endMs }) => endMs - T0));
    }
    expect(ends.filter((end) => end - 60_000 >= 20_000)).toEqual([90_000, 150_000]);
  });

  it('waits for a minute that is not over yet by the server clock', () => {
    const reader = new MinuteReader(subjects);
    expect(reading(reader, `request_count_total 7 ${T0 + 30_000}\n`, T0)).toEqual([]);
    expect(reading(reader, `request_count_total 9 ${T0 + 30_000}\n`, T0 + 30_000)).toMatchObject([{ requests: 9 }]);
  });

  it('dates lines without a timestamp by the server clock', () => {
    expect(once('request_count_total 7\n')).toMatchObject([{ endMs: T0, requests: 7 }]);
  });

  it('makes increases of counters, and takes a fall for a restart', () => {
    const reader = new MinuteReader(subjects);
    const at = (minute: number, value: number) =>
      reading(
        reader,
        `# TYPE request_count counter\nrequest_count_total ${value} ${T0 + minute * 60_000}\n`,
        T0 + minute * 60_000,
      );
    expect(at(0, 1000)).toEqual([]);
    expect(at(1, 1040)).toMatchObject([{ requests: 40, startMs: T0 }]);
    expect(at(2, 15)).toMatchObject([{ requests: 15 }]);
  });

  it('drops the interval in which a counter appears or disappears', () => {
    const reader = new MinuteReader(subjects);
    const at = (minute: number, values: Record<string, number>) => {
      const lines = Object.entries(values).map(
        ([key, value]) => `request_count_total{r="${key}"} ${value} ${T0 + minute * 60_000}`,
      );
      return reading(reader, `# TYPE request_count_total counter\n${lines.join('\n')}\n`, T0 + minute * 60_000);
    };
    at(0, { a: 10, b: 10 });
    expect(at(1, { a: 20, b: 20 })).toMatchObject([{ requests: 20 }]);
    expect(at(2, { a: 30, b: 30, c: 500 })).toEqual([]);
    expect(at(3, { a: 40, b: 40, c: 505 })).toMatchObject([{ requests: 25 }]);
    expect(at(4, { a: 50, b: 50 })).toEqual([]);
    expect(at(5, { a: 60, b: 60 })).toMatchObject([{ requests: 20 }]);
  });
});

function histogram(minute: number, fast: number, slow: number, requests: number | null): string {
  const at = T0 + minute * 60_000;
  const total = fast + slow;
  const lines = [
    '# TYPE request_latency_ms histogram',
    `request_latency_ms_bucket{le="100"} ${fast} ${at}`,
    `request_latency_ms_bucket{le="+Inf"} ${total} ${at}`,
    `request_latency_ms_sum ${total * 50} ${at}`,
    `request_latency_ms_count ${total} ${at}`,
  ];
  return `${[...lines, ...(requests === null ? [] : [`request_count_total ${requests} ${at}`])].join('\n')}\n`;
}

describe('latency histograms of the export', () => {
  const play = (minutes: readonly (readonly [number, number, number | null])[]) => {
    const reader = new MinuteReader(subjects);
    return minutes.map(([fast, slow, requests], minute) => {
      const [sample] = reading(reader, histogram(minute, fast, slow, requests), T0 + minute * 60_000);
      return sample?.latency?.buckets.map(({ count }) => count) ?? null;
    });
  };

  it('are taken for single minutes when they fit the requests of the minute', () => {
    expect(
      play([
        [90, 10, 100],
        [80, 20, 100],
        [95, 15, 110],
      ]),
    ).toEqual([
      [90, 10],
      [80, 20],
      [95, 15],
    ]);
  });

  it('are taken for running totals when their increase fits the requests of the minute', () => {
    expect(
      play([
        [900, 100, 100],
        [980, 120, 100],
        [1075, 135, 110],
      ]),
    ).toEqual([null, [80, 20], [95, 15]]);
  });

  it('are taken for single minutes, without a request count, as soon as they fall', () => {
    expect(
      play([
        [90, 10, null],
        [80, 10, null],
        [95, 15, null],
      ]),
    ).toEqual([null, [80, 10], [95, 15]]);
  });

  it('are taken for running totals, without a request count, when they never fall', () => {
    const running = Array.from({ length: 8 }, (_, minute) => [100 * (minute + 1), 10 * (minute + 1), null] as const);
    expect(play(running)).toEqual([null, null, null, null, null, [100, 10], [100, 10], [100, 10]]);
  });

  it('survive the restart of a running total', () => {
    expect(
      play([
        [900, 100, 100],
        [980, 120, 100],
        [1075, 135, 110],
        [50, 5, 55],
      ]).at(-1),
    ).toEqual([50, 5]);
  });

  it('are no data when buckets are missing or their counts fall', () => {
    const at = T0;
    const broken = `request_latency_ms_bucket{le="100"} 9 ${at}\nrequest_latency_ms_bucket{le="200"} 4 ${at}\nrequest_latency_ms_count 9 ${at}\nrequest_count_total 9 ${at}\n`;
    expect(once(broken)).toMatchObject([{ requests: 9, latency: null }]);
  });

  it.each([
    ['per-minute', false],
    ['running', true],
  ])('are used from the first minute of a version that has just got traffic (%s)', (_, running) => {
    const reader = new MinuteReader(subjects);
    const lines = (name: string, total: number, requests: number, at: number) =>
      `request_latency_ms_bucket{x="${name}",le="100"} ${total} ${at}\n` +
      `request_latency_ms_bucket{x="${name}",le="+Inf"} ${total} ${at}\n` +
      `request_latency_ms_count{x="${name}"} ${total} ${at}\nrequest_count_total{x="${name}"} ${requests} ${at}\n`;
    const counts = [0, 1, 2, 3].map((minute) => {
      const at = T0 + minute * 60_000;
      const current = lines('m-1', running ? 600 * (minute + 1) : 600, 600, at);
      const candidate = lines('m-2', minute < 2 ? 0 : running ? 60 * (minute - 1) : 60, minute < 2 ? 0 : 60, at);
      const found = reading(reader, candidate + current, at);
      return (['candidate', 'current'] as const).map(
        (scope) => found.find((one) => one.scope === scope)?.latency?.count,
      );
    });
    expect(counts.slice(2)).toEqual([
      [60, 600],
      [60, 600],
    ]);
  });
});
