import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseErrorBody } from '../../../src/http/error-body.js';
import { classifyNetworkFault } from '../../../src/http/network-fault.js';
import { encodePath, joinUrl } from '../../../src/http/path.js';
import { proxyFor } from '../../../src/http/proxy.js';
import { createSecrets, redactPatterns } from '../../../src/http/redaction.js';
import { backoffMs, DEFAULT_RETRY, decideRetry, retryAfterMs } from '../../../src/http/retry.js';
import { createServerClock } from '../../../src/http/server-clock.js';
import { userAgent } from '../../../src/http/user-agent.js';

const RUNS = process.env.NIGHTLY === '1' ? 20_000 : 300;

describe('error bodies', () => {
  it.each([
    [
      'standard',
      409,
      '{"error_code":"RESOURCE_CONFLICT","message":"busy"}',
      { code: 'RESOURCE_CONFLICT', message: 'busy' },
    ],
    ['a numeric code', 400, '{"error_code":1000,"message":"m"}', { code: '1000', message: 'm' }],
    ['API 1.2', 500, '{"error":"boom"}', { message: 'boom' }],
    [
      'SCIM',
      404,
      '{"schemas":["x"],"detail":"gone","status":"404","scimType":"noTarget"}',
      { form: 'scim', code: 'noTarget', message: 'gone' },
    ],
    ['SCIM null', 500, '{"schemas":[],"detail":"null"}', { message: 'SCIM API Internal Error' }],
    [
      'OAuth',
      401,
      '{"error":"invalid_client","error_description":"who?"}',
      { form: 'oauth', code: 'invalid_client', message: 'who?' },
    ],
    ['coded text', 400, 'BAD_REQUEST: not so', { form: 'text', code: 'BAD_REQUEST', message: 'not so' }],
    ['a page with pre', 403, '<html><pre>not\n allowed</pre></html>', { form: 'web-page', message: 'not allowed' }],
    ['a page with title', 502, '<html><title>Bad Gateway</title><p>x</p></html>', { message: 'Bad Gateway' }],
    ['nothing', 503, '  ', { form: 'empty', message: 'service unavailable' }],
    ['plain text', 403, 'Invalid Host header - possible DNS rebinding attack detected', { form: 'text' }],
    ['cut JSON', 500, '{"error_code": "X"', { form: 'text', message: '{"error_code": "X"' }],
    ['nested', 429, '{"error":{"code":"RATE","message":"m"}}', { code: 'RATE', message: 'm' }],
  ])('reads %s', (_name, status, text, expected) => {
    expect(parseErrorBody(status, text)).toMatchObject(expected);
  });

  it('takes the request id and the delay out of the details', () => {
    const details = [
      { '@type': 'type.googleapis.com/google.rpc.RequestInfo', request_id: 'r-1' },
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retry_delay: '1.5s' },
    ];
    const body = parseErrorBody(429, JSON.stringify({ error_code: 'X', message: 'm', details }));
    expect(body).toMatchObject({ requestId: 'r-1', retryAfterMs: 1500 });
  });

  it('gives a short message for any body', () => {
    const bodies = fc.oneof(
      fc.string(),
      fc.json(),
      fc.string().map((text) => `<html>${text}</html>`),
    );
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 599 }), bodies, (status, text) => {
        const { message } = parseErrorBody(status, text);
        expect(message.length).toBeGreaterThan(0);
        expect(message.length).toBeLessThanOrEqual(1001);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('retry decisions', () => {
  it('never repeats a write that may have been carried out', () => {
    const finding = fc.record({
      kind: fc.constant('failure' as const),
      acted: fc.constantFrom('no' as const, 'maybe' as const),
      passing: fc.constantFrom('no' as const, 'doubtful' as const, 'yes' as const),
    });
    fc.assert(
      fc.property(
        finding,
        fc.nat(12),
        fc.nat(100_000),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (found, tries, budget, chance) => {
          const attempt = {
            effect: 'write' as const,
            number: tries + 1,
            budgetLeftMs: budget,
            maxAttempts: 99,
            chance,
          };
          const decision = decideRetry(found, attempt, null, DEFAULT_RETRY);
          if (found.acted === 'maybe') expect(decision).toEqual({ kind: 'give-up', outcome: 'unknown' });
          if (decision.kind === 'again') expect(decision.waitMs).toBeLessThanOrEqual(budget);
          if (tries >= DEFAULT_RETRY.refusedAttempts) expect(decision.kind).toBe('give-up');
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('backs off by doubling up to the cap, with chance on top', () => {
    expect([1, 2, 3, 9].map((number) => backoffMs(number, 0, DEFAULT_RETRY))).toEqual([500, 1000, 2000, 10_000]);
    expect(backoffMs(1, 0.999, DEFAULT_RETRY)).toBeGreaterThan(700);
  });

  it('reads Retry-After as seconds or as a date', () => {
    const now = Date.parse('2026-11-22T01:00:00Z');
    expect(retryAfterMs('7', now)).toBe(7000);
    expect(retryAfterMs('Sun, 22 Nov 2026 01:00:10 GMT', now)).toBe(10_000);
    expect(retryAfterMs('Sun, 22 Nov 2026 00:00:00 GMT', now)).toBe(0);
    expect(retryAfterMs('soon', now)).toBeNull();
    expect(retryAfterMs(undefined, now)).toBeNull();
  });
});

describe('network faults', () => {
  const fault = (code: string, more: object = {}) =>
    classifyNetworkFault(Object.assign(new Error('m'), { code, ...more }), null);
  it.each(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT', 'ENETUNREACH'])(
    '%s surely sent nothing',
    (code) => {
      expect(fault(code)).toMatchObject({ sent: false, final: false });
    },
  );
  it.each(['ECONNRESET', 'UND_ERR_SOCKET', 'EPIPE', 'UND_ERR_HEADERS_TIMEOUT', 'HPE_INVALID_CONSTANT', 'WHATEVER'])(
    '%s may have sent it',
    (code) => {
      expect(fault(code)).toMatchObject({ sent: true, final: false });
    },
  );
  it('sees a reset while connecting and an untrusted certificate', () => {
    expect(fault('ECONNRESET', { syscall: 'connect' })).toMatchObject({ sent: false });
    expect(fault('DEPTH_ZERO_SELF_SIGNED_CERT')).toMatchObject({ sent: false, final: true });
    expect(classifyNetworkFault(new Error('Proxy response (407) !== 200 when HTTP Tunneling'), null)).toMatchObject({
      sent: false,
      final: true,
    });
    expect(classifyNetworkFault('odd', 100)).toMatchObject({ sent: true, timedOut: true });
  });
});

describe('the proxy', () => {
  const proxy = (url: string, environment: Record<string, string>) => proxyFor(new URL(url), environment);
  const environment = { https_proxy: 'http://p:1', HTTP_PROXY: 'q:2', NO_PROXY: 'skip.com, .dot.com,h.com:8443' };
  it.each([
    ['https://a.com/', 'http://p:1'],
    ['http://a.com/', 'http://q:2'],
    ['https://skip.com/', null],
    ['https://sub.skip.com/', null],
    ['https://noskip.com/', 'http://p:1'],
    ['https://x.dot.com/', null],
    ['https://dot.com/', 'http://p:1'],
    ['https://h.com:8443/', null],
    ['https://h.com/', 'http://p:1'],
    ['http://127.0.0.1:5000/', null],
    ['http://localhost:5000/', null],
  ])('for %s is %s', (url, expected) => {
    expect(proxy(url, environment)).toBe(expected);
  });
  it('takes the lower-case name first, and none for `*`', () => {
    expect(proxy('https://a.com', { https_proxy: 'http://low', HTTPS_PROXY: 'http://up' })).toBe('http://low');
    expect(proxy('https://a.com', { https_proxy: 'http://low', no_proxy: '*' })).toBeNull();
    expect(proxy('https://a.com', {})).toBeNull();
  });
});

describe('paths', () => {
  it('keep any name as one segment that decodes to itself', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, unit: 'grapheme' }).filter((name) => name !== '.' && name !== '..'),
        (name) => {
          const url = joinUrl('https://h.example/pre/', encodePath`/a/${name}/z`, undefined);
          const segments = url.pathname.split('/');
          expect(segments).toHaveLength(5);
          expect(decodeURIComponent(segments[3] ?? '')).toBe(name);
        },
      ),
      { numRuns: RUNS },
    );
  });
});

describe('names that climb', () => {
  it.each(['.', '..', ''])('`%s` is refused', (name) => {
    expect(() => encodePath`/a/${name}`).toThrow('cannot be a name');
  });
});

describe('secrets', () => {
  it('are announced once and blotted out', () => {
    const announced: string[] = [];
    const secrets = createSecrets((value) => announced.push(value));
    for (const value of ['hunter22', 'hunter22', '']) secrets.add(value);
    expect(announced).toEqual(['hunter22']);
    expect(secrets.redact('is hunter22 it')).toBe('is *** it');
  });
  it('are recognised by their form', () => {
    const jwt = 'eyJhbGciOi.eyJpc3MiOi.c2ln';
    expect(redactPatterns(`a ${jwt} b`)).toBe('a *** b');
    expect(redactPatterns('https://user:pass@host/x')).toBe('https://user:***@host/x');
    expect(redactPatterns('authorization: Basic dXNlcjpwYXNz')).not.toContain('dXNlcjpwYXNz');
    expect(redactPatterns('GET /x?sig=abc&y=1')).toBe('GET /x?sig=***&y=1');
  });
});

describe('the server clock', () => {
  it('starts with what it is given, then follows the header', () => {
    let now = 0;
    const clock = createServerClock(() => now, 5000);
    expect(clock.now()).toBe(5000);
    now = 100;
    clock.observe('Sun, 22 Nov 2026 01:00:00 GMT', 50, 100);
    clock.observe(undefined, 100, 100);
    clock.observe('not a date', 100, 100);
    const true_ = Date.parse('2026-11-22T01:00:00Z');
    expect(clock.now()).toBeGreaterThanOrEqual(true_);
    expect(clock.now()).toBeLessThanOrEqual(true_ + 1000);
  });

  it('is never further off than half a second and the transit, and gets better with answers', () => {
    const transit = fc.integer({ min: 0, max: 300 });
    const history = fc.array(fc.record({ gap: fc.integer({ min: 0, max: 5000 }), to: transit, back: transit }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(history, fc.integer({ min: 0, max: 10_000_000 }), (answers, offset) => {
        let now = 0;
        const clock = createServerClock(() => now, 0);
        let bound = Number.POSITIVE_INFINITY;
        for (const { gap, to, back } of answers) {
          now += gap;
          const sent = now;
          const header = Math.floor((now + to + offset) / 1000) * 1000;
          now += to + back;
          clock.observe(new Date(header).toUTCString(), sent, now);
          bound = Math.min(bound, (1000 + to + back) / 2 + 1);
          expect(Math.abs(clock.now() - (now + offset))).toBeLessThanOrEqual(bound);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('starts anew when a clock was set', () => {
    let now = 0;
    const clock = createServerClock(() => now, 0);
    clock.observe('Sun, 22 Nov 2026 01:00:00 GMT', 0, 0);
    now = 1000;
    clock.observe('Sun, 22 Nov 2026 09:00:00 GMT', 1000, 1000);
    expect(Math.abs(clock.now() - Date.parse('2026-11-22T09:00:00Z'))).toBeLessThanOrEqual(1000);
  });
});

describe('the user agent', () => {
  it('has the form that is asked of partners', () => {
    const facts = {
      version: '0.1.0',
      nodeVersion: '24.1.0',
      platform: 'linux',
      authType: 'github-oidc',
      onGitHub: true,
    };
    expect(userAgent(facts)).toBe('databricks-model-promotion/0.1.0 node/24.1.0 os/linux auth/github-oidc cicd/github');
    expect(userAgent({ ...facts, authType: 'a b/c', onGitHub: false })).toMatch(/auth\/a-b-c$/);
  });
});
