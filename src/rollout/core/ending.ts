import type { ReasonCode } from '../../reasons.js';
import { sharesInWords } from './compare.js';
import type { Next } from './protocol.js';
import { restoreCommand } from './restore-command.js';
import type { Context, Ending, RolloutState } from './state.js';
import { closeSteps } from './step-reports.js';
import type { EndpointConfig, RollbackReport, RolloutOutcome } from './types.js';

/** Ends the rollout; the journal gets the last word first if the lease is ours. */
export function close(state: RolloutState, ending: Ending): Next {
  return { state: { ...state, ending }, enter: { to: 'close' } };
}

/** Ends without a word in the journal: the lease is not ours, or there is no time. */
export function closeSilently(state: RolloutState, ending: Ending): Next {
  return close({ ...state, claimed: false }, ending);
}

/** Nothing was written: the rollout could not begin. */
export function refuse(
  state: RolloutState,
  decision: 'rejected' | 'failed' | 'cancelled',
  reason: ReasonCode,
  explanation: string,
): Next {
  return close(state, { decision, reason, explanation, action: null, status: 'ended' });
}

/** Stops where things are; a person decides. */
export function hold(context: Context, state: RolloutState, reason: ReasonCode, explanation: string): Next {
  const action = manualAction(context, context.plan.snapshot);
  return close(state, { decision: 'held', reason, explanation, action, status: 'held' });
}

/** The endpoint could not be brought to a verified state. */
export function degrade(context: Context, state: RolloutState, explanation: string): Next {
  const action = manualAction(context, context.plan.snapshot);
  return close(state, { decision: 'degraded', reason: 'restore-unverified', explanation, action, status: 'running' });
}

function manualAction(context: Context, target: EndpointConfig | null): string | null {
  return target === null ? null : restoreCommand(context.settings.endpointName, target);
}

/** What the endpoint serves now, as last read. */
function stateInWords(state: RolloutState): string {
  if (state.live === null) return 'The endpoint does not exist.';
  const ready = state.live.ready ? 'ready' : 'not ready';
  return `${state.live.name} serves ${sharesInWords(state.live.config)}; it is ${ready}, last update ${state.live.update}.`;
}

/** Everything that the report needs. */
export function outcomeOf(context: Context, state: RolloutState, ending: Ending): RolloutOutcome {
  const verdict = ending.decision === 'promoted' || ending.decision === 'paused' ? 'passed' : 'stopped';
  return {
    decision: ending.decision,
    reason: ending.reason,
    explanation: ending.explanation,
    state: stateInWords(state),
    action: ending.action,
    steps: closeSteps(state, state.turn === null ? verdict : 'failed'),
    timeline: state.timeline,
    rollback: rollbackReport(state),
    live: state.live,
    warnings: state.warnings,
    startedAtMs: context.resume?.startedAtMs ?? state.startedAtMs,
    endedAtMs: state.serverNow,
    updates: state.updates,
  };
}

function rollbackReport(state: RolloutState): RollbackReport | null {
  const { turn } = state;
  if (turn === null) return null;
  return {
    reason: turn.reason,
    explanation: turn.explanation,
    detectedAtMs: turn.detectedAtMs,
    restoredAtMs: turn.restoredAtMs,
    requestsExposed: state.exposure?.requests ?? null,
    errorsExposed: state.exposure?.errors ?? null,
    updates: turn.updates,
  };
}
