import { createHttpClient, type HttpClient } from '../http/client.js';
import type { Exchange } from '../http/exchange.js';
import type { Secrets } from '../http/redaction.js';
import type { RetryPolicy } from '../http/retry.js';
import { createAttempts } from '../http/send.js';
import { createServerClock, type ServerClock } from '../http/server-clock.js';
import type { Timing } from '../http/types.js';
import { type AgentFacts, userAgent } from '../http/user-agent.js';
import type { ModelRegistry } from '../registry/types.js';
import { type MlflowAuthentication, mlflowAuthorizer } from './authentication.js';
import { mlflowDialect } from './dialect.js';
import { createMlflowRegistry } from './registry.js';

export interface MlflowClientOptions {
  /** Scheme, host, port and path prefix, without credentials. */
  readonly baseUrl: string;
  readonly authentication: MlflowAuthentication;
  /** Extra headers for gateways in front of the server; their values are treated as secrets. */
  readonly headers: Readonly<Record<string, string>>;
  readonly exchange: Exchange;
  readonly timing: Timing;
  readonly secrets: Secrets;
  readonly agent: Omit<AgentFacts, 'authType'>;
  /** Epoch ms for the server clock until the first answer. */
  readonly startEpochMs: number;
  readonly retry?: RetryPolicy;
  readonly onRetry?: (message: string) => void;
}

/** An MLflow tracking server that is not the workspace. */
export interface MlflowClient {
  readonly http: HttpClient;
  readonly clock: ServerClock;
  readonly registry: ModelRegistry;
}

/** Transport, clock and registry of one MLflow server. */
export function createMlflowClient(options: MlflowClientOptions): MlflowClient {
  const authorizer = mlflowAuthorizer(options.authentication, options.secrets);
  for (const value of Object.values(options.headers)) options.secrets.add(value);
  const clock = createServerClock(options.timing.monotonic, options.startEpochMs);
  const attempts = createAttempts({
    ...options,
    authorizer,
    clock,
    userAgent: userAgent({ ...options.agent, authType: authorizer.authType }),
  });
  const http = createHttpClient(attempts, mlflowDialect);
  return { http, clock, registry: createMlflowRegistry(http) };
}
