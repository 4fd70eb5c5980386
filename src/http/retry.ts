import type { ErrorBody } from './error-body.js';
import type { WireOutcome } from './exchange.js';

/** How often and how long calls are repeated. */
export interface RetryPolicy {
  /** First wait, ms; doubles with each attempt. */
  readonly baseMs: number;
  /** Longest computed wait, ms; a server may ask for more. */
  readonly capMs: number;
  /** Tries for an error that may be permanent (500, 502, 504, a broken answer, a lost connection). */
  readonly doubtfulAttempts: number;
  /** Tries for a refusal that says "later" (429, 503, no connection). */
  readonly refusedAttempts: number;
}

export const DEFAULT_RETRY: RetryPolicy = { baseMs: 500, capMs: 10_000, doubtfulAttempts: 3, refusedAttempts: 8 };

/** One attempt, as the decision needs to see it. */
export interface Attempt {
  readonly effect: 'read' | 'write';
  /** 1 for the first. */
  readonly number: number;
  /** What may still be spent on waiting, ms. */
  readonly budgetLeftMs: number;
  readonly maxAttempts: number;
  /** Uniform in [0, 1). */
  readonly chance: number;
}

/** What one attempt brought, sorted. */
export type Finding =
  | { readonly kind: 'success' }
  /** `acted`: `no` when the server surely did not carry it out. `passing`: another try may go well. */
  | { readonly kind: 'failure'; readonly acted: 'no' | 'maybe'; readonly passing: 'no' | 'doubtful' | 'yes' };

export type RetryDecision =
  | { readonly kind: 'done' }
  | { readonly kind: 'again'; readonly waitMs: number }
  | { readonly kind: 'give-up'; readonly outcome: 'refused' | 'unknown' };

const BUSY_CODES: ReadonlySet<string> = new Set([
  'REQUEST_LIMIT_EXCEEDED',
  'TEMPORARILY_UNAVAILABLE',
  'UNAVAILABLE',
  'SERVICE_UNDER_MAINTENANCE',
  'WORKSPACE_TEMPORARILY_UNAVAILABLE',
  'COULD_NOT_ACQUIRE_LOCK',
]);

/** Messages after which the Databricks SDKs try again whatever the status: the request was turned away at the door. */
const TURNED_AWAY =
  /REQUEST_LIMIT_EXCEEDED|RPC token bucket limit has been exceeded|UnknownWorkerEnvironmentException|does not have any associated worker environments|There is no worker environment with id|Unknown worker environment|worker env .* not found|ClusterNotReadyException|Please try again later or try a faster operation/;

/** Messages after which they try again although the request may have been carried out. */
const RAN_OUT = /Timed out after |deadline exceeded|Unexpected error/i;

/** Sorts one attempt. `body` is the parsed error body where an answer above 299 came. */
export function findingOf(outcome: WireOutcome, body: ErrorBody | null): Finding {
  if (outcome.kind === 'network') {
    const { sent, final } = outcome.fault;
    return { kind: 'failure', acted: sent ? 'maybe' : 'no', passing: final ? 'no' : sent ? 'doubtful' : 'yes' };
  }
  const { status, headers } = outcome.answer;
  if (status < 300) return { kind: 'success' };
  const code = body?.code ?? '';
  const message = body?.message ?? '';
  if (status === 429 || BUSY_CODES.has(code) || TURNED_AWAY.test(`${code} ${message}`)) return TURNED_AWAY_FINDING;
  if (status === 503) {
    const spoken = headers['retry-after'] !== undefined || body?.code !== undefined;
    return { kind: 'failure', acted: spoken ? 'no' : 'maybe', passing: 'yes' };
  }
  if (status >= 400 && RAN_OUT.test(message)) return { kind: 'failure', acted: 'maybe', passing: 'doubtful' };
  if (status === 501 || code === 'FEATURE_DISABLED') return { kind: 'failure', acted: 'no', passing: 'no' };
  if (status === 408 || status >= 500) return { kind: 'failure', acted: 'maybe', passing: 'doubtful' };
  return { kind: 'failure', acted: 'no', passing: 'no' };
}

const TURNED_AWAY_FINDING: Finding = { kind: 'failure', acted: 'no', passing: 'yes' };

/**
 * Decides what follows an attempt. Reads are repeated after everything that may pass. Writes are repeated only when the
 * server surely did not act; all else is `unknown`, for whoever wrote to read back. `askedMs` is what the server asked for.
 */
export function decideRetry(
  finding: Finding,
  attempt: Attempt,
  askedMs: number | null,
  policy: RetryPolicy,
): RetryDecision {
  if (finding.kind === 'success') return { kind: 'done' };
  const outcome = attempt.effect === 'write' && finding.acted === 'maybe' ? 'unknown' : 'refused';
  const allowed = finding.passing === 'yes' ? policy.refusedAttempts : policy.doubtfulAttempts;
  const ended = attempt.number >= Math.min(allowed, attempt.maxAttempts);
  if (finding.passing === 'no' || outcome === 'unknown' || ended) return { kind: 'give-up', outcome };
  const waitMs = Math.max(backoffMs(attempt.number, attempt.chance, policy), askedMs ?? 0);
  return waitMs > attempt.budgetLeftMs ? { kind: 'give-up', outcome } : { kind: 'again', waitMs };
}

/** Wait after attempt `number` (1-based), ms: doubling up to the cap, plus up to half as much again by chance. */
export function backoffMs(number: number, chance: number, policy: RetryPolicy): number {
  const step = Math.min(policy.capMs, policy.baseMs * 2 ** (number - 1));
  return Math.round(step * (1 + chance / 2));
}

/** What `Retry-After` asks for, ms: seconds, or a date relative to `nowMs`. `null` when absent or not understood. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null;
  const trimmed = header.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Math.ceil(Number(trimmed) * 1000);
  const date = Date.parse(trimmed);
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs);
}
