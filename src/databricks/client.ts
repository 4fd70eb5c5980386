import type { Invoker, MetricsSource } from '../health/ports.js';
import { createHttpClient, type HttpClient } from '../http/client.js';
import type { Exchange } from '../http/exchange.js';
import type { Secrets } from '../http/redaction.js';
import type { RetryPolicy } from '../http/retry.js';
import { createAttempts } from '../http/send.js';
import { createServerClock, type ServerClock } from '../http/server-clock.js';
import type { Timing } from '../http/types.js';
import { type AgentFacts, userAgent } from '../http/user-agent.js';
import type { ModelRegistry } from '../registry/types.js';
import { type Apps, createApps } from './apps.js';
import { bearerAuthorizer } from './auth/provider.js';
import type { TokenProvider } from './auth/types.js';
import { databricksDialect } from './dialect.js';
import { createWorkspaceFiles, type WorkspaceFiles } from './files.js';
import { createGrants, type Grants } from './grants.js';
import { type Identity, readIdentity } from './identity.js';
import { createInvoker } from './invoker.js';
import { createJobs, type Jobs } from './jobs.js';
import { createMetricsSource } from './metrics-export.js';
import { type WorkspacePages, workspacePages } from './pages.js';
import { createGitFolders, type GitFolders } from './repos.js';
import { createServing, type EndpointSummary, listEndpoints, type Serving } from './serving.js';
import { createUnityCatalogRegistry } from './unity-catalog.js';
import { createWarehouses, type Warehouses } from './warehouses.js';
import { createWorkspaceRegistry } from './workspace-registry.js';

export interface DatabricksClientOptions {
  /** Normalised address of the workspace (`normalizeHost`). */
  readonly host: string;
  /** For unified hosts, and for links; `null` when it is not known. */
  readonly workspaceId: string | null;
  readonly tokens: TokenProvider;
  readonly exchange: Exchange;
  readonly timing: Timing;
  readonly secrets: Secrets;
  readonly agent: Omit<AgentFacts, 'authType'>;
  /** Epoch ms for the server clock until the first answer. */
  readonly startEpochMs: number;
  /** Shared with the token providers where they are given it; otherwise a new one is made. */
  readonly clock?: ServerClock;
  readonly retry?: RetryPolicy;
  readonly onRetry?: (message: string) => void;
}

/** One Databricks workspace. */
export interface DatabricksClient {
  readonly host: string;
  readonly http: HttpClient;
  /** The workspace's time; `now()` serves `Clock.serverNow()`. */
  readonly clock: ServerClock;
  readonly pages: WorkspacePages;
  readonly unityCatalog: ModelRegistry;
  readonly workspaceRegistry: ModelRegistry;
  serving(endpointName: string): Serving;
  /** All endpoints that can be seen, as summaries. Throws `ActionError`. */
  endpoints(signal: AbortSignal): Promise<readonly EndpointSummary[]>;
  metrics(endpointName: string): MetricsSource;
  invoker(endpointName: string): Invoker;
  readonly apps: Apps;
  readonly files: WorkspaceFiles;
  readonly gitFolders: GitFolders;
  readonly grants: Grants;
  readonly jobs: Jobs;
  readonly warehouses: Warehouses;
  me(signal: AbortSignal): Promise<Identity>;
}

/** All clients of one workspace, over one transport and one set of credentials. */
export function createDatabricksClient(options: DatabricksClientOptions): DatabricksClient {
  const { host, workspaceId, timing } = options;
  const authorizer = bearerAuthorizer(options.tokens);
  const clock = options.clock ?? createServerClock(timing.monotonic, options.startEpochMs);
  const attempts = createAttempts({
    ...options,
    baseUrl: host,
    authorizer,
    clock,
    userAgent: userAgent({ ...options.agent, authType: authorizer.authType }),
    ...(workspaceId === null ? {} : { headers: { 'x-databricks-workspace-id': workspaceId } }),
  });
  const http = createHttpClient(attempts, databricksDialect);
  const pages = workspacePages(host, workspaceId);
  return {
    host,
    http,
    clock,
    pages,
    unityCatalog: createUnityCatalogRegistry(http, pages),
    workspaceRegistry: createWorkspaceRegistry(http, pages),
    serving: (endpointName) => createServing(http, pages, endpointName),
    endpoints: (signal) => listEndpoints(http, signal),
    metrics: (endpointName) => createMetricsSource(http, endpointName),
    invoker: (endpointName) => createInvoker(http, endpointName, clock),
    apps: createApps(http),
    files: createWorkspaceFiles(http),
    gitFolders: createGitFolders(http),
    grants: createGrants(http),
    jobs: createJobs(http),
    warehouses: createWarehouses(http, timing),
    me: (signal) => readIdentity(http, signal),
  };
}
