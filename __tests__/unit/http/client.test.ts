import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ActionError } from '../../../src/errors.js';
import type { Authorizer } from '../../../src/http/types.js';
import { createFixture, type Fixture } from './fixture.js';
import { reply, replyText } from './local-server.js';

const shape = z.object({ name: z.string() });

describe('the client', () => {
  let fixture: Fixture;
  const never = new AbortController().signal;
  beforeAll(async () => {
    fixture = await createFixture();
  });
  afterAll(() => fixture.close());
  beforeEach(() => {
    fixture.server.seen.length = 0;
  });

  const failure = async (): Promise<ActionError> => {
    const result = await fixture
      .client()
      .json('Reading the thing', { method: 'GET', path: '/thing', query: { token: 'q' }, signal: never }, shape)
      .catch((error: unknown) => error);
    expect(result).toBeInstanceOf(ActionError);
    return result as ActionError;
  };

  it('says what was tried, what came back, the request id and the fix', async () => {
    fixture.server.handle((_seen, response) =>
      reply(
        response,
        403,
        { error_code: 'PERMISSION_DENIED', message: 'USE CATALOG is missing' },
        { 'x-request-id': 'id-1' },
      ),
    );
    const error = await failure();
    expect(error.message).toBe(
      `Reading the thing failed: GET /thing at ${fixture.server.url} gave 403 PERMISSION_DENIED: USE CATALOG is missing (request id id-1)`,
    );
    expect(error.reason).toBe('permission-denied');
    expect(error.fix).not.toBe('');
    expect(error.remote).toEqual({
      status: 403,
      code: 'PERMISSION_DENIED',
      request: 'GET /thing',
      requestId: 'id-1',
      attempts: 1,
    });
  });

  it.each([
    [401, 'credentials-rejected'],
    [404, 'not-found'],
    [500, 'remote-error'],
    [429, 'remote-error'],
  ])('reports %i as %s', async (status, reason) => {
    fixture.server.handle((_seen, response) => reply(response, status, { message: 'no' }, { 'retry-after': '9999' }));
    expect((await failure()).reason).toBe(reason);
  });

  it('tells a login page with status 200 from an answer', async () => {
    fixture.server.handle((_seen, response) =>
      replyText(response, 200, '<html><title>Sign in</title></html>', 'text/html'),
    );
    const error = await failure();
    expect(error.reason).toBe('credentials-rejected');
    expect(error.message).toContain('a web page instead of JSON: Sign in');
  });

  it('recognises the private-link redirect and follows no redirect', async () => {
    fixture.server.handle((_seen, response) => {
      response.writeHead(302, { location: `${fixture.server.url}/login.html?error=private-link-validation-error&x=1` });
      response.end();
    });
    const error = await failure();
    expect(error.remote).toMatchObject({ status: 403, code: 'PRIVATE_LINK_VALIDATION_ERROR' });
    expect(fixture.server.seen).toHaveLength(1);
  });

  it('names the field of an answer of an unexpected form', async () => {
    fixture.server.handle((_seen, response) => reply(response, 200, { name: 7 }));
    expect((await failure()).message).toContain('`name`');
  });

  it('takes an empty body of a write as an empty object', async () => {
    fixture.server.handle((_seen, response) => reply(response, 200, undefined));
    const request = { method: 'DELETE', path: '/thing', signal: never } as const;
    expect(await fixture.client().json('Deleting', request, z.object({}))).toEqual({});
  });

  it('keeps the path prefix of the base address and encodes nothing twice', async () => {
    fixture.server.handle((_seen, response) => reply(response, 200, { name: 'x' }));
    const client = fixture.client(undefined, `${fixture.server.url}/proxy/mlflow/`);
    await client.json(
      'Reading',
      { method: 'GET', path: '/api/a%2Fb', query: { o: ['1', '2'], flag: true, none: undefined }, signal: never },
      shape,
    );
    expect(fixture.server.seen[0]?.url).toBe('/proxy/mlflow/api/a%2Fb?o=1&o=2&flag=true');
  });

  it('blots secrets out of what servers echo', async () => {
    fixture.secrets.add('s3cr3t-value');
    fixture.server.handle((_seen, response) =>
      reply(response, 400, { message: 'bad token s3cr3t-value and Bearer dapi0123456789abcdef0123456789abcdef' }),
    );
    const { message } = await failure();
    expect(message).not.toContain('s3cr3t-value');
    expect(message).not.toContain('dapi0123');
    expect(message).toContain('***');
  });

  it('renews a refused token once, for reads and writes, and never more', async () => {
    const tokens = ['old', 'new', 'newer'];
    let current = 0;
    const authorizer: Authorizer = {
      authType: 'test',
      headers: async () => ({ authorization: `Bearer ${tokens[current]}` }),
      renew: async () => {
        current += 1;
        return true;
      },
    };
    fixture.server.handle((seen, response) =>
      seen.headers.authorization === 'Bearer new'
        ? reply(response, 200, { name: 'x' })
        : reply(response, 401, { message: 'expired' }),
    );
    const put = { method: 'PUT', path: '/thing', signal: never } as const;
    expect(await fixture.client(authorizer).json('Writing', put, shape)).toEqual({ name: 'x' });
    expect(fixture.server.seen).toHaveLength(2);
    fixture.server.handle((_seen, response) => reply(response, 401, { message: 'no' }));
    await expect(fixture.client(authorizer).json('Writing', put, shape)).rejects.toMatchObject({
      reason: 'credentials-rejected',
    });
    expect(fixture.server.seen).toHaveLength(4);
  });

  it('gives back the error of credentials that could not be had, and sends nothing', async () => {
    const error = new ActionError('no token', { kind: 'remote', reason: 'credentials-rejected', fix: 'do this' });
    const authorizer: Authorizer = { authType: 't', headers: () => Promise.reject(error), renew: async () => false };
    const client = fixture.client(authorizer);
    const request = { method: 'PUT', path: '/thing', signal: never } as const;
    await expect(client.json('Writing', request, shape)).rejects.toBe(error);
    expect(await client.ask(request, shape)).toMatchObject({
      kind: 'fault',
      fault: { outcome: 'refused', status: null },
    });
    expect(fixture.server.seen).toHaveLength(0);
  });

  it('sends many requests side by side under one signal without a warning of Node', async () => {
    const warnings: string[] = [];
    const note = (warning: Error): void => {
      warnings.push(warning.name);
    };
    process.on('warning', note);
    const { signal } = new AbortController();
    fixture.server.handle((_seen, response) => reply(response, 200, {}));
    await Promise.all(Array.from({ length: 12 }, () => fixture.client().text({ method: 'GET', path: '/x', signal })));
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  it('reads the time of the server from its answers', async () => {
    const date = 'Sun, 22 Nov 2026 01:00:00 GMT';
    fixture.server.handle((_seen, response) => reply(response, 200, { name: 'x' }, { date }));
    await fixture.client().json('Reading', { method: 'GET', path: '/', signal: never }, shape);
    const offBy = fixture.clock.now() - Date.parse(date);
    expect(offBy).toBeGreaterThanOrEqual(0);
    expect(offBy).toBeLessThanOrEqual(1000);
    fixture.timing.advance(60_000);
    expect(fixture.clock.now() - Date.parse(date)).toBe(offBy + 60_000);
  });
});
