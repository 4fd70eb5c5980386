import { go, pause, turnBack, warn } from './moves.js';
import type { EngineEvent, Next } from './protocol.js';
import type { Context, RolloutState } from './state.js';
import { candidateShareIn, openStep, withStep } from './step-reports.js';
import type { PlannedUpdate } from './types.js';
import { workedOn } from './updating.js';

const SMOKE_TRIES = 3;

/** What was sent is live and able to serve: it is what the next look at the endpoint is compared with. */
export function onVerified(context: Context, state: RolloutState): Next {
  const update = workedOn(context, state);
  const config = state.live?.config ?? null;
  const verified: RolloutState = {
    ...state,
    update: state.update + 1,
    expected: config,
    expectedVersion: config?.version ?? null,
    flight: null,
    intent: null,
    retries: 0,
  };
  if (update.purpose === 'cleanup') return { state: { ...verified, cleaned: true }, enter: { to: 'finish' } };
  const reported = report(context, verified, state, update);
  if (update.purpose === 'shift') return bake(reported);
  return smokeFor(context, reported, update);
}

function report(context: Context, verified: RolloutState, before: RolloutState, update: PlannedUpdate): RolloutState {
  const index = update.step ?? 0;
  const steps = openStep(context, verified, index, candidateShareIn(context, verified.expected));
  const updateMs = before.flight === null ? null : verified.now - before.flight.sentNow;
  return { ...verified, steps: withStep({ ...verified, steps }, index, { updateMs }) };
}

function bake(state: RolloutState): Next {
  return { state, enter: { to: 'bake', final: false, resumed: false } };
}

/** Before any caller's request reaches the version it must pass every smoke request. */
function smokeFor(context: Context, state: RolloutState, update: PlannedUpdate): Next {
  const smoke = context.plan.steps[update.step ?? 0]?.smoke;
  if (smoke === 'none') return afterSmoke(context, state);
  return go({ ...state, phase: 'smoke' }, 'smoking', { kind: 'smoke', smoke });
}

export function onSmoking(context: Context, state: RolloutState, event: EngineEvent): Next {
  const smoke = context.plan.steps[state.steps.at(-1)?.index ?? 0]?.smoke;
  if (event.kind === 'waited') return go(state, 'smoking', { kind: 'smoke', smoke });
  if (event.kind === 'smoked') {
    if (event.outcome.kind !== 'failed') return afterSmoke(context, noteSkipped(state, event.outcome));
    const explanation = `${event.outcome.failed} of ${event.outcome.sent} smoke requests failed: ${event.outcome.explanation}`;
    return { state, enter: { to: 'condemn', reason: 'smoke-failed', explanation } };
  }
  if (state.retries < SMOKE_TRIES) {
    return pause({ ...state, retries: state.retries + 1 }, 5_000, 20_000);
  }
  const message = event.kind === 'smoke-failed-to-run' ? event.message : 'interrupted';
  return turnBack(state, 'remote-error', `The smoke requests could not be sent (${message}).`);
}

function noteSkipped(
  state: RolloutState,
  outcome: { readonly kind: string; readonly explanation: string },
): RolloutState {
  return outcome.kind === 'skipped' ? warn(state, `No smoke requests were sent: ${outcome.explanation}`) : state;
}

/** A first deployment has all the traffic now and is always watched; a step at 0 % bakes only when it was given a bake time. */
function afterSmoke(context: Context, state: RolloutState): Next {
  const update = context.plan.updates[state.update];
  if (update?.purpose === 'create' || (update?.bakeMs ?? 0) > 0) return bake(state);
  return { state, enter: { to: 'advance' } };
}
