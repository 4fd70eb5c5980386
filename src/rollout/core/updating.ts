import { differences, sameConfiguration, sharesInWords } from './compare.js';
import { foreign, go, isLateRead, journal, pause, read, remaining, turnBack, warn } from './moves.js';
import type { EngineEvent, Next } from './protocol.js';
import { journalOf } from './record.js';
import { giveUp, isShutOut, refusalReason } from './refusals.js';
import type { Context, Flight, RolloutState } from './state.js';
import type { EndpointView, Phase, PlannedUpdate } from './types.js';

const INTENT_TRIES = 3;

const PHASES: Readonly<Record<PlannedUpdate['purpose'], Phase>> = {
  create: 'provisioning',
  provision: 'provisioning',
  shift: 'shifting',
  cleanup: 'cleaning-up',
};

/** The update that is being worked on: the one after the last that was verified. */
export function workedOn(context: Context, state: RolloutState): PlannedUpdate {
  const update = context.plan.updates[state.update + 1];
  if (update === undefined) throw new Error(`The plan has no update ${state.update + 1}.`);
  return update;
}

/** Begins the update after the present one, with its intent in the journal. */
export function nextUpdate(context: Context, state: RolloutState): Next {
  const update = workedOn(context, state);
  if (
    update.purpose !== 'cleanup' &&
    context.plan.snapshot !== null &&
    remaining(context, state) < context.settings.timings.reserveMs
  ) {
    return turnBack(state, 'time-budget', 'The time that is left is kept for going back.');
  }
  const prepared: RolloutState = {
    ...state,
    phase: PHASES[update.purpose],
    intent: { purpose: update.purpose, update: state.update + 1 },
    bake: update.purpose === 'cleanup' ? state.bake : null,
    passed: false,
    retries: 0,
    flight: null,
  };
  if (state.live === null) return sendCreate(context, prepared, update);
  if (sameConfiguration(update.config, state.live.config) && state.live.update !== 'IN_PROGRESS') {
    return { state: prepared, enter: { to: 'verified' } };
  }
  return journal(context, prepared, 'intending');
}

/** Creates the endpoint; the record of the rollout comes with it. */
export function sendCreate(context: Context, state: RolloutState, update: PlannedUpdate): Next {
  const sending = { ...state, flight: flightFor(state, update, null), forward: update.config };
  return go(sending, 'sending', { kind: 'create', config: update.config, journal: journalOf(context, sending) });
}

/** Sends the present update once more: the intent stands in the journal, the endpoint is looked at again. */
export function resend(state: RolloutState): Next {
  return read(state, 'guarding');
}

/** Without its intent in the journal no update is sent. */
export function onIntending(context: Context, state: RolloutState, event: EngineEvent): Next {
  if (event.kind === 'waited') return journal(context, state, 'intending');
  if (event.kind === 'journaled' && event.result === 'accepted') return read({ ...state, retries: 0 }, 'guarding');
  if (event.kind === 'journaled' && state.retries < INTENT_TRIES) {
    return pause({ ...state, retries: state.retries + 1 }, 2_000, 10_000);
  }
  const message = event.kind === 'journaled' ? event.message : 'interrupted';
  return giveUp(state, 'remote-error', `The next update could not be recorded in the endpoint's tags (${message}).`);
}

/** Looks at the endpoint immediately before the write: it must be as it was last verified. */
export function onGuarding(context: Context, state: RolloutState, event: EngineEvent): Next {
  const { timings } = context.settings;
  const update = workedOn(context, state);
  if (event.kind === 'waited') return read(state, 'guarding');
  if (event.kind !== 'read' || (event.view !== null && isLateRead(state, event.view))) {
    const isHopeless = event.kind === 'read-failed' && isShutOut(state, event.reason);
    if (!isHopeless && state.now - state.stageSinceNow < update.deadlineMs)
      return pause(state, timings.pollFirstMs, timings.pollMostMs);
    const why = event.kind === 'read-failed' ? `: ${event.message}` : '.';
    return giveUp(state, 'remote-error', `The endpoint could not be read before the next update${why}`);
  }
  const { view } = event;
  if (view === null) return foreign(state, 'The endpoint is gone.');
  if (view.update === 'IN_PROGRESS') return runningBefore(context, state, view, update);
  if (!sameConfiguration(view.config, state.expected)) {
    return foreign(state, `Someone else changed the endpoint: ${differences(state.expected, view.config).join('; ')}.`);
  }
  return send(noteVersion(state, view), view, update);
}

/** An update is running that we did not send: one that changes nothing is the platform's own and is awaited. */
function runningBefore(context: Context, state: RolloutState, view: EndpointView, update: PlannedUpdate): Next {
  const { timings } = context.settings;
  if (view.pending !== null && !sameConfiguration(view.pending, view.config)) {
    return foreign(state, `Someone else is updating the endpoint to ${sharesInWords(view.pending)}.`);
  }
  if (state.now - state.stageSinceNow < update.deadlineMs) return pause(state, timings.pollFirstMs, timings.pollMostMs);
  return giveUp(state, 'update-timeout', 'Another update has been running on the endpoint for too long.');
}

/** The same content under a new number: nothing to protect, but worth a word. */
function noteVersion(state: RolloutState, view: EndpointView): RolloutState {
  const version = view.config?.version ?? null;
  if (version === null || state.expectedVersion === null || version === state.expectedVersion) return state;
  const warning = `The endpoint's configuration was saved anew (version ${state.expectedVersion} became ${version}) without any difference.`;
  return warn({ ...state, expectedVersion: version }, warning);
}

function send(state: RolloutState, view: EndpointView, update: PlannedUpdate): Next {
  const config = { ...update.config, ...(view.config?.extra === undefined ? {} : { extra: view.config.extra }) };
  const sending = { ...state, flight: flightFor(state, update, view), forward: config };
  return go(sending, 'sending', { kind: 'update', config });
}

function flightFor(state: RolloutState, update: PlannedUpdate, view: EndpointView | null): Flight {
  return {
    desired: update.config,
    before: view?.config ?? null,
    stateBefore: view?.update ?? 'NOT_UPDATING',
    sentNow: state.now,
    sentAtMs: state.serverNow,
    aliveNow: state.now,
    unchangedNow: null,
    accepted: false,
    reads: 0,
    sends: (state.flight?.sends ?? 0) + 1,
  };
}

/** The server's answer to an update. What the answer leaves open is settled by reading, never by sending again. */
export function onSending(context: Context, state: RolloutState, event: EngineEvent): Next {
  if (event.kind !== 'written') return read(state, 'polling');
  const { result } = event;
  if (result.kind !== 'refused') {
    const polling: RolloutState = { ...state, stage: 'polling', stageSinceNow: state.now, polls: 0 };
    return pause(polling, context.settings.timings.pollFirstMs, context.settings.timings.pollMostMs);
  }
  const explanation = `The endpoint refused the update (${result.status} ${result.code}): ${result.message}`;
  return giveUp({ ...state, flight: null }, refusalReason(result.status), explanation);
}
