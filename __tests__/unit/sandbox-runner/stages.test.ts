import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { pullRequestEvent } from '../../../sandbox/runner/index.js';
import { expression, runTiny } from './tiny-action.js';

const PRINT_STATUS = 'console.log("status", process.env.INPUT_STATUS);';
const STATUS_INPUT = `  status:\n    default: ${expression('job.status')}`;

describe('the environment of a stage', () => {
  it('passes inputs with hyphens kept, defaults evaluated and undeclared defaults empty', async () => {
    const result = await runTiny(
      {
        inputs: `  model-name:\n  a b:\n    default: x\n  leg:\n    default: ${expression('toJSON(matrix)')}\n  token:\n    default: ${expression('github.token')}`,
        main: `const e = process.env;
append('GITHUB_OUTPUT', 'inputs=' + JSON.stringify([e['INPUT_MODEL-NAME'], e.INPUT_A_B, JSON.parse(e.INPUT_LEG), e.INPUT_TOKEN.length > 8]) + '\\n');`,
      },
      { inputs: { 'model-name': 'main.cv.model' }, matrix: { model: 'a' } },
    );
    expect(JSON.parse(result.outputs.inputs ?? '')).toEqual(['main.cv.model', 'x', { model: 'a' }, true]);
  });

  it('inherits nothing but PATH and HOME', async () => {
    process.env.SANDBOX_RUNNER_PROBE = 'inherited';
    const result = await runTiny(
      { main: `append('GITHUB_OUTPUT', 'names=' + Object.keys(process.env).join(',') + '\\n');` },
      { env: { DATABRICKS_HOST: 'https://example.test' } },
    );
    delete process.env.SANDBOX_RUNNER_PROBE;
    const names = (result.outputs.names ?? '').split(',');
    expect(names).toEqual(
      expect.arrayContaining(['PATH', 'HOME', 'CI', 'GITHUB_WORKSPACE', 'RUNNER_TEMP', 'DATABRICKS_HOST']),
    );
    expect(
      names.filter((name) => !/^(GITHUB|RUNNER|ACTIONS|INPUT)_|^(PATH|HOME|CI|DATABRICKS_HOST)$/.test(name)),
    ).toEqual([]);
    expect(names).not.toContain('GITHUB_TOKEN');
  });

  it('derives refs from a pull request and writes the event', async () => {
    const event = pullRequestEvent({
      repository: 'acme/models',
      sha: 'a'.repeat(40),
      headSha: 'b'.repeat(40),
      number: 7,
      headRef: 'new',
    });
    const result = await runTiny(
      {
        main: `const event = JSON.parse(fs.readFileSync(process.env.GITHUB_EVENT_PATH, 'utf8'));
append('GITHUB_OUTPUT', 'seen=' + [process.env.GITHUB_REF, process.env.GITHUB_HEAD_REF, process.env.GITHUB_BASE_REF, event.pull_request.head.sha].join(' ') + '\\n');`,
      },
      { eventName: 'pull_request', event },
    );
    expect(result.outputs.seen).toBe(`refs/pull/7/merge new main ${'b'.repeat(40)}`);
  });

  it('starts in the workspace, which holds the given files', async () => {
    const result = await runTiny(
      { main: `fs.writeFileSync('copy.txt', fs.readFileSync('config/a.yaml', 'utf8') + process.cwd());` },
      { files: { 'config/a.yaml': 'x: 1\n' } },
    );
    expect(readFileSync(join(result.workspace, 'copy.txt'), 'utf8')).toBe(`x: 1\n${result.workspace}`);
  });
});

describe('main and post', () => {
  it('feeds state and environment of main to post, with fresh command files', async () => {
    const result = await runTiny({
      main: `append('GITHUB_STATE', 'Rollout<<E\\nline 1\\nline 2\\nE\\n'); append('GITHUB_ENV', 'KEPT=yes\\n'); append('GITHUB_PATH', '/opt/tool\\n');`,
      post: `const e = process.env;
append('GITHUB_OUTPUT', 'seen=' + JSON.stringify([e.STATE_Rollout, e.KEPT, e.PATH.startsWith('/opt/tool:'), fs.readFileSync(e.GITHUB_STATE, 'utf8')]) + '\\n');`,
    });
    expect(result.state).toEqual({ Rollout: 'line 1\nline 2' });
    expect(JSON.parse(result.post?.outputs.seen ?? '')).toEqual(['line 1\nline 2', 'yes', true, '']);
  });

  it.each([
    ['success', 'process.exitCode = 0;'],
    ['failure', 'process.exitCode = 1;'],
  ])('re-evaluates job.status for post: %s', async (status, main) => {
    const result = await runTiny({ inputs: STATUS_INPUT, main: PRINT_STATUS + main, post: PRINT_STATUS });
    expect(result.log).toBe('status success');
    expect(result.conclusion).toBe(status);
    expect(result.post?.log).toBe(`status ${status}`);
  });

  it('lets a later step have failed the job', async () => {
    const result = await runTiny({ inputs: STATUS_INPUT, main: '', post: PRINT_STATUS }, { finalStatus: 'failure' });
    expect(result.post?.log).toBe('status failure');
  });

  it.each([
    ['success()', 'process.exit(1)', false],
    ['failure()', 'process.exit(1)', true],
    ['always()', 'process.exit(1)', true],
    ['"!cancelled()"', '', true],
  ])('obeys post-if %s', async (postCondition, main, runs) => {
    const result = await runTiny({ main, post: 'console.log("post")', postCondition });
    expect(result.post !== null).toBe(runs);
  });

  it('refuses a runtime that runners no longer have', async () => {
    await expect(runTiny({ main: '', using: 'node20' })).rejects.toThrow("runs.using is 'node20'");
  });

  it('streams every line as it appears', async () => {
    const seen: string[] = [];
    await runTiny(
      { main: 'console.log("one"); console.error("two");' },
      { onLine: (line) => seen.push(`${line.stream} ${line.text}`) },
    );
    expect(seen.sort()).toEqual(['stderr two', 'stdout one']);
  });
});
