import { fingerprint } from './compare.js';
import type { Journal, PromotionTrace } from './journal.js';
import { removedEntities } from './removed.js';
import { sharesOf } from './split.js';
import type { Context, RolloutState } from './state.js';

/** What the journal says about a state. The heartbeat counts with every record, so that an observer sees that someone is alive. */
export function journalOf(context: Context, state: RolloutState): Journal {
  const { plan, resume } = context;
  const released = state.ending !== null;
  const lease = released ? null : { ...context.holder, generation: context.generation, heartbeat: state.heartbeat };
  if (resume !== null && !state.resumed) return { ...resume, lease, generation: context.generation };
  return {
    schema: 1,
    rolloutId: context.rolloutId,
    planHash: plan.hash,
    kind: plan.kind,
    status: state.ending?.status ?? 'running',
    outcome: state.ending === null ? null : { decision: state.ending.decision, reason: state.ending.reason },
    candidate: {
      name: plan.candidate.name,
      entityName: plan.candidate.entityName,
      entityVersion: plan.candidate.entityVersion,
    },
    previous: plan.previous === null ? null : { name: plan.previous.name, version: plan.previous.entityVersion },
    phase: state.phase,
    update: state.update,
    passed: state.passed,
    steps: plan.steps.map((step) => [step.traffic, step.bakeMs, step.smoke ?? null] as const),
    finalBakeMs: plan.finalBakeMs ?? 0,
    retainPrevious: plan.retainPrevious ?? false,
    ...clockPart(state),
    intent: state.intent,
    turn: state.turn === null ? null : { reason: state.turn.reason },
    lease,
    generation: context.generation,
    snapshot: snapshotPart(context),
    record: recordOf(context, state),
    evidence: released && state.ending?.status === 'ended' ? null : (state.evidence ?? null),
  };
}

function clockPart(
  state: RolloutState,
): Pick<Journal, 'startedAtMs' | 'stepStartedAtMs' | 'heartbeatAtMs' | 'creditedMs' | 'extensions'> {
  return {
    startedAtMs: Math.round(state.startedAtMs),
    stepStartedAtMs: state.bake === null ? null : Math.round(state.bake.startedAtMs),
    heartbeatAtMs: Math.round(state.serverNow),
    creditedMs: Math.round(state.bake?.creditedMs ?? 0),
    extensions: state.bake?.extensions ?? 0,
  };
}

function snapshotPart(context: Context): Journal['snapshot'] {
  const { snapshot } = context.plan;
  if (snapshot === null) return null;
  return { routes: [...sharesOf(snapshot)], fingerprint: fingerprint(snapshot, context.hash) };
}

function recordOf(context: Context, state: RolloutState): PromotionTrace | null {
  if (context.forgets === true && state.ending?.decision === 'promoted') return null;
  return concludes(state) ? traceOf(context, state) : context.earlier;
}

/** From the removal of the old entities on, this promotion is the one that a later rollback takes back. */
function concludes(state: RolloutState): boolean {
  const late = state.phase === 'cleaning-up' || state.phase === 'finishing';
  return state.ending === null ? late : state.ending.decision === 'promoted' || (late && state.turn === null);
}

function traceOf(context: Context, state: RolloutState): PromotionTrace {
  const { plan } = context;
  const routes = plan.snapshot === null ? [] : [...sharesOf(plan.snapshot)];
  const gaveWay = new Set(routes.filter(([, share]) => share > 0).map(([name]) => name));
  const retained = (plan.snapshot?.servedEntities ?? []).filter(
    (entity) =>
      plan.retainPrevious === true &&
      entity.entityName === plan.candidate.entityName &&
      entity.name !== plan.candidate.name &&
      gaveWay.has(entity.name),
  );
  return {
    promoted: plan.candidate.name,
    version: plan.candidate.entityVersion,
    previous: plan.previous === null ? null : { name: plan.previous.name, version: plan.previous.entityVersion },
    routes,
    removed: removedEntities(plan),
    retained: retained.map((entity) => entity.name),
    undo: state.undo ?? null,
  };
}
