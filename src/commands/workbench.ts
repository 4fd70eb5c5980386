import { createHash } from 'node:crypto';
import type { SignalWatch } from '../action/signals.js';
import type { Settings } from '../config/types.js';
import type { DatabricksClient } from '../databricks/client.js';
import { configurationError } from '../errors.js';
import type { Invoker, MetricsSource } from '../health/ports.js';
import type { ServingPort } from '../rollout/ports.js';
import { openRemoteSides, type Transport } from './connections.js';
import type { Desk } from './desk.js';
import { timeLimit } from './session.js';
import { loadSmoke } from './smoke.js';
import type { SmokeLibrary, Workbench } from './types.js';

/**
 * Puts together what a command works with. Sends nothing yet. Throws `ActionError` for missing or contradictory credentials.
 * `transport` is given by tests alone.
 */
export function openWorkbench(desk: Desk, settings: Settings, watch: SignalWatch, transport?: Transport): Workbench {
  const { session } = desk;
  const remote = openRemoteSides(session, settings, transport);
  desk.atClose(() => remote.close());
  const library = new Map<string, Promise<SmokeLibrary>>();
  const bench: Workbench = {
    settings,
    caller: session.caller,
    log: session.log,
    signal: AbortSignal.any([watch.signal, timeLimit(settings.control.timeoutMs)]),
    clock: remote.clock,
    databricks: remote.databricks,
    github: desk.github,
    registry: remote.registry,
    ...endpointSide(remote.databricks, settings.endpoint),
    readFile: (path) => readText(desk, path),
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    commits: async () => {
      const { commits, event } = session.caller;
      if (event !== 'push') return commits;
      const { mergedHead } = await desk.findPullRequest();
      return mergedHead === undefined ? commits : [...new Set([...commits, mergedHead])];
    },
    record: (findings) => desk.record(findings),
    progress: (findings, step, traffic) => desk.show(findings, step, traffic),
    leaving: (state) => watch.leaving(state),
    smoke: (version) => {
      const known = library.get(version) ?? loadSmoke(bench, version);
      library.set(version, known);
      return known;
    },
  };
  return bench;
}

interface EndpointSide {
  readonly serving: ServingPort;
  readonly metrics: MetricsSource;
  readonly invoker: Invoker;
}

function endpointSide(databricks: DatabricksClient | null, endpoint: Settings['endpoint']): EndpointSide {
  const { name, tags } = endpoint;
  if (databricks === null || name === '') return WITHOUT_ENDPOINT;
  const serving = databricks.serving(name);
  return {
    serving: {
      read: (signal) => serving.read(signal),
      create: (config, own, signal) => serving.create(config, { ...tags, ...own }, signal),
      update: (config, signal) => serving.update(config, signal),
      patchTags: (add, remove, signal) => serving.patchTags(add, remove, signal),
    },
    metrics: databricks.metrics(name),
    invoker: databricks.invoker(name),
  };
}

const NO_ENDPOINT = 'No serving endpoint is configured.';

/** For a gate without an endpoint: there is nothing to read, and nothing may be written. */
const WITHOUT_ENDPOINT: EndpointSide = {
  serving: {
    read: async () => null,
    create: async () => ({ kind: 'refused', status: 0, code: '', message: NO_ENDPOINT }),
    update: async () => ({ kind: 'refused', status: 0, code: '', message: NO_ENDPOINT }),
    patchTags: async () => ({ kind: 'refused', message: NO_ENDPOINT }),
  },
  metrics: { read: async () => ({ kind: 'absent', message: NO_ENDPOINT }) },
  invoker: {
    invoke: async () => ({ status: null, latencyMs: 0, body: '', contentType: '', fault: NO_ENDPOINT, sentAtMs: 0 }),
  },
};

async function readText(desk: Desk, path: string): Promise<string> {
  const read = await desk.session.readFile(path);
  if (read.kind === 'text') return read.text;
  const why = { absent: 'does not exist', outside: 'lies outside the repository', failed: 'cannot be read' }[read.kind];
  const message = `The file ${path} ${why}${read.kind === 'failed' ? ` (${read.message})` : ''}.`;
  throw configurationError([
    {
      key: path,
      file: path,
      message,
      fix: 'Give the path of a file of the repository, relative to its root, and check it out first.',
    },
  ]);
}
