import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkSource } from '../../../src/commands/deploy-app/check-source.js';
import { deployApp } from '../../../src/commands/deploy-app/deploy-app.js';
import { ignoreRules } from '../../../src/commands/deploy-app/ignore.js';
import { digestOf, readSourceFolder } from '../../../src/commands/deploy-app/source-folder.js';
import { INPUTS, SOURCE, STAND } from './scenes.js';
import { onStand } from './stand.js';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'source-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

/** The good app with changes; `null` removes a file. */
async function faultsWith(changes: Readonly<Record<string, string | Uint8Array | null>>): Promise<string[]> {
  for (const [path, content] of Object.entries({ ...SOURCE, ...changes })) if (content !== null) write(path, content);
  const { faults } = checkSource(await readSourceFolder(root, 'app'));
  return faults.map((fault) => `${fault.file}${fault.line === undefined ? '' : `:${fault.line}`} ${fault.message}`);
}

describe('the source of an app', () => {
  it('passes when nothing is wrong with it', async () => {
    expect(await faultsWith({})).toEqual([]);
  });

  const FAULTS: readonly (readonly [string, Readonly<Record<string, string | Uint8Array | null>>, RegExp])[] = [
    ['YAML that cannot be read', { 'app/app.yaml': 'command: [\n' }, /^app\/app\.yaml:\d .*not valid YAML/],
    [
      'a command that is no list',
      { 'app/app.yaml': 'env: []\ncommand: uvicorn app:app\n' },
      /^app\/app\.yaml:2 .*list of words/,
    ],
    [
      'a variable without a value',
      { 'app/app.yaml': 'command: [uvicorn, "app:app"]\nenv:\n  - name: X\n' },
      /^app\/app\.yaml:3 .*value or valueFrom/,
    ],
    ['two app files', { 'app/app.yml': 'command: [python, app.py]\n' }, /both there/],
    ['no command and nothing to infer one from', { 'app/app.yaml': null, 'app/app.py': null }, /infer one from/],
    ['a module that is not there', { 'app/app.py': null }, /names app, which is not among/],
    ['a file that is not there', { 'app/app.yaml': 'command: [python, main.py]\n' }, /names main\.py/],
    ['missing requirements', { 'app/requirements.txt': null }, /no requirements\.txt/],
    ['npm without package.json', { 'app/app.yaml': 'command: [npm, run, start]\n' }, /no package\.json/],
    [
      'a script that package.json lacks',
      { 'app/app.yaml': 'command: [npm, run, serve]\n', 'app/package.json': '{"scripts":{"start":"x"}}' },
      /no script named serve/,
    ],
    ['a file over 10 MB', { 'app/model.bin': new Uint8Array(10 * 1024 * 1024 + 1) }, /^app\/model\.bin .*10 MB each/],
    ['a Python notebook', { 'app/job.py': '# Databricks notebook source\nprint(1)\n' }, /^app\/job\.py:1 .*notebook/],
    ['a SQL notebook', { 'app/q.sql': '-- Databricks notebook source\r\nselect 1\n' }, /^app\/q\.sql:1 .*notebook/],
    ['a Jupyter notebook', { 'app/study.ipynb': '{}' }, /^app\/study\.ipynb .*notebook/],
    [
      'a token',
      { 'app/settings.py': `A = 1\nTOKEN = "dapi${'0'.repeat(32)}"\n` },
      /^app\/settings\.py:2 .*personal access token/,
    ],
    ['a private key', { 'app/key.pem': '-----BEGIN RSA PRIVATE KEY-----\nx\n' }, /^app\/key\.pem:1 .*private key/],
  ];
  it.each(FAULTS)('is refused for %s', async (_what, changes, expected) => {
    const faults = await faultsWith(changes);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(expected);
  });

  it('never repeats the secret that it found', async () => {
    const secret = `dapi${'5'.repeat(32)}`;
    expect((await faultsWith({ 'app/a.py': secret })).join()).not.toContain(secret);
  });

  it('infers a command from package.json', async () => {
    const none = { 'app/app.yaml': null, 'app/app.py': null, 'app/requirements.txt': null };
    expect(await faultsWith({ ...none, 'app/package.json': '{"scripts":{"start":"node x"}}' })).toEqual([]);
  });

  it('leaves behind what is ignored, whatever is wrong with it', async () => {
    const faults = await faultsWith({
      'app/.gitignore': 'secrets/\n*.bin\n',
      'app/.databricksignore': '*.ipynb\n',
      'app/secrets/key.pem': '-----BEGIN PRIVATE KEY-----\n',
      'app/big.bin': new Uint8Array(11 * 1024 * 1024),
      'app/study.ipynb': '{}',
      'app/node_modules/x/index.js': `"ghp_${'a'.repeat(36)}"`,
      'app/__pycache__/job.py': '# Databricks notebook source\n',
    });
    expect(faults).toEqual([]);
  });

  it('refuses symbolic links and folders outside of the repository', async () => {
    write('elsewhere/secret.txt', 'x');
    await faultsWith({});
    symlinkSync(join(root, 'elsewhere/secret.txt'), join(root, 'app/link.txt'));
    const { faults, files } = await readSourceFolder(root, 'app');
    expect(faults.map((fault) => fault.file)).toEqual(['app/link.txt']);
    expect(files.map((file) => file.path)).not.toContain('link.txt');
    const outside = await readSourceFolder(join(root, 'app'), '../elsewhere');
    expect(outside.faults[0]?.message).toContain('outside');
    symlinkSync('/', join(root, 'way-out'));
    expect((await readSourceFolder(root, 'way-out/etc')).faults[0]?.message).toContain('out of the repository');
    expect((await readSourceFolder(root, 'nothing')).faults[0]?.message).toContain('does not exist');
  });

  it('is known by paths and contents, not by the order of reading', async () => {
    await faultsWith({});
    const { files } = await readSourceFolder(root, 'app');
    expect(digestOf(files.toReversed())).toBe(digestOf(files));
    const moved = files.map((file, index) => (index === 0 ? { ...file, path: `${file.path}x` } : file));
    expect(digestOf(moved)).not.toBe(digestOf(files));
  });

  it('brings all faults at once, before anything is asked of the workspace', () =>
    onStand(
      { ...STAND, files: { ...SOURCE, 'app/app.yaml': 'command: x\n', 'app/n.py': '# Databricks notebook source' } },
      async (stand) => {
        await expect(stand.run(deployApp, INPUTS)).rejects.toMatchObject({
          reason: 'configuration-invalid',
          faults: [{ file: 'app/app.yaml' }, { file: 'app/n.py' }],
        });
        expect(stand.workspace.requests.length).toBe(0);
      },
    ));
});

describe('ignore rules', () => {
  const ignored = (rules: string, path: string, isFolder = false): boolean => ignoreRules([rules])(path, isFolder);

  it.each([
    ['*.log', 'a/b.log', true],
    ['/b.log', 'a/b.log', false],
    ['/b.log', 'b.log', true],
    ['build/', 'build', false],
    ['a/**/c', 'a/c', true],
    ['a/**/c', 'a/b/x/c', true],
    ['a/**', 'a/b', true],
    ['**/tmp', 'x/y/tmp', true],
    ['file[0-9].txt', 'file7.txt', true],
    ['file[!0-9].txt', 'file7.txt', false],
    ['*.py\n!keep.py', 'keep.py', false],
    ['*.py\n!keep.py', 'other.py', true],
    ['\\#x', '#x', true],
    ['# x', '# x', false],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['a.c', 'abc', false],
  ])('%j against %s: %s', (rules, path, expected) => expect(ignored(rules, path)).toBe(expected));

  it('reads folders apart from files', () => {
    expect(ignored('build/', 'build', true)).toBe(true);
  });

  it('always leaves history and packages behind, even against a rule', () => {
    expect(ignored('!.git/', '.git', true)).toBe(true);
    expect(ignored('', 'web/node_modules', true)).toBe(true);
  });

  it('never fails on any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), (rules, path) => {
        expect(typeof ignoreRules([rules])(path, false)).toBe('boolean');
      }),
      { numRuns: process.env.NIGHTLY === '1' ? 20_000 : 300 },
    );
  });

  it('takes an escaped name literally', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z.+(){}|^$]{1,12}$/), (name) => {
        expect(ignored(name, `x/${name}`)).toBe(true);
        expect(ignored(name, `x/${name}z`)).toBe(false);
      }),
      { numRuns: 200 },
    );
  });
});
