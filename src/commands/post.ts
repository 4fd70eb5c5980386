import type { SignalWatch } from '../action/signals.js';
import { readState } from '../action/state.js';
import { loadSettings } from '../config/settings.js';
import { asActionError } from '../errors.js';
import { writeDeploymentStatus } from '../github/deployments.js';
import { finishAfterCancel } from '../rollout/after-cancel.js';
import type { Desk } from './desk.js';
import { journalOn } from './journal.js';
import { concludeRollout, recordOutcome } from './outcome.js';
import { reconcileRequest } from './reconcile.js';
import type { Workbench } from './types.js';
import { openWorkbench } from './workbench.js';

/** Longest that closing a deployment may take (ms). */
const CLOSING_MS = 20_000;

/** Decisions after which the endpoint may still be on its way: the main stage had no time to verify. */
const UNSETTLED = new Set(['cancelled', 'degraded']);

/**
 * The post stage. Where the main stage began a rollout and was cancelled or killed, it verifies the way back or goes it; in
 * every other case there is nothing left to do.
 */
export async function finishAfterMain(desk: Desk, watch: SignalWatch): Promise<void> {
  const { session } = desk;
  const decision = readState('decision');
  if (readState('rollout') === undefined || (typeof decision === 'string' && !UNSETTLED.has(decision))) {
    session.log.debug('The main stage left nothing to finish.');
    return;
  }
  const loaded = await loadSettings({
    inputs: session.inputs,
    eventName: session.runner.event,
    readFile: session.readFile,
    environment: session.environment,
  });
  if (loaded.kind === 'faults') return;
  const { settings } = loaded;
  desk.adopt(settings);
  if (decision === undefined) await closeDeployment(desk);
  const bench = openWorkbench(desk, settings, watch);
  try {
    await finish(desk, bench, decision);
  } catch (thrown) {
    // The main stage's own report stands, and says more than why the post stage could not help.
    if (decision === undefined) throw thrown;
    bench.log.warning(`The post step could not finish what was left. ${asActionError(thrown).message}`);
  }
}

async function finish(desk: Desk, bench: Workbench, decision: unknown): Promise<void> {
  bench.log.phase(`Finishing what was left on ${bench.settings.endpoint.name}`);
  const view = await bench.serving.read(bench.signal);
  const journal = journalOn(view);
  const finished = await finishAfterCancel(await reconcileRequest(bench, view, journal));
  if (finished === null || journal === null) return;
  const { outcome } = finished;
  recordOutcome(bench, outcome, { candidate: journal.candidate }, journal.previous?.version ?? null);
  const usual = concludeRollout(bench, outcome, journal.candidate.entityVersion);
  const wasCancelled = outcome.decision === 'rolled-back' && decision !== 'degraded';
  desk.record(
    wasCancelled
      ? {
          ...usual,
          decision: 'cancelled',
          reason_code: 'cancelled',
          headline: `The rollout of version ${journal.candidate.entityVersion} was cancelled and has been taken back.`,
          next: 'The version that served before serves again. `promote` begins anew.',
        }
      : usual,
  );
}

/** A main stage that was killed left its deployment open. */
async function closeDeployment(desk: Desk): Promise<void> {
  const id = readState('deployment');
  if (typeof id !== 'string' || desk.github === null) return;
  const { event, log } = desk.session;
  const outcome = await writeDeploymentStatus(desk.github, {
    id,
    state: 'error',
    description: 'The job was stopped before it came to its end.',
    logUrl: event.runUrl,
    environmentUrl: null,
    signal: AbortSignal.timeout(CLOSING_MS),
  });
  if (outcome.kind === 'failed') log.warning(`The deployment could not be closed. ${outcome.message}`);
}
