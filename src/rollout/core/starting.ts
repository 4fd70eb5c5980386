import { differences, sameConfiguration, sharesInWords } from './compare.js';
import { formatDuration } from './duration.js';
import { close, refuse } from './ending.js';
import { go, journal, pause, read, warn } from './moves.js';
import type { EngineEvent, Next } from './protocol.js';
import { resumeFrom } from './resuming.js';
import { FALLBACK_NOTE } from './starting-point.js';
import type { Context, RolloutState } from './state.js';
import type { EndpointView } from './types.js';

/** How often the journal is tried before the rollout is refused. */
const CLAIM_TRIES = 3;

/** Others may be as slow as we are: the wait before the lease is read back grows with the time that our own claim took. */
const SETTLE_ROUNDS = 2;
const MOST_SLOWNESS_MS = 10_000;

/** Before the first write: the endpoint must be as the plan has it, and the lease must be ours. */
export function onStarting(context: Context, state: RolloutState, event: EngineEvent): Next {
  if (event.kind === 'started' || event.kind === 'waited') return read(state, 'starting');
  if (event.kind === 'read-failed') {
    if (state.polls < CLAIM_TRIES) return pause(state, context.settings.timings.pollFirstMs, 10_000);
    return refuse(state, 'failed', event.reason, `The endpoint could not be read: ${event.message}`);
  }
  if (event.kind !== 'read') return refuse(state, 'cancelled', 'cancelled', 'Cancelled before anything was written.');
  if (context.plan.kind === 'already-serving') return unchanged(context, state);
  if (event.view?.update === 'IN_PROGRESS' && context.resume === null) return awaitOther(context, state);
  const warned = event.view?.gatewayFallback === true ? warn(state, FALLBACK_NOTE) : state;
  return context.resume === null
    ? checkStart(context, warned, event.view)
    : journal(context, { ...warned, claimed: true }, 'claiming');
}

function unchanged(context: Context, state: RolloutState): Next {
  const { candidate } = context.plan;
  const explanation = `Version ${candidate.entityVersion} has all of the model's traffic already. Nothing was changed.`;
  return close(state, { decision: 'unchanged', reason: 'already-serving', explanation, action: null, status: 'ended' });
}

/** An update that someone else started is awaited; what it leaves behind is then compared with the plan. */
function awaitOther(context: Context, state: RolloutState): Next {
  const { startWaitMs, pollFirstMs, pollMostMs } = context.settings.timings;
  if (state.now - state.stageSinceNow < startWaitMs) return pause(state, pollFirstMs, pollMostMs);
  const explanation = `Another update had been running on the endpoint for ${formatDuration(startWaitMs)}. Nothing was changed.`;
  return refuse(state, 'rejected', 'foreign-change', explanation);
}

function checkStart(context: Context, state: RolloutState, view: EndpointView | null): Next {
  const live = view?.config ?? null;
  if (!sameConfiguration(live, state.expected)) {
    const moved = differences(state.expected, live).join('; ');
    const explanation = `The endpoint has changed since the plan was made (${moved}). It serves ${sharesInWords(live)}. Nothing was changed.`;
    return refuse(state, 'rejected', 'plan-changed', explanation);
  }
  const known = { ...state, expectedVersion: view?.config?.version ?? null };
  if (view === null) return { state: known, enter: { to: 'next-update' } };
  return journal(context, { ...known, claimed: true }, 'claiming');
}

/** The lease was written; after a short wait it is read back, since the last writer wins. */
export function onClaiming(context: Context, state: RolloutState, event: EngineEvent): Next {
  if (event.kind === 'waited') return journal(context, state, 'claiming');
  if (event.kind !== 'journaled') return go(state, 'claiming', { kind: 'wait', ms: 0 });
  if (event.result === 'accepted') {
    const slowness = Math.min(MOST_SLOWNESS_MS, SETTLE_ROUNDS * (state.now - state.stageSinceNow));
    return go(state, 'settling', { kind: 'wait', ms: context.settleMs + slowness });
  }
  if (event.result === 'unknown' && state.polls < CLAIM_TRIES) return pause(state, 2_000, 10_000);
  const explanation = `The record of the rollout could not be written to the endpoint's tags (${event.message}). Without it a crash could strand the endpoint, so nothing was changed.`;
  return refuse({ ...state, claimed: false }, 'failed', 'remote-error', explanation);
}

export function onSettling(_context: Context, state: RolloutState, _event: EngineEvent): Next {
  return read(state, 'confirming');
}

/** The lease as the endpoint shows it must be ours. A read may still show the time before. */
export function onConfirming(context: Context, state: RolloutState, event: EngineEvent): Next {
  if (event.kind === 'waited') return read(state, 'confirming');
  const mine =
    event.kind === 'read' &&
    event.lease !== null &&
    event.lease !== 'unreadable' &&
    event.lease.nonce === context.holder.nonce;
  if (!mine && state.polls < CLAIM_TRIES) return pause(state, 1_000, 5_000);
  if (event.kind === 'read-failed')
    return refuse(state, 'failed', event.reason, `The endpoint could not be read: ${event.message}`);
  if (!mine) {
    const explanation =
      'The record of the rollout cannot be read back from the endpoint. Without it a crash could strand the endpoint, so nothing was changed.';
    return refuse(state, 'failed', 'remote-error', explanation);
  }
  return context.resume === null
    ? { state, enter: { to: 'next-update' } }
    : resumeFrom(context, state, context.resume, state.live);
}
