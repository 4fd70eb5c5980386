import type { App } from '../../databricks/apps.js';
import { existing } from './app-compute.js';
import { isServing } from './app-state.js';
import type { Release } from './release.js';
import { TIME_LIMIT_MS, waitUntil } from './wait.js';

/** Whether the app that a deployment left behind can be left alone. */
export type AppVerdict =
  | { readonly kind: 'healthy' }
  | { readonly kind: 'unhealthy'; readonly why: string }
  /** Somebody else deployed in the meantime: theirs is not ours to judge or to take back. */
  | { readonly kind: 'superseded'; readonly by: string };

/** Looks of `monitoring.interval` through which the app must keep running: a crash often comes seconds after the success. */
const GRACE_LOOKS = 4;
/** A state may be that of the deployment before for one look. */
const CRASHES_BELIEVED = 2;

/** The deployment that is judged, and the one that was active before it, which reads may still show for a while. */
export interface Subject {
  readonly id: string;
  readonly replaces: string | null;
}

/** Waits until the app runs, and watches it for the grace time. */
export async function judge(release: Release, subject: Subject): Promise<AppVerdict> {
  const { bench } = release;
  let crashes = 0;
  const waited = await waitUntil(
    bench,
    TIME_LIMIT_MS,
    async () => {
      const app = await existing(release);
      crashes = app.appState === 'CRASHED' ? crashes + 1 : 0;
      return app;
    },
    (app) => isUp(app, subject) || crashes >= CRASHES_BELIEVED || strangerOn(app, subject) !== null,
  );
  const first = verdictOn(waited.value, subject);
  if (first.kind !== 'healthy') return first;
  return graceTime(release, subject);
}

async function graceTime(release: Release, subject: Subject): Promise<AppVerdict> {
  const { bench } = release;
  for (let looks = 0; looks < GRACE_LOOKS; looks += 1) {
    await bench.clock.sleep(bench.settings.monitoring.intervalMs, bench.signal);
    const verdict = verdictOn(await existing(release), subject);
    if (verdict.kind !== 'healthy') return verdict;
  }
  return { kind: 'healthy' };
}

function verdictOn(app: App, subject: Subject): AppVerdict {
  const stranger = strangerOn(app, subject);
  if (stranger !== null) return { kind: 'superseded', by: stranger };
  if (isUp(app, subject)) return { kind: 'healthy' };
  const said = app.appMessage === '' ? '' : `: ${app.appMessage}`;
  return {
    kind: 'unhealthy',
    why: `The deployment succeeded, and the app is ${app.appState || 'in no state'} on ${app.computeState} compute${said}.`,
  };
}

/** Serving, and from the deployment that is judged as far as the answer says. */
function isUp(app: App, subject: Subject): boolean {
  const shown = app.activeDeployment?.id ?? subject.id;
  return isServing(app) && shown === subject.id;
}

function strangerOn(app: App, subject: Subject): string | null {
  const shown = app.activeDeployment?.id ?? subject.id;
  return shown === subject.id || shown === subject.replaces ? null : shown;
}
