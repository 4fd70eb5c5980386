import { describe, expect, it } from '@jest/globals';
import { call, contracts, start, startLoose } from './server.js';

const PULL = '/repos/acme/models/pulls/7';
const COMMENTS = '/repos/acme/models/issues/7/comments';
const HEAD = 'b'.repeat(40);

describe('faults', () => {
  it('happen to the nth matching request, as often as asked', async () => {
    const github = await start();
    github.faults.add({ method: 'GET', path: '/repos/{owner}/{repo}', nth: 2, times: 2, status: 502 });
    const statuses = [];
    for (let index = 0; index < 4; index += 1) statuses.push((await call(github, 'GET', '/repos/acme/models')).status);
    expect(statuses).toEqual([200, 502, 502, 200]);
    expect(github.faults.pending()).toBe(0);
  });

  it('leave other paths and methods alone', async () => {
    const github = await start();
    github.seed.pull({ number: 7, headSha: HEAD });
    github.faults.add({ method: 'POST', path: COMMENTS, status: 500 });
    expect(await call(github, 'GET', COMMENTS)).toMatchObject({ status: 200 });
    expect(await call(github, 'GET', PULL)).toMatchObject({ status: 200 });
    expect(github.faults.pending()).toBe(1);
  });

  it('answer HTML, as a proxy does', async () => {
    const github = await start();
    github.faults.add({ path: /./, html: 503 });
    const reply = await call(github, 'GET', '/repos/acme/models');
    expect([reply.status, reply.headers.get('content-type')]).toEqual([503, 'text/html']);
  });

  it('cut the connection before or after the effect', async () => {
    const github = await start();
    github.seed.pull({ number: 7, headSha: HEAD });
    github.faults.add({ path: COMMENTS, reset: true });
    await expect(call(github, 'POST', COMMENTS, { body: 'lost' })).rejects.toThrow();
    expect(github.state.comments).toHaveLength(0);
    github.faults.add({ path: COMMENTS, reset: true, afterEffect: true });
    await expect(call(github, 'POST', COMMENTS, { body: 'kept' })).rejects.toThrow();
    expect(github.state.comments.map(({ body }) => body)).toEqual(['kept']);
    expect(github.requests.map(({ outcome }) => outcome)).toEqual(['reset', 'reset']);
  });

  it('hang until the caller gives up, and do not keep the server from closing', async () => {
    const github = await start();
    github.faults.add({ path: /./, hang: true });
    const asked = github.seen('GET', /^\/repos/);
    const controller = new AbortController();
    const reply = fetch(`${github.apiUrl}/repos/acme/models`, { signal: controller.signal });
    await asked;
    controller.abort();
    await expect(reply).rejects.toThrow('aborted');
  });

  it.each([
    ['primary' as const, 'x-ratelimit-remaining', '0'],
    ['secondary' as const, 'retry-after', '3'],
  ])('tell of the %s rate limit', async (rateLimit, header, value) => {
    const github = await start();
    github.faults.add({ path: /./, rateLimit, retryAfter: 3 });
    const reply = await call(github, 'GET', '/repos/acme/models');
    expect([reply.status, reply.headers.get(header)]).toEqual([403, value]);
  });
});

describe('strictness', () => {
  it('fails a test that asked for what nobody serves, with the routes', async () => {
    const github = await startLoose();
    expect(await call(github, 'GET', '/repos/acme/models/branches')).toMatchObject({ status: 404 });
    await expect(github.close()).rejects.toThrow(
      /No route serves GET \/repos\/acme\/models\/branches[\s\S]*GET \/repos\/\{owner\}\/\{repo\}\/issues/,
    );
  });

  it('serves nothing outside the base path', async () => {
    const github = await startLoose({ basePath: '/api/v3' });
    await call(github, 'GET', `${github.serverUrl}/repos/acme/models`);
    expect(
      await call(github, 'POST', `${github.serverUrl}/api/graphql`, { query: '{ viewer { login } }' }),
    ).toMatchObject({ status: 200 });
    await expect(github.close()).rejects.toThrow('No route serves GET /repos/acme/models');
  });

  it.each([
    ['a field that GitHub does not know', { body: 'x', pinned: true }, "field 'pinned' is not described"],
    ['a value of the wrong type', { body: 5 }, '/body must be string'],
  ])('reports %s', async (_name, body, fault) => {
    const github = await startLoose({ contract: contracts['github.com'] });
    github.seed.pull({ number: 7, headSha: HEAD });
    await call(github, 'POST', COMMENTS, body);
    expect(github.violations).toEqual([expect.stringContaining(fault)]);
    await expect(github.close()).rejects.toThrow(fault);
  });

  it('answers 400 to a body that is not JSON', async () => {
    const github = await start();
    github.seed.pull({ number: 7, headSha: HEAD });
    expect(await call(github, 'POST', COMMENTS, '{')).toMatchObject({ status: 400 });
  });
});
