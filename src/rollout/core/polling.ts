import { delivers, differences, sameConfiguration, sharesInWords } from './compare.js';
import { formatDuration } from './duration.js';
import { foreign, isLateRead, journal, pause, read } from './moves.js';
import type { EngineEvent, Next } from './protocol.js';
import { giveUp } from './refusals.js';
import type { Context, Flight, RolloutState } from './state.js';
import type { EndpointView, PlannedUpdate } from './types.js';
import { sendCreate, workedOn } from './updating.js';

/** How often one update is sent: a shift that failed or was silently taken back is tried once more. */
const MOST_SENDS = 2;

/** The same where no answer came and the endpoint shows that nothing arrived. */
const MOST_UNANSWERED_SENDS = 4;

/** Waits until what was sent is live, judged by what the endpoint serves and not by its state alone. */
export function onPolling(context: Context, state: RolloutState, event: EngineEvent): Next {
  const update = workedOn(context, state);
  if (event.kind === 'waited' || event.kind === 'interrupted') return read(state, 'polling');
  if (event.kind !== 'read') return again(context, state);
  const { flight } = state;
  if (flight === null) throw new Error('The rollout engine polls without having sent anything.');
  return judgeRead(context, { ...state, flight: { ...flight, reads: flight.reads + 1 } }, flight, event.view, update);
}

function judgeRead(
  context: Context,
  state: RolloutState,
  flight: Flight,
  view: EndpointView | null,
  update: PlannedUpdate,
): Next {
  if (view === null)
    return flight.before === null && update.purpose === 'create'
      ? notThere(context, state, flight)
      : foreign(state, 'The endpoint is gone.');
  if (isLateRead(state, view)) return again(context, state);
  if (view.update === 'IN_PROGRESS') return running(context, state, flight, view);
  if (view.update === 'UPDATE_CANCELED' && !isOld(context, state, flight, view)) {
    return foreign(state, 'Someone cancelled the update.');
  }
  if (view.update === 'UPDATE_FAILED' && !isOld(context, state, flight, view))
    return failed(context, state, flight, view, update);
  if (view.update === 'NOT_UPDATING' && delivers(flight.desired, view.config)) return delivered(context, state, view);
  if (sameConfiguration(view.config, flight.before)) return unchanged(context, state, flight);
  if (isOurs(context, view) && withinGrace(context, state, flight)) return again(context, state);
  return foreign(state, `Someone else changed the endpoint: ${differences(flight.before, view.config).join('; ')}.`);
}

/** A state that was there before the update was sent, in a read that may be late. */
function isOld(context: Context, state: RolloutState, flight: Flight, view: EndpointView): boolean {
  const ours = view.pending !== null && delivers(flight.desired, view.pending);
  return !ours && view.update === flight.stateBefore && withinGrace(context, state, flight);
}

function withinGrace(context: Context, state: RolloutState, flight: Flight): boolean {
  return state.now - flight.aliveNow < context.settings.timings.staleGraceMs;
}

function isOurs(context: Context, view: EndpointView): boolean {
  const known = [context.plan.snapshot, ...context.plan.updates.map((update) => update.config)];
  return known.some((config) => config !== null && delivers(config, view.config));
}

/** Keeps waiting, but not beyond the update's deadline. */
function again(context: Context, state: RolloutState): Next {
  const waited = state.now - (state.flight?.sentNow ?? state.now);
  if (waited > workedOn(context, state).deadlineMs) {
    return giveUp(state, 'update-timeout', `The update has not been live after ${formatDuration(waited)}.`);
  }
  return pause(state, context.settings.timings.pollFirstMs, context.settings.timings.pollMostMs);
}

function running(context: Context, state: RolloutState, flight: Flight, view: EndpointView): Next {
  const ours =
    view.pending === null || delivers(flight.desired, view.pending) || sameConfiguration(view.pending, view.config);
  if (!ours) return foreign(state, `Someone else is updating the endpoint to ${sharesInWords(view.pending)}.`);
  const accepted = {
    ...state,
    flight: { ...flight, reads: flight.reads + 1, accepted: true, aliveNow: state.now, unchangedNow: null },
  };
  if (state.now - state.beatNow >= context.settings.timings.heartbeatMs)
    return journal(context, accepted, 'poll-journaling');
  return again(context, accepted);
}

/** The heartbeat while an update runs; whether it could be written does not matter to the update. */
export function onPollJournaling(context: Context, state: RolloutState, _event: EngineEvent): Next {
  return again(context, { ...state, stage: 'polling' });
}

/** Live is what was sent; it counts only when it is also able to serve. */
function delivered(context: Context, state: RolloutState, view: EndpointView): Next {
  const candidate = view.entityStates.find((entity) => entity.name === context.plan.candidate.name);
  if (candidate?.deployment === 'DEPLOYMENT_FAILED' || candidate?.deployment === 'DEPLOYMENT_ABORTED') {
    return giveUp(
      state,
      'update-failed',
      `${candidate.name} is in state ${candidate.deployment}: ${candidate.message}`,
    );
  }
  if (!view.ready || view.pending !== null) return again(context, state);
  return { state, enter: { to: 'verified' } };
}

/** Names the entity that failed; the others were torn down because of it. */
export function failureInWords(view: EndpointView): string {
  const states = [...view.pendingEntityStates, ...view.entityStates];
  const cause =
    states.find((entity) => entity.deployment === 'DEPLOYMENT_FAILED') ??
    states.find((entity) => entity.deployment === 'DEPLOYMENT_ABORTED');
  if (cause === undefined) return 'The update failed; the endpoint gives no cause.';
  return `The update failed: ${cause.name} is in state ${cause.deployment}${cause.message === '' ? '' : ` (${cause.message})`}.`;
}

/** The platform gave up. What is live is read, never assumed; a shift is tried once more. */
function failed(
  context: Context,
  state: RolloutState,
  flight: Flight,
  view: EndpointView,
  update: PlannedUpdate,
): Next {
  const explanation = failureInWords(view);
  const stillBefore = sameConfiguration(view.config, flight.before);
  if (update.purpose === 'shift' && stillBefore && flight.sends < MOST_SENDS) {
    return { state: { ...state, stage: 'polling' }, enter: { to: 'resend' } };
  }
  if (!stillBefore && !isOurs(context, view))
    return foreign(state, `${explanation} The endpoint serves ${sharesInWords(view.config)}.`);
  return giveUp({ ...state, flight: null }, 'update-failed', explanation);
}

/**
 * The old configuration is live and nothing runs: a late read, an update that never arrived, or one silently taken back. Which of
 * them it is shows only when it stays so.
 */
function unchanged(context: Context, state: RolloutState, flight: Flight): Next {
  const since = flight.unchangedNow ?? state.now;
  if (state.now - since < context.settings.timings.staleGraceMs) {
    return again(context, { ...state, flight: { ...flight, reads: flight.reads + 1, unchangedNow: since } });
  }
  if (flight.accepted && flight.sends < MOST_SENDS) return { state, enter: { to: 'resend' } };
  if (flight.accepted) {
    return giveUp(
      state,
      'update-not-applied',
      'The endpoint took the update and went back to its old configuration, twice.',
    );
  }
  if (flight.sends < MOST_UNANSWERED_SENDS) return { state, enter: { to: 'resend' } };
  return giveUp(state, 'remote-error', `The update was sent ${flight.sends} times and never arrived.`);
}

function notThere(context: Context, state: RolloutState, flight: Flight): Next {
  if (withinGrace(context, state, flight) || flight.reads < 2) return again(context, state);
  if (flight.sends < MOST_UNANSWERED_SENDS)
    return sendCreate(context, { ...state, live: null }, workedOn(context, state));
  return giveUp(state, 'remote-error', `The endpoint was to be created ${flight.sends} times and is not there.`);
}
