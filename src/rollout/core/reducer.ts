import {
  advance,
  afterBakes,
  finish,
  leaveFinishing,
  onBooking,
  onBookJournaling,
  onFinishReading,
} from './advancing.js';
import { close, closeSilently, hold, outcomeOf } from './ending.js';
import { onTurnReading, onTurnSending } from './going-back.js';
import { initialState } from './initial.js';
import { go, journal, remaining, turnBack } from './moves.js';
import { onPolling, onPollJournaling } from './polling.js';
import type { Effect, EngineEvent, Entry, Next } from './protocol.js';
import { onClaiming, onConfirming, onSettling, onStarting } from './starting.js';
import type { Context, RolloutState, Stage } from './state.js';
import { condemn, enterTurn, onTurnBooking, onTurnJournaling } from './turning.js';
import { nextUpdate, onGuarding, onIntending, onSending, resend } from './updating.js';
import { onSmoking, onVerified } from './verified.js';
import {
  enterBake,
  onBeatJournaling,
  onBeatReading,
  onBeginning,
  onLooking,
  onMarking,
  onResting,
} from './watching.js';

type Handler = (context: Context, state: RolloutState, event: EngineEvent) => Next;

const HANDLERS: Readonly<Record<Stage, Handler>> = {
  starting: onStarting,
  claiming: onClaiming,
  settling: onSettling,
  confirming: onConfirming,
  intending: onIntending,
  guarding: onGuarding,
  sending: onSending,
  polling: onPolling,
  'poll-journaling': onPollJournaling,
  smoking: onSmoking,
  beginning: onBeginning,
  marking: onMarking,
  looking: onLooking,
  resting: onResting,
  'beat-reading': onBeatReading,
  'beat-journaling': onBeatJournaling,
  'turn-journaling': onTurnJournaling,
  'turn-reading': onTurnReading,
  'turn-sending': onTurnSending,
  'turn-booking': onTurnBooking,
  'finish-reading': onFinishReading,
  'book-journaling': onBookJournaling,
  booking: onBooking,
  closing: end,
  ended: end,
};

/** Stages in which the decision has fallen and only its consequences are carried out. */
const CONCLUDING: ReadonlySet<Stage> = new Set([
  'closing',
  'ended',
  'finish-reading',
  'booking',
  'book-journaling',
  'turn-booking',
]);

/**
 * One turn of the engine: what came of the last effect goes in, the new state and the one next effect come out. Pure: all time is in
 * the event. Looked at in this order: a lost lease, a cancellation, going back, deadlines, and only then what the stage waits for.
 */
export function step(
  context: Context,
  before: RolloutState,
  event: EngineEvent,
): { state: RolloutState; effect: Effect } {
  const state = absorb(before, event);
  const urgent =
    lostLease(context, state, event) ?? cancellation(context, state, event) ?? deadline(context, state, event);
  return settle(context, urgent ?? HANDLERS[state.stage](context, state, event));
}

/** The state and the first effect. */
export function begin(context: Context, event: EngineEvent): { state: RolloutState; effect: Effect } {
  return step(context, initialState(context, event), event);
}

/** Facts that hold whatever is decided next. */
function absorb(before: RolloutState, event: EngineEvent): RolloutState {
  const state = { ...before, now: event.now, serverNow: event.serverNow };
  if (event.kind === 'read') return { ...state, live: event.view };
  if (event.kind === 'booked') return { ...state, undo: event.undo ?? state.undo, booked: true };
  if (event.kind !== 'written') return state;
  const sent = event.result.kind === 'busy' ? 0 : 1;
  const accepted = event.result.kind === 'accepted';
  const flight = state.flight === null ? null : { ...state.flight, accepted };
  const turn = state.turn === null ? null : { ...state.turn, updates: state.turn.updates + sent };
  const claimed = state.claimed || (accepted && state.live === null);
  const touched = state.touched || (event.result.kind !== 'refused' && event.result.kind !== 'busy');
  return { ...state, flight, turn, claimed, touched, updates: state.updates + sent };
}

/** Someone else holds the lease with the same or a later generation: not one more write. */
function lostLease(context: Context, state: RolloutState, event: EngineEvent): Next | null {
  if (event.kind !== 'read' || event.lease === null || event.lease === 'unreadable') return null;
  const { lease } = event;
  if (lease.nonce === context.holder.nonce || lease.generation < context.generation) return null;
  const other = `Run ${lease.runId} (attempt ${lease.attempt}) of ${lease.repository}`;
  const started = state.forward !== null || state.updates > 0;
  const explanation = started
    ? `${other} has taken over on this endpoint; this run sends nothing more.`
    : `${other} began on this endpoint at the same time, and goes on. Nothing was changed.`;
  const decision = started ? ('held' as const) : ('rejected' as const);
  return closeSilently(state, {
    decision,
    reason: 'rollout-in-progress',
    explanation,
    action: null,
    status: 'running',
  });
}

/** The run has been asked to stop: seen in whatever stage comes next, once. */
function cancellation(context: Context, before: RolloutState, event: EngineEvent): Next | null {
  if (!event.cancelled || before.cancelledNow !== null) return null;
  const state = { ...before, cancelledNow: before.now };
  if (state.turn !== null || CONCLUDING.has(state.stage)) return HANDLERS[state.stage](context, state, event);
  if (state.phase === 'cleaning-up') return leaveFinishing(state);
  if (context.settings.onCancel === 'hold' && state.claimed) {
    const explanation = 'Cancelled. As `on-cancel` asks, the split stays as it is.';
    const action = 'Promote the version again to go on, or run the command `rollback`.';
    return close(state, { decision: 'cancelled', reason: 'cancelled', explanation, action, status: 'paused' });
  }
  return turnBack(state, 'cancelled', 'The run was cancelled.');
}

/** Time is kept for going back: what is not finished by then goes back. */
function deadline(context: Context, state: RolloutState, event: EngineEvent): Next | null {
  if (state.turn !== null || CONCLUDING.has(state.stage) || state.phase === 'cleaning-up' || event.kind === 'written')
    return null;
  if (context.plan.snapshot === null || !state.claimed) return null;
  if (remaining(context, state) >= context.settings.timings.reserveMs) return null;
  return turnBack(state, 'time-budget', 'The time that is left is kept for going back.');
}

/** Follows the entries until there is an effect. */
function settle(context: Context, next: Next): { state: RolloutState; effect: Effect } {
  let here = next;
  while ('enter' in here) here = enter(context, here.state, here.enter);
  return here;
}

function enter(context: Context, state: RolloutState, entry: Entry): Next {
  switch (entry.to) {
    case 'next-update':
      return nextUpdate(context, state);
    case 'resend':
      return resend(state);
    case 'verified':
      return onVerified(context, state);
    case 'bake':
      return enterBake(context, state, entry.final, entry.resumed);
    case 'advance':
      return advance(context, state);
    case 'after-bakes':
      return afterBakes(context, state);
    case 'condemn':
      return condemn(context, state, entry.reason, entry.explanation);
    case 'turn':
      return enterTurn(context, state, entry.reason, entry.explanation);
    case 'foreign':
      return hold(context, state, 'foreign-change', entry.explanation);
    case 'finish':
      return finish(context, state);
    case 'close':
      return lastWord(context, state);
  }
}

/** The journal learns how it ended, if it is ours to write. */
function lastWord(context: Context, state: RolloutState): Next {
  if (!state.claimed) return end(context, state);
  const phase = state.ending?.status === 'ended' ? 'ended' : state.phase;
  return journal(context, { ...state, phase }, 'closing');
}

function end(context: Context, state: RolloutState): Next {
  if (state.ending === null) throw new Error('The rollout engine ends without knowing how.');
  return go(state, 'ended', { kind: 'end', outcome: outcomeOf(context, state, state.ending) });
}
