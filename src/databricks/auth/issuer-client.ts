import { createHttpClient, type HttpClient } from '../../http/client.js';
import type { Exchange } from '../../http/exchange.js';
import type { Secrets } from '../../http/redaction.js';
import { createAttempts } from '../../http/send.js';
import type { ServerClock } from '../../http/server-clock.js';
import type { Authorizer, Timing } from '../../http/types.js';

/** What the token providers need in order to talk to issuers. */
export interface IssuerContext {
  readonly exchange: Exchange;
  readonly timing: Timing;
  /** The workspace's clock; issuers do not set it. */
  readonly clock: ServerClock;
  readonly secrets: Secrets;
  readonly userAgent: string;
  readonly onRetry?: (message: string) => void;
}

/** Longest time for getting one token, retries and all (as the Databricks SDKs have it). */
export const ISSUER_BUDGET_MS = 60_000;

const ANONYMOUS: Authorizer = { authType: 'none', headers: async () => ({}), renew: async () => false };

/** A client for one issuer. It carries no credentials of its own: each call gives what that issuer may see. */
export function issuerClient(context: IssuerContext, baseUrl: string): HttpClient {
  const attempts = createAttempts({
    baseUrl,
    exchange: context.exchange,
    authorizer: ANONYMOUS,
    userAgent: context.userAgent,
    timing: context.timing,
    clock: { now: context.clock.now, observe: () => undefined },
    secrets: context.secrets,
    ...(context.onRetry === undefined ? {} : { onRetry: context.onRetry }),
  });
  return createHttpClient(attempts, () => null);
}

/** Splits an address into what a client is bound to and what one call asks for. */
export function splitAddress(address: string): { origin: string; path: string; query: Record<string, string> } {
  const url = new URL(address);
  return { origin: url.origin, path: url.pathname, query: Object.fromEntries(url.searchParams) };
}
