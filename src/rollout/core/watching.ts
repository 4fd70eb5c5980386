import type { Judgement } from '../../health/core/types.js';
import { differences, sameConfiguration, sharesInWords } from './compare.js';
import { EXTENSIONS } from './deadlines.js';
import { hold } from './ending.js';
import { foreign, go, isLateRead, journal, read, remaining, turnBack, warn } from './moves.js';
import type { EngineEvent, Next } from './protocol.js';
import type { Bake, Context, RolloutState } from './state.js';
import { candidateShareIn, openStep, placeInWords, withLook, withStep } from './step-reports.js';

/** Most that one look may credit: time in which nobody looked, as when the machine slept, is no evidence. */
const MOST_CREDIT_MS = 2 * 60_000;

/** Begins to watch the present split. Only from here on does evidence count. */
export function enterBake(context: Context, state: RolloutState, final: boolean, resumed: boolean): Next {
  const { plan, resume } = context;
  const index = final ? plan.steps.length : (plan.updates[state.update]?.step ?? 0);
  const bakeMs = final ? (plan.finalBakeMs ?? 0) : (plan.steps[index]?.bakeMs ?? 0);
  const share = candidateShareIn(context, state.expected);
  const before = resumed ? resume : null;
  const startedAtMs = before?.stepStartedAtMs ?? state.serverNow;
  const bake: Bake = {
    index,
    share,
    startedAtMs,
    startedNow: state.now,
    bakeMs,
    creditedMs: before?.creditedMs ?? 0,
    unseenMs: 0,
    extensions: before?.extensions ?? 0,
    lookedNow: state.now,
    blindSinceNow: null,
    suspectSinceNow: null,
    judgement: null,
  };
  const steps = openStep(context, state, index, share);
  const watching: RolloutState = { ...state, phase: final ? 'final-bake' : 'baking', bake, steps, passed: false };
  const window = { startedAtMs, candidateTraffic: share, index };
  const smoke = plan.steps[Math.min(index, plan.steps.length - 1)]?.smoke;
  const restore = before === null || before.evidence === null ? null : { evidence: before.evidence };
  return go(watching, 'beginning', { kind: 'begin', window, smoke, restore });
}

/** The start of the step goes into the journal. Evidence that cannot be taken over means that the bake begins anew. */
export function onBeginning(context: Context, state: RolloutState, event: EngineEvent): Next {
  const lost = event.kind === 'began' && !event.restored && (state.bake?.creditedMs ?? 0) > 0;
  if (!lost || state.bake === null) return journal(context, state, 'marking');
  const bake = { ...state.bake, creditedMs: 0, startedAtMs: state.serverNow };
  const warned = warn(
    state,
    'The evidence of the interrupted run could not be read; the step is watched from its beginning.',
  );
  return journal(context, { ...warned, bake }, 'marking');
}

export function onMarking(_context: Context, state: RolloutState, _event: EngineEvent): Next {
  return go(state, 'looking', { kind: 'look' });
}

/** One look: bad goes back at once; blind and doubtful hold the weight; good counts towards the bake. */
export function onLooking(context: Context, state: RolloutState, event: EngineEvent): Next {
  if (state.bake === null) throw new Error('The rollout engine looks at a step that it has not begun.');
  if (event.kind !== 'looked') return unlooked(context, state, state.bake);
  const { judgement } = event.look;
  const bake = credit(state.bake, judgement, state.now);
  const looked = withLook(context, { ...state, bake }, event.look);
  if (judgement.kind === 'unhealthy') {
    const explanation = `${judgement.explanation} (${placeInWords(context, looked)})`;
    return { state: looked, enter: { to: 'condemn', reason: judgement.reason, explanation } };
  }
  const unseen = tooLongUnseen(context, bake, state.now);
  if (unseen !== null) return turnBack(looked, 'metrics-unavailable', `${unseen} ${judgement.explanation}`);
  if (context.plan.snapshot === null && remaining(context, state) <= 0) {
    return hold(
      context,
      looked,
      'time-budget',
      'The time limit was reached before the version had been watched for long enough.',
    );
  }
  const over = bake.creditedMs >= bake.bakeMs * (1 + bake.extensions);
  return over && bake.blindSinceNow === null && bake.suspectSinceNow === null
    ? bakeIsOver(context, looked, bake, judgement)
    : rest(context, looked);
}

/** A look that brought nothing at all is as blind as silent sources. */
function unlooked(context: Context, state: RolloutState, before: Bake): Next {
  const bake = credit(before, { kind: 'blind', explanation: 'The evidence could not be collected.' }, state.now);
  const unseen = tooLongUnseen(context, bake, state.now);
  return unseen === null
    ? rest(context, { ...state, bake })
    : turnBack({ ...state, bake }, 'metrics-unavailable', unseen);
}

function credit(bake: Bake, judgement: Judgement, now: number): Bake {
  const blind = judgement.kind === 'blind';
  const suspect = judgement.kind === 'suspect';
  const watched = Math.min(now - bake.lookedNow, MOST_CREDIT_MS);
  return {
    ...bake,
    judgement,
    lookedNow: now,
    creditedMs: bake.creditedMs + (blind || suspect ? 0 : watched),
    unseenMs: bake.unseenMs + (blind || suspect ? now - bake.lookedNow : 0),
    blindSinceNow: blind ? (bake.blindSinceNow ?? now) : null,
    suspectSinceNow: suspect ? (bake.suspectSinceNow ?? now) : null,
  };
}

/** Blindness is not health: it holds the weight, but not for ever. */
function tooLongUnseen(context: Context, bake: Bake, now: number): string | null {
  const { blindTimeoutMs } = context.settings.timings;
  const patience = Math.max(blindTimeoutMs, EXTENSIONS * bake.bakeMs);
  if (bake.blindSinceNow !== null && now - bake.blindSinceNow >= blindTimeoutMs)
    return 'Nothing could be seen for too long.';
  if (bake.suspectSinceNow !== null && now - bake.suspectSinceNow >= patience)
    return 'The figures did not fit the split for too long.';
  return bake.unseenMs >= 2 * patience ? 'Too much of the step could not be seen.' : null;
}

function rest(context: Context, state: RolloutState): Next {
  const { intervalMs } = context.settings;
  const bake = state.bake;
  const left = bake === null ? intervalMs : bake.bakeMs * (1 + bake.extensions) - bake.creditedMs;
  return go(state, 'resting', { kind: 'rest', ms: Math.max(1, Math.min(intervalMs, left > 0 ? left : intervalMs)) });
}

export function onResting(context: Context, state: RolloutState, _event: EngineEvent): Next {
  const isDoubtful = state.bake !== null && state.bake.suspectSinceNow !== null;
  return isDoubtful || isBeatDue(context, state) ? read(state, 'beat-reading') : go(state, 'looking', { kind: 'look' });
}

function isBeatDue(context: Context, state: RolloutState): boolean {
  return state.now - state.beatNow >= context.settings.timings.heartbeatMs;
}

/**
 * With each heartbeat, and when the figures do not fit the split, the endpoint is looked at: what someone else changed is noticed while
 * the rollout only waits.
 */
export function onBeatReading(context: Context, state: RolloutState, event: EngineEvent): Next {
  const isDue = isBeatDue(context, state);
  if (event.kind !== 'read') {
    return go({ ...state, beatNow: isDue ? state.now : state.beatNow }, 'looking', { kind: 'look' });
  }
  const { view } = event;
  if (view === null) return foreign(state, 'The endpoint is gone.');
  if (isLateRead(state, view)) return go(state, 'looking', { kind: 'look' });
  if (view.update === 'IN_PROGRESS' && view.pending !== null && !sameConfiguration(view.pending, state.expected)) {
    return foreign(state, `Someone else is updating the endpoint to ${sharesInWords(view.pending)}.`);
  }
  if (!sameConfiguration(view.config, state.expected)) {
    return foreign(state, `Someone else changed the endpoint: ${differences(state.expected, view.config).join('; ')}.`);
  }
  return isDue ? journal(context, state, 'beat-journaling') : go(state, 'looking', { kind: 'look' });
}

export function onBeatJournaling(_context: Context, state: RolloutState, _event: EngineEvent): Next {
  return go(state, 'looking', { kind: 'look' });
}

/** The bake time has been watched: is there enough evidence to go on? */
function bakeIsOver(context: Context, state: RolloutState, bake: Bake, judgement: Judgement): Next {
  if (judgement.kind === 'healthy') return { state, enter: { to: 'advance' } };
  if (bake.extensions < EXTENSIONS && bake.bakeMs > 0) {
    const extended = { ...state, bake: { ...bake, extensions: bake.extensions + 1 } };
    const steps = withStep(extended, bake.index, { extensions: bake.extensions + 1 });
    return rest(context, { ...extended, steps });
  }
  if (judgement.kind === 'baseline-unhealthy') {
    return turnBack(state, 'baseline-unhealthy', `${judgement.explanation} (${placeInWords(context, state)})`);
  }
  return noData(context, state, bake, judgement);
}

function noData(context: Context, state: RolloutState, bake: Bake, judgement: Judgement): Next {
  const explanation = `${judgement.explanation} The step was extended ${bake.extensions} times.`;
  const marked = { ...state, steps: withStep(state, bake.index, { verdict: 'no-data', endedAtMs: state.serverNow }) };
  if (context.settings.onNoData === 'continue') {
    return { state: warn(marked, `Went on without enough evidence: ${explanation}`), enter: { to: 'advance' } };
  }
  if (context.settings.onNoData === 'hold') return hold(context, marked, 'no-data', explanation);
  return turnBack(marked, 'no-data', explanation);
}
