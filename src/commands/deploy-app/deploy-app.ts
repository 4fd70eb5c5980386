import type { App, AppDeployment } from '../../databricks/apps.js';
import type { DatabricksClient } from '../../databricks/client.js';
import { configurationError } from '../../errors.js';
import type { Conclusion, Workbench } from '../types.js';
import { bringUp, ENDPOINT_RESOURCE, ensureApp } from './app-compute.js';
import { isServing, previousDeployment, samePath, underWay } from './app-state.js';
import { checkSource } from './check-source.js';
import {
  afterRestore,
  deployed,
  interrupted,
  type Setback,
  superseded,
  unchanged,
  withoutPrevious,
} from './conclude.js';
import { deploy, follow, settle } from './deployment.js';
import { judge } from './judge.js';
import { prune } from './prune.js';
import { look, openRelease, type Release } from './release.js';
import { restore } from './restore.js';
import { digestOf, readSourceFolder, type SourceFile } from './source-folder.js';
import { upload, uploadPlace, uploadRoot } from './upload.js';

/** The source as it was checked. */
interface Source {
  readonly files: readonly SourceFile[];
  readonly digest: string;
  readonly resourcesUsed: readonly string[];
}

/**
 * Creates or updates the companion app from a folder of the repository, waits until it is healthy, and puts the previous deployment back when
 * it is not. Goes on from what stands, so that a run after a killed one finishes its work.
 */
export async function deployApp(bench: Workbench): Promise<Conclusion> {
  const { databricks, settings } = bench;
  const { app } = settings;
  if (databricks === null || app === null) throw notConfigured(databricks === null);
  const source = await checkedSource(bench, app.source);
  const [me, first] = await Promise.all([databricks.me(bench.signal), databricks.apps.read(app.name, bench.signal)]);
  const root = uploadRoot(me.userName, app.name);
  const running = first?.pendingDeployment ?? first?.activeDeployment ?? null;
  const at = { root, commit: bench.caller.sha, digest: source.digest, deployed: running?.sourceCodePath ?? '' };
  const place = await uploadPlace(databricks.files, at, bench.signal);
  const release = openRelease(bench, {
    apps: databricks.apps,
    files: databricks.files,
    name: app.name,
    source: place.folder,
  });
  if (first !== null) release.saw(first);
  const standing = first === null ? null : sameAndHealthy(first, place.folder);
  if (standing !== null) return keep(release, standing);
  bench.leaving(`App ${app.name} is being deployed from ${place.folder}; run again to go on from there.`);
  try {
    bench.log.phase(`Source of ${app.name}`);
    await upload(bench, databricks.files, place, source.files, source.digest);
    return await bringOut(release, root, source, databricks);
  } catch (thrown) {
    if (!bench.signal.aborted) throw thrown;
    const state = `The platform goes on with what it was given: ${place.folder} on app ${app.name}.`;
    return interrupted(app.name, bench.signal.reason, state);
  }
}

function notConfigured(isHost: boolean): Error {
  const key = isHost ? 'input:databricks-host' : 'input:app-name';
  const message = isHost ? 'deploy-app needs a Databricks workspace.' : 'deploy-app needs an app.';
  return configurationError([{ key, message, fix: isHost ? 'Set databricks-host.' : 'Set app-name and app-source.' }]);
}

/** Reads and checks the folder; all faults at once, before anything is sent. */
async function checkedSource(bench: Workbench, path: string): Promise<Source> {
  const folder = await readSourceFolder(bench.caller.workspace, path);
  const { faults, resourcesUsed } = checkSource(folder);
  if (faults.length > 0) throw configurationError(faults);
  return { files: folder.files, digest: digestOf(folder.files), resourcesUsed };
}

/** The active deployment, when it is of this source, runs, and nothing is on its way to replace it. */
function sameAndHealthy(app: App, source: string): AppDeployment | null {
  const { activeDeployment: active } = app;
  if (active === null || active.state !== 'SUCCEEDED' || !samePath(active.sourceCodePath, source)) return null;
  return isServing(app) && underWay(app) === null ? active : null;
}

async function keep(release: Release, standing: AppDeployment): Promise<Conclusion> {
  release.deployed(standing);
  const history = await release.apps.deployments(release.name, release.bench.signal);
  release.before(
    history.find((one) => one.state === 'SUCCEEDED' && !samePath(one.sourceCodePath, release.source)) ?? null,
  );
  return unchanged(release.name, standing);
}

async function bringOut(
  release: Release,
  root: string,
  source: Source,
  databricks: DatabricksClient,
): Promise<Conclusion> {
  const { bench, name } = release;
  bench.log.phase(`Deployment of ${name}`);
  const app = await ensureApp(release, await existingEndpoint(bench));
  noteResources(bench, app, source.resourcesUsed);
  await bringUp(release);
  const settled = await settle(release);
  const history = await release.apps.deployments(name, bench.signal);
  const previous = previousDeployment(settled, history, release.source);
  release.before(previous);
  const trial = await tryOut(release, settled);
  if (trial.kind === 'superseded') return superseded(name, trial.by);
  if (trial.kind === 'up') {
    const kept = [release.source, ...(previous === null ? [] : [previous.sourceCodePath])];
    await prune(bench, databricks.files, root, kept);
    return deployed(name, trial.id, trial.isAdopted);
  }
  bench.log.warning(trial.why);
  if (previous === null) return withoutPrevious(name, trial);
  const restored = await restore(release, previous);
  await look(release).catch(() => null);
  return afterRestore(name, trial, restored);
}

/** Granting the app a serving endpoint that does not exist yet would be refused; the app is then created without it. */
async function existingEndpoint(bench: Workbench): Promise<string> {
  const { name } = bench.settings.endpoint;
  if (name === '') return '';
  if ((await bench.serving.read(bench.signal)) !== null) return name;
  bench.log.warning(`Endpoint ${name} does not exist yet: a new app is created without the right to query it.`);
  return '';
}

/** What the Action did not set it does not touch: resources of an app that exists are only looked at. */
function noteResources(bench: Workbench, app: App, used: readonly string[]): void {
  const names = new Set(app.resources.map((resource) => String(resource.name ?? '')));
  for (const name of used.filter((wanted) => !names.has(wanted))) {
    const hint = name === ENDPOINT_RESOURCE ? ' It is set when the app is created beside an existing endpoint.' : '';
    bench.log.warning(`app.yaml takes a value from the resource ${name}, which app ${app.name} does not have.${hint}`);
  }
}

type Trial =
  | { readonly kind: 'up'; readonly id: string; readonly isAdopted: boolean }
  | { readonly kind: 'superseded'; readonly by: string }
  | ({ readonly kind: 'setback' } & Setback);

/** Deploys, or takes over the deployment of this source that stands already, and judges what comes of it. */
async function tryOut(release: Release, settled: App): Promise<Trial> {
  const { bench, source } = release;
  const { activeDeployment: active } = settled;
  const isAdopted =
    active !== null &&
    samePath(active.sourceCodePath, source) &&
    active.state === 'SUCCEEDED' &&
    settled.appState !== 'CRASHED';
  const deployment = isAdopted ? active : await deploy(release, { kind: 'folder', path: source });
  release.deployed(deployment);
  bench.log.info(`Following deployment ${deployment.id}.`);
  const end = isAdopted ? ({ kind: 'succeeded' } as const) : await follow(release, deployment.id);
  if (end.kind === 'failed') return { kind: 'setback', reason: 'app-deployment-failed', why: end.why };
  const verdict = await judge(release, { id: deployment.id, replaces: active?.id ?? null });
  if (verdict.kind === 'superseded') return verdict;
  if (verdict.kind === 'unhealthy') return { kind: 'setback', reason: 'app-unhealthy', why: verdict.why };
  return { kind: 'up', id: deployment.id, isAdopted };
}
