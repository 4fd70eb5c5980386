import { delivers } from './compare.js';
import type { Journal, PromotionTrace } from './journal.js';
import { rebuildPlan } from './rebuild.js';
import { revive } from './removed.js';
import { sharesOf } from './split.js';
import { mainEntity, type StartingPoint } from './starting-point.js';
import type { EndpointConfig, EndpointView, Plan, ServedEntity } from './types.js';
import { plannedUpdates } from './updates.js';

/** How an endpoint can be taken back to what served before. */
export type WayBack =
  /** Everything needed is on the endpoint: one update. `journal`: the record that the engine goes on from. */
  | { readonly kind: 'one-update'; readonly plan: Plan; readonly journal: Journal }
  /** The earlier entity was removed: it comes up again at 0 % and then takes the traffic, without bakes. */
  | { readonly kind: 'bring-back'; readonly plan: Plan }
  | { readonly kind: 'none'; readonly why: string }
  /** There is a record, and the endpoint does not fit it any more. */
  | { readonly kind: 'unclear'; readonly why: string };

/**
 * Finds the way back from what is live: a rollout that is under way, held or paused goes back to its recorded configuration; a
 * promotion that has ended goes back to the entity that it left at 0 %, or brings back the one that it removed.
 *
 * @param model Registered model that the rollback is about.
 * @param hash SHA-256 of a text in hexadecimal digits.
 */
export function findWayBack(
  view: EndpointView,
  journal: Journal | null,
  model: string,
  hash: (text: string) => string,
): WayBack {
  if (journal === null) return { kind: 'none', why: 'no promotion is recorded on the endpoint' };
  if (journal.candidate.entityName !== model && journal.status !== 'ended') {
    return { kind: 'unclear', why: `the rollout on this endpoint is one of ${journal.candidate.entityName}` };
  }
  if (journal.status !== 'ended') return fromRollout(view, journal, hash);
  const { record } = journal;
  const promoted = view.config?.servedEntities.find((entity) => entity.name === record?.promoted);
  if (record === null || promoted === undefined || promoted.entityName !== model || view.config === null) {
    return { kind: 'none', why: 'no promotion of what serves now is recorded on the endpoint' };
  }
  if (record.previous === null)
    return { kind: 'none', why: `${promoted.name} is the first version that the endpoint served` };
  return fromRecord(view.config, journal, record, promoted);
}

function fromRollout(view: EndpointView, journal: Journal, hash: (text: string) => string): WayBack {
  const { candidate, record, snapshot } = journal;
  if (snapshot === null)
    return { kind: 'none', why: `${candidate.name} is the first version that the endpoint serves` };
  const live = new Set(view.config?.servedEntities.map((entity) => entity.name));
  const gone = record?.promoted === candidate.name && record.removed.some((entity) => !live.has(entity.name));
  const promoted = view.config?.servedEntities.find((entity) => entity.name === candidate.name);
  if (gone && record !== null && promoted !== undefined && view.config !== null) {
    return fromRecord(view.config, journal, record, promoted);
  }
  const rebuilt = rebuildPlan(journal, view, hash);
  return rebuilt.kind === 'unclear' ? rebuilt : { kind: 'one-update', plan: rebuilt.plan, journal };
}

function fromRecord(live: EndpointConfig, journal: Journal, record: PromotionTrace, promoted: ServedEntity): WayBack {
  const entities = new Map(live.servedEntities.map((entity) => [entity.name, entity]));
  const gone = record.removed.filter((entity) => !entities.has(entity.name));
  for (const entity of gone) entities.set(entity.name, revive(entity, promoted));
  const lost = [...entities.values()].find((entity) => entity.notReproducible !== undefined);
  if (lost !== undefined) return { kind: 'unclear', why: `${lost.name}: ${lost.notReproducible}` };
  const missing = record.routes.find(([name]) => !entities.has(name));
  if (missing !== undefined)
    return { kind: 'unclear', why: `${missing[0]}, which served before, is neither on the endpoint nor recorded` };
  const others = live.servedEntities.filter((entity) => entity.entityName !== promoted.entityName);
  const shares = sharesOf(live);
  const moved = others.find(
    (entity) => record.routes.find(([name]) => name === entity.name)?.[1] !== shares.get(entity.name),
  );
  if (moved !== undefined)
    return { kind: 'unclear', why: `the share of ${moved.name} has changed since the promotion` };
  const kept = record.routes.flatMap(([name]) => entities.get(name) ?? []);
  const routes = record.routes.map(([servedEntityName, trafficPercentage]) => ({
    servedEntityName,
    trafficPercentage,
  }));
  const target = { ...live, servedEntities: kept, routes };
  return gone.length === 0 ? oneUpdate(live, target, journal, promoted) : bringBack(live, record, promoted, kept);
}

/** Everything but the share of the promoted entity is as it was: the routes go back, and the entity goes. */
function oneUpdate(live: EndpointConfig, target: EndpointConfig, journal: Journal, promoted: ServedEntity): WayBack {
  const previous = mainEntity(target, promoted.entityName, promoted.name);
  const plan = unwatched({ kind: 'shift', snapshot: target, live, candidate: promoted, previous, notes: [] }, true);
  const update = plan.updates.findIndex((one) => one.purpose === 'shift' && delivers(one.config, live));
  if (update < 0) return { kind: 'unclear', why: 'the routes have been changed since the promotion' };
  return {
    kind: 'one-update',
    plan: { ...plan, hash: journal.planHash },
    journal: { ...journal, update, intent: null },
  };
}

/** The entity that had most of the traffic comes back; where several had some, the others have gone with it. */
function bringBack(
  live: EndpointConfig,
  record: PromotionTrace,
  promoted: ServedEntity,
  kept: readonly ServedEntity[],
): WayBack {
  const back = kept.find((entity) => entity.name === record.previous?.name);
  if (back === undefined)
    return { kind: 'unclear', why: `${record.previous?.name ?? 'the earlier entity'} is not recorded` };
  const start = { kind: 'shift' as const, snapshot: live, live, candidate: back, previous: promoted, notes: [] };
  return { kind: 'bring-back', plan: unwatched(start, false) };
}

/** A plan that brings a known version up and gives it all the traffic, without bakes and smoke requests. */
function unwatched(start: StartingPoint, retainPrevious: boolean): Plan {
  const steps = [0, 100].map((traffic) => ({ traffic, bakeMs: 0, smoke: 'none' }));
  const built = plannedUpdates(start, steps, [], retainPrevious);
  return {
    hash: '',
    kind: 'shift',
    candidate: start.candidate,
    previous: start.previous,
    steps: built.steps,
    updates: built.updates,
    snapshot: start.snapshot,
    start: start.live,
    worstCaseMs: 0,
    bakeMs: 0,
    notes: [],
    retainPrevious,
  };
}
