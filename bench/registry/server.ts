import { startWorkspace } from '../../sandbox/workspace/index.js';
import type { ModelVersion } from '../../sandbox/workspace/models/types.js';
import { METRICS, MODELS, type RegistryKind, VERSIONS, WANTED_AGE, WANTED_COMMIT } from './workload.js';

/**
 * Serves one registry with very many versions, the newest of which has a run with very many metrics. Prints its address and token as one line of JSON
 * and ends with standard input.
 */
export async function serve(kind: RegistryKind): Promise<void> {
  const workspace = await startWorkspace({ kind: kind === 'mlflow' ? 'mlflow' : 'databricks', speed: 1, tickMs: 0 });
  const name = MODELS[kind];
  workspace.seed.version({ model: name, version: 1, withoutRun: true });
  const store = kind === 'unity-catalog' ? workspace.unityCatalog : workspace.registry;
  const model = store.get(name);
  const first = store.version(model, 1);
  for (let version = 2; version < VERSIONS; version += 1) model.versions.set(version, numbered(first, version));
  const metrics = Object.fromEntries(Array.from({ length: METRICS }, (_, index) => [`slice_${index}/accuracy`, 0.9]));
  workspace.seed.version({ model: name, version: VERSIONS, metrics });
  const wanted = VERSIONS - WANTED_AGE;
  model.versions.delete(wanted);
  workspace.seed.version({ model: name, version: wanted, tags: { git_commit: WANTED_COMMIT } });
  process.stdout.write(`${JSON.stringify({ url: workspace.url, token: workspace.token })}\n`);
  process.stdin.resume();
  process.stdin.once('end', () => void workspace.stop().then(() => process.exit(0)));
}

/** The same version under another number; ids do not matter to readers. */
function numbered(version: ModelVersion, number: number): ModelVersion {
  return { ...version, version: number, tags: new Map(), updatedAt: version.updatedAt + number };
}
