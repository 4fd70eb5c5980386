import { registerDatabricks, registerMlflow, type WorkspaceParts } from './assembly.js';
import type { IdentityOptions } from './auth/identities.js';
import { mlflowCaller } from './auth/mlflow-auth.js';
import { Credentials } from './auth/tokens.js';
import { Faults } from './http/faults.js';
import { RequestLog } from './http/request-log.js';
import { Router } from './http/router.js';
import { WorkspaceServer } from './http/server.js';
import type { Invariants } from './invariants.js';
import { Seeding } from './models/seeding.js';
import { ModelStore } from './models/store.js';
import type { WorkspaceOptions } from './options.js';
import { Platform } from './platform/assembly.js';
import { checkLoaders, modelAccess } from './platform/model-access.js';
import { Permissions } from './platform/permissions.js';
import { Serving } from './serving/assembly.js';
import type { Endpoints } from './serving/endpoints.js';
import type { ServingScripting } from './serving/scripting.js';
import { ServerClock } from './time/clock.js';
import { type Random, seeded } from './time/random.js';
import { Simulation } from './time/simulation.js';
import { TrackingStore } from './tracking/store.js';
import type { MetricsExport } from './traffic/metrics-export.js';
import type { Traffic } from './traffic/traffic.js';

export { effects } from './http/faults.js';
export type { WorkspaceOptions } from './options.js';

/** A running sandbox: its address and credentials, what it saw, and the strings to pull. */
export interface Workspace {
  /** Base URL without a slash at its end. */
  readonly url: string;
  /** A valid personal access token of the main identity. */
  readonly token: string;
  /** Application id and secret of the main identity, for OAuth. */
  readonly clientId: string;
  readonly clientSecret: string;
  readonly clock: ServerClock;
  /** Everything that was asked of it. */
  readonly requests: RequestLog;
  /** Faults of the HTTP layer. */
  readonly faults: Faults;
  readonly credentials: Credentials;
  readonly permissions: Permissions;
  /** Fills registries and tracking server. */
  readonly seed: Seeding;
  readonly tracking: TrackingStore;
  /** Unity Catalog models. */
  readonly unityCatalog: ModelStore;
  /** The legacy registry of the workspace, or the registry of the plain MLflow server. */
  readonly registry: ModelStore;
  /** Endpoints as they are. */
  readonly endpoints: Endpoints;
  /** What can be made to befall them. */
  readonly serving: ServingScripting;
  /** Conduct of versions, simulated callers and the record of who answered what. */
  readonly traffic: Traffic;
  readonly metrics: MetricsExport;
  /** Catalogs and grants, files, git folders, jobs, warehouses and apps. */
  readonly platform: Platform;
  /** What must hold at every moment; tests assert that `violations` is empty. */
  readonly invariants: Invariants;
  /** What a careful client would not have sent. */
  readonly complaints: readonly string[];
  /** Lets everything happen that is due, without waiting for the next tick. */
  settle(): void;
  /** Moves the server's clock forward and lets everything happen on the way. */
  advance(serverMs: number): void;
  stop(): Promise<void>;
}

const MAIN: IdentityOptions = {
  userName: 'a1b2c3d4-0000-4000-8000-00000000c0de',
  displayName: 'model-promotion',
  kind: 'service-principal',
  clientSecret: 'dose0123456789abcdef0123456789abcdef',
  admin: true,
};

const METASTORE = '11111111-2222-4333-8444-555555555555';

interface Assembled extends WorkspaceParts {
  readonly clock: ServerClock;
  readonly simulation: Simulation;
  readonly seed: Seeding;
  readonly main: IdentityOptions;
  readonly token: string;
}

/** The two registries, the tracking server and who is known; no behaviour yet. */
function storesFor(options: WorkspaceOptions, random: Random) {
  const credentials = new Credentials(random);
  const main = options.identity ?? MAIN;
  const { token } = credentials.add(main);
  for (const identity of options.identities ?? []) credentials.add(identity);
  const workspaceId = options.workspaceId ?? '7474645572615955';
  const plain = options.kind === 'mlflow';
  const unityCatalog = new ModelStore(random, { foldsCase: true, noun: 'Registered model', workspaceId });
  const registry = new ModelStore(random, { foldsCase: false, noun: 'Registered Model', workspaceId });
  const registryOf = (model: string): ModelStore => (!plain && model.split('.').length === 3 ? unityCatalog : registry);
  const tracking = new TrackingStore(random, plain ? 'mlflow-artifacts:' : 'dbfs:/databricks/mlflow-tracking');
  return { credentials, main, token, workspaceId, unityCatalog, registry, registryOf, tracking };
}

function assemble(options: WorkspaceOptions): Assembled {
  const random = seeded(options.seed ?? 1);
  const clock = new ServerClock(options.speed ?? 60, options.startAt ?? Date.now());
  const simulation = new Simulation(clock);
  const permissions = new Permissions();
  const stores = storesFor(options, random);
  const { unityCatalog: models, registryOf, credentials, workspaceId, tracking } = stores;
  const administrator = stores.main.userName;
  const shared = { options, simulation, random, permissions, workspaceId, metastoreId: METASTORE };
  const platform = new Platform({ ...shared, models });
  const { securables } = platform;
  const checkLoadable = (model: string, loaders: readonly string[]): void => {
    if (registryOf(model) === models) checkLoaders(securables, credentials, model.toLowerCase(), loaders);
  };
  const serving = new Serving({ ...shared, registryOf, administrator, checkLoadable });
  const seed = new Seeding(registryOf, tracking, clock, random, administrator, (model, now) => {
    if (registryOf(model) === models) securables.ensureParents(model, administrator, now);
  });
  return { ...stores, ...shared, access: modelAccess(securables), platform, serving, clock, seed };
}

function serverFor(parts: Assembled, faults: Faults, log: RequestLog): WorkspaceServer {
  const { options, credentials, simulation, serving, main } = parts;
  const router = new Router();
  const plain = options.kind === 'mlflow';
  if (plain) registerMlflow(router, parts);
  else registerDatabricks(router, parts);
  const own = credentials.identity(main.userName);
  return new WorkspaceServer({
    router,
    faults,
    log,
    simulation,
    authenticate: (authorization) =>
      plain ? mlflowCaller(own, options.mlflowAuth, authorization) : credentials.authenticate(authorization),
    roundTripMs: options.roundTripMs ?? 0,
    unknownPaths: plain ? 'html' : 'json',
    headers: plain ? {} : { 'x-databricks-org-id': parts.workspaceId },
    afterRequest: () => serving.invariants.check(simulation.now),
  });
}

/** Address and credentials, the stores to look into and the strings to pull. */
function handles(parts: Assembled) {
  const { clock, serving, main } = parts;
  return {
    token: parts.token,
    clientId: main.userName,
    clientSecret: main.clientSecret ?? '',
    clock,
    credentials: parts.credentials,
    permissions: parts.permissions,
    seed: parts.seed,
    tracking: parts.tracking,
    unityCatalog: parts.unityCatalog,
    registry: parts.registry,
    endpoints: serving.endpoints,
    serving: serving.scripting,
    traffic: serving.traffic,
    metrics: serving.metrics,
    platform: parts.platform,
    invariants: serving.invariants,
    complaints: serving.complaints,
  };
}

/**
 * Starts a sandbox on 127.0.0.1. Durations given to it are server time; latencies, delays of answers and lives of
 * tokens are real time, because clients measure them with their own clock.
 */
export async function startWorkspace(options: WorkspaceOptions = {}): Promise<Workspace> {
  const parts = assemble(options);
  const { clock, simulation } = parts;
  const requests = new RequestLog();
  const faults = new Faults();
  const server = serverFor(parts, faults, requests);
  const url = await server.listen(options.port ?? 0);
  const tickMs = options.tickMs ?? 10;
  const ticker = tickMs > 0 ? setInterval(() => simulation.settle(), tickMs).unref() : undefined;
  return {
    url,
    ...handles(parts),
    requests,
    faults,
    settle: () => simulation.settle(),
    advance: (serverMs) => {
      clock.advance(serverMs);
      simulation.settle();
    },
    stop: async () => {
      clearInterval(ticker);
      await server.close();
    },
  };
}
