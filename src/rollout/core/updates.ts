import { sameConfiguration } from './compare.js';
import { PROVISION_DEADLINE_MS, SHIFT_DEADLINE_MS } from './deadlines.js';
import { candidateRoutes, sharesOf } from './split.js';
import type { StartingPoint } from './starting-point.js';
import type { EndpointConfig, PlannedUpdate, ServedEntity, Step } from './types.js';

export interface PlannedSteps {
  readonly steps: readonly Step[];
  readonly updates: readonly PlannedUpdate[];
  readonly notes: readonly string[];
}

/**
 * The updates of a rollout, in order: the candidate comes up at 0 % in an update of its own, then updates that change routes
 * only, then the removal of the model's other entities. Steps that come to the same whole percents as the one before
 * are left out.
 *
 * @param retained Entities that an earlier promotion left at 0 % for an instant rollback; they go with the next removal.
 */
export function plannedUpdates(
  start: StartingPoint,
  given: readonly Step[],
  retained: readonly string[],
  retainPrevious: boolean,
): PlannedSteps {
  if (start.kind === 'already-serving') return { steps: [], updates: [], notes: [] };
  if (start.snapshot === null) return firstDeployment(start.candidate, given);
  const base = withCandidate(start.snapshot, start.candidate);
  const notes: string[] = [];
  const steps: Step[] = [];
  const updates: PlannedUpdate[] = [];
  for (const step of given) {
    const config = { ...base, routes: candidateRoutes(base, start.candidate, step.traffic) };
    if (updates.length > 0 && sameConfiguration(updates.at(-1)?.config ?? null, config)) {
      notes.push(
        `The step at ${step.traffic} % comes to the same whole percents as the one before it and is left out.`,
      );
      continue;
    }
    updates.push(trafficUpdate(step, steps.length, config));
    steps.push(step);
  }
  const cleanup = cleanupUpdate(start, updates.at(-1)?.config ?? base, retained, retainPrevious);
  return { steps, updates: cleanup === null ? updates : [...updates, cleanup], notes };
}

function firstDeployment(candidate: ServedEntity, given: readonly Step[]): PlannedSteps {
  const config = {
    servedEntities: [candidate],
    routes: [{ servedEntityName: candidate.name, trafficPercentage: 100 }],
  };
  const bakeMs = given[0]?.bakeMs ?? 0;
  return {
    steps: given,
    updates: [{ purpose: 'create', step: 0, config, deadlineMs: PROVISION_DEADLINE_MS, bakeMs }],
    notes: [],
  };
}

function withCandidate(snapshot: EndpointConfig, candidate: ServedEntity): EndpointConfig {
  if (snapshot.servedEntities.some((entity) => entity.name === candidate.name)) return snapshot;
  return {
    ...snapshot,
    servedEntities: [...snapshot.servedEntities, candidate],
    routes: [...snapshot.routes, { servedEntityName: candidate.name, trafficPercentage: 0 }],
  };
}

function trafficUpdate(step: Step, index: number, config: EndpointConfig): PlannedUpdate {
  const provision = index === 0;
  return {
    purpose: provision ? 'provision' : 'shift',
    step: index,
    config,
    deadlineMs: provision ? PROVISION_DEADLINE_MS : SHIFT_DEADLINE_MS,
    bakeMs: step.bakeMs,
  };
}

/**
 * Removes the entities of the model that gave their traffic to the candidate, and those that an earlier promotion had retained. An entity
 * that stood at 0 % before the rollout for reasons of its own stays, and nothing with traffic is ever removed.
 */
function cleanupUpdate(
  start: StartingPoint,
  last: EndpointConfig,
  retained: readonly string[],
  retainPrevious: boolean,
): PlannedUpdate | null {
  if (start.snapshot === null) return null;
  const before = sharesOf(start.snapshot);
  const now = sharesOf(last);
  const goes = (entity: ServedEntity): boolean => {
    const gaveWay = !retainPrevious && (before.get(entity.name) ?? 0) > 0;
    const mine = entity.entityName === start.candidate.entityName && entity.name !== start.candidate.name;
    return mine && now.get(entity.name) === 0 && (gaveWay || retained.includes(entity.name));
  };
  const removed = new Set(last.servedEntities.filter(goes).map((entity) => entity.name));
  if (removed.size === 0) return null;
  const config = {
    ...last,
    servedEntities: last.servedEntities.filter((entity) => !removed.has(entity.name)),
    routes: last.routes.filter((route) => !removed.has(route.servedEntityName)),
  };
  return { purpose: 'cleanup', step: null, config, deadlineMs: SHIFT_DEADLINE_MS, bakeMs: 0 };
}
