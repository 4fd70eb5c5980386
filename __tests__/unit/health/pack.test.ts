import { deflateRawSync } from 'node:zlib';
import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { figures } from '../../../src/health/core/figures.js';
import {
  addMinutes,
  addProbes,
  beginStep,
  type Evidence,
  emptyEvidence,
  judge,
} from '../../../src/health/core/judge.js';
import { packEvidence, unpackEvidence } from '../../../src/health/core/pack.js';
import type { JudgeSettings } from '../../../src/health/core/types.js';
import { histogram, MINUTE, minute, probe, settingsWith, T0 } from './scenes.js';

if (process.env.NIGHTLY === '1') jest.setTimeout(3_600_000);

const numRuns = process.env.NIGHTLY === '1' ? 5_000 : 200;
const settings = settingsWith([
  { threshold: 0.01 },
  { metric: 'latency', threshold: 150 },
  { metric: 'latency', maxRegression: 0.2 },
  { metric: 'cpu', threshold: 90 },
]);

const share = fc.constantFrom(0, 0.01, 0.1, 0.5);
const event = fc.oneof(
  fc.record({ kind: fc.constant('minute' as const), requests: fc.nat(3000), share, other: share, slow: fc.nat(30) }),
  fc.record({
    kind: fc.constant('probe' as const),
    ok: fc.boolean(),
    latencyMs: fc.integer({ min: 1, max: 3000 }),
    agrees: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('step' as const), traffic: fc.constantFrom(5, 25, 50, 100) }),
);
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

function play(evidence: Evidence, happened: Event, index: number): Evidence {
  if (happened.kind === 'step')
    return beginStep(evidence, { startedAtMs: T0 + index * MINUTE, candidateTraffic: happened.traffic, index });
  if (happened.kind === 'probe') {
    const { ok, latencyMs, agrees } = happened;
    const more = { ok, latencyMs, agrees, ...(ok ? {} : { faultKind: 'server' as const, status: 500 }) };
    return addProbes(evidence, [probe('candidate', index * 60 + 1, more), probe('current', index * 60 + 2)], settings);
  }
  const { requests, share: failing, other, slow } = happened;
  const latency = histogram([requests, requests, slow, slow, 0]);
  return addMinutes(evidence, [
    minute('candidate', index, requests, Math.round(requests * failing), { latency, cpuPercent: slow * 3.3333 }),
    minute('current', index, 4 * requests, Math.round(4 * requests * other), {
      latency: histogram([requests, requests, 3, 0, 0]),
    }),
  ]);
}

function again(evidence: Evidence): Evidence {
  const read = unpackEvidence(JSON.parse(JSON.stringify(packEvidence(evidence))));
  if (read === null) throw new Error('unreadable');
  return read;
}

const fresh = (given: JudgeSettings) =>
  beginStep(emptyEvidence(given), { startedAtMs: T0, candidateTraffic: 10, index: 0 });

describe('packed evidence', () => {
  it('is bit for bit what it was, at every point of every history', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 15 }), (events) => {
        let straight = fresh(settings);
        let restarted = fresh(settings);
        for (const [index, happened] of events.entries()) {
          straight = play(straight, happened, index);
          restarted = again(play(restarted, happened, index));
          expect(restarted).toEqual(straight);
        }
        const now = T0 + events.length * MINUTE;
        expect(judge(restarted, settings, now)).toEqual(judge(straight, settings, now));
        expect(figures(restarted, settings)).toEqual(figures(straight, settings));
        expect(JSON.stringify(packEvidence(restarted))).toBe(JSON.stringify(packEvidence(straight)));
      }),
      { numRuns },
    );
  });

  it('stays small through a long rollout', () => {
    let evidence = fresh(settings);
    for (let index = 0; index < 120; index += 1) {
      const traffic = ([5, 25, 50] as const)[Math.floor(index / 40)] ?? 50;
      if (index % 40 === 0) evidence = play(evidence, { kind: 'step', traffic }, index);
      evidence = play(
        evidence,
        { kind: 'minute', requests: 2000 + ((index * 37) % 100), share: 0.01, other: 0.01, slow: index % 7 },
        index,
      );
      evidence = play(
        evidence,
        { kind: 'probe', ok: index % 30 !== 0, latencyMs: 20 + ((index * 13) % 80), agrees: true },
        index,
      );
    }
    const packed = JSON.stringify(packEvidence(evidence));
    expect(deflateRawSync(packed, { level: 9 }).length).toBeLessThan(800);
  });

  it.each([[null], ['x'], [[]], [[1, []]], [[2, [1, 2]]], [{ a: 1 }], [[2, Array(14).fill(null)]]])(
    'refuses %j',
    (packed) => {
      expect(unpackEvidence(packed)).toBeNull();
    },
  );
});
