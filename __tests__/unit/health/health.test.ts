import { describe, expect, it } from '@jest/globals';
import { createHealth } from '../../../src/health/collect/health.js';
import type { HealthOptions } from '../../../src/health/collect/options.js';
import type { InvocationAnswer, Invoker } from '../../../src/health/ports.js';
import { exportOf, ManualClock, settle } from './simulated.js';

const settings = { alerts: [], minRequests: 100, alpha: 0.01, toleratedRatio: 1.25 };
const subjects = { candidate: { name: 'm-2' }, current: { name: 'm-1' } };
const never = new AbortController().signal;
const payload = { dataframe_records: [{ x: 1 }] };

function answering(
  clock: ManualClock,
  answer: (entity: string) => Partial<InvocationAnswer>,
): Invoker & { sent: string[] } {
  const sent: string[] = [];
  return {
    sent,
    invoke: async (entity) => {
      sent.push(entity);
      const right = { status: 200, latencyMs: 20, body: '{"predictions":[1]}', contentType: 'application/json' };
      return { ...right, sentAtMs: clock.serverNow(), ...answer(entity) };
    },
  };
}

function options(clock: ManualClock, more: Partial<HealthOptions>): HealthOptions {
  return {
    source: null,
    invoker: null,
    smoke: () => ({
      kind: 'cases',
      cases: [{ index: 0, request: payload, expect: {} }],
      origin: 'samples/requests.json',
    }),
    settings,
    probeRate: 2,
    subjects,
    clock,
    ...more,
  };
}

function lines(clock: ManualClock, candidate: [number, number], current: [number, number]): string {
  const at = Math.floor(clock.serverNow() / 60_000) * 60_000;
  return [
    `request_count_total{served="m-2"} ${candidate[0]} ${at}`,
    `request_5xx_count_total{served="m-2"} ${candidate[1]} ${at}`,
    `request_count_total{served="m-1"} ${current[0]} ${at}`,
    `request_5xx_count_total{served="m-1"} ${current[1]} ${at}\n`,
  ].join('\n');
}

describe('the watch over a candidate', () => {
  it('finds a failing candidate by probes within seconds and wakes the one who waits', async () => {
    const clock = new ManualClock();
    const invoker = answering(clock, (entity) => (entity === 'm-2' ? { status: 500, body: 'boom' } : {}));
    const health = createHealth(options(clock, { invoker }));
    health.begin({ startedAtMs: clock.serverNow(), candidateTraffic: 5, index: 1 }, undefined);
    let woken = false;
    await settle();
    await health.look(never);
    const resting = health.rest(60_000, never).then(() => {
      woken = true;
    });
    await clock.advance(2_000);
    await resting;
    expect(woken).toBe(true);
    const { judgement, figures } = await health.look(never);
    expect(judgement).toMatchObject({ kind: 'unhealthy', reason: 'canary-errors' });
    expect(figures.candidate.probeFailures).toBeGreaterThanOrEqual(2);
    expect(figures.current.probeFailures).toBe(0);
    health.end();
  });

  it('passes a healthy candidate after whole minutes inside the step, and counts each once', async () => {
    const clock = new ManualClock(1_760_000_030_000);
    const source = exportOf(() => lines(clock, [120, 0], [2280, 2]));
    const health = createHealth(options(clock, { source }));
    health.begin({ startedAtMs: clock.serverNow(), candidateTraffic: 5, index: 1 }, 'none');
    const kinds: string[] = [];
    for (let look = 0; look < 12; look += 1) {
      await clock.advance(15_000);
      const seen = await health.look(never);
      kinds.push(`${seen.judgement.kind} ${seen.figures.candidate.requests}`);
    }
    expect(kinds.slice(0, 2)).toEqual(['insufficient 0', 'insufficient 0']);
    expect(kinds.at(-1)).toBe('healthy 240');
  });

  it('goes on from a packed state with the same judgement and figures', async () => {
    const clock = new ManualClock(1_760_000_030_000);
    const source = exportOf(() => lines(clock, [120, 6], [2280, 12]));
    const window = { startedAtMs: clock.serverNow(), candidateTraffic: 5, index: 1 };
    const first = createHealth(options(clock, { source }));
    first.begin(window, 'none');
    await clock.advance(150_000);
    const before = await first.look(never);
    const second = createHealth(options(clock, { source: null }));
    expect(second.restore(JSON.parse(JSON.stringify(before.evidence)))).toBe(true);
    second.begin(window, 'none');
    const after = await second.look(never);
    expect(after.judgement).toEqual(before.judgement);
    expect(after.figures).toEqual(before.figures);
    expect(after.evidence).toEqual(before.evidence);
    expect(second.restore('something else')).toBe(false);
  });

  it('is blind after three minutes without anything new', async () => {
    const clock = new ManualClock();
    const stale = lines(clock, [500, 0], [9500, 0]);
    const health = createHealth(options(clock, { source: exportOf(() => stale) }));
    health.begin({ startedAtMs: clock.serverNow(), candidateTraffic: 5, index: 1 }, 'none');
    await clock.advance(170_000);
    expect((await health.look(never)).judgement.kind).toBe('insufficient');
    await clock.advance(20_000);
    expect((await health.look(never)).judgement.kind).toBe('blind');
  });

  it('takes minutes after the end of a step for exposure, not for evidence', async () => {
    const clock = new ManualClock(1_760_000_030_000);
    const health = createHealth(options(clock, { source: exportOf(() => lines(clock, [120, 60], [2280, 2])) }));
    health.begin({ startedAtMs: clock.serverNow(), candidateTraffic: 5, index: 1 }, 'none');
    await clock.advance(95_000);
    const before = await health.look(never);
    health.end();
    await clock.advance(60_000);
    const after = await health.look(never);
    expect(before.figures.candidate).toMatchObject({ requests: 120, errors: 60 });
    expect(after.figures.candidate).toMatchObject({ requests: 120, errors: 60 });
    expect(after.exposure).toEqual({ requests: 240, errors: 120 });
  });

  it('names what the export cannot give, and leaves the rest to probes', async () => {
    const clock = new ManualClock();
    const absent = { read: async () => ({ kind: 'absent' as const, message: 'HTTP 404.' }) };
    const health = createHealth(options(clock, { source: absent, invoker: answering(clock, () => ({})) }));
    health.begin({ startedAtMs: clock.serverNow(), candidateTraffic: 5, index: 1 }, undefined);
    await clock.advance(120_000);
    const { judgement, figures, exposure, point } = await health.look(never);
    expect(judgement.kind).toBe('healthy');
    expect(figures.sources).toContain('metrics export: HTTP 404.');
    expect(exposure).toBeNull();
    expect(point.candidateLatencyMs).toBeCloseTo(20, -1);
    health.end();
  });

  it('is woken by nothing but a failed probe, the time, or the one who aborts', async () => {
    const clock = new ManualClock();
    const health = createHealth(options(clock, { invoker: answering(clock, () => ({})) }));
    health.begin({ startedAtMs: clock.serverNow(), candidateTraffic: 5, index: 1 }, undefined);
    const aborter = new AbortController();
    let rested = 0;
    const first = health.rest(10_000, never).then(() => {
      rested = clock.now();
    });
    await clock.advance(12_000);
    await first;
    expect(rested).toBe(10_000);
    const second = health.rest(10_000, aborter.signal);
    aborter.abort(new Error('cancelled'));
    await expect(second).rejects.toThrow('cancelled');
    health.end();
  });
});
