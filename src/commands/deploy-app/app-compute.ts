import type { App } from '../../databricks/apps.js';
import { releaseError, writeError } from './faults.js';
import { look, type Release } from './release.js';
import { TIME_LIMIT_MS, waitUntil } from './wait.js';

/** Name under which the app finds its serving endpoint: `valueFrom: serving-endpoint` in `app.yaml`. */
export const ENDPOINT_RESOURCE = 'serving-endpoint';

/** Resources of a new app: declaring one grants it to the app's own identity. */
export function resourcesFor(endpoint: string): readonly Readonly<Record<string, unknown>>[] {
  if (endpoint === '') return [];
  return [{ name: ENDPOINT_RESOURCE, serving_endpoint: { name: endpoint, permission: 'CAN_QUERY' } }];
}

/** The app, created when it is missing. One that is being deleted is waited for, and then created again. */
export async function ensureApp(release: Release, endpoint: string): Promise<App> {
  const { bench, name } = release;
  let told = false;
  const attempt = async (): Promise<App | null> => {
    const app = await look(release);
    if (app === null) return createApp(release, endpoint);
    if (app.computeState !== 'DELETING') return app;
    if (!told) bench.log.info(`App ${name} is being deleted; waiting for the end of it.`);
    told = true;
    return null;
  };
  const waited = await waitUntil(bench, TIME_LIMIT_MS, attempt, (app) => app !== null);
  if (waited.value !== null) return waited.value;
  throw releaseError(
    'app-deployment-failed',
    `App ${name} could not be created: its name is still taken after 20 minutes, by an app that is being deleted or that this identity cannot see.`,
    'Wait for the deletion, choose another app-name, or give this identity CAN_MANAGE on the app.',
  );
}

/** `null`: the name is taken, for a while or by an app that cannot be seen; or nothing is known of the write. */
async function createApp(release: Release, endpoint: string): Promise<App | null> {
  const { apps, bench, name } = release;
  const body = { description: `Deployed from ${bench.caller.repository}`, resources: resourcesFor(endpoint) };
  bench.log.info(`Creating app ${name}.`);
  const written = await apps.create(name, body, bench.signal);
  if (written.kind === 'accepted') {
    release.saw(written.value);
    return written.value;
  }
  if (written.kind === 'unknown' || /ALREADY_EXISTS/.test(written.code) || written.status === 409) {
    bench.log.debug(`Creating app ${name}: ${written.message}`);
    return null;
  }
  throw writeError(`Creating app ${name}`, written);
}

const STARTABLE: ReadonlySet<string> = new Set(['STOPPED', 'ERROR', '']);

/** Starts the compute where it does not run, and waits until it does. */
export async function bringUp(release: Release): Promise<App> {
  const { bench, name } = release;
  let started = false;
  const waited = await waitUntil(
    bench,
    TIME_LIMIT_MS,
    async () => {
      const app = await existing(release);
      if (!STARTABLE.has(app.computeState) || app.computeState === 'ACTIVE') return app;
      if (started && app.computeState === 'ERROR') throw computeError(name, app);
      if (!started) started = await startCompute(release);
      return app;
    },
    (app) => app.computeState === 'ACTIVE',
  );
  if (waited.isLate) throw computeError(name, waited.value);
  return waited.value;
}

/** The app, which must be there and stay. */
export async function existing(release: Release): Promise<App> {
  const app = await look(release);
  if (app !== null && app.computeState !== 'DELETING') return app;
  throw releaseError(
    'foreign-change',
    `App ${release.name} ${app === null ? 'is gone' : 'is being deleted'}: somebody deleted it while it was deployed.`,
    'Find out who deletes the app, and run again.',
  );
}

/** Whether it was asked for; a refusal because the state has just changed is left to the next look. */
async function startCompute(release: Release): Promise<boolean> {
  const { apps, bench, name } = release;
  bench.log.info(`Starting the compute of app ${name}.`);
  const written = await apps.start(name, bench.signal);
  if (written.kind === 'accepted') return true;
  if (written.kind === 'refused' && (written.status === 401 || written.status === 403)) {
    throw writeError(`Starting app ${name}`, written);
  }
  bench.log.debug(`Starting app ${name}: ${written.message}`);
  return false;
}

function computeError(name: string, app: App): Error {
  const said = app.computeMessage === '' ? '' : ` (${app.computeMessage})`;
  return releaseError(
    'app-unhealthy',
    `The compute of app ${name} did not become ACTIVE: it is ${app.computeState || 'in no state'}${said}.`,
    'See the app in the workspace; its compute page names the cause.',
  );
}
