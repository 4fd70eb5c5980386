import { createHash } from 'node:crypto';
import type { SignalWatch } from '../action/signals.js';
import type { Settings } from '../config/types.js';
import type { DatabricksClient } from '../databricks/client.js';
import { configurationError } from '../errors.js';
import type { Invoker, MetricsSource } from '../health/ports.js';
import type { ServingPort } from '../rollout/ports.js';
import { openRemoteSides, type Transport } from './connections.js';
import type { Desk } from './desk.js';
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
    signal: AbortSignal.any([watch.signal, AbortSignal.timeout(settings.control.timeoutMs)]),
    clock: remote.clock,
    databricks: remote.databricks,
    github: desk.github,
    registry: remote.registry,
    ...endpointSide(remote.databricks, settings.endpoint.name),
    readFile: (path) => readText(desk, path),
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
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

function endpointSide(databricks: DatabricksClient | null, endpoint: string): EndpointSide {
  if (databricks === null || endpoint === '') return WITHOUT_ENDPOINT;
  return {
    serving: databricks.serving(endpoint),
    metrics: databricks.metrics(endpoint),
    invoker: databricks.invoker(endpoint),
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
