import { startWorkspace, type Workspace, type WorkspaceOptions } from './index.js';
import { isObject, parseJson } from './json.js';
import type { SeedVersion } from './models/seeding.js';
import type { PlacedEndpoint } from './serving/scripting.js';
import type { UpdateScript } from './serving/scripts.js';

/** What is served: the sandbox's options and what is in it from the start. Trusted input of our own tests. */
interface Scene {
  readonly options?: WorkspaceOptions;
  readonly versions?: readonly SeedVersion[];
  readonly endpoints?: readonly PlacedEndpoint[];
  readonly updates?: readonly UpdateScript[];
  /** Names of SQL warehouses. */
  readonly warehouses?: readonly string[];
}

function sceneOf(argument: string | undefined): Scene {
  const parsed = argument === undefined ? {} : parseJson(argument);
  if (!isObject(parsed)) throw new Error('The scene must be a JSON object.');
  return { ...parsed };
}

function furnish(workspace: Workspace, scene: Scene): void {
  for (const version of scene.versions ?? []) workspace.seed.version(version);
  for (const endpoint of scene.endpoints ?? []) workspace.serving.place(endpoint);
  for (const update of scene.updates ?? []) workspace.serving.script(update);
  for (const name of scene.warehouses ?? []) workspace.platform.warehouses.add(name, workspace.clientId);
}

/**
 * Starts a sandbox for clients in other processes, furnished with the scene in the first argument (JSON), and prints
 * one line of JSON: its `url`, `token`, `clientId` and `clientSecret`. Ends with the standard input, so that it never
 * outlives who started it; then it prints a second line with the invariants that were violated.
 */
async function serve(): Promise<void> {
  const scene = sceneOf(process.argv[2]);
  const workspace = await startWorkspace(scene.options);
  furnish(workspace, scene);
  const { url, token, clientId, clientSecret, invariants } = workspace;
  process.stdout.write(`${JSON.stringify({ url, token, clientId, clientSecret })}\n`);
  process.stdin.resume();
  process.stdin.once('end', () => {
    process.stdout.write(`${JSON.stringify({ violations: invariants.violations })}\n`);
    void workspace.stop().then(() => process.exit(0));
  });
}

await serve();
