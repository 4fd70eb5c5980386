import { describe, expect, it } from '@jest/globals';
import { BOT, FORK_PERMISSIONS } from '../../../sandbox/github/index.js';
import { call, start, startLoose } from './server.js';

const SHA = '0123456789abcdef0123456789abcdef01234567';
const HEAD = 'b'.repeat(40);
const COMMENTS = '/repos/acme/models/issues/7/comments';
const DEPLOYMENTS = '/repos/acme/models/deployments';

describe('comments', () => {
  it('are written by the bot, through its app, and kept', async () => {
    const github = await start();
    github.seed.pull({ number: 7, headSha: HEAD });
    const created = await call(github, 'POST', COMMENTS, { body: 'first' });
    expect(created.body).toMatchObject({
      body: 'first',
      user: { login: BOT, type: 'Bot' },
      performed_via_github_app: { slug: 'github-actions' },
    });
    const id = github.state.comments[0]?.id;
    await call(github, 'PATCH', `/repos/acme/models/issues/comments/${id}`, { body: 'second' });
    expect((await call(github, 'GET', COMMENTS)).body).toMatchObject([{ id, body: 'second' }]);
    await call(github, 'DELETE', `/repos/acme/models/issues/comments/${id}`);
    expect(await call(github, 'DELETE', `/repos/acme/models/issues/comments/${id}`)).toMatchObject({ status: 404 });
  });

  it.each([
    ['65,536 characters', 65_536, 201],
    ['one more', 65_537, 422],
  ])('may hold %s', async (_name, length, status) => {
    const github = await start();
    github.seed.pull({ number: 7, headSha: HEAD });
    expect(await call(github, 'POST', COMMENTS, { body: 'x'.repeat(length) })).toMatchObject({ status });
  });

  it('are refused on a locked or deleted conversation', async () => {
    const github = await start();
    github.seed.pull({ number: 7, headSha: HEAD, locked: true });
    expect(await call(github, 'POST', COMMENTS, { body: 'x' })).toMatchObject({ status: 403 });
    const issue = github.state.issues.get(7);
    if (issue !== undefined) issue.deleted = true;
    expect(await call(github, 'POST', COMMENTS, { body: 'x' })).toMatchObject({ status: 410 });
  });

  it('come in pages of 30, of 100 at most, linked by the number of the repository', async () => {
    const github = await start();
    github.seed.pull({ number: 7, headSha: HEAD });
    for (let index = 0; index < 250; index += 1) github.seed.comment({ issue: 7, body: `${index}`, author: 'octocat' });
    expect((await call(github, 'GET', COMMENTS)).body).toHaveLength(30);
    const first = await call(github, 'GET', `${COMMENTS}?per_page=500`);
    expect(first.body).toHaveLength(100);
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    expect(next).toMatch(/\/repositories\/\d+\/issues\/7\/comments\?per_page=500&page=2$/);
    const last = await call(github, 'GET', next.replace('page=2', 'page=3'));
    expect(last.body).toHaveLength(50);
    expect(last.headers.get('link')).not.toContain('rel="next"');
  });
});

describe('the token', () => {
  it('of a fork may read and not write', async () => {
    const github = await start({ permissions: FORK_PERMISSIONS });
    github.seed.pull({ number: 7, headSha: HEAD });
    expect(await call(github, 'GET', COMMENTS)).toMatchObject({ status: 200 });
    expect(await call(github, 'POST', COMMENTS, { body: 'x' })).toMatchObject({
      status: 403,
      body: { message: 'Resource not accessible by integration' },
    });
    expect(github.identity).toBeUndefined();
  });

  it('with pull-requests: write comments on pull requests and not on issues', async () => {
    const github = await start({ permissions: { 'pull-requests': 'write', contents: 'read' } });
    github.seed.pull({ number: 7, headSha: HEAD });
    github.seed.issue({ number: 9, title: 'Alert' });
    expect(await call(github, 'POST', COMMENTS, { body: 'x' })).toMatchObject({ status: 201 });
    expect(await call(github, 'POST', '/repos/acme/models/issues/9/comments', { body: 'x' })).toMatchObject({
      status: 403,
    });
  });

  it('must be the right one', async () => {
    const github = await start();
    const other = { ...github, token: 'ghs_other' };
    expect(await call(other, 'GET', '/repos/acme/models')).toMatchObject({
      status: 401,
      body: { message: 'Bad credentials' },
    });
  });

  it('sees no other repository', async () => {
    const github = await start();
    expect(await call(github, 'GET', '/repos/acme/other')).toMatchObject({ status: 404 });
  });

  it('names the bot to GraphQL', async () => {
    const github = await start();
    expect((await call(github, 'POST', '/graphql', { query: '{ viewer { login } }' })).body).toEqual({
      data: { viewer: { login: BOT } },
    });
  });

  it('runs out of requests', async () => {
    const github = await start({ hourlyLimit: 1 });
    const first = await call(github, 'GET', '/repos/acme/models');
    const second = await call(github, 'GET', '/repos/acme/models');
    expect([first.headers.get('x-ratelimit-remaining'), second.headers.get('x-ratelimit-remaining')]).toEqual([
      '0',
      '0',
    ]);
    expect([first.status, second.status]).toEqual([200, 403]);
  });
});

describe('pull requests of a commit', () => {
  it('are found by the merge commit and by the head, after the lag', async () => {
    const github = await start();
    github.seed.pull({ number: 7, headSha: HEAD, mergeCommitSha: SHA, lag: 1 });
    const find = async (sha: string) => (await call(github, 'GET', `/repos/acme/models/commits/${sha}/pulls`)).body;
    expect(await find(SHA)).toEqual([]);
    expect(await find(SHA)).toMatchObject([{ number: 7, merge_commit_sha: SHA, state: 'closed' }]);
    expect(await find(HEAD)).toMatchObject([{ number: 7 }]);
  });

  it('of an unknown commit are refused', async () => {
    const github = await start();
    expect(await call(github, 'GET', `/repos/acme/models/commits/${'f'.repeat(40)}/pulls`)).toMatchObject({
      status: 422,
    });
  });
});

describe('deployments', () => {
  const careful = { auto_merge: false, required_contexts: [] };

  it('wait for every check unless none is required', async () => {
    const github = await start();
    expect(await call(github, 'POST', DEPLOYMENTS, { ref: SHA, auto_merge: false })).toMatchObject({ status: 409 });
    expect(await call(github, 'POST', DEPLOYMENTS, { ref: SHA, ...careful })).toMatchObject({ status: 201 });
  });

  it('merge the default branch first unless told not to, and are not made then', async () => {
    const github = await start();
    github.seed.commit(HEAD, 'feature');
    expect(await call(github, 'POST', DEPLOYMENTS, { ref: 'feature', required_contexts: [] })).toMatchObject({
      status: 202,
    });
    expect(github.state.deployments).toEqual([]);
    expect(await call(github, 'POST', DEPLOYMENTS, { ref: 'feature', ...careful })).toMatchObject({
      status: 201,
      body: { sha: HEAD },
    });
  });

  it('take descriptions of 140 characters and known states alone', async () => {
    const github = await startLoose();
    await call(github, 'POST', DEPLOYMENTS, { ref: SHA, ...careful });
    const statuses = `${DEPLOYMENTS}/${github.state.deployments[0]?.id}/statuses`;
    expect(await call(github, 'POST', statuses, { state: 'success', description: 'x'.repeat(140) })).toMatchObject({
      status: 201,
    });
    expect(await call(github, 'POST', statuses, { state: 'success', description: 'x'.repeat(141) })).toMatchObject({
      status: 422,
    });
    expect(await call(github, 'POST', statuses, { state: 'promoted' })).toMatchObject({ status: 422 });
    await github.close();
  });

  it('retire earlier ones of the environment when they succeed', async () => {
    const github = await start();
    for (const version of [1, 2])
      await call(github, 'POST', DEPLOYMENTS, { ref: SHA, ...careful, environment: 'staging', payload: { version } });
    for (const { id } of github.state.deployments)
      await call(github, 'POST', `${DEPLOYMENTS}/${id}/statuses`, { state: 'success' });
    expect(github.state.deployments.map(({ statuses }) => statuses.at(-1)?.state)).toEqual(['inactive', 'success']);
  });
});

describe('issues', () => {
  it('are found by label and creator, and closed', async () => {
    const github = await start();
    github.seed.issue({ number: 3, title: 'By a person', labels: ['alert'] });
    await call(github, 'POST', '/repos/acme/models/issues', { title: 'By us', labels: ['alert'] });
    const find = `/repos/acme/models/issues?labels=alert&creator=${encodeURIComponent(BOT)}`;
    expect((await call(github, 'GET', find)).body).toMatchObject([{ number: 4, title: 'By us' }]);
    await call(github, 'PATCH', '/repos/acme/models/issues/4', { state: 'closed' });
    expect((await call(github, 'GET', find)).body).toEqual([]);
  });

  it('can be switched off', async () => {
    const github = await start({ issuesDisabled: true });
    expect(await call(github, 'POST', '/repos/acme/models/issues', { title: 'x' })).toMatchObject({ status: 410 });
  });
});

describe('the identity service', () => {
  it('answers a token with issuer, subject and the audience asked for', async () => {
    const github = await start({ identitySubject: 'repo:acme/models:environment:prod' });
    const reply = await fetch(`${github.identity?.requestUrl}&audience=${encodeURIComponent('https://dbc.example')}`, {
      headers: { authorization: `bearer ${github.identity?.requestToken}` },
    });
    const { value }: { value: string } = JSON.parse(await reply.text());
    const [header, claims, signature] = value.split('.');
    const decode = (part = ''): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
    expect(decode(header)).toEqual({ typ: 'JWT', alg: 'none' });
    expect(signature).toBe('');
    expect(decode(claims)).toMatchObject({
      iss: 'https://token.actions.githubusercontent.com',
      sub: 'repo:acme/models:environment:prod',
      aud: 'https://dbc.example',
      sha: SHA,
    });
  });

  it('wants its own token', async () => {
    const github = await start();
    const reply = await fetch(github.identity?.requestUrl ?? '', {
      headers: { authorization: `bearer ${github.token}` },
    });
    expect(reply.status).toBe(401);
  });
});
