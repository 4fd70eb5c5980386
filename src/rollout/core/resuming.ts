import type { ReasonCode } from '../../reasons.js';
import { delivers, differences, sharesInWords } from './compare.js';
import type { Journal } from './journal.js';
import { foreign, read, turnBack } from './moves.js';
import type { Next } from './protocol.js';
import type { Context, Flight, RolloutState } from './state.js';
import type { EndpointConfig, EndpointView, Plan } from './types.js';

/**
 * Goes on where another process stopped. The live endpoint says what happened; the journal says what was meant: the update that
 * was verified last, the one that was about to be sent, and how much of the bake had been watched. Where the two do not fit
 * together, someone else has been there.
 */
export function resumeFrom(context: Context, state: RolloutState, found: Journal, view: EndpointView | null): Next {
  if (view === null) return foreign(state, 'The endpoint is gone.');
  const { plan } = context;
  const verified = found.update < 0 ? (plan.start ?? plan.snapshot) : (plan.updates[found.update]?.config ?? null);
  const intended = plan.updates[found.intent?.update ?? -1]?.config ?? null;
  const known: RolloutState = {
    ...state,
    resumed: true,
    update: found.update,
    phase: found.phase,
    passed: found.passed,
    expected: wasAskedFor(plan, found, view) ? view.config : verified,
    forward: intended ?? plan.updates[found.update + 1]?.config ?? verified,
    booked: found.phase === 'finishing' || found.phase === 'ended',
    touched: true,
    intent: found.intent,
  };
  if (found.turn !== null) return turnBack(known, found.turn.reason, goingBack(found.turn.reason));
  if (intended !== null && (view.update === 'IN_PROGRESS' || delivers(intended, view.config))) {
    return awaitIntended(known, intended, view);
  }
  if (live(verified, view)) return carryOn(context, { ...known, expected: view.config }, found);
  if (plan.snapshot !== null && delivers(plan.snapshot, view.config)) {
    return turnBack(known, 'foreign-change', 'Someone has put the earlier configuration back.');
  }
  if (view.update === 'IN_PROGRESS')
    return foreign(known, `Someone else is updating the endpoint to ${sharesInWords(view.pending)}.`);
  return foreign(known, `Someone else changed the endpoint: ${differences(verified, view.config).join('; ')}.`);
}

/**
 * A person who asks for a rollback means what is live at that moment, also where the shares have been edited since. Entities of
 * someone else are not theirs to remove.
 */
function wasAskedFor(plan: Plan, found: Journal, view: EndpointView): boolean {
  if (found.turn?.reason !== 'ok' || view.update === 'IN_PROGRESS' || view.config === null) return false;
  const known = new Set([plan.candidate.name, ...(plan.snapshot?.servedEntities ?? []).map((entity) => entity.name)]);
  return view.config.servedEntities.every((entity) => known.has(entity.name));
}

function goingBack(reason: ReasonCode): string {
  if (reason === 'ok') return 'Rolled back on request.';
  if (reason === 'plan-changed') return 'Another promotion begins on this endpoint.';
  return reason === 'cancelled' ? 'The rollout was cancelled.' : 'The interrupted run had decided to go back.';
}

function live(verified: EndpointConfig | null, view: EndpointView): boolean {
  if (view.update === 'IN_PROGRESS') return false;
  return verified === null ? view.config === null : delivers(verified, view.config);
}

/** The update had been sent: what becomes of it is awaited like any other. */
function awaitIntended(state: RolloutState, intended: EndpointConfig, view: EndpointView): Next {
  const flight: Flight = {
    desired: intended,
    before: state.expected,
    stateBefore: 'NOT_UPDATING',
    sentNow: state.now,
    sentAtMs: state.serverNow,
    aliveNow: state.now,
    unchangedNow: null,
    accepted: view.update === 'IN_PROGRESS',
    reads: 0,
    sends: 1,
  };
  return read({ ...state, flight, live: view }, 'polling');
}

/** Nothing was under way: the phase says what comes next. A bake goes on with the time that had been watched. */
function carryOn(context: Context, state: RolloutState, found: Journal): Next {
  const final = found.phase === 'final-bake';
  if (found.phase === 'finishing') return { state, enter: { to: 'finish' } };
  if (found.update < 0) return { state, enter: { to: 'next-update' } };
  if (found.passed) return { state, enter: { to: final ? 'after-bakes' : 'next-update' } };
  if (found.intent !== null) return { state, enter: { to: 'next-update' } };
  if (found.phase === 'baking' || final) return { state, enter: { to: 'bake', final, resumed: true } };
  return {
    state: { ...state, update: found.update - 1 },
    enter: { to: context.plan.updates[found.update] === undefined ? 'finish' : 'verified' },
  };
}
