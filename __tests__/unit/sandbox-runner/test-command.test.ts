import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Runs the test command in a repository that has nothing but these suites against real servers. */
function runSuites(suites: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'test-command-'));
  folders.push(root);
  cpSync('scripts/test.mjs', join(root, 'scripts', 'test.mjs'));
  for (const [name, source] of Object.entries(suites)) {
    mkdirSync(join(root, '__tests__', 'integration', name), { recursive: true });
    writeFileSync(join(root, '__tests__', 'integration', name, 'run.mjs'), source);
  }
  const ended = spawnSync(process.execPath, ['scripts/test.mjs', 'integration'], {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', ...env },
  });
  return { code: ended.status, output: ended.stdout, last: ended.stdout.trimEnd().split('\n').at(-1) };
}

const PASSING = 'console.log("secret of a passing suite"); console.log("2 passed, 0 failed");';
const SKIPPED = 'console.log("There is no Python."); process.exitCode = 77;';

describe('the test command', () => {
  it('adds up what the suites count, and folds what passed', () => {
    const { code, last, output } = runSuites({ a: PASSING, b: PASSING });
    expect([code, last]).toEqual([0, '4 passed, 0 failed']);
    expect(output).not.toContain('secret of a passing suite');
  });

  it('shows what failed', () => {
    const suite = 'console.log("why it failed"); console.log("1 passed, 2 failed"); process.exitCode = 1;';
    const { code, last, output } = runSuites({ a: PASSING, b: suite });
    expect([code, last]).toEqual([1, '3 passed, 2 failed']);
    expect(output).toContain('why it failed');
  });

  it.each([
    ['ends without a count', 'console.log("done");'],
    ['counts no failure and exits with one', 'console.log("1 passed, 0 failed"); process.exitCode = 3;'],
    ['is killed', 'process.kill(process.pid, "SIGKILL");'],
    ['cannot start', 'import "./absent.mjs";'],
  ])('fails a suite that %s', (_name, suite) => {
    const { code, last } = runSuites({ a: suite });
    expect(code).toBe(1);
    expect(last).toMatch(/^\d passed, 1 failed$/);
  });

  it.each([
    ['on a machine of a person', {}, 0, '2 passed, 0 failed, 1 skipped'],
    ['in CI', { CI: 'true' }, 1, '2 passed, 1 failed'],
    ['in CI that allows it', { CI: 'true', ALLOW_SKIP: '1' }, 0, '2 passed, 0 failed, 1 skipped'],
  ])('counts a skip %s', (_name, env, code, last) => {
    expect(runSuites({ a: PASSING, b: SKIPPED }, env)).toMatchObject({ code, last });
  });

  it('fails when nothing ran', () => {
    expect(runSuites({})).toMatchObject({ code: 1, last: '0 passed, 0 failed' });
    expect(runSuites({ a: SKIPPED })).toMatchObject({ code: 1, last: '0 passed, 0 failed, 1 skipped' });
  });

  it('keeps a workflow from acting on what a test printed', () => {
    const suite = 'console.log("::error::not for the workflow"); console.log("1 passed, 0 failed");';
    const { output } = runSuites({ a: suite }, { GITHUB_ACTIONS: 'true' });
    expect(output).toMatch(/::group::[^\n]*\n::stop-commands::(\S+)\n::error::[\s\S]*\n::\1::\n::endgroup::/);
  });
});
