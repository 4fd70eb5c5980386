import { compact } from '../json.js';
import type { FaultEffect } from './faults.js';
import { html, json, type Reply, text } from './reply.js';

/** What the server does with a request on account of a fault. */
export interface Disturbance {
  /** The handler must not run. */
  readonly prevented: boolean;
  /** Sent instead of the handler's answer. */
  readonly reply?: Reply;
  readonly ending: 'normal' | 'reset' | 'hang' | 'truncate';
  readonly delayMs: number;
}

const CODES: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'RESOURCE_DOES_NOT_EXIST',
  409: 'RESOURCE_CONFLICT',
  429: 'REQUEST_LIMIT_EXCEEDED',
  500: 'INTERNAL_ERROR',
  503: 'TEMPORARILY_UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

const LOGIN_PAGE =
  '<!doctype html><html><head><title>Sign in</title></head><body><form action="/login"></form></body></html>';

function statusReply(effect: FaultEffect & { kind: 'status' }): Reply {
  const retry: Readonly<Record<string, string>> =
    effect.retryAfter === undefined ? {} : { 'retry-after': String(effect.retryAfter) };
  const body = effect.body ?? {
    error_code: effect.code ?? CODES[effect.status] ?? 'UNKNOWN',
    message: effect.message ?? `The request ended with status ${effect.status}.`,
  };
  return json(compact(body), effect.status, retry);
}

function replyOf(effect: FaultEffect): Reply | undefined {
  switch (effect.kind) {
    case 'status':
      return statusReply(effect);
    case 'html':
      return html(effect.status ?? 502, effect.title ?? 'Bad Gateway');
    case 'login-page':
      return text(LOGIN_PAGE, 'text/html; charset=utf-8');
    case 'empty':
      return { status: effect.status ?? 500, headers: {}, body: '' };
    case 'replace':
      return text(effect.body, effect.contentType ?? 'application/json');
    default:
      return undefined;
  }
}

function isBefore(effect: FaultEffect): boolean {
  if (effect.kind === 'delay' || effect.kind === 'truncate') return false;
  if (effect.kind === 'login-page') return true;
  if (effect.kind === 'replace') return false;
  return effect.when !== 'after';
}

/** Translates an effect; `null` disturbs nothing. */
export function disturbanceOf(effect: FaultEffect | null): Disturbance {
  if (effect === null) return { prevented: false, ending: 'normal', delayMs: 0 };
  const reply = replyOf(effect);
  const ending =
    effect.kind === 'reset' || effect.kind === 'hang' || effect.kind === 'truncate' ? effect.kind : 'normal';
  return {
    prevented: isBefore(effect),
    ending,
    delayMs: effect.kind === 'delay' ? effect.ms : 0,
    ...(reply === undefined ? {} : { reply }),
  };
}
