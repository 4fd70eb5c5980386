import { setFailed } from '@actions/core';
import type { EnvironmentRecord } from './action/inputs.js';
import { createLog } from './action/log.js';
import { armSignals } from './action/signals.js';
import { isPostStage, saveState } from './action/state.js';
import { Desk } from './commands/desk.js';
import { CANCELLED, errorFindings } from './commands/document/base.js';
import { perform } from './commands/perform.js';
import { finishAfterMain } from './commands/post.js';
import { openSession } from './commands/session.js';
import { asActionError } from './errors.js';

/**
 * Runs one stage of the step: main, or post when main has run in this step. The only place that fails the job, and the
 * only one that catches everything: outputs, summary, report and comment are written on every path.
 */
export async function run(environment: EnvironmentRecord): Promise<void> {
  const log = createLog();
  const session = openSession(environment, log);
  const watch = armSignals(process, log);
  const desk = new Desk(session, watch.signal);
  try {
    if (isPostStage()) {
      await finishAfterMain(desk, watch);
      return;
    }
    saveState('stage', 'main');
    desk.record(await perform(desk, watch));
  } catch (thrown) {
    if (watch.cancelled()) {
      desk.record(CANCELLED);
      return;
    }
    const error = asActionError(thrown);
    if (error.kind === 'internal' && error.cause instanceof Error) log.debug(error.cause.stack ?? error.cause.message);
    desk.recordError(error, errorFindings(error));
  } finally {
    const failure = await desk.close(watch.cancelled());
    if (failure !== null) setFailed(failure);
    watch.disarm();
  }
}
