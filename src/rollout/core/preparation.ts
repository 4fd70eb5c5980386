import type { Journal } from './journal.js';
import { makePlan, type PlanRequest, type Refusal } from './plan.js';
import { rebuildPlan } from './rebuild.js';
import { sharesOf } from './split.js';
import type { EndpointConfig, EndpointView, Plan } from './types.js';

/** How a promotion begins. */
export type Preparation =
  | { readonly kind: 'fresh'; readonly plan: Plan }
  /** A rollout of this version by the same plan was interrupted or paused, and goes on. */
  | { readonly kind: 'resume'; readonly plan: Plan; readonly journal: Journal }
  /** Another rollout was left on the endpoint: it must be taken back before this one can be planned. */
  | { readonly kind: 'go-back-first'; readonly journal: Journal; readonly why: string }
  | Refusal;

/**
 * Decides how a promotion begins on an endpoint that may hold the record of an earlier rollout. The same version with the same
 * plan goes on; a changed plan, another version or a rollout that is held for a person goes back first, unless that person has
 * decided since.
 */
export function prepareRollout(request: PlanRequest, journal: Journal | null): Preparation {
  if (journal === null || journal.status === 'ended' || request.live === null) return fresh(request, journal);
  const { candidate } = journal;
  const same =
    candidate.entityName === request.candidate.entityName && candidate.entityVersion === request.candidate.version;
  if (journal.status === 'held' && isSettled(request.live, candidate.entityName)) return fresh(request, journal);
  if (!same) return back(journal, `a rollout of ${candidate.name} was left unfinished`);
  if (journal.status === 'held') return back(journal, `the rollout of ${candidate.name} had been stopped for a person`);
  if (journal.turn !== null) return back(journal, `the rollout of ${candidate.name} was on its way back`);
  const rebuilt = rebuildPlan(journal, request.live, request.hash);
  if (rebuilt.kind === 'unclear') return back(journal, rebuilt.why);
  const again = makePlan({
    ...request,
    live: asBefore(request.live, rebuilt.plan.snapshot),
    record: traceFor(journal),
  });
  if (again.kind === 'refused') return again;
  if (again.plan.hash !== journal.planHash) return back(journal, 'the plan has changed since the rollout began');
  return { kind: 'resume', plan: { ...again.plan, start: rebuilt.plan.start ?? null }, journal };
}

/**
 * Whether nothing of a split is left: at rest, and one entity has all of the model's traffic. Where a rollout had been stopped for a
 * person, that person has decided.
 */
export function isSettled(view: EndpointView, model: string): boolean {
  if (view.config === null || view.update === 'IN_PROGRESS') return false;
  const shares = sharesOf(view.config);
  const serving = view.config.servedEntities.filter(
    (entity) => entity.entityName === model && (shares.get(entity.name) ?? 0) > 0,
  );
  return serving.length === 1;
}

/**
 * The plan that follows once a recorded rollout has been taken back: made from the configuration that will then be live. What is
 * live now would not do, since the candidate may hold a part of the traffic still.
 */
export function planAfterClearing(request: PlanRequest, journal: Journal): ReturnType<typeof makePlan> {
  const { live } = request;
  const rebuilt = live === null ? null : rebuildPlan(journal, live, request.hash);
  const isKnown = live !== null && rebuilt?.kind === 'plan' && rebuilt.plan.snapshot !== null;
  const cleared = isKnown ? asBefore(live, rebuilt.plan.snapshot) : live;
  return makePlan({ ...request, live: cleared, record: traceFor(journal) });
}

/** The endpoint as it was before the rollout: the recorded configuration at rest. */
function asBefore(live: EndpointView, snapshot: EndpointConfig | null): EndpointView {
  const config = snapshot === null ? null : { ...snapshot, version: null };
  return { ...live, config, pending: null, update: 'NOT_UPDATING', ready: true };
}

function fresh(request: PlanRequest, journal: Journal | null): Preparation {
  const made = makePlan({ ...request, record: traceFor(journal) });
  return made.kind === 'refused' ? made : { kind: 'fresh', plan: made.plan };
}

function back(journal: Journal, why: string): Preparation {
  return { kind: 'go-back-first', journal, why };
}

/** What the last promotion on the endpoint says about which entity is the good one, and which were only kept for a rollback. */
function traceFor(journal: Journal | null): NonNullable<PlanRequest['record']> | null {
  const record = journal?.record ?? null;
  return record === null ? null : { stableEntity: record.promoted, retained: record.retained };
}
