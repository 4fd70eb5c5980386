import { fingerprint } from './compare.js';
import { worstCase } from './deadlines.js';
import type { Journal } from './journal.js';
import { revive } from './removed.js';
import type { StartingPoint } from './starting-point.js';
import type { EndpointConfig, EndpointView, Plan, ServedEntity, Step } from './types.js';
import { plannedUpdates } from './updates.js';

/** A plan that was put together again from its record and the live endpoint, or why that cannot be done. */
export type Rebuilt =
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'unclear'; readonly why: string };

/**
 * Puts the plan of a recorded rollout together again. The configuration to go back to is made from the entities that are live, with the
 * recorded routes, and checked against its fingerprint; entities that the rollout had removed already are brought back
 * from their recorded difference to the candidate.
 *
 * @param hash SHA-256 of a text in hexadecimal digits.
 */
export function rebuildPlan(journal: Journal, view: EndpointView, hash: (text: string) => string): Rebuilt {
  const candidate = findCandidate(journal, view);
  if (journal.kind !== 'shift' || journal.snapshot === null)
    return { kind: 'plan', plan: assemble(journal, candidate, null) };
  const snapshot = rebuildSnapshot(journal, view, candidate);
  if ('why' in snapshot) return { kind: 'unclear', why: snapshot.why };
  if (fingerprint(snapshot, hash) !== journal.snapshot.fingerprint) {
    return { kind: 'unclear', why: 'the entities that served before have been changed since the rollout began' };
  }
  return { kind: 'plan', plan: assemble(journal, candidate, snapshot) };
}

/** The candidate as it is served or is coming up; where it is neither, only what the record says of it. */
function findCandidate(journal: Journal, view: EndpointView): ServedEntity {
  const entities = [...(view.config?.servedEntities ?? []), ...(view.pending?.servedEntities ?? [])];
  return entities.find((entity) => entity.name === journal.candidate.name) ?? { ...journal.candidate, spec: {} };
}

function rebuildSnapshot(
  journal: Journal,
  view: EndpointView,
  candidate: ServedEntity,
): EndpointConfig | { readonly why: string } {
  const live = view.config?.servedEntities ?? [];
  const own = journal.record?.promoted === journal.candidate.name;
  const removed = own ? (journal.record?.removed ?? []).map((entity) => revive(entity, candidate)) : [];
  const routes = journal.snapshot?.routes ?? [];
  const servedEntities: ServedEntity[] = [];
  for (const [name] of routes) {
    const entity = live.find((one) => one.name === name) ?? removed.find((one) => one.name === name);
    if (entity === undefined)
      return { why: `${name}, which served before the rollout, is not on the endpoint any more` };
    servedEntities.push(entity);
  }
  return {
    servedEntities,
    routes: routes.map(([servedEntityName, trafficPercentage]) => ({ servedEntityName, trafficPercentage })),
    ...(view.config?.extra === undefined ? {} : { extra: view.config.extra }),
  };
}

function assemble(journal: Journal, candidate: ServedEntity, snapshot: EndpointConfig | null): Plan {
  const previous = snapshot?.servedEntities.find((entity) => entity.name === journal.previous?.name) ?? null;
  const kind = snapshot === null ? 'first-deployment' : 'shift';
  const start: StartingPoint = { kind, snapshot, live: snapshot, candidate, previous, notes: [] };
  const built = plannedUpdates(start, journal.steps.map(stepOf), namesToRemove(journal), journal.retainPrevious);
  const worst = worstCase(built.updates, journal.finalBakeMs, snapshot !== null);
  return {
    hash: journal.planHash,
    kind,
    candidate,
    previous,
    steps: built.steps,
    updates: built.updates,
    snapshot,
    start: snapshot,
    worstCaseMs: worst.totalMs,
    bakeMs: worst.bakesMs / 3,
    notes: [],
    finalBakeMs: journal.finalBakeMs,
    retainPrevious: journal.retainPrevious,
  };
}

function stepOf([traffic, bakeMs, smoke]: Journal['steps'][number]): Step {
  return { traffic, bakeMs, ...(smoke === null ? {} : { smoke }) };
}

/** Entities that go in addition to those that gave way: what an earlier promotion had retained. */
function namesToRemove(journal: Journal): readonly string[] {
  const { record } = journal;
  if (record === null) return [];
  return record.promoted === journal.candidate.name ? record.removed.map((entity) => entity.name) : record.retained;
}
