import { afterEach, describe, expect, it } from '@jest/globals';
import { effects, startWorkspace, type Workspace } from '../../../sandbox/workspace/index.js';
import { ask, ENDPOINT, entity, MODEL, part, put, sandbox } from './client.js';

let workspace: Workspace;

afterEach(() => workspace.stop());

async function fails(promise: Promise<unknown>): Promise<boolean> {
  return promise.then(
    () => false,
    () => true,
  );
}

describe('faults of the HTTP layer', () => {
  const match = { method: 'PUT', path: /\/config$/ };
  const update = () => put(workspace, [entity(1), entity(2)], { 'fraud-1': 100, 'fraud-2': 0 });
  const acted = () => workspace.endpoints.get('fraud').update === 'IN_PROGRESS';

  it.each(['before', 'after'] as const)('reset the connection %s the server has acted', async (when) => {
    workspace = await sandbox();
    workspace.faults.add({ match, effect: { kind: 'reset', when }, times: 1 });
    expect(await fails(update())).toBe(true);
    expect(acted()).toBe(when === 'after');
    expect(workspace.requests.writes().map((request) => [request.status, request.acted])).toEqual([
      [null, when === 'after'],
    ]);
  });

  it.each(['before', 'after'] as const)('answer 503 %s the server has acted', async (when) => {
    workspace = await sandbox();
    workspace.faults.add({ match, effect: effects.unavailable(when), times: 1 });
    expect((await update()).status).toBe(503);
    expect(acted()).toBe(when === 'after');
  });

  it('hang until the client gives up', async () => {
    workspace = await sandbox();
    workspace.faults.add({ match: { path: /fraud$/ }, effect: { kind: 'hang' } });
    const signal = AbortSignal.timeout(50);
    const headers = { authorization: `Bearer ${workspace.token}` };
    expect(await fails(fetch(`${workspace.url}${ENDPOINT}`, { headers, signal }))).toBe(true);
  });

  it('break an answer off, or put a page, a login or nothing in its place', async () => {
    workspace = await sandbox();
    workspace.faults.add({ match: { nth: 1 }, effect: { kind: 'truncate' } });
    expect(await fails(ask(workspace, 'GET', ENDPOINT))).toBe(true);
    workspace.faults.clear();
    workspace.faults.add({ match: { nth: 1 }, effect: { kind: 'html', status: 502 } });
    workspace.faults.add({ match: { nth: 2 }, effect: { kind: 'login-page' } });
    workspace.faults.add({ match: { nth: 3 }, effect: { kind: 'empty', status: 500 } });
    const answers = [
      await ask(workspace, 'GET', ENDPOINT),
      await ask(workspace, 'GET', ENDPOINT),
      await ask(workspace, 'GET', ENDPOINT),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([502, 200, 500]);
    expect(answers.map((answer) => answer.text.startsWith('<!doctype'))).toEqual([true, true, false]);
  });

  it('limit the rate with and without a hint, expire and forbid', async () => {
    workspace = await sandbox();
    workspace.faults.add({ match: {}, effect: effects.rateLimited(7), times: 1 });
    const hinted = await ask(workspace, 'GET', ENDPOINT);
    expect([hinted.status, hinted.headers.get('retry-after')]).toEqual([429, '7']);
    workspace.faults.add({ match: {}, effect: effects.rateLimited(), times: 1 });
    expect((await ask(workspace, 'GET', ENDPOINT)).headers.get('retry-after')).toBeNull();
    workspace.faults.add({ match: {}, effect: effects.expiredToken(), times: 1 });
    expect((await ask(workspace, 'GET', ENDPOINT)).status).toBe(401);
    const lasting = workspace.faults.add({
      match: { from: workspace.clock.now() + 1000 },
      effect: effects.forbidden(),
    });
    expect((await ask(workspace, 'GET', ENDPOINT)).status).toBe(200);
    workspace.advance(1000);
    expect((await ask(workspace, 'GET', ENDPOINT)).status).toBe(403);
    lasting.remove();
    expect((await ask(workspace, 'GET', ENDPOINT)).status).toBe(200);
  });
});

describe('the log of requests', () => {
  it('tells reads from writes and hides credentials', async () => {
    workspace = await sandbox();
    await ask(workspace, 'GET', `${ENDPOINT}?a=b`);
    await ask(workspace, 'POST', '/api/2.0/mlflow/runs/search', { experiment_ids: ['1'] });
    await ask(workspace, 'POST', '/serving-endpoints/fraud/invocations', { instances: [1] });
    await ask(workspace, 'PATCH', `${ENDPOINT}/tags`, { add_tags: [{ key: 'a', value: 'b' }] });
    await ask(workspace, 'POST', '/api/2.0/unknown', {});
    expect(workspace.requests.writes().map((request) => request.path)).toEqual([
      `${ENDPOINT}/tags`,
      '/api/2.0/unknown',
    ]);
    expect(workspace.requests.all[0]).toMatchObject({
      method: 'GET',
      path: ENDPOINT,
      query: { a: 'b' },
      status: 200,
      at: 1_800_000_000_000,
    });
    expect(JSON.stringify([...workspace.requests])).not.toContain(workspace.token);
  });

  it('counts the round trips that cannot have run side by side', async () => {
    workspace = await sandbox({ roundTripMs: 30 });
    await Promise.all([ask(workspace, 'GET', ENDPOINT), ask(workspace, 'GET', ENDPOINT)]);
    await ask(workspace, 'GET', ENDPOINT);
    expect(workspace.requests.sequentialRoundTrips()).toBe(2);
  });
});

describe('the clock', () => {
  it('stands in the Date header, wherever the server believes to be', async () => {
    workspace = await sandbox({ startAt: Date.UTC(2031, 0, 1) });
    const first = await ask(workspace, 'GET', ENDPOINT);
    expect(first.headers.get('date')).toBe('Wed, 01 Jan 2031 00:00:00 GMT');
    workspace.advance(3_600_000);
    expect((await ask(workspace, 'GET', ENDPOINT)).headers.get('date')).toBe('Wed, 01 Jan 2031 01:00:00 GMT');
    expect(() => workspace.advance(-1)).toThrow(RangeError);
  });

  it('runs at its speed', async () => {
    workspace = await startWorkspace({ speed: 1000, startAt: 0 });
    const start = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const real = performance.now() - start;
    expect(workspace.clock.now()).toBeGreaterThanOrEqual(real * 1000);
  });
});

describe('credentials', () => {
  const me = '/api/2.0/preview/scim/v2/Me';

  it('tell a bad token from a missing one', async () => {
    workspace = await sandbox();
    const bad = await ask(workspace, 'GET', me, undefined, 'dapi-no');
    expect([bad.status, bad.json.message]).toEqual([403, 'Invalid access token.']);
    expect((await fetch(`${workspace.url}${me}`)).status).toBe(401);
    expect((await ask(workspace, 'GET', me)).headers.get('x-databricks-org-id')).toMatch(/^\d+$/);
  });

  async function token(form: Record<string, string>, basic?: string): Promise<{ status: number; body: string }> {
    const headers = basic === undefined ? {} : { authorization: `Basic ${Buffer.from(basic).toString('base64')}` };
    const answer = await fetch(`${workspace.url}/oidc/v1/token`, {
      method: 'POST',
      headers,
      body: new URLSearchParams(form),
    });
    return { status: answer.status, body: await answer.text() };
  }

  it('come from client credentials and can end at any time', async () => {
    workspace = await sandbox();
    const grant = { grant_type: 'client_credentials', scope: 'all-apis' };
    expect((await token(grant, `${workspace.clientId}:wrong`)).status).toBe(401);
    const { body } = await token(grant, `${workspace.clientId}:${workspace.clientSecret}`);
    const issued: { access_token: string; expires_in: number } = JSON.parse(body);
    expect(issued.expires_in).toBe(3600);
    expect((await ask(workspace, 'GET', me, undefined, issued.access_token)).status).toBe(200);
    workspace.credentials.expireIssued();
    expect((await ask(workspace, 'GET', me, undefined, issued.access_token)).status).toBe(401);
    expect(workspace.requests.matching('POST', /token/).map((request) => request.body)).toEqual(['', '']);
  });

  it('come from a GitHub token whose issuer, subject and audience a policy names exactly', async () => {
    const issuer = 'https://token.actions.githubusercontent.com';
    const subject = 'repo:o/r:environment:prod';
    const clientId = 'a1b2c3d4-0000-4000-8000-00000000c0de';
    workspace = await sandbox({ federation: [{ issuer, subject, audiences: ['aud'], clientId }] });
    const jwt = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.sig`;
    const exp = Math.floor(Date.now() / 1000) + 300;
    const exchange = (claims: object) =>
      token({
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        subject_token: jwt({ iss: issuer, sub: subject, aud: 'aud', exp, ...claims }),
        client_id: clientId,
        scope: 'all-apis',
      });
    const good = await exchange({});
    expect([good.status, JSON.parse(good.body).expires_in]).toEqual([200, 298]);
    for (const claims of [{ sub: 'repo:o/r:pull_request' }, { aud: 'other' }, { iss: 'https://x' }, { exp: 1 }]) {
      expect((await exchange(claims)).status).toBe(400);
    }
  });

  it('are announced by discovery, unless the host knows no OAuth', async () => {
    workspace = await sandbox();
    const metadata = await ask(workspace, 'GET', '/.well-known/databricks-config');
    expect(metadata.json.oidc_endpoint).toBe(`${workspace.url}/oidc`);
    const discovery = await ask(workspace, 'GET', '/oidc/.well-known/oauth-authorization-server');
    expect(discovery.json.token_endpoint).toBe(`${workspace.url}/oidc/v1/token`);
    await workspace.stop();
    workspace = await sandbox({ oauthDiscovery: false });
    expect((await ask(workspace, 'GET', '/oidc/.well-known/oauth-authorization-server')).status).toBe(404);
  });
});

describe('unknown paths', () => {
  it('are JSON on a workspace and HTML on a plain MLflow server', async () => {
    workspace = await sandbox();
    expect(part((await ask(workspace, 'GET', '/api/2.0/nothing')).json).error_code).toBe('ENDPOINT_NOT_FOUND');
    await workspace.stop();
    workspace = await startWorkspace({ kind: 'mlflow', speed: 0, tickMs: 0 });
    workspace.seed.version({ model: MODEL, metrics: { accuracy: 1 } });
    const unknown = await ask(workspace, 'GET', '/api/2.1/unity-catalog/models/a.b.c');
    expect([unknown.status, unknown.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect((await ask(workspace, 'POST', '/api/2.0/mlflow/runs/get', {})).status).toBe(405);
    expect((await ask(workspace, 'GET', '/health')).text).toBe('OK');
  });
});
