import type { SignalWatch } from '../action/signals.js';
import { readState } from '../action/state.js';
import type { Desk } from './desk.js';

/** What the main stage left for this one. */
export async function finishAfterMain(desk: Desk, _watch: SignalWatch): Promise<void> {
  const decision = readState('decision');
  if (typeof decision === 'string') {
    desk.session.log.debug(`The main stage ended with ${decision}; nothing is left to do.`);
    return;
  }
}
