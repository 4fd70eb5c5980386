import { describe, expect, it } from '@jest/globals';
import type { GitHub } from '../../../sandbox/github/index.js';
import { call, start } from './server.js';

const SHA = '0123456789abcdef0123456789abcdef01234567';
const HEAD = 'b'.repeat(40);
const REPOSITORY = '/repos/acme/models';

/** One of each thing, so that every answer is a full one. */
async function populated(basePath: string): Promise<GitHub> {
  const github = await start({ basePath });
  github.seed.pull({ number: 7, headSha: HEAD, mergeCommitSha: SHA });
  github.seed.pull({ number: 8, headSha: 'c'.repeat(40), headRepository: null });
  github.seed.issue({ number: 9, title: 'Alert', labels: ['alert'], author: 'octocat' });
  github.seed.comment({ issue: 7, body: 'by us' });
  github.seed.comment({ issue: 9, body: 'by a person', author: 'octocat' });
  github.seed.run({ id: 11 });
  return github;
}

describe.each([
  ['github.com', ''],
  ['the oldest Enterprise Server', '/api/v3'],
])('answers as %s describes them', (_name, basePath) => {
  it.each([
    '',
    '/pulls/7',
    '/pulls/8',
    `/commits/${SHA}/pulls`,
    `/commits/${SHA}`,
    '/actions/runs/11',
    '/issues?state=all&labels=alert&per_page=100&page=1',
    '/issues/7',
    '/issues/7/comments',
    '/issues/9/comments',
    '/deployments',
  ])('GET %s', async (path) => {
    const github = await populated(basePath);
    expect(await call(github, 'GET', REPOSITORY + path)).toMatchObject({ status: 200 });
  });

  it('writes of every kind', async () => {
    const github = await populated(basePath);
    const write = async (method: string, path: string, body?: unknown): Promise<number> =>
      (await call(github, method, REPOSITORY + path, body)).status;
    const comment = github.seed.comment({ issue: 7, body: 'old' });
    expect(await write('POST', '/issues/7/comments', { body: 'text' })).toBe(201);
    expect(await write('PATCH', `/issues/comments/${comment.id}`, { body: 'new' })).toBe(200);
    expect(await write('DELETE', `/issues/comments/${comment.id}`)).toBe(204);
    expect(await write('POST', '/issues', { title: 'Alert', body: 'text', labels: ['a', { name: 'b' }] })).toBe(201);
    expect(await write('PATCH', '/issues/9', { state: 'closed', state_reason: 'completed' })).toBe(200);
    const deployment = {
      ref: SHA,
      auto_merge: false,
      required_contexts: [],
      environment: 'staging',
      payload: { version: 3 },
    };
    expect(await write('POST', '/deployments', deployment)).toBe(201);
    const id = github.state.deployments[0]?.id;
    const status = {
      state: 'in_progress',
      description: '25 %',
      environment_url: 'https://example.test/e',
      log_url: 'https://example.test/l',
    };
    expect(await write('POST', `/deployments/${id}/statuses`, status)).toBe(201);
    expect(await write('GET', `/deployments/${id}/statuses`)).toBe(200);
    expect(await write('GET', `/deployments/${id}`)).toBe(200);
  });

  it('refusals too', async () => {
    const github = await populated(basePath);
    expect(await call(github, 'GET', '/user')).toMatchObject({ status: 403 });
    expect(await call(github, 'GET', `${REPOSITORY}/pulls/404`)).toMatchObject({ status: 404 });
    expect(await call(github, 'POST', `${REPOSITORY}/issues/7/comments`, { body: '' })).toMatchObject({ status: 422 });
    expect(await call(github, 'POST', `${REPOSITORY}/deployments`, { ref: SHA })).toMatchObject({ status: 409 });
  });
});
