import type { App, AppDeployment } from '../../databricks/apps.js';

/** A deployment whose end is still to come. */
export function isUnderWay(deployment: AppDeployment | null): boolean {
  return deployment !== null && deployment.state === 'IN_PROGRESS';
}

/** The deployment that is under way on the app, ours or somebody else's. */
export function underWay(app: App): AppDeployment | null {
  return [app.pendingDeployment, app.activeDeployment].find(isUnderWay) ?? null;
}

/** Whether visitors are served. */
export function isServing(app: App): boolean {
  return app.computeState === 'ACTIVE' && app.appState === 'RUNNING';
}

/** `/Workspace/Users/…` and `/Users/…` are the same place. */
export function samePath(a: string, b: string): boolean {
  return a !== '' && b !== '' && plain(a) === plain(b);
}

function plain(path: string): string {
  return path.replace(/^\/Workspace(?=\/)/, '').replace(/\/+$/, '');
}

/** What to go back to: the deployment that visitors saw before, if there is one that came up. */
export function previousDeployment(app: App, history: readonly AppDeployment[], source: string): AppDeployment | null {
  const isOther = (deployment: AppDeployment): boolean => !samePath(deployment.sourceCodePath, source);
  const { activeDeployment: active } = app;
  const succeeded = history.filter((deployment) => deployment.state === 'SUCCEEDED' && isOther(deployment));
  if (active === null || !isOther(active) || active.state !== 'SUCCEEDED') return succeeded[0] ?? null;
  if (app.appState !== 'CRASHED') return active;
  // What crashed is not worth going back to while there is something else; with nothing else it is what was there.
  return succeeded.find((deployment) => !samePath(deployment.sourceCodePath, active.sourceCodePath)) ?? active;
}
