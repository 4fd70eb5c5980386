import { describe, expect, it } from '@jest/globals';
import type { HealthOptions } from '../../../src/health/collect/options.js';
import { Prober } from '../../../src/health/collect/prober.js';
import type { Expectation } from '../../../src/health/core/assertions.js';
import type { InvocationAnswer } from '../../../src/health/ports.js';
import { settingsWith } from './scenes.js';
import { ManualClock, settle } from './simulated.js';

type Answer = (entity: string) => Partial<InvocationAnswer> | 'never' | 'throw';

function probing(answer: Answer, more: { probeRate?: number; expect?: Expectation; first?: boolean } = {}) {
  const clock = new ManualClock();
  const sent: { entity: string; at: number }[] = [];
  const aborted: string[] = [];
  let failures = 0;
  const options: HealthOptions = {
    source: null,
    invoker: null,
    smoke: () => ({ kind: 'none', why: '' }),
    settings: settingsWith(),
    probeRate: more.probeRate ?? 2,
    subjects: { candidate: { name: 'm-2' }, current: more.first === true ? null : { name: 'm-1' } },
    clock,
  };
  const invoke = (entity: string, _body: unknown, _timeout: number, signal: AbortSignal): Promise<InvocationAnswer> => {
    sent.push({ entity, at: clock.now() });
    signal.addEventListener('abort', () => aborted.push(entity));
    const given = answer(entity);
    if (given === 'never')
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    if (given === 'throw') return Promise.reject(new Error('no route'));
    const right = {
      status: 200,
      latencyMs: 5,
      body: '{"predictions":[1]}',
      contentType: '',
      sentAtMs: clock.serverNow(),
    };
    return Promise.resolve({ ...right, ...given });
  };
  const prober = new Prober(options, { invoke }, () => {
    failures += 1;
  });
  prober.start([{ index: 0, request: { instances: [1] }, expect: more.expect ?? {} }]);
  return { clock, sent, aborted, prober, failures: () => failures };
}

describe('probing', () => {
  it('asks both versions in turn, neither always first, at no more than the rate', async () => {
    const { clock, sent, prober } = probing(() => ({}));
    await clock.advance(3_600);
    expect(sent.map(({ entity }) => entity)).toEqual(['m-2', 'm-1', 'm-1', 'm-2', 'm-2', 'm-1', 'm-1', 'm-2']);
    expect(sent.map(({ at }) => at)).toEqual([0, 500, 1000, 1500, 2000, 2500, 3000, 3500]);
    expect(prober.drain()).toHaveLength(8);
    expect(prober.drain()).toHaveLength(0);
    prober.stop();
  });

  it('asks the candidate alone when there is no other version', async () => {
    const { clock, sent, prober } = probing(() => ({}), { first: true });
    await clock.advance(900);
    expect(sent.map(({ entity }) => entity)).toEqual(['m-2', 'm-2']);
    prober.stop();
  });

  it('does not repeat a failed probe, and reports failures of the candidate only', async () => {
    const { clock, prober, failures } = probing((entity) => ({ status: entity === 'm-2' ? 500 : 502, body: 'x' }));
    await clock.advance(1_900);
    expect(failures()).toBe(2);
    const samples = prober.drain();
    expect(samples.map(({ arm, ok, faultKind }) => [arm, ok, faultKind])).toEqual([
      ['candidate', false, 'server'],
      ['current', false, 'server'],
      ['current', false, 'server'],
      ['candidate', false, 'server'],
    ]);
    prober.stop();
  });

  it('does not flood a version that does not answer', async () => {
    const { clock, sent, prober } = probing(() => 'never');
    await clock.advance(60_000);
    expect(sent).toHaveLength(8);
    prober.stop();
  });

  it('stops at once: nothing is sent any more and answers on their way are dropped', async () => {
    const { clock, sent, aborted, prober } = probing(() => 'never');
    await clock.advance(600);
    prober.stop();
    await clock.advance(10_000);
    expect(sent).toHaveLength(2);
    expect(aborted).toHaveLength(2);
    expect(prober.drain()).toEqual([]);
  });

  it('compares the answers of a round once both are there', async () => {
    const { clock, prober } = probing(
      (entity) => ({ body: entity === 'm-2' ? '{"predictions":[1]}' : '{"predictions":[2]}' }),
      {
        expect: { agreement: 1 },
      },
    );
    await clock.advance(1_600);
    expect(prober.drain().map(({ agrees }) => agrees)).toEqual([undefined, false, undefined, false]);
    prober.stop();
  });

  it('does not hold the current version to what is expected of the candidate', async () => {
    const { clock, prober } = probing(() => ({ body: '{"predictions":[2]}' }), { expect: { predictions: [3] } });
    await clock.advance(600);
    expect(prober.drain().map(({ arm, ok }) => [arm, ok])).toEqual([
      ['candidate', false],
      ['current', true],
    ]);
    prober.stop();
  });

  it('goes on when a probe cannot be sent, without making it evidence', async () => {
    const { clock, sent, prober, failures } = probing(() => 'throw');
    await clock.advance(10_000);
    await settle();
    expect(sent.length).toBeGreaterThan(15);
    expect(prober.drain()).toEqual([]);
    expect(failures()).toBe(0);
    prober.stop();
  });

  it('sends nothing at a rate of zero', async () => {
    const { clock, sent } = probing(() => ({}), { probeRate: 0 });
    await clock.advance(10_000);
    expect(sent).toEqual([]);
  });
});
