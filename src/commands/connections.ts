import { performance } from 'node:perf_hooks';
import { credentialsOf } from '../config/credentials.js';
import type { RegistryKind, Settings } from '../config/types.js';
import { chooseAuthentication } from '../databricks/auth/choose.js';
import { normalizeHost } from '../databricks/auth/host.js';
import { createTokenProvider } from '../databricks/auth/provider.js';
import { createDatabricksClient, type DatabricksClient } from '../databricks/client.js';
import { ActionError, type ConfigurationFault, configurationError } from '../errors.js';
import { type Connections, createConnections, type Exchange } from '../http/exchange.js';
import { createSecrets, type Secrets } from '../http/redaction.js';
import { createServerClock } from '../http/server-clock.js';
import type { Timing } from '../http/types.js';
import { userAgent } from '../http/user-agent.js';
import { chooseMlflow } from '../mlflow/authentication.js';
import { createMlflowClient } from '../mlflow/client.js';
import type { ModelRegistry } from '../registry/types.js';
import type { Clock } from '../rollout/ports.js';
import { ACTION } from '../version.js';
import { pause, type Session } from './session.js';

/** The remote sides of one run. */
export interface RemoteSides {
  /** `null`: a gate on an MLflow server without an endpoint needs no workspace. */
  readonly databricks: DatabricksClient | null;
  readonly registry: ModelRegistry;
  readonly clock: Clock;
  /** Closes every kept-alive connection. */
  close(): Promise<void>;
}

/** How requests travel, and time as waits and retries see it. */
export interface Transport {
  readonly connections: Connections;
  readonly timing: Timing;
}

/** The network and the time of this machine. */
function realTransport(environment: Session['environment']): Transport {
  const timing = { monotonic: () => performance.now(), sleep: pause, random: Math.random };
  return { connections: createConnections(environment), timing };
}

/** What every client of a run shares. */
interface Shared {
  readonly connections: Connections;
  readonly exchange: Exchange;
  readonly timing: Timing;
  readonly secrets: Secrets;
  readonly agent: {
    readonly version: string;
    readonly nodeVersion: string;
    readonly platform: string;
    readonly onGitHub: boolean;
  };
  readonly startEpochMs: number;
  readonly onRetry: (message: string) => void;
}

/**
 * Opens the clients that the settings ask for. Sends nothing yet. Throws `ActionError` for missing or contradictory credentials.
 * `transport`: another network and another time, for tests that cannot wait.
 */
export function openRemoteSides(
  session: Session,
  settings: Settings,
  transport: Transport = realTransport(session.environment),
): RemoteSides {
  const shared = sharedParts(session, transport);
  const databricks =
    settings.credentials.databricks.host === undefined ? null : openWorkspace(session, shared, settings);
  const registry = openRegistry(session, shared, settings.model.registry, settings, databricks);
  return {
    databricks,
    registry,
    clock: {
      now: shared.timing.monotonic,
      serverNow: () => databricks?.clock.now() ?? session.startedAtMs + (performance.now() - session.started),
      sleep: shared.timing.sleep,
    },
    close: () => shared.connections.close(),
  };
}

function sharedParts(session: Session, { connections, timing }: Transport): Shared {
  const { log, environment, startedAtMs } = session;
  return {
    connections,
    exchange: connections.exchange,
    timing,
    secrets: createSecrets((value) => log.mask(value)),
    agent: {
      version: ACTION.version,
      nodeVersion: process.versions.node,
      platform: process.platform,
      onGitHub: environment.GITHUB_ACTIONS === 'true',
    },
    startEpochMs: startedAtMs,
    onRetry: (message) => log.debug(message),
  };
}

function openWorkspace(session: Session, shared: Shared, settings: Settings): DatabricksClient {
  const { environment, log, inputs } = session;
  const host = normalizeHost(settings.credentials.databricks.host ?? '');
  if (host.kind === 'fault')
    throw configurationError([{ key: 'input:databricks-host', message: host.message, fix: host.fix }]);
  const chosen = chooseAuthentication(credentialsOf(inputs, {}).databricks, environment);
  if (chosen.kind === 'faults') throw credentialError(chosen.faults);
  for (const note of [...host.notes, ...chosen.notes]) log.info(note);
  const clock = createServerClock(shared.timing.monotonic, shared.startEpochMs);
  const agent = userAgent({ ...shared.agent, authType: chosen.choice.kind });
  const cloud = environment.ARM_ENVIRONMENT;
  const tokens = createTokenProvider(chosen.choice, {
    ...shared,
    clock,
    host: host.host,
    userAgent: agent,
    ...(cloud === undefined || cloud === '' ? {} : { entraCloud: cloud }),
  });
  const workspaceId = settings.credentials.databricks.workspaceId ?? host.workspaceId ?? null;
  return createDatabricksClient({ ...shared, host: host.host, workspaceId, tokens, clock });
}

function openRegistry(
  session: Session,
  shared: Shared,
  kind: RegistryKind,
  settings: Settings,
  databricks: DatabricksClient | null,
): ModelRegistry {
  if (kind === 'mlflow') return openMlflow(session, shared, settings);
  if (databricks === null) throw missingHost();
  return kind === 'unity-catalog' ? databricks.unityCatalog : databricks.workspaceRegistry;
}

function openMlflow(session: Session, shared: Shared, settings: Settings): ModelRegistry {
  const { headers: extra } = settings.credentials.mlflow;
  const given = { ...credentialsOf(session.inputs, {}).mlflow, ...(extra === undefined ? {} : { headers: extra }) };
  const chosen = chooseMlflow(given, session.environment);
  if (chosen.kind === 'faults') throw credentialError(chosen.faults);
  if (chosen.kind !== 'server') {
    const key = 'input:mlflow-tracking-uri';
    const message = 'The registry is mlflow, and no MLflow server is named.';
    throw configurationError([{ key, message, fix: 'Set mlflow-tracking-uri, or the variable MLFLOW_TRACKING_URI.' }]);
  }
  const { baseUrl, authentication, headers } = chosen;
  return createMlflowClient({ ...shared, baseUrl, authentication, headers }).registry;
}

function missingHost(): ActionError {
  const fix = 'Set databricks-host, or the variable DATABRICKS_HOST, to the workspace URL.';
  return configurationError([{ key: 'input:databricks-host', message: 'No Databricks workspace is named.', fix }]);
}

function credentialError(faults: readonly ConfigurationFault[]): ActionError {
  const [first] = faults;
  return new ActionError(faults.map((fault) => fault.message).join(' '), {
    kind: 'configuration',
    reason: 'credentials-missing',
    fix: first?.fix ?? 'Give credentials for the workspace.',
    faults,
  });
}
