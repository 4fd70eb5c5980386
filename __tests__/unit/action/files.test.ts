import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeOutputs } from '../../../src/action/outputs.js';
import { OUTPUT_NAMES } from '../../../src/action/registry.js';
import { isPostStage, readState, saveState } from '../../../src/action/state.js';
import { SUMMARY_LIMIT_BYTES, writeSummary } from '../../../src/action/summary.js';
import { workspaceReader } from '../../../src/action/workspace.js';

let folder = '';
const saved = { ...process.env };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'action-'));
  for (const name of ['GITHUB_OUTPUT', 'GITHUB_STATE']) {
    writeFileSync(join(folder, name), '');
    process.env[name] = join(folder, name);
  }
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  process.env = { ...saved };
});

describe('writeOutputs', () => {
  it('writes every declared output, also those without a value', () => {
    writeOutputs({ decision: 'promoted', 'traffic-percentage': 0, report: null });
    const text = readFileSync(join(folder, 'GITHUB_OUTPUT'), 'utf8');
    const blocks = [...text.matchAll(/^(.+?)<<(ghadelimiter_.+)\n([\s\S]*?)\n\2$/gm)].map((match) => [
      match[1],
      match[3],
    ]);
    const written = Object.fromEntries(blocks);
    expect(Object.keys(written)).toEqual([...OUTPUT_NAMES]);
    expect(written).toMatchObject({ decision: 'promoted', 'traffic-percentage': '0', report: '', 'plan-hash': '' });
  });
});

describe('saved state', () => {
  it('comes back as what was saved', () => {
    saveState('stage', 'main');
    const value = { endpoint: 'digits', step: 2 };
    saveState('rollout', value);
    const text = readFileSync(join(folder, 'GITHUB_STATE'), 'utf8');
    for (const [, name, json] of text.matchAll(/^(.+?)<<.+\n(.*)\n/gm)) process.env[`STATE_${name}`] = json;
    expect(readState('rollout')).toEqual(value);
    expect(isPostStage()).toBe(true);
  });

  it('is absent in the main stage, and nothing when it is no JSON', () => {
    expect([isPostStage(), readState('rollout')]).toEqual([false, undefined]);
    process.env.STATE_rollout = '{broken';
    expect(readState('rollout')).toBeUndefined();
  });
});

describe('writeSummary', () => {
  const file = () => join(folder, 'summary.md');

  it('takes the first rendering that fits', async () => {
    writeFileSync(file(), '');
    const big = 'é'.repeat(SUMMARY_LIMIT_BYTES / 2);
    expect(await writeSummary([big, 'short'], { GITHUB_STEP_SUMMARY: file() })).toEqual({ kind: 'written', bytes: 5 });
    expect(readFileSync(file(), 'utf8')).toBe('short\n');
  });

  it('never throws', async () => {
    expect(await writeSummary(['x'], {})).toEqual({ kind: 'unavailable' });
    expect(await writeSummary(['x'.repeat(SUMMARY_LIMIT_BYTES)], { GITHUB_STEP_SUMMARY: file() })).toMatchObject({
      kind: 'failed',
    });
    expect(await writeSummary(['x'], { GITHUB_STEP_SUMMARY: join(folder, 'no', 'such') })).toMatchObject({
      kind: 'failed',
    });
  });
});

describe('workspaceReader', () => {
  it('reads what lies inside', async () => {
    mkdirSync(join(folder, 'config'));
    writeFileSync(join(folder, 'config/a.yaml'), 'x: 1');
    const read = workspaceReader(folder);
    expect(await read('config/a.yaml')).toEqual({ kind: 'text', path: 'config/a.yaml', text: 'x: 1' });
    expect(await read('./config/../config/a.yaml')).toMatchObject({ kind: 'text', path: 'config/a.yaml' });
    expect(await read(join(folder, 'config/a.yaml'))).toMatchObject({ kind: 'text', path: 'config/a.yaml' });
    expect(await read('config/b.yaml')).toEqual({ kind: 'absent', path: 'config/b.yaml' });
    expect(await read('config')).toMatchObject({ kind: 'failed' });
  });

  it('reads nothing outside, neither by the path nor through a link', async () => {
    const inside = join(folder, 'repository');
    mkdirSync(inside);
    writeFileSync(join(folder, 'secret'), 'x');
    symlinkSync(join(folder, 'secret'), join(inside, 'link'));
    const read = workspaceReader(inside);
    for (const path of ['../secret', join(folder, 'secret'), 'link', '/etc/hostname', '..', '.']) {
      expect(await read(path)).toMatchObject({ kind: 'outside' });
    }
  });
});
