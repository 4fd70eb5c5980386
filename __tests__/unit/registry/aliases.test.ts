import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ActionError } from '../../../src/errors.js';
import { type AliasStore, moveAliases, restoreAliases } from '../../../src/registry/alias-moves.js';
import type { PromotionRecord } from '../../../src/registry/types.js';

interface Memory extends AliasStore {
  readonly aliases: Map<string, string>;
  readonly writes: string[];
}

function memory(
  start: Record<string, string>,
  onWrite: (alias: string) => 'ok' | 'refuse' | 'lost' | 'never-arrived' = () => 'ok',
): Memory {
  const aliases = new Map(Object.entries(start));
  const writes: string[] = [];
  return {
    aliases,
    writes,
    read: async (alias) => aliases.get(alias) ?? null,
    async write(alias, version) {
      writes.push(`${alias}=${version}`);
      const fate = onWrite(alias);
      if (fate === 'refuse') return { message: 'refused', isOpen: false };
      if (fate === 'never-arrived') return { message: 'no answer', isOpen: true };
      if (version === null) aliases.delete(alias);
      else aliases.set(alias, version);
      return fate === 'lost' ? { message: 'no answer', isOpen: true } : null;
    },
  };
}

const record: PromotionRecord = {
  version: '8',
  previousVersion: '7',
  promoteAlias: 'champion',
  previousAlias: 'previous-champion',
  tags: {},
};

describe('moving aliases', () => {
  it('first notes what to go back to, then moves, and can be undone', async () => {
    const store = memory({ champion: '7' });
    const { undo, warnings } = await moveAliases(store, record, { champion: '7', 'previous-champion': null });
    expect(store.writes).toEqual(['previous-champion=7', 'champion=8']);
    expect(warnings).toEqual([]);
    expect(await restoreAliases(store, undo)).toEqual([]);
    expect(Object.fromEntries(store.aliases)).toEqual({ champion: '7' });
  });

  it('sends a move again when it never arrived, at most three times, and never after a refusal', async () => {
    const fates: ('never-arrived' | 'ok')[] = ['never-arrived', 'ok', 'ok'];
    const once = memory({}, () => fates.shift() ?? 'ok');
    expect((await moveAliases(once, record, {})).warnings).toEqual([]);
    expect(once.writes).toEqual(['previous-champion=7', 'previous-champion=7', 'champion=8']);
    const never = memory({}, () => 'never-arrived');
    expect((await moveAliases(never, record, {})).warnings).toHaveLength(2);
    expect(never.writes).toHaveLength(6);
    const refused = memory({}, () => 'refuse');
    expect((await moveAliases(refused, record, {})).undo).toEqual({ aliases: [] });
    expect(refused.writes).toHaveLength(2);
  });

  it('reads through an outage, but not for ever', async () => {
    const store = memory({ champion: '7' });
    let outages = 2;
    const flaky: AliasStore = {
      write: store.write,
      read: (alias) => {
        outages -= 1;
        const fault = new ActionError('no answer', { kind: 'remote', reason: 'remote-error', fix: '' });
        return outages < 0 ? store.read(alias) : Promise.reject(fault);
      },
    };
    expect((await moveAliases(flaky, record, {})).warnings).toEqual([]);
    expect(store.aliases.get('champion')).toBe('8');
    outages = 1000;
    expect((await moveAliases(flaky, record, {})).warnings).toHaveLength(2);
    expect(1000 - outages).toBe(6);
  });

  it('leaves alone what someone else moved in between', async () => {
    const store = memory({ champion: '9' });
    const { undo, warnings } = await moveAliases(store, record, { champion: '7' });
    expect(store.aliases.get('champion')).toBe('9');
    expect(undo.aliases.map((move) => move.alias)).toEqual(['previous-champion']);
    expect(warnings).toEqual([expect.stringContaining('points at version 9 now')]);
  });

  it('does not put back what someone else has moved since', async () => {
    const store = memory({ champion: '7' });
    const { undo } = await moveAliases(store, { ...record, previousAlias: null }, {});
    store.aliases.set('champion', '11');
    expect(await restoreAliases(store, undo)).toEqual([expect.stringContaining('someone has moved it to version 11')]);
    expect(store.aliases.get('champion')).toBe('11');
  });

  it('is idempotent', async () => {
    const store = memory({ champion: '8', 'previous-champion': '7' });
    expect(await moveAliases(store, record, {})).toEqual({ undo: { aliases: [] }, warnings: [] });
    expect(store.writes).toEqual([]);
  });

  it('believes what it reads back, not the answer', async () => {
    const lost = memory({ champion: '7' }, () => 'lost');
    expect((await moveAliases(lost, record, {})).warnings).toEqual([]);
    const refused = memory({ champion: '7' }, () => 'refuse');
    const { undo, warnings } = await moveAliases(refused, record, {});
    expect(undo.aliases).toEqual([]);
    expect(warnings).toHaveLength(2);
  });

  it('keeps what was moved when a later read fails', async () => {
    const store = memory({ champion: '7' });
    const read = async (alias: string): Promise<string | null> => {
      if (alias !== 'champion') return store.read(alias);
      throw new ActionError('unreachable', { kind: 'remote', reason: 'remote-error', fix: 'f' });
    };
    const { undo, warnings } = await moveAliases({ ...store, read }, record, {});
    expect(undo.aliases).toEqual([{ alias: 'previous-champion', from: null, to: '7' }]);
    expect(warnings).toEqual([expect.stringContaining('unreachable')]);
  });

  it('promote and restore leave the aliases as they were, whatever fails', async () => {
    const fates = fc.array(fc.constantFrom('ok' as const, 'refuse' as const, 'lost' as const), {
      minLength: 2,
      maxLength: 2,
    });
    const start = fc.dictionary(
      fc.constantFrom('champion', 'previous-champion', 'other'),
      fc.constantFrom('5', '6', '7'),
    );
    await fc.assert(
      fc.asyncProperty(start, fates, async (aliases, fate) => {
        const left = [...fate];
        const store = memory(aliases, () => left.shift() ?? 'ok');
        const before = Object.fromEntries(store.aliases);
        const { undo } = await moveAliases(store, record, {});
        left.length = 0;
        expect(await restoreAliases(store, undo)).toEqual([]);
        expect(Object.fromEntries(store.aliases)).toEqual(before);
      }),
      { numRuns: 300 },
    );
  });
});
