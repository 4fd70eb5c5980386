import type { AppDeployment, DeploymentSource } from '../../databricks/apps.js';
import { asActionError } from '../../errors.js';
import { bringUp } from './app-compute.js';
import { isServing } from './app-state.js';
import { deploy, follow, settle } from './deployment.js';
import { judge } from './judge.js';
import type { Release } from './release.js';

/** How the way back went. */
export type Restored =
  | { readonly kind: 'restored'; readonly how: string }
  | { readonly kind: 'failed'; readonly why: string };

/** Puts the previous deployment back and watches it as closely as a new one. Throws only when aborted. */
export async function restore(release: Release, previous: AppDeployment): Promise<Restored> {
  release.bench.log.phase(`Putting deployment ${previous.id} back`);
  try {
    return await putBack(release, previous);
  } catch (thrown) {
    release.bench.signal.throwIfAborted();
    return { kind: 'failed', why: asActionError(thrown).message };
  }
}

async function putBack(release: Release, previous: AppDeployment): Promise<Restored> {
  const app = await settle(release);
  if (app.activeDeployment?.id === previous.id && isServing(app)) {
    const verdict = await judge(release, { id: previous.id, replaces: null });
    if (verdict.kind === 'healthy') {
      release.deployed(previous);
      return { kind: 'restored', how: `Deployment ${previous.id} was never replaced and still runs.` };
    }
  }
  const source = await sourceOf(release, previous);
  if (source === null) {
    return { kind: 'failed', why: `The source of deployment ${previous.id}, ${previous.sourceCodePath}, is gone.` };
  }
  await bringUp(release);
  const replaces = (await settle(release)).activeDeployment?.id ?? null;
  const deployment = await deploy(release, source);
  release.deployed({ ...deployment, sourceCodePath: previous.sourceCodePath });
  const end = await follow(release, deployment.id);
  if (end.kind === 'failed') return end;
  const verdict = await judge(release, { id: deployment.id, replaces });
  if (verdict.kind === 'unhealthy') return { kind: 'failed', why: verdict.why };
  if (verdict.kind === 'superseded') {
    return { kind: 'failed', why: `Deployment ${verdict.by} of somebody else came in between.` };
  }
  const what = previous.sourceCodePath || 'its git folder';
  return { kind: 'restored', how: `The source of deployment ${previous.id} (${what}) was deployed again and runs.` };
}

/** What to deploy again; `null` when its folder was removed. */
async function sourceOf(release: Release, previous: AppDeployment): Promise<DeploymentSource | null> {
  if (previous.gitSource !== null) return { kind: 'git', source: previous.gitSource };
  const found = await release.files.status(previous.sourceCodePath, release.bench.signal);
  return found === null ? null : { kind: 'folder', path: previous.sourceCodePath };
}
