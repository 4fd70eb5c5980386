import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createCachedProvider, renewalMarginMs } from '../../../src/databricks/auth/cached.js';
import { entraLoginUrl } from '../../../src/databricks/auth/entra.js';
import { bearerAuthorizer, createTokenProvider } from '../../../src/databricks/auth/provider.js';
import type { AuthenticationChoice } from '../../../src/databricks/auth/types.js';
import { ActionError } from '../../../src/errors.js';
import { createFixture, type Fixture } from '../http/fixture.js';
import { reply, type Seen } from '../http/local-server.js';
import { virtualTiming } from '../http/virtual-timing.js';
import { NEVER } from './workspace.js';

const claims = {
  iss: 'https://token.actions.githubusercontent.com',
  sub: 'repo:o/r:ref:refs/heads/main',
  aud: 'aud-1',
};
const JWT = `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`;

describe('renewal', () => {
  it('comes a minute or more before the end of any token that lives three minutes, a third before otherwise', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000_000 }), (lifetime) => {
        const margin = renewalMarginMs(lifetime);
        expect(margin).toBeGreaterThanOrEqual(Math.min(60_000, lifetime / 3));
        expect(margin).toBeLessThanOrEqual(lifetime / 3);
      }),
    );
  });

  const setup = (lifetimeMs: number | null = 300_000) => {
    const timing = virtualTiming();
    const secrets: string[] = [];
    let count = 0;
    let fail = false;
    const provider = createCachedProvider({
      authType: 'oauth-m2m',
      mint: async (signal) => {
        signal.throwIfAborted();
        await Promise.resolve();
        if (fail) throw new Error('issuer down');
        count += 1;
        return { value: `t${count}`, lifetimeMs };
      },
      monotonic: timing.monotonic,
      onSecret: (value) => secrets.push(value),
    });
    return {
      provider,
      timing,
      secrets,
      minted: () => count,
      setFail: (to: boolean) => {
        fail = to;
      },
    };
  };

  it('mints once for many callers, announces before use, and renews in time', async () => {
    const { provider, timing, secrets, minted } = setup();
    expect(await Promise.all([1, 2, 3].map(() => provider.token(NEVER)))).toEqual(['t1', 't1', 't1']);
    expect(secrets).toEqual(['t1']);
    timing.advance(199_000);
    expect(await provider.token(NEVER)).toBe('t1');
    timing.advance(2_000);
    expect(await provider.token(NEVER)).toBe('t2');
    expect(minted()).toBe(2);
  });

  it('goes on with a token that is still good when the issuer is down, and not with an ended one', async () => {
    const { provider, timing, setFail } = setup();
    await provider.token(NEVER);
    setFail(true);
    timing.advance(250_000);
    expect(await provider.token(NEVER)).toBe('t1');
    timing.advance(45_000);
    await expect(provider.token(NEVER)).rejects.toThrow('issuer down');
  });

  it('survives the abort of the caller that started the minting', async () => {
    const { provider } = setup();
    const controller = new AbortController();
    const first = provider.token(controller.signal).catch(() => 'aborted');
    const second = provider.token(NEVER);
    controller.abort(new Error('gone'));
    expect(await second).toMatch(/^t/);
    await first;
  });

  it('asks a failing issuer once for all that wait', async () => {
    let calls = 0;
    const provider = createCachedProvider({
      authType: 'oauth-m2m',
      mint: async () => {
        calls += 1;
        await Promise.resolve();
        throw new ActionError('refused', { kind: 'remote', reason: 'credentials-rejected', fix: 'f' });
      },
      monotonic: () => 0,
      onSecret: () => undefined,
    });
    const results = await Promise.allSettled([1, 2, 3, 4].map(() => provider.token(NEVER)));
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected', 'rejected', 'rejected']);
    expect(calls).toBe(1);
  });

  it('renews once for several calls that were refused with the same token', async () => {
    const { provider, minted } = setup();
    const authorizer = bearerAuthorizer(provider);
    const refused = await authorizer.headers(NEVER);
    await Promise.all([1, 2, 3].map(() => authorizer.renew(refused, NEVER)));
    expect(minted()).toBe(2);
    expect(await authorizer.headers(NEVER)).toEqual({ authorization: 'Bearer t2' });
    expect(await authorizer.renew(refused, NEVER)).toBe(true);
    expect(minted()).toBe(2);
  });
});

describe('token providers', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await createFixture();
  });
  afterAll(() => fixture.close());
  beforeEach(() => {
    fixture.server.seen.length = 0;
  });

  const provider = (choice: AuthenticationChoice) =>
    createTokenProvider(choice, {
      host: fixture.server.url,
      exchange: fixture.connections.exchange,
      timing: fixture.timing,
      clock: fixture.clock,
      secrets: fixture.secrets,
      userAgent: 'test/1',
      entraCloud: fixture.server.url,
    });
  const serve = (routes: Record<string, (seen: Seen) => readonly [number, unknown, Record<string, string>?]>) =>
    fixture.server.handle((seen, response) => {
      const route = routes[`${seen.method} ${seen.path}`];
      const [status, body, headers] = route === undefined ? ([404, { message: 'none' }] as const) : route(seen);
      reply(response, status, body, headers);
    });
  const form = (seen: Seen | undefined) => Object.fromEntries(new URLSearchParams(seen?.body ?? ''));
  const find = (path: string) => fixture.server.seen.find((seen) => seen.path === path);
  const identity = () => ({ requestUrl: `${fixture.server.url}/github?api-version=2`, requestToken: 'request-token' });

  it('get OAuth tokens for a service principal from the announced endpoint', async () => {
    serve({
      'GET /oidc/.well-known/oauth-authorization-server': () => [
        200,
        { token_endpoint: `${fixture.server.url}/oidc/other/token` },
      ],
      'POST /oidc/other/token': () => [200, { access_token: 'm2m-token', expires_in: '3600' }],
    });
    const tokens = provider({ kind: 'oauth-m2m', clientId: 'id', clientSecret: 'client-secret' });
    expect(await tokens.token(NEVER)).toBe('m2m-token');
    const seen = find('/oidc/other/token');
    expect(form(seen)).toEqual({ grant_type: 'client_credentials', scope: 'all-apis' });
    expect(seen?.headers.authorization).toBe(`Basic ${Buffer.from('id:client-secret').toString('base64')}`);
    expect(fixture.announced).toEqual(expect.arrayContaining(['client-secret', 'm2m-token']));
  });

  it('use the default endpoint when nothing is announced, or when another host is', async () => {
    for (const announced of [
      [404, {}],
      [200, { token_endpoint: 'https://evil.example/token' }],
    ] as const) {
      serve({
        'GET /oidc/.well-known/oauth-authorization-server': () => announced,
        'POST /oidc/v1/token': () => [200, { access_token: 'm2m-token-2', expires_in: 3600 }],
      });
      expect(await provider({ kind: 'oauth-m2m', clientId: 'id', clientSecret: 's' }).token(NEVER)).toBe('m2m-token-2');
    }
  });

  it('report a refused secret without showing it', async () => {
    serve({
      'POST /oidc/v1/token': () => [
        401,
        { error: 'invalid_client', error_description: 'Client authentication failed' },
      ],
    });
    const tokens = provider({ kind: 'oauth-m2m', clientId: 'id', clientSecret: 'very-secret' });
    await expect(tokens.token(NEVER)).rejects.toMatchObject({
      reason: 'credentials-rejected',
      message: expect.stringMatching(/invalid_client: Client authentication failed/),
    });
    await expect(tokens.token(NEVER)).rejects.not.toThrow(/very-secret/);
  });

  it('exchange a GitHub identity, with the audience that the workspace names', async () => {
    serve({
      'GET /.well-known/databricks-config': () => [200, { token_federation_default_oidc_audiences: ['aud-1'] }],
      'GET /github': () => [200, { value: JWT }],
      'POST /oidc/v1/token': () => [200, { access_token: 'federated', expires_in: 298 }],
    });
    const tokens = provider({ kind: 'github-oidc', clientId: 'sp', audience: null, identity: identity() });
    expect(await tokens.token(NEVER)).toBe('federated');
    const asked = find('/github');
    expect(asked?.query.get('audience')).toBe('aud-1');
    expect(asked?.query.get('api-version')).toBe('2');
    expect(asked?.headers.authorization).toBe('Bearer request-token');
    const exchanged = find('/oidc/v1/token');
    expect(exchanged?.headers.authorization).toBeUndefined();
    expect(form(exchanged)).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      subject_token: JWT,
      scope: 'all-apis',
      client_id: 'sp',
    });
    expect(fixture.announced).toEqual(expect.arrayContaining([JWT, 'federated', 'request-token']));
  });

  it('prefer the given audience, and fall back to the token endpoint', async () => {
    serve({
      'GET /github': () => [200, { value: JWT }],
      'POST /oidc/v1/token': () => [200, { access_token: 'federated-2' }],
    });
    await provider({ kind: 'github-oidc', clientId: null, audience: 'my-account', identity: identity() }).token(NEVER);
    expect(find('/github')?.query.get('audience')).toBe('my-account');
    expect(form(find('/oidc/v1/token'))).not.toHaveProperty('client_id');
    fixture.server.seen.length = 0;
    await provider({ kind: 'github-oidc', clientId: null, audience: null, identity: identity() }).token(NEVER);
    expect(find('/github')?.query.get('audience')).toBe(`${fixture.server.url}/oidc/v1/token`);
  });

  it('print issuer, subject, audience and the policy command when the exchange is refused', async () => {
    serve({
      'GET /github': () => [200, { value: JWT }],
      'POST /oidc/v1/token': () => [400, { error: 'invalid_request', error_description: 'no matching policy' }],
    });
    const tokens = provider({ kind: 'github-oidc', clientId: 'sp-1', audience: 'aud-1', identity: identity() });
    const error = await tokens.token(NEVER).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ reason: 'credentials-rejected' });
    const { message, fix } = error as { message: string; fix: string };
    expect(message).toContain('no matching policy');
    for (const part of [claims.iss, claims.sub, 'aud-1']) expect(message).toContain(part);
    expect(fix).toContain('databricks account service-principal-federation-policy create');
    expect(fix).toContain(
      JSON.stringify({ oidc_policy: { issuer: claims.iss, audiences: ['aud-1'], subject: claims.sub } }),
    );
    expect(`${message}${fix}`).not.toContain(JWT);
  });

  it('try a token endpoint again that is busy', async () => {
    let calls = 0;
    serve({
      'POST /oidc/v1/token': () => {
        calls += 1;
        return calls === 1 ? [503, { message: 'later' }] : [200, { access_token: 'late-token' }];
      },
    });
    expect(await provider({ kind: 'oauth-m2m', clientId: 'i', clientSecret: 's' }).token(NEVER)).toBe('late-token');
  });

  it('get Entra tokens by secret, finding the tenant when it is not given', async () => {
    serve({
      'GET /aad/auth': () => [302, {}, { location: 'https://login.microsoftonline.com/tenant-1/oauth2/authorize?x=1' }],
      'POST /tenant-1/oauth2/token': () => [200, { access_token: 'entra', expires_in: '3599' }],
    });
    const tokens = provider({
      kind: 'azure-client-secret',
      tenantId: null,
      clientId: 'app',
      clientSecret: 'azure-secret',
    });
    expect(await tokens.token(NEVER)).toBe('entra');
    expect(form(find('/tenant-1/oauth2/token'))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'app',
      resource: '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d',
      client_secret: 'azure-secret',
    });
  });

  it('get Entra tokens by GitHub identity', async () => {
    serve({
      'GET /github': () => [200, { value: JWT }],
      'POST /t/oauth2/token': () => [200, { access_token: 'entra-oidc', expires_in: 3599 }],
    });
    const tokens = provider({ kind: 'github-oidc-azure', tenantId: 't', clientId: 'app', identity: identity() });
    expect(await tokens.token(NEVER)).toBe('entra-oidc');
    expect(find('/github')?.query.get('audience')).toBe('api://AzureADTokenExchange');
    expect(form(find('/t/oauth2/token'))).toMatchObject({ client_assertion: JWT });
  });

  it('know the sign-in services of the clouds', () => {
    expect(entraLoginUrl('https://a.azuredatabricks.net', undefined)).toBe('https://login.microsoftonline.com');
    expect(entraLoginUrl('https://a.databricks.azure.us', undefined)).toBe('https://login.microsoftonline.us');
    expect(entraLoginUrl('https://a.databricks.azure.cn', undefined)).toBe('https://login.chinacloudapi.cn');
    expect(entraLoginUrl('https://a.azuredatabricks.net', 'usgovernment')).toBe('https://login.microsoftonline.us');
  });
});
