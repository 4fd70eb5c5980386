import type { ReasonCode } from '../../reasons.js';
import { sharesInWords } from './compare.js';
import { SHIFT_DEADLINE_MS } from './deadlines.js';
import { close, hold, refuse } from './ending.js';
import { go, journal, read } from './moves.js';
import type { EngineEvent, Next } from './protocol.js';
import type { Context, RolloutState, Turn } from './state.js';
import { closeSteps } from './step-reports.js';

/** The candidate is bad or cannot be judged: the settings say whether to go back or to hold. */
export function condemn(context: Context, state: RolloutState, reason: ReasonCode, explanation: string): Next {
  const steps = closeSteps(state, reason === 'no-data' ? 'no-data' : 'failed');
  if (context.settings.onFailure === 'hold') return hold(context, { ...state, steps }, reason, explanation);
  return enterTurn(context, { ...state, steps }, reason, explanation);
}

/** Decides to go back. From here on nothing else happens until the recorded configuration is live, or time is up. */
export function enterTurn(context: Context, state: RolloutState, reason: ReasonCode, explanation: string): Next {
  if (state.turn !== null) return read(state, 'turn-reading');
  const cancelled = reason === 'cancelled';
  if (!state.claimed && state.flight === null)
    return refuse(state, cancelled ? 'cancelled' : 'failed', reason, explanation);
  const turn: Turn = {
    reason,
    explanation,
    detectedAtMs: state.serverNow,
    deadlineNow: turnDeadline(context, state),
    updates: 0,
    restoredAtMs: null,
  };
  const steps = closeSteps(state, cancelled ? 'stopped' : 'failed');
  if (context.plan.snapshot === null) return nothingToGoBackTo({ ...state, steps }, reason, explanation);
  const turned: RolloutState = {
    ...state,
    steps,
    turn,
    phase: 'rolling-back',
    intent: { purpose: 'rollback', update: null },
    unsettled: state.flight === null ? null : { sentNow: state.flight.sentNow, seen: false },
    flight: null,
    retries: 0,
  };
  return journal(context, turned, 'turn-journaling');
}

/** Going back may take the reserve, and what the update that is running may still take; never less than one update. */
function turnDeadline(context: Context, state: RolloutState): number {
  const { timings, timeLimitMs } = context.settings;
  const update = context.plan.updates[state.update + 1];
  const running =
    state.flight === null || update === undefined ? 0 : state.flight.sentNow + update.deadlineMs - state.now;
  const wanted = state.now + timings.reserveMs + Math.max(0, running);
  return Math.max(Math.min(wanted, state.startedNow + timeLimitMs), state.now + SHIFT_DEADLINE_MS);
}

/** A first deployment has no earlier version. What was deployed stays as it is, and the next promotion may replace it. */
function nothingToGoBackTo(state: RolloutState, reason: ReasonCode, explanation: string): Next {
  const serves = state.live?.config !== null && state.live?.config !== undefined;
  const decision = reason === 'cancelled' ? 'cancelled' : serves ? 'held' : 'failed';
  const after = serves
    ? 'There is no earlier version to go back to, so it keeps the traffic until another version is promoted.'
    : 'No version serves.';
  const action = serves ? 'Promote a version that works; it takes the place of this one.' : null;
  return close(state, { decision, reason, explanation: `${explanation} ${after}`, action, status: 'ended' });
}

/** Whether the decision to go back could be recorded does not matter: going back needs no record. */
export function onTurnJournaling(_context: Context, state: RolloutState, _event: EngineEvent): Next {
  return read(state, 'turn-reading');
}

/** The recorded configuration is live again. What the registry was told is taken back too. */
export function restored(context: Context, state: RolloutState, turn: Turn): Next {
  const done: RolloutState = {
    ...state,
    turn: { ...turn, restoredAtMs: state.serverNow },
    expected: state.live?.config ?? null,
    expectedVersion: state.live?.config?.version ?? null,
    flight: null,
    intent: null,
  };
  return state.booked ? go(done, 'turn-booking', { kind: 'restore' }) : concludeTurn(context, done, turn);
}

export function onTurnBooking(context: Context, state: RolloutState, event: EngineEvent): Next {
  if (state.turn === null) throw new Error('The rollout engine goes back without having decided to.');
  const warnings = event.kind === 'restored' ? event.warnings : [];
  return concludeTurn(context, { ...state, warnings: [...state.warnings, ...warnings] }, state.turn);
}

function concludeTurn(context: Context, state: RolloutState, turn: Turn): Next {
  const cancelled = turn.reason === 'cancelled' && state.cancelledNow !== null;
  const decision = cancelled ? 'cancelled' : state.touched ? 'rolled-back' : 'failed';
  const back = turn.updates === 0 ? 'No traffic had to be moved back' : 'The recorded configuration is live again';
  const explanation = `${turn.explanation} ${back}: ${sharesInWords(context.plan.snapshot)}.`;
  return close(state, { decision, reason: turn.reason, explanation, action: null, status: 'ended' });
}
