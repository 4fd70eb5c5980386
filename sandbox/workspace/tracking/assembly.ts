import type { Router } from '../http/router.js';
import type { ModelStore } from '../models/store.js';
import { ArtifactRoutes } from './artifact-routes.js';
import { registerExperiments } from './experiment-routes.js';
import { LoggedModelRoutes } from './logged-model-routes.js';
import { type RunHabits, RunRoutes } from './run-routes.js';
import type { TrackingStore } from './store.js';

/** Address of the files of a version, following `models:/` sources; `null` when the version is not known. */
function versionRoot(
  tracking: TrackingStore,
  registryOf: (model: string) => ModelStore,
  name: string,
  version: string,
): string | null {
  const found = registryOf(name).findVersion(name, Number(version));
  if (found === undefined) return null;
  const logged = /^models:\/(m-[^/]+)$/.exec(found.source)?.[1];
  if (logged !== undefined) return tracking.loggedModels.get(logged)?.artifactUri ?? null;
  const copied = /^models:\/(.+)\/(\d+)$/.exec(found.source);
  if (copied !== null) return versionRoot(tracking, registryOf, copied[1] ?? '', copied[2] ?? '');
  return found.source;
}

/** All tracking paths under each of the prefixes, and the artifact paths at the root. */
export function registerTracking(
  router: Router,
  tracking: TrackingStore,
  registryOf: (model: string) => ModelStore,
  prefixes: readonly string[],
  habits: RunHabits,
): void {
  const artifacts = new ArtifactRoutes(tracking, (name, version) => versionRoot(tracking, registryOf, name, version));
  const runs = new RunRoutes(tracking, habits);
  const loggedModels = new LoggedModelRoutes(tracking);
  for (const prefix of prefixes) {
    registerExperiments(router, tracking, prefix);
    runs.register(router, prefix);
    artifacts.register(router, prefix);
    loggedModels.register(router, prefix);
  }
  artifacts.registerRoot(router);
}
