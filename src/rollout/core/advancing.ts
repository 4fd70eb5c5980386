import { delivers, differences, sameConfiguration } from './compare.js';
import { close, closeSilently } from './ending.js';
import { foreign, go, isLateRead, journal, pause, read, unexpected, warn } from './moves.js';
import type { EngineEvent, Next } from './protocol.js';
import type { Context, RolloutState } from './state.js';
import { withStep } from './step-reports.js';

/** How often the endpoint is read before the registry follows. */
const FINISH_READS = 5;

/** The present step has passed: the next one, the final bake, a pause for approval, or the end. */
export function advance(context: Context, state: RolloutState): Next {
  const { plan, settings } = context;
  const index = state.bake?.index ?? plan.updates[state.update]?.step ?? 0;
  const report = state.steps.find((step) => step.index === index);
  const verdict = report?.verdict === 'no-data' ? 'no-data' : 'passed';
  const steps = withStep(state, index, { verdict, endedAtMs: state.serverNow });
  const passed: RolloutState = { ...state, steps, passed: true };
  const share = plan.steps[index]?.traffic ?? 100;
  const more = index < plan.steps.length - 1;
  if (more && settings.until !== null && share >= settings.until) return pauseForApproval(passed, share);
  if (more) return { state: passed, enter: { to: 'next-update' } };
  if (index === plan.steps.length - 1 && (plan.finalBakeMs ?? 0) > 0) {
    return { state: passed, enter: { to: 'bake', final: true, resumed: false } };
  }
  return afterBakes(context, passed);
}

/** Everything was watched: the old version goes, unless it is to stay, and then the registry follows. */
export function afterBakes(context: Context, state: RolloutState): Next {
  const next = context.plan.updates[state.update + 1];
  return { state, enter: next === undefined ? { to: 'finish' } : { to: 'next-update' } };
}

function pauseForApproval(state: RolloutState, share: number): Next {
  const explanation = `The step at ${share} % has passed. The rollout pauses there and goes on with the next promotion of this version.`;
  return close(state, { decision: 'paused', reason: 'approval-pending', explanation, action: null, status: 'paused' });
}

/** The registry follows the traffic, last of all, and only if the traffic still is where it was verified. */
export function finish(_context: Context, state: RolloutState): Next {
  const intent = { purpose: 'bookkeeping' as const, update: null };
  return read({ ...state, phase: 'finishing', intent, retries: 0 }, 'finish-reading');
}

export function onFinishReading(context: Context, state: RolloutState, event: EngineEvent): Next {
  if (event.kind === 'waited') return read(state, 'finish-reading');
  const late = event.kind === 'read' && event.view !== null && isLateRead(state, event.view);
  if (event.kind !== 'read' || late) {
    if (state.retries < FINISH_READS) return pause({ ...state, retries: state.retries + 1 }, 1_000, 10_000);
    return journal(
      context,
      warn(state, 'The endpoint could not be read once more before the registry was updated.'),
      'book-journaling',
    );
  }
  const live = event.view?.config ?? null;
  if (
    sameConfiguration(live, state.expected) ||
    (live !== null && state.forward !== null && delivers(state.forward, live))
  ) {
    return journal(context, state, 'book-journaling');
  }
  return foreign(state, `Someone else changed the endpoint: ${differences(state.expected, live).join('; ')}.`);
}

export function onBookJournaling(_context: Context, state: RolloutState, _event: EngineEvent): Next {
  return go(state, 'booking', { kind: 'promote' });
}

export function onBooking(context: Context, state: RolloutState, event: EngineEvent): Next {
  if (event.kind !== 'booked') return unexpected(state, event.kind);
  const { candidate, kind } = context.plan;
  const warned = event.warnings.reduce(warn, state);
  const share =
    kind === 'first-deployment' ? 'is the first version that the endpoint serves' : "has all of the model's traffic";
  return close(
    { ...warned, intent: null },
    {
      decision: 'promoted',
      reason: kind === 'first-deployment' ? 'first-deployment' : 'ok',
      explanation: `Version ${candidate.entityVersion} ${share}.`,
      action: null,
      status: 'ended',
    },
  );
}

/** Cancelled after everything was watched: what is left is not worth going back for, and the next run can finish it. */
export function leaveFinishing(state: RolloutState): Next {
  const explanation =
    'Cancelled while the old version was being removed. The new version had passed every step and keeps the traffic.';
  const action = 'Run the command `reconcile` to finish.';
  return closeSilently(state, { decision: 'cancelled', reason: 'cancelled', explanation, action, status: 'running' });
}
