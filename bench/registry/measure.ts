import { pause } from '../../src/commands/session.js';
import { createTokenProvider } from '../../src/databricks/auth/provider.js';
import { createDatabricksClient } from '../../src/databricks/client.js';
import { createConnections, type Exchange } from '../../src/http/exchange.js';
import { createSecrets } from '../../src/http/redaction.js';
import { createServerClock } from '../../src/http/server-clock.js';
import { createMlflowClient } from '../../src/mlflow/client.js';
import type { ModelRegistry } from '../../src/registry/types.js';
import { MODELS, type RegistryKind, type Task, VERSIONS, WANTED_COMMIT } from './workload.js';

/** What one task cost. Memory in MiB. */
export interface Measure {
  readonly requests: number;
  readonly milliseconds: number;
  /** Of the process before the task and at its peak. */
  readonly memoryBefore: number;
  readonly memoryPeak: number;
  /** In words, to be seen right. */
  readonly found: string;
}

/** Carries out one task against the server at `url` and prints what it cost as one line of JSON. One process for each, so that peaks are its own. */
export async function measure(kind: RegistryKind, task: Task, url: string, token: string): Promise<void> {
  let requests = 0;
  const connections = createConnections({});
  const exchange: Exchange = (request) => {
    requests += 1;
    return connections.exchange(request);
  };
  const registry = open(kind, url, token, exchange);
  const memoryBefore = process.memoryUsage.rss();
  const started = performance.now();
  const found = await perform(registry, MODELS[kind], task);
  const milliseconds = performance.now() - started;
  const memoryPeak = process.resourceUsage().maxRSS * 1024;
  const result: Measure = {
    requests,
    milliseconds: Math.round(milliseconds),
    memoryBefore: mebibytes(memoryBefore),
    memoryPeak: mebibytes(memoryPeak),
    found,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
  await connections.close();
}

async function perform(registry: ModelRegistry, model: string, task: Task): Promise<string> {
  const { signal } = new AbortController();
  switch (task) {
    case 'latest':
      return `version ${(await registry.resolve(model, { kind: 'latest' }, signal)).version}`;
    case 'number':
      return `version ${(await registry.resolve(model, { kind: 'number', version: '77' }, signal)).version}`;
    case 'commit': {
      const query = { kind: 'commit', commits: [WANTED_COMMIT] } as const;
      return `version ${(await registry.resolve(model, query, signal)).version}`;
    }
    case 'facts': {
      const facts = await registry.facts(model, String(VERSIONS), { histories: [], signature: true }, signal);
      return `${facts.metrics.length} metrics`;
    }
  }
}

function open(kind: RegistryKind, url: string, token: string, exchange: Exchange): ModelRegistry {
  const timing = { monotonic: () => performance.now(), sleep: pause, random: Math.random };
  const secrets = createSecrets(() => undefined);
  const agent = { version: '0.0.0', nodeVersion: process.versions.node, platform: process.platform, onGitHub: false };
  const startEpochMs = Date.now();
  const shared = { exchange, timing, secrets, agent, startEpochMs };
  if (kind === 'mlflow') {
    return createMlflowClient({ ...shared, baseUrl: url, authentication: { kind: 'none' }, headers: {} }).registry;
  }
  const clock = createServerClock(timing.monotonic, startEpochMs);
  const tokens = createTokenProvider({ kind: 'pat', token }, { ...shared, clock, host: url, userAgent: 'bench' });
  const client = createDatabricksClient({ ...shared, host: url, workspaceId: null, tokens, clock });
  return kind === 'unity-catalog' ? client.unityCatalog : client.workspaceRegistry;
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}
