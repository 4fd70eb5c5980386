import type { App, AppDeployment, DeploymentSource } from '../../databricks/apps.js';
import { existing } from './app-compute.js';
import { samePath, underWay } from './app-state.js';
import { releaseError, writeError } from './faults.js';
import type { Release } from './release.js';
import { TIME_LIMIT_MS, waitUntil } from './wait.js';

/** Times that a deployment is sent when another one got in between, or nothing is known of it. */
const TRIES = 3;

/** Waits until no deployment is under way, whoever started it. */
export async function settle(release: Release): Promise<App> {
  let told = '';
  const waited = await waitUntil(
    release.bench,
    TIME_LIMIT_MS,
    async () => {
      const app = await existing(release);
      const running = underWay(app);
      if (running !== null && running.id !== told) {
        release.bench.log.info(`Deployment ${running.id} of ${running.sourceCodePath} is under way; waiting for it.`);
        told = running.id;
      }
      return app;
    },
    (app) => underWay(app) === null,
  );
  if (!waited.isLate) return waited.value;
  throw releaseError(
    'app-deployment-failed',
    `Deployment ${underWay(waited.value)?.id} of app ${release.name} is still under way after 20 minutes.`,
    'See that deployment in the workspace; stop the app to end it, and run again.',
  );
}

/** Sends one deployment; one that got in between is waited for first. Returns the deployment as the platform took it. */
export async function deploy(release: Release, source: DeploymentSource): Promise<AppDeployment> {
  const { apps, bench, name } = release;
  for (let attempt = 1; ; attempt += 1) {
    const known = new Set((await apps.deployments(name, bench.signal)).map((deployment) => deployment.id));
    const written = await apps.deploy(name, source, bench.signal);
    if (written.kind === 'accepted') return written.value;
    const isBusy = written.kind === 'refused' && /active deployment in progress/i.test(written.message);
    if ((written.kind === 'refused' && !isBusy) || attempt === TRIES) {
      throw writeError(`Deploying app ${name}`, written);
    }
    bench.log.info(`Deploying app ${name}: ${written.message}`);
    const landed = isBusy ? undefined : await landedSince(release, known, source);
    if (landed !== undefined) return landed;
    await settle(release);
  }
}

/** The deployment of which no answer came, if the platform took it. */
async function landedSince(
  release: Release,
  known: ReadonlySet<string>,
  source: DeploymentSource,
): Promise<AppDeployment | undefined> {
  const now = await release.apps.deployments(release.name, release.bench.signal);
  return now.find(
    (deployment) =>
      !known.has(deployment.id) &&
      (source.kind === 'git' ? deployment.gitSource !== null : samePath(deployment.sourceCodePath, source.path)),
  );
}

/** How a deployment ended. */
export type DeploymentEnd = { readonly kind: 'succeeded' } | { readonly kind: 'failed'; readonly why: string };

/** Follows a deployment to its end. CANCELLED is an end as well, although the platform's own tools wait on. */
export async function follow(release: Release, id: string): Promise<DeploymentEnd> {
  const { apps, bench, name } = release;
  const waited = await waitUntil(
    bench,
    TIME_LIMIT_MS,
    () => apps.deployment(name, id, bench.signal),
    (deployment) => deployment === null || ENDED.has(deployment.state),
  );
  const { value: deployment, isLate } = waited;
  if (deployment === null) return { kind: 'failed', why: `Deployment ${id} is gone.` };
  if (isLate) return { kind: 'failed', why: `Deployment ${id} is still ${deployment.state} after 20 minutes.` };
  if (deployment.state === 'SUCCEEDED') return { kind: 'succeeded' };
  const said = deployment.message === '' ? '' : `: ${deployment.message}`;
  return { kind: 'failed', why: `Deployment ${id} ended as ${deployment.state}${said}.` };
}

const ENDED: ReadonlySet<string> = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED']);
