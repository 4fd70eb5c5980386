import type { JsonObject } from '../json.js';

/** Which requests a fault hits; every condition that is given must hold. */
export interface FaultMatch {
  readonly method?: string;
  /** Tested against the decoded path, without the query. */
  readonly path?: RegExp;
  /** Tested against the raw body. */
  readonly body?: RegExp;
  /** Only these requests, counted from 1 among those that fit the other conditions. */
  readonly nth?: number | readonly number[];
  /** Server time, epoch ms: not before, not at or after. */
  readonly from?: number;
  readonly until?: number;
}

/**
 * What goes wrong. `before` means that the server has not acted, `after` that it has, but the answer tells otherwise.
 * - `status`: an error answer. `code` and `message` make its body, `retryAfter` (seconds) its header.
 * - `reset`: the connection is torn down without an answer.
 * - `hang`: no answer ever comes; the connection stays open until the client or the sandbox closes it.
 * - `truncate`: the answer announces its full length and breaks off in the middle.
 * - `html`: an error page of a proxy, with `status` (default 502).
 * - `login-page`: status 200 with an HTML page, as a wrong host or an IP access list gives.
 * - `empty`: an answer with `status` and no body at all.
 * - `delay`: the right answer, `ms` real milliseconds late.
 * - `replace`: another body with status 200.
 */
export type FaultEffect =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly code?: string;
      readonly message?: string;
      readonly retryAfter?: number;
      readonly body?: JsonObject;
      readonly when?: 'before' | 'after';
    }
  | { readonly kind: 'reset'; readonly when: 'before' | 'after' }
  | { readonly kind: 'hang'; readonly when?: 'before' | 'after' }
  | { readonly kind: 'truncate' }
  | { readonly kind: 'html'; readonly status?: number; readonly title?: string; readonly when?: 'before' | 'after' }
  | { readonly kind: 'login-page' }
  | { readonly kind: 'empty'; readonly status?: number; readonly when?: 'before' | 'after' }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'replace'; readonly body: string; readonly contentType?: string };

export interface FaultPlan {
  readonly match: FaultMatch;
  readonly effect: FaultEffect;
  /** How often it may strike; without end when left out. */
  readonly times?: number;
}

/** What is needed to decide whether a fault strikes. */
export interface FaultSubject {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly now: number;
}

/** A fault that was added, with what it has done so far. */
export interface ArmedFault {
  readonly plan: FaultPlan;
  /** Requests that fitted the match, without regard to `nth`. */
  readonly seen: number;
  readonly struck: number;
  remove(): void;
}

interface Entry extends ArmedFault {
  seen: number;
  struck: number;
}

/** Ready-made effects for what goes wrong most often. */
export const effects = {
  unavailable: (when: 'before' | 'after' = 'before'): FaultEffect => ({
    kind: 'status',
    status: 503,
    code: 'TEMPORARILY_UNAVAILABLE',
    message: 'The service is temporarily unavailable.',
    when,
  }),
  internal: (when: 'before' | 'after' = 'before'): FaultEffect => ({
    kind: 'status',
    status: 500,
    code: 'INTERNAL_ERROR',
    message: 'An internal error occurred.',
    when,
  }),
  /** `retryAfter` in seconds; left out, the header is absent. */
  rateLimited: (retryAfter?: number): FaultEffect => ({
    kind: 'status',
    status: 429,
    code: 'REQUEST_LIMIT_EXCEEDED',
    message: 'Too many requests, please try again later.',
    ...(retryAfter === undefined ? {} : { retryAfter }),
  }),
  expiredToken: (): FaultEffect => ({
    kind: 'status',
    status: 401,
    code: 'UNAUTHENTICATED',
    message: 'Credential was not sent or was of an unsupported type for this API: the access token has expired.',
  }),
  forbidden: (message = 'User does not have permission for this operation.'): FaultEffect => ({
    kind: 'status',
    status: 403,
    code: 'PERMISSION_DENIED',
    message,
  }),
} as const;

function fits(match: FaultMatch, subject: FaultSubject): boolean {
  if (match.method !== undefined && match.method !== subject.method) return false;
  if (match.path !== undefined && !match.path.test(subject.path)) return false;
  if (match.body !== undefined && !match.body.test(subject.body)) return false;
  if (match.from !== undefined && subject.now < match.from) return false;
  return match.until === undefined || subject.now < match.until;
}

function isTurn(entry: Entry): boolean {
  const { match, times } = entry.plan;
  if (times !== undefined && entry.struck >= times) return false;
  if (match.nth === undefined) return true;
  return typeof match.nth === 'number' ? entry.seen === match.nth : match.nth.includes(entry.seen);
}

/** Scripted faults at the HTTP layer. The first that strikes decides; later ones still count what they saw. */
export class Faults {
  readonly #entries: Entry[] = [];

  add(plan: FaultPlan): ArmedFault {
    const entry: Entry = { plan, seen: 0, struck: 0, remove: () => this.#remove(entry) };
    this.#entries.push(entry);
    return entry;
  }

  clear(): void {
    this.#entries.length = 0;
  }

  #remove(entry: Entry): void {
    const index = this.#entries.indexOf(entry);
    if (index >= 0) this.#entries.splice(index, 1);
  }

  /** The effect for this request, if any. Counts, so it must be asked exactly once a request. */
  strike(subject: FaultSubject): FaultEffect | null {
    let chosen: FaultEffect | null = null;
    for (const entry of [...this.#entries]) {
      if (!fits(entry.plan.match, subject)) continue;
      entry.seen += 1;
      if (chosen !== null || !isTurn(entry)) continue;
      entry.struck += 1;
      chosen = entry.plan.effect;
    }
    return chosen;
  }
}
