import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { HttpRequest } from '../../../src/http/types.js';
import { createFixture, type Fixture } from './fixture.js';
import { reply, replyText } from './local-server.js';

type Misbehave = (response: ServerResponse, request: IncomingMessage) => void;

/** What the server does to the first request; every later one is answered well. */
const FAULTS: Readonly<
  Record<string, { act: Misbehave; read: 'again' | 'fault'; write: 'again' | 'refused' | 'unknown' }>
> = {
  '429 with Retry-After': {
    act: (response) =>
      reply(response, 429, { error_code: 'REQUEST_LIMIT_EXCEEDED', message: 'slow' }, { 'retry-after': '3' }),
    read: 'again',
    write: 'again',
  },
  '429 without Retry-After': {
    act: (response) => reply(response, 429, { message: 'slow' }),
    read: 'again',
    write: 'again',
  },
  '503 that says why': {
    act: (response) => reply(response, 503, { error_code: 'TEMPORARILY_UNAVAILABLE', message: 'later' }),
    read: 'again',
    write: 'again',
  },
  '503 with Retry-After': {
    act: (response) => reply(response, 503, undefined, { 'retry-after': '1' }),
    read: 'again',
    write: 'again',
  },
  '503 web page of a gateway': {
    act: (response) => replyText(response, 503, '<html><title>upstream</title></html>', 'text/html'),
    read: 'again',
    write: 'unknown',
  },
  '500': {
    act: (response) => reply(response, 500, { error_code: 'INTERNAL_ERROR', message: 'x' }),
    read: 'again',
    write: 'unknown',
  },
  '500 that is a rate limit (SCIM)': {
    act: (response) => reply(response, 500, { message: 'REQUEST_LIMIT_EXCEEDED: too many' }),
    read: 'again',
    write: 'again',
  },
  '502': { act: (response) => replyText(response, 502, 'bad gateway'), read: 'again', write: 'unknown' },
  '504': { act: (response) => replyText(response, 504, ''), read: 'again', write: 'unknown' },
  '408': { act: (response) => replyText(response, 408, ''), read: 'again', write: 'unknown' },
  '400 of a missing worker environment': {
    act: (response) => reply(response, 400, { message: 'There is no worker environment with id 1' }),
    read: 'again',
    write: 'again',
  },
  'reset before an answer': { act: (_response, request) => request.socket.destroy(), read: 'again', write: 'unknown' },
  'reset inside the answer': {
    act: (response, request) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"a":', () => request.socket.destroy());
    },
    read: 'again',
    write: 'unknown',
  },
  'cut JSON': {
    act: (response) => replyText(response, 200, '{"a": [1,', 'application/json'),
    read: 'again',
    write: 'unknown',
  },
  'login page with status 200': {
    act: (response) => replyText(response, 200, '<!DOCTYPE html><html><title>Sign in</title></html>', 'text/html'),
    read: 'fault',
    write: 'unknown',
  },
  hang: { act: () => undefined, read: 'again', write: 'unknown' },
  '400': {
    act: (response) => reply(response, 400, { error_code: 'INVALID_PARAMETER_VALUE', message: 'no' }),
    read: 'fault',
    write: 'refused',
  },
  '403': {
    act: (response) => reply(response, 403, { error_code: 'PERMISSION_DENIED', message: 'no' }),
    read: 'fault',
    write: 'refused',
  },
  '404': {
    act: (response) => reply(response, 404, { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'no' }),
    read: 'fault',
    write: 'refused',
  },
  '409': {
    act: (response) => reply(response, 409, { error_code: 'RESOURCE_CONFLICT', message: 'busy' }),
    read: 'fault',
    write: 'refused',
  },
  '501': {
    act: (response) => reply(response, 501, { error_code: 'NOT_IMPLEMENTED', message: 'no' }),
    read: 'fault',
    write: 'refused',
  },
  '500 FEATURE_DISABLED': {
    act: (response) => reply(response, 500, { error_code: 'FEATURE_DISABLED', message: 'no' }),
    read: 'fault',
    write: 'refused',
  },
  'redirect to another host': {
    act: (response) => {
      response.writeHead(302, { location: 'http://127.0.0.1:9/steal' });
      response.end();
    },
    read: 'fault',
    write: 'refused',
  },
};

const anything = z.object({ ok: z.boolean().optional() });

describe('the retry and ambiguity matrix', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await createFixture();
  });
  afterAll(() => fixture.close());
  beforeEach(() => {
    fixture.server.seen.length = 0;
    fixture.timing.waits.length = 0;
  });

  const send = async (method: HttpRequest['method'], act: Misbehave) => {
    let first = true;
    fixture.server.handle((_seen, response, request) => {
      if (first) {
        first = false;
        act(response, request);
      } else reply(response, 200, { ok: true });
    });
    return fixture.client().ask({ method, path: '/x', timeoutMs: 500, signal: new AbortController().signal }, anything);
  };

  for (const [name, { act, read, write }] of Object.entries(FAULTS)) {
    it(`a read that meets ${name} is ${read === 'again' ? 'sent again' : 'a fault'}`, async () => {
      const outcome = await send('GET', act);
      expect(outcome.kind).toBe(read === 'again' ? 'value' : 'fault');
      expect(fixture.server.seen).toHaveLength(read === 'again' ? 2 : 1);
    });

    it(`a write that meets ${name} is ${write === 'again' ? 'sent again' : write}`, async () => {
      const outcome = await send('PUT', act);
      expect(outcome.kind).toBe(write === 'again' ? 'value' : 'fault');
      expect(fixture.server.seen).toHaveLength(write === 'again' ? 2 : 1);
      if (outcome.kind === 'fault') expect(outcome.fault.outcome).toBe(write);
    });
  }

  it('waits as long as the server asks, by header or by RetryInfo, whichever is longer', async () => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retry_delay: '7s' }];
    await send('PUT', (response) =>
      reply(response, 429, { error_code: 'X', message: 'm', details }, { 'retry-after': '3' }),
    );
    expect(fixture.timing.waits).toEqual([7000]);
  });

  it('gives up at once when the server asks for more time than there is', async () => {
    const outcome = await send('PUT', (response) => reply(response, 429, { message: 'm' }, { 'retry-after': '3600' }));
    expect(outcome.kind).toBe('fault');
    expect(fixture.timing.waits).toEqual([]);
  });

  it('caps the tries of a read that always fails with 500', async () => {
    fixture.server.handle((_seen, response) =>
      reply(response, 500, { error_code: 'INTERNAL_ERROR', message: 'for ever' }),
    );
    const outcome = await fixture
      .client()
      .ask({ method: 'GET', path: '/x', signal: new AbortController().signal }, anything);
    expect(fixture.server.seen).toHaveLength(3);
    expect(outcome).toMatchObject({
      kind: 'fault',
      fault: { attempts: 3, code: 'INTERNAL_ERROR', message: 'for ever' },
    });
  });

  it('stays within the budget when every answer is 429', async () => {
    fixture.server.handle((_seen, response) => reply(response, 429, { message: 'm' }));
    const request = { method: 'GET', path: '/x', budgetMs: 5000, signal: new AbortController().signal } as const;
    await fixture.client().ask(request, anything);
    expect(fixture.timing.waits.reduce((sum, wait) => sum + wait, 0)).toBeLessThanOrEqual(5000);
    expect(fixture.timing.waits.length).toBeGreaterThan(1);
  });

  it.each([
    ['No such file: MLmodel', 1],
    ['something else', 3],
  ])('repeats a 500 unless its words are final for the caller: %s', async (message, times) => {
    fixture.server.handle((_seen, response) => reply(response, 500, { message }));
    const request = { method: 'GET', path: '/x', finalWords: /no such file/i } as const;
    await fixture.client().text({ ...request, signal: new AbortController().signal });
    expect(fixture.server.seen).toHaveLength(times);
  });

  it('repeats a POST that only reads', async () => {
    let first = true;
    fixture.server.handle((_seen, response) => {
      reply(response, first ? 500 : 200, { ok: true });
      first = false;
    });
    const request = { method: 'POST', path: '/search', effect: 'read', signal: new AbortController().signal } as const;
    expect((await fixture.client().ask(request, anything)).kind).toBe('value');
  });

  it('a refused connection is tried again and ends as a refusal, also for writes', async () => {
    const request = { method: 'PUT', path: '/x', signal: new AbortController().signal } as const;
    const outcome = await fixture.client(undefined, 'http://127.0.0.1:9').ask(request, anything);
    expect(outcome).toMatchObject({
      kind: 'fault',
      fault: { outcome: 'refused', code: 'ECONNREFUSED', attempts: 8, status: null },
    });
  });

  it('an abort before, during the request and during the wait rejects with the reason', async () => {
    const reason = new Error('cancelled by the user');
    const ask = (signal: AbortSignal) => fixture.client().ask({ method: 'GET', path: '/x', signal }, anything);
    await expect(ask(AbortSignal.abort(reason))).rejects.toBe(reason);
    const during = new AbortController();
    fixture.server.handle(() => during.abort(reason));
    await expect(ask(during.signal)).rejects.toBe(reason);
    const waiting = new AbortController();
    fixture.server.handle((_seen, response) => {
      reply(response, 429, {});
      response.on('close', () => waiting.abort(reason));
    });
    await expect(ask(waiting.signal)).rejects.toBe(reason);
  });
});
