import { delivers, sameConfiguration, sharesInWords } from './compare.js';
import { formatDuration } from './duration.js';
import { closeSilently, degrade } from './ending.js';
import { foreign, go, isLateRead, pause, read } from './moves.js';
import { failureInWords } from './polling.js';
import type { EngineEvent, Next } from './protocol.js';
import { isShutOut } from './refusals.js';
import type { Context, Flight, RolloutState, Turn } from './state.js';
import { restored } from './turning.js';
import type { EndpointConfig, EndpointView } from './types.js';

/** Reads what is live and decides what is still missing: nothing, patience, or one update. */
export function onTurnReading(context: Context, state: RolloutState, event: EngineEvent): Next {
  const { turn } = state;
  const target = context.plan.snapshot;
  if (turn === null || target === null) throw new Error('The rollout engine goes back without having decided to.');
  if (event.kind === 'waited' || event.kind === 'interrupted') return read(state, 'turn-reading');
  if (event.kind === 'read' && event.view !== null && isRestored(context, state, target, event.view))
    return restored(context, state, turn);
  if (event.kind === 'read-failed' && isShutOut(state, event.reason)) {
    return degrade(
      context,
      state,
      `${turn.explanation} The endpoint can no longer be reached with these credentials: ${event.message}`,
    );
  }
  if (state.now >= turn.deadlineNow) return late(context, state, turn);
  if (event.kind !== 'read') return patience(context, state);
  if (event.view === null) return foreign(state, 'The endpoint is gone.');
  return turnRead(context, state, target, event.view);
}

/**
 * Live is the recorded configuration and nothing is under way that could change it: no update that runs, none that was sent
 * forward a moment ago and does not show yet, and no read from before what was verified last.
 */
function isRestored(context: Context, state: RolloutState, target: EndpointConfig, view: EndpointView): boolean {
  if (isLateRead(state, view)) return false;
  if (view.update === 'IN_PROGRESS' || !view.ready || !delivers(target, view.config)) return false;
  const { unsettled } = state;
  return unsettled === null || unsettled.seen || state.now - unsettled.sentNow >= context.settings.timings.staleGraceMs;
}

function turnRead(context: Context, state: RolloutState, target: EndpointConfig, view: EndpointView): Next {
  if (view.update === 'IN_PROGRESS') {
    const known =
      view.pending === null || sameConfiguration(view.pending, view.config) || isKnown(state, target, view.pending);
    if (known) return patience(context, noteRunning(state, target, view));
    return foreign(state, `Someone else is updating the endpoint to ${sharesInWords(view.pending)}.`);
  }
  if (delivers(target, view.config) || isLateRead(state, view)) return patience(context, state);
  if (!isKnown(state, target, view.config)) {
    return foreign(
      state,
      `Someone else changed the endpoint while the rollout went back: it serves ${sharesInWords(view.config)}.`,
    );
  }
  const { flight } = state;
  if (flight !== null && view.update === 'UPDATE_CANCELED' && flight.accepted)
    return foreign(state, 'Someone cancelled the rollback.');
  if (flight !== null && tooEarly(context, state, flight, view)) return patience(context, state);
  return sendBack(state, target, view);
}

/** Only configurations that this rollout has sent, or found, are taken for its own. */
function isKnown(state: RolloutState, target: EndpointConfig, config: EndpointConfig | null): boolean {
  if (config === null) return state.expected === null;
  if (delivers(target, config) || sameConfiguration(state.expected, config)) return true;
  return state.forward !== null && delivers(state.forward, config);
}

function noteRunning(state: RolloutState, target: EndpointConfig, view: EndpointView): RolloutState {
  const ours = view.pending !== null && delivers(target, view.pending);
  const flight =
    ours && state.flight !== null ? { ...state.flight, accepted: true, aliveNow: state.now } : state.flight;
  return { ...state, flight, unsettled: state.unsettled === null ? null : { ...state.unsettled, seen: true } };
}

/** After an update was sent, a read that still shows the old configuration may be late. A failure that is ours is not. */
function tooEarly(context: Context, state: RolloutState, flight: Flight, view: EndpointView): boolean {
  if (view.update === 'UPDATE_FAILED' && flight.stateBefore !== 'UPDATE_FAILED') return false;
  const grace = flight.accepted ? context.settings.timings.staleGraceMs : context.settings.timings.staleGraceMs / 4;
  return state.now - flight.aliveNow < grace;
}

function sendBack(state: RolloutState, target: EndpointConfig, view: EndpointView): Next {
  const config = { ...target, ...(view.config?.extra === undefined ? {} : { extra: view.config.extra }) };
  const flight: Flight = {
    desired: target,
    before: view.config,
    stateBefore: view.update,
    sentNow: state.now,
    sentAtMs: state.serverNow,
    aliveNow: state.now,
    unchangedNow: null,
    accepted: false,
    reads: 0,
    sends: (state.flight?.sends ?? 0) + 1,
  };
  return go({ ...state, flight }, 'turn-sending', { kind: 'update', config });
}

export function onTurnSending(context: Context, state: RolloutState, event: EngineEvent): Next {
  const reading: RolloutState = { ...state, stage: 'turn-reading', stageSinceNow: state.now, polls: 0 };
  if (event.kind !== 'written') return read(state, 'turn-reading');
  const { result } = event;
  if (result.kind === 'refused' && ![408, 429].includes(result.status)) {
    const explanation = `The endpoint refused to go back (${result.status} ${result.code}): ${result.message}`;
    return degrade(context, state, explanation);
  }
  if (result.kind === 'accepted' && state.cancelledNow !== null && context.settings.cancelBudgetMs !== null) {
    return leaveToPost(state, 'The way back is under way; it has not been verified yet.');
  }
  return patience(context, reading);
}

/** Waits a little; after a cancellation never longer than the runner does. */
function patience(context: Context, state: RolloutState): Next {
  const { timings, cancelBudgetMs } = context.settings;
  const spent = state.cancelledNow === null ? 0 : state.now - state.cancelledNow;
  if (state.cancelledNow !== null && cancelBudgetMs !== null && spent >= cancelBudgetMs) {
    return leaveToPost(state, 'The way back could not be finished in the time that a cancelled job has.');
  }
  return pause({ ...state, stage: 'turn-reading' }, Math.min(500, timings.pollFirstMs), timings.turnPollMostMs);
}

function leaveToPost(state: RolloutState, explanation: string): Next {
  const action = 'The post step of the job goes on; if it does not run, run the command `reconcile`.';
  return closeSilently(state, {
    decision: 'cancelled',
    reason: 'cancelled',
    explanation: `Cancelled. ${explanation}`,
    action,
    status: 'running',
  });
}

function late(context: Context, state: RolloutState, turn: Turn): Next {
  const spent = formatDuration(state.serverNow - turn.detectedAtMs);
  const explanation = `${turn.explanation} The old configuration could not be verified live within ${spent}. ${state.live === null ? '' : failureHint(state.live)}`;
  return degrade(context, state, explanation.trim());
}

function failureHint(view: EndpointView): string {
  return view.update === 'UPDATE_FAILED' ? failureInWords(view) : `The endpoint's last update is ${view.update}.`;
}
