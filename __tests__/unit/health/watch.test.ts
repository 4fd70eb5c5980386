import { describe, expect, it } from '@jest/globals';
import { createEndpointWatch, type WatchOptions } from '../../../src/health/collect/watch.js';
import { exportOf, ManualClock } from './simulated.js';

const never = new AbortController().signal;

function watching(clock: ManualClock, text: () => string, more: Partial<WatchOptions>) {
  const entities = [{ name: 'm-1' }, { name: 'm-2' }];
  const given = { source: exportOf(text), endpoint: 'cv', entities, alerts: [], alpha: 0.01, once: true, clock };
  return createEndpointWatch({ ...given, ...more });
}

function minute(clock: ManualClock, label: string, requests: number, errors: number): string {
  const at = Math.floor(clock.serverNow() / 60_000) * 60_000;
  return `request_count_total{${label}} ${requests} ${at}\nrequest_5xx_count_total{${label}} ${errors} ${at}\n`;
}

describe('the watch outside of a rollout', () => {
  it('raises the alert of the entity that fails, and of no other', async () => {
    const clock = new ManualClock();
    const text = () => minute(clock, 'model="m-1"', 1000, 2) + minute(clock, 'model="m-2"', 1000, 80);
    const report = await watching(clock, text, {
      alerts: [{ metric: 'error_rate', threshold: 0.01, quantile: 0.95 }],
    }).look(never);
    expect(report.kind).toBe('alerting');
    expect(report.raised).toEqual(['m-2']);
    expect(report.alerts.map(({ subject, status, value }) => [subject, status, value])).toEqual([
      ['m-1', 'pass', 0.002],
      ['m-2', 'fail', 0.08],
    ]);
  });

  it('warns, but raises nothing, where the requests are too few to tell', async () => {
    const clock = new ManualClock();
    const report = await watching(clock, () => minute(clock, 'a="b"', 20, 1), {}).look(never);
    expect(report.kind).toBe('healthy');
    expect(report.alerts).toMatchObject([{ subject: 'cv', status: 'warn', value: 0.05 }]);
    expect(report.notes.join(' ')).toContain('whole endpoint');
  });

  it('asks for a second minute when it watches for a while', async () => {
    const clock = new ManualClock();
    let errors = 200;
    const watch = watching(clock, () => minute(clock, 'a="b"', 1000, errors), { once: false });
    expect((await watch.look(never)).kind).toBe('healthy');
    await clock.advance(60_000);
    errors = 0;
    expect((await watch.look(never)).kind).toBe('healthy');
    await clock.advance(60_000);
    errors = 200;
    expect((await watch.look(never)).kind).toBe('alerting');
  });

  it('says that it knows nothing when there is nothing to know', async () => {
    const clock = new ManualClock();
    const absent = { read: async () => ({ kind: 'absent' as const, message: 'The endpoint has no metrics yet.' }) };
    const report = await watching(clock, () => '', { source: absent }).look(never);
    expect(report.kind).toBe('unknown');
    expect(report.notes).toEqual(['metrics export: The endpoint has no metrics yet.']);
  });

  it('judges the throughput of the endpoint as a whole, and load and latency of each entity', async () => {
    const clock = new ManualClock();
    const at = Math.floor(clock.serverNow() / 60_000) * 60_000;
    const histogram = (entity: string, slow: number) =>
      [
        `request_latency_ms_bucket{e="${entity}",le="100"} ${300 - slow} ${at}`,
        `request_latency_ms_bucket{e="${entity}",le="+Inf"} 300 ${at}`,
        `request_latency_ms_sum{e="${entity}"} 9000 ${at}`,
        `request_latency_ms_count{e="${entity}"} 300 ${at}`,
        `cpu_usage_percentage{e="${entity}"} ${entity === 'm-1' ? 95 : 20} ${at}\n`,
      ].join('\n');
    const text = () =>
      minute(clock, 'e="m-1"', 300, 0) + minute(clock, 'e="m-2"', 300, 0) + histogram('m-1', 3) + histogram('m-2', 90);
    const alerts = [
      { metric: 'throughput' as const, threshold: 9, quantile: 0.95 },
      { metric: 'latency' as const, threshold: 80, quantile: 0.95 },
      { metric: 'cpu' as const, threshold: 90, quantile: 0.95 },
      { metric: 'latency' as const, maxRegression: 0.2, quantile: 0.95 },
    ];
    const { alerts: results } = await watching(clock, text, { alerts }).look(never);
    const status = (metric: string, subject: string) =>
      results.filter((one) => one.metric === metric && one.subject === subject).map((one) => one.status);
    expect(status('throughput', 'cv')).toEqual(['pass']);
    expect(status('throughput', 'm-1')).toEqual([]);
    expect(status('latency', 'm-1')).toEqual(['pass', 'note']);
    expect(status('latency', 'm-2')).toEqual(['fail', 'note']);
    expect(status('cpu', 'm-1')).toEqual(['fail']);
    expect(status('cpu', 'm-2')).toEqual(['pass']);
  });
});
