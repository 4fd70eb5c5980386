import type { Identity } from './auth/identities.js';
import { OAuth } from './auth/oauth.js';
import { registerScim } from './auth/scim.js';
import type { Credentials } from './auth/tokens.js';
import { text } from './http/reply.js';
import type { Router } from './http/router.js';
import { MlflowRegistry } from './models/mlflow-registry.js';
import type { ModelStore } from './models/store.js';
import { UcMlflowModels } from './models/uc-mlflow.js';
import { type ModelAccess, UnityCatalogModels } from './models/unity-catalog.js';
import { type RegistryLevel, WorkspaceRegistry } from './models/workspace-registry.js';
import type { WorkspaceOptions } from './options.js';
import type { Platform } from './platform/assembly.js';
import type { Permissions } from './platform/permissions.js';
import type { Serving } from './serving/assembly.js';
import { registerTracking } from './tracking/assembly.js';
import type { TrackingStore } from './tracking/store.js';

/** The stores behind the routes. */
export interface WorkspaceParts {
  readonly options: WorkspaceOptions;
  readonly workspaceId: string;
  readonly credentials: Credentials;
  readonly permissions: Permissions;
  readonly unityCatalog: ModelStore;
  readonly registry: ModelStore;
  readonly registryOf: (model: string) => ModelStore;
  readonly tracking: TrackingStore;
  readonly serving: Serving;
  readonly access: ModelAccess;
  readonly platform: Platform;
  readonly metastoreId: string;
}

const EXPERIMENT_LEVELS = ['CAN_READ', 'CAN_EDIT', 'CAN_MANAGE'];

const PREFIXES = ['/api/2.0/mlflow', '/ajax-api/2.0/mlflow'];

const REGISTRY_LEVELS: readonly RegistryLevel[] = [
  'CAN_READ',
  'CAN_EDIT',
  'CAN_MANAGE_STAGING_VERSIONS',
  'CAN_MANAGE_PRODUCTION_VERSIONS',
  'CAN_MANAGE',
];

function registerAuth(router: Router, { options, credentials, workspaceId }: WorkspaceParts): void {
  new OAuth(credentials, {
    policies: options.federation ?? [],
    m2mLifetime: options.tokenLifetimes?.m2m ?? 3600,
    exchangeLifetime: options.tokenLifetimes?.exchange ?? 298,
    discovery: options.oauthDiscovery ?? true,
    workspaceId,
    accountId: '00000000-0000-4000-8000-0000000acc01',
  }).register(router);
  registerScim(router, workspaceId);
}

function registerUnityCatalog(
  router: Router,
  { options, unityCatalog, access, tracking, metastoreId }: WorkspaceParts,
): void {
  new UnityCatalogModels(unityCatalog, access, {
    metastoreId,
    pageSize: options.pageSize ?? 100,
    emptyFirstPage: options.emptyFirstPage ?? false,
  }).register(router);
  new UcMlflowModels(unityCatalog, access, {
    experimentOf: (runId) => tracking.runs.get(runId)?.experimentId,
    enabled: options.ucMlflowPaths ?? true,
  }).register(router);
}

function registerWorkspaceRegistry(router: Router, { options, registry, permissions }: WorkspaceParts): void {
  const mlflow = new MlflowRegistry(registry, { dialect: 'workspace', enabled: options.workspaceRegistry ?? true });
  const owner = (id: string): string | null => registry.all().find((model) => model.id === id)?.owner ?? null;
  permissions.protect({ type: 'registered-models', objectType: 'registered-model', levels: REGISTRY_LEVELS, owner });
  for (const prefix of PREFIXES) mlflow.register(router, prefix);
  new WorkspaceRegistry(registry, mlflow, (identity, model) => {
    const held = permissions.level('registered-models', model.id, identity);
    return REGISTRY_LEVELS.find((level) => level === held) ?? null;
  }).register(router);
}

/** All routes of a Databricks workspace. */
export function registerDatabricks(router: Router, parts: WorkspaceParts): void {
  registerAuth(router, parts);
  parts.serving.register(router);
  parts.platform.register(router);
  registerUnityCatalog(router, parts);
  registerWorkspaceRegistry(router, parts);
  const owner = (id: string): string | null => parts.tracking.experiments.get(id)?.owner ?? null;
  parts.permissions.protect({ type: 'experiments', objectType: 'mlflowExperiment', levels: EXPERIMENT_LEVELS, owner });
  const readable = (identity: Identity, experiment: string): boolean =>
    parts.permissions.reaches('experiments', experiment, identity, 'CAN_READ');
  const habits = { maxHistory: 25_000, historyPagingBug: false, maxTagValue: 5000, readable };
  registerTracking(router, parts.tracking, parts.registryOf, PREFIXES, habits);
  parts.permissions.register(router);
}

/** All routes of a plain MLflow server. */
export function registerMlflow(router: Router, parts: WorkspaceParts): void {
  router.on('GET', '/health', () => text('OK'), { open: true });
  router.on('GET', '/version', () => text('3.6.0'), { open: true });
  const registry = new MlflowRegistry(parts.registry, { dialect: 'oss', enabled: true });
  for (const prefix of PREFIXES) registry.register(router, prefix);
  const habits = {
    maxHistory: 50_000,
    historyPagingBug: parts.options.historyPagingBug ?? false,
    maxTagValue: 8000,
    readable: () => true,
  };
  registerTracking(router, parts.tracking, parts.registryOf, PREFIXES, habits);
}
