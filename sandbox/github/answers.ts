import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { ApiRefusal } from './refusal.js';
import type { Answer } from './router.js';
import type { Fault } from './types.js';

/** Requests an hour of one token, counted as GitHub counts. */
export class HourlyLimit {
  private used = 0;
  private readonly resetsAt: number;

  /** @param limit `null`: no limit and no headers, as on an Enterprise Server */
  constructor(
    private readonly limit: number | null,
    now: number,
  ) {
    this.resetsAt = Math.floor(now / 1000) + 3600;
  }

  /** Counts one request; refuses when none is left. */
  count(): void {
    if (this.limit === null) return;
    if (this.used >= this.limit) throw new ApiRefusal(403, 'API rate limit exceeded for installation.');
    this.used += 1;
  }

  headers(): Record<string, string> {
    if (this.limit === null) return {};
    return {
      'x-ratelimit-limit': String(this.limit),
      'x-ratelimit-remaining': String(this.limit - this.used),
      'x-ratelimit-reset': String(this.resetsAt),
      'x-ratelimit-resource': 'core',
      'x-ratelimit-used': String(this.used),
    };
  }
}

/** Sends an answer as JSON. */
export function send(response: ServerResponse, answer: Answer, headers: Readonly<Record<string, string>>): void {
  const body = answer.body === undefined ? '' : JSON.stringify(answer.body);
  response.writeHead(answer.status, {
    ...(body === '' ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    'x-github-request-id': randomUUID().slice(0, 18).toUpperCase(),
    'x-github-media-type': 'github.v3; format=json',
    ...headers,
    ...answer.headers,
  });
  response.end(body);
}

/** The answer of a fault that does answer. */
export function faultyAnswer(fault: Fault, now: number): Answer | { readonly html: string; readonly status: number } {
  if (fault.html !== undefined) {
    return {
      status: fault.html,
      html: '<html><head><title>Unicorn!</title></head><body>No server is currently available.</body></html>',
    };
  }
  if (fault.rateLimit !== undefined) return rateLimitAnswer(fault.rateLimit, fault.retryAfter ?? 1, now);
  const refusal = new ApiRefusal(fault.status ?? 500, fault.message ?? 'Server Error');
  return { status: refusal.status, body: refusal.body(), headers: fault.headers ?? {} };
}

function rateLimitAnswer(kind: 'primary' | 'secondary', seconds: number, now: number): Answer {
  if (kind === 'primary') {
    const refusal = new ApiRefusal(403, 'API rate limit exceeded for installation.');
    const reset = String(Math.ceil(now / 1000) + seconds);
    return { status: 403, body: refusal.body(), headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset } };
  }
  const refusal = new ApiRefusal(
    403,
    'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
  );
  return { status: 403, body: refusal.body(), headers: { 'retry-after': String(seconds) } };
}
