import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pages } from '../../../src/registry/paging.js';
import {
  carriesCommit,
  chooseLatest,
  compareVersions,
  LatestChooser,
  type VersionRow,
  versionStatus,
} from '../../../src/registry/select.js';

const RUNS = process.env.NIGHTLY === '1' ? 20_000 : 300;

const row = (version: string, statusText = 'READY', tags: Record<string, string> = {}): VersionRow => ({
  version,
  status: versionStatus(statusText),
  statusText,
  runId: '',
  tags,
});

const anyRow = fc
  .tuple(
    fc.nat(2000),
    fc.constantFrom('READY', 'PENDING_REGISTRATION', 'FAILED_REGISTRATION', 'MODEL_VERSION_STATUS_UNKNOWN', ''),
  )
  .map(([version, status]) => row(String(version), status));
const anyRows = fc.uniqueArray(anyRow, { selector: (one) => one.version, maxLength: 60 });

describe('the latest version', () => {
  it('is 10 rather than 9, whatever the order of the list', () => {
    expect(chooseLatest([row('9'), row('10'), row('2')])).toEqual({ version: '10', passedOver: [] });
  });

  it('passes over newer ones that are not ready, newest first, with the reason', () => {
    const rows = [
      row('5', 'FAILED_REGISTRATION'),
      row('3'),
      row('6', 'PENDING_REGISTRATION'),
      row('7', 'SOMETHING_NEW'),
      row('2', 'FAILED_REGISTRATION'),
    ];
    expect(chooseLatest(rows)).toEqual({
      version: '3',
      passedOver: [
        { version: '7', why: 'its status is SOMETHING_NEW' },
        { version: '6', why: 'its registration has not finished' },
        { version: '5', why: 'its registration failed' },
      ],
    });
  });

  it('is nobody when none is ready', () => {
    expect(chooseLatest([row('1', 'PENDING_REGISTRATION')])).toMatchObject({
      version: null,
      passedOver: [{ version: '1' }],
    });
    expect(chooseLatest([])).toEqual({ version: null, passedOver: [] });
  });

  it('is the greatest ready integer, and exactly the newer ones are passed over', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const ready = rows.filter((one) => one.status === 'READY').map((one) => Number(one.version));
        const best = ready.length === 0 ? null : Math.max(...ready);
        const newer = rows.filter((one) => one.status !== 'READY' && (best === null || Number(one.version) > best));
        const choice = chooseLatest(rows);
        expect(choice.version).toBe(best === null ? null : String(best));
        expect(choice.passedOver.map((one) => Number(one.version))).toEqual(
          newer.map((one) => Number(one.version)).sort((left, right) => right - left),
        );
      }),
      { numRuns: RUNS },
    );
  });

  it('depends neither on the order nor on the pages', () => {
    fc.assert(
      fc.property(anyRows, fc.integer({ min: 1, max: 10 }), (rows, size) => {
        const chooser = new LatestChooser();
        const shuffled = [...rows].sort((left, right) => (Number(left.version) % 7) - (Number(right.version) % 7));
        for (let start = 0; start < shuffled.length; start += size) chooser.add(shuffled.slice(start, start + size));
        expect(chooser.choice()).toEqual(chooseLatest(rows));
      }),
      { numRuns: RUNS },
    );
  });
});

describe('the order of versions', () => {
  it('is that of the integers, of any size', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.bigInt({ min: 0n, max: 10n ** 30n }), (left, right) => {
        const expected = left < right ? -1 : left > right ? 1 : 0;
        expect(Math.sign(compareVersions(String(left), `00${right}`))).toBe(expected);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('commits in tags', () => {
  const commit = '0123456789abcdef0123456789abcdef01234567';
  it.each([
    [{ 'mlflow.source.git.commit': commit }, true],
    [{ anything: commit.toUpperCase() }, true],
    [{ git_sha: commit.slice(0, 7) }, true],
    [{ 'git.commit': commit.slice(0, 6) }, false],
    [{ note: commit.slice(0, 7) }, false],
    [{ 'databricks-model-promotion.commit': commit }, false],
    [{ git_sha: 'abcdef0' }, false],
    [{ shape: commit.slice(0, 8) }, false],
    [{}, false],
  ])('%j: %s', (tags, expected) => {
    expect(carriesCommit(tags, ['ffff456789abcdef0123456789abcdef01234567', commit])).toBe(expected);
  });
});

describe('paging', () => {
  const collect = async (
    list: readonly { rows: readonly number[]; next?: string }[],
    onLoop?: (token: string) => void,
  ) => {
    const tokens: (string | undefined)[] = [];
    let call = 0;
    const all: number[] = [];
    const fetchPage = async (token: string | undefined) => {
      tokens.push(token);
      const page = list[Math.min(call, list.length - 1)] ?? { rows: [] };
      call += 1;
      return page;
    };
    for await (const rows of pages(fetchPage, onLoop)) all.push(...rows);
    return { all, tokens };
  };

  it('goes on over empty pages until there is no token', async () => {
    const walked = await collect([
      { rows: [], next: 'a' },
      { rows: [1], next: 'b' },
      { rows: [], next: 'c' },
      { rows: [2], next: '' },
    ]);
    expect(walked).toEqual({ all: [1, 2], tokens: [undefined, 'a', 'b', 'c'] });
  });

  it('ends when a token repeats', async () => {
    const loops: string[] = [];
    const walked = await collect([{ rows: [1], next: 'a' }], (token) => loops.push(token));
    expect(walked.tokens).toEqual([undefined, 'a']);
    expect(loops).toEqual(['a']);
  });
});
