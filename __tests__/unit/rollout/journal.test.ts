import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Journal } from '../../../src/rollout/core/journal.js';
import { decodeJournal, encodeJournal } from '../../../src/rollout/core/journal-codec.js';
import { describeAgainst, revive } from '../../../src/rollout/core/removed.js';
import { PACKING } from '../../../src/rollout/journal-store.js';
import { entity } from './world/endpoint.js';
import { MODEL } from './world/world.js';

const JOURNAL: Journal = {
  schema: 1,
  rolloutId: '100-1-abcd',
  planHash: '0123456789abcdef',
  kind: 'shift',
  status: 'running',
  outcome: null,
  candidate: { name: 'fraud-8', entityName: MODEL, entityVersion: '8' },
  previous: { name: 'fraud-7', version: '7' },
  phase: 'baking',
  update: 2,
  passed: false,
  steps: [
    [0, 0, null],
    [5, 300_000, 'samples/requests.json'],
    [100, 300_000, null],
  ],
  finalBakeMs: 900_000,
  retainPrevious: false,
  startedAtMs: 1_800_000_000_000,
  stepStartedAtMs: 1_800_000_300_000,
  heartbeatAtMs: 1_800_000_345_000,
  creditedMs: 45_000,
  extensions: 0,
  intent: null,
  turn: null,
  lease: { repository: 'bank/models', runId: '100', attempt: '1', nonce: 'abcd', generation: 3, heartbeat: 9 },
  generation: 3,
  snapshot: { routes: [['fraud-7', 100]], fingerprint: '0123456789abcdef' },
  record: null,
  evidence: { vectors: [1.5, 2.25, 0] },
};

function encoded(journal: Journal): Record<string, string> {
  const tags = encodeJournal(journal, PACKING);
  if (tags === null) throw new Error('too long');
  return { ...tags };
}

const anyJournal = fc
  .record({
    update: fc.integer({ min: -1, max: 12 }),
    passed: fc.boolean(),
    creditedMs: fc.nat(),
    routes: fc.array(fc.tuple(fc.string({ maxLength: 60 }), fc.nat(100)), { maxLength: 15 }),
    evidence: fc.jsonValue({ maxDepth: 2 }),
    smoke: fc.option(fc.string({ maxLength: 80 }), { nil: null }),
  })
  .map(
    ({ update, passed, creditedMs, routes, evidence, smoke }): Journal => ({
      ...JOURNAL,
      update,
      passed,
      creditedMs,
      steps: [[5, 1, smoke]],
      snapshot: { routes, fingerprint: 'f' },
      evidence,
    }),
  );

describe('the journal in tags', () => {
  it('comes back as it was, in few short values of safe characters', () => {
    fc.assert(
      fc.property(anyJournal, (journal) => {
        const tags = encoded(journal);
        expect(Object.keys(tags).length).toBeLessThanOrEqual(12);
        for (const [key, value] of Object.entries(tags)) {
          expect(key).toMatch(/^dmp\.j\d+$/);
          expect(value).toMatch(/^[A-Za-z0-9_.-]{1,240}$/);
        }
        const reading = decodeJournal({ team: 'risk', ...tags }, PACKING);
        expect(reading).toEqual({ kind: 'journal', journal: JSON.parse(JSON.stringify(journal)) });
      }),
    );
  });

  it('an ordinary one takes three tags', () => {
    expect(Object.keys(encoded(JOURNAL)).length).toBeLessThanOrEqual(3);
  });

  it('knows when it was cut, mixed or changed', () => {
    const tags = encoded({ ...JOURNAL, evidence: Array.from({ length: 60 }, (_, index) => Math.sin(index)) });
    expect(Object.keys(tags).length).toBeGreaterThan(3);
    const newer = encoded({ ...JOURNAL, evidence: Array.from({ length: 60 }, (_, index) => Math.cos(index)) });
    const { 'dmp.j1': _gone, ...cut } = tags;
    const { 'dmp.j0': _first, ...headless } = tags;
    for (const damaged of [
      cut,
      headless,
      { ...tags, 'dmp.j1': newer['dmp.j1'] ?? '' },
      { ...tags, 'dmp.j0': 'hello' },
    ]) {
      expect(decodeJournal(damaged, PACKING).kind).toBe('damaged');
    }
    fc.assert(
      fc.property(fc.nat(200), fc.constantFrom(...Object.keys(tags)), (place, key) => {
        const value = tags[key] ?? '';
        const at = place % value.length;
        const changed = `${value.slice(0, at)}${value[at] === 'A' ? 'B' : 'A'}${value.slice(at + 1)}`;
        expect(decodeJournal({ ...tags, [key]: changed }, PACKING).kind).toBe('damaged');
      }),
    );
  });

  it('is none on an endpoint that never had one', () => {
    expect(decodeJournal({ team: 'risk' }, PACKING)).toEqual({ kind: 'none' });
  });

  it('that is too long leaves out the evidence, and nothing else', () => {
    const noise = Array.from({ length: 600 }, (_, index) => Math.sin(index * 7.7) * 1e9);
    const reading = decodeJournal(encoded({ ...JOURNAL, evidence: noise }), PACKING);
    expect(reading).toEqual({ kind: 'journal', journal: { ...JOURNAL, evidence: null } });
    const smoke = Array.from(
      { length: 400 },
      (_, index) => [index, index * 7_919, PACKING.hash(String(index))] as const,
    );
    expect(encodeJournal({ ...JOURNAL, steps: smoke }, PACKING)).toBeNull();
  });

  it('refuses what someone else packed well but is no journal', () => {
    const tags = encoded({ ...JOURNAL, candidate: { ...JOURNAL.candidate, name: undefined as unknown as string } });
    expect(decodeJournal(tags, PACKING)).toMatchObject({ kind: 'damaged' });
  });
});

describe('an entity that was removed', () => {
  const reference = entity(MODEL, '8', { environment_vars: { MODE: 'strict', LEVEL: 'info' }, workload_size: 'Large' });

  it('comes back exactly from its difference to the one that stays', () => {
    const gone = entity(MODEL, '7', {
      environment_vars: { MODE: 'strict', KEY: '{{secrets/a/b}}' },
      instance_profile_arn: 'arn',
    });
    expect(revive(describeAgainst(gone, reference), reference)).toEqual(gone);
  });

  it('never takes a literal value of a variable into the record, and says that it cannot come back exactly', () => {
    const gone = entity(MODEL, '7', { environment_vars: { TOKEN: 'hunter2' } });
    const described = describeAgainst(gone, reference);
    expect(JSON.stringify(described)).not.toContain('hunter2');
    expect(revive(described, reference).notReproducible).toContain('TOKEN');
  });
});
