import type { ReasonCode } from '../../reasons.js';
import { sharesInWords } from './compare.js';
import { entityNameFor } from './entity-name.js';
import type { PlanRequest } from './plan-request.js';
import { candidateSpec } from './sizing.js';
import { candidateRoutes, modelShare, sharesOf } from './split.js';
import type { EndpointConfig, EndpointView, Plan, ServedEntity } from './types.js';

/** Why no plan can be made. Nothing was written. */
export interface Refusal {
  readonly kind: 'refused';
  readonly reason: ReasonCode;
  readonly message: string;
  readonly fix: string;
}

/** What a rollout starts from: the configuration to go back to, and the candidate as it will be served. */
export interface StartingPoint {
  readonly kind: Plan['kind'];
  readonly snapshot: EndpointConfig | null;
  /** What is live now; differs from the snapshot where a leftover is taken back first. */
  readonly live: EndpointConfig | null;
  readonly candidate: ServedEntity;
  readonly previous: ServedEntity | null;
  readonly notes: readonly string[];
}

/** Said in the plan, and again with the outcome: whoever reads how healthy a version looked must know it. */
export const FALLBACK_NOTE =
  'The AI gateway retries failed calls on other entities: callers may not see the errors of a bad version.';

/** Most served entities of one endpoint; the server's own limit (older documents say 10). */
const MOST_ENTITIES = 15;

/** Finds what a rollout starts from, or the reason why there can be none. */
export function startingPoint(request: PlanRequest): StartingPoint | Refusal {
  const { live } = request;
  const refusal = live === null ? null : unusable(live);
  if (refusal !== null) return refusal;
  const config = live?.config ?? null;
  if (live === null || config === null || config.servedEntities.length === 0) return firstDeployment(request);
  const mine = config.servedEntities.filter((entity) => entity.entityName === request.candidate.entityName);
  if (modelShare(config, request.candidate.entityName) === 0) return noShare(request, config);
  const present = mine.find((entity) => entity.entityVersion === request.candidate.version);
  const notes = notesOn(live);
  if (present === undefined) return shiftFrom(request, plainConfig(config), null, notes);
  const share = sharesOf(config).get(present.name) ?? 0;
  if (share === modelShare(config, request.candidate.entityName)) return alreadyServing(config, present, notes);
  if (share === 0) {
    const note = `Version ${request.candidate.version} is on the endpoint already, without traffic, as ${present.name}.`;
    return shiftFrom(request, plainConfig(config), present, [...notes, note]);
  }
  return leftover(request, plainConfig(config), present, notes);
}

/** The configuration without its version number, which is not part of what is sent back. */
function plainConfig(config: EndpointConfig): EndpointConfig {
  const { servedEntities, routes, extra } = config;
  return { servedEntities, routes, ...(extra === undefined ? {} : { extra }) };
}

function unusable(live: EndpointView): Refusal | null {
  if (live.stopped) {
    const message = `The endpoint ${live.name} is stopped.`;
    return {
      kind: 'refused',
      reason: 'remote-error',
      message,
      fix: 'Start the endpoint, wait until it is ready, and run again.',
    };
  }
  if (live.permissionLevel !== null && live.permissionLevel !== 'CAN_MANAGE') {
    const message = `The endpoint ${live.name} can only be changed with CAN_MANAGE, and this identity has ${live.permissionLevel}.`;
    return {
      kind: 'refused',
      reason: 'permission-denied',
      message,
      fix: 'Grant CAN_MANAGE on the endpoint to the identity of the workflow.',
    };
  }
  const fixed = live.config?.servedEntities.find((entity) => entity.notReproducible !== undefined);
  if (fixed !== undefined) {
    const message = `The served entity ${fixed.name} could not be put back exactly: ${fixed.notReproducible}.`;
    const fix =
      'Move what the server does not return into secret references, or serve that entity from an endpoint of its own.';
    return { kind: 'refused', reason: 'configuration-invalid', message, fix };
  }
  return null;
}

function firstDeployment(request: PlanRequest): StartingPoint {
  const { entityName, version, sizing, environmentVars } = request.candidate;
  const candidate = {
    name: entityNameFor(entityName, version, [], request.hash),
    entityName,
    entityVersion: version,
    spec: candidateSpec(null, sizing, environmentVars),
  };
  const note = 'There is nothing to go back to: this is the first version that the endpoint serves.';
  return { kind: 'first-deployment', snapshot: null, live: null, candidate, previous: null, notes: [note] };
}

function noShare(request: PlanRequest, config: EndpointConfig): Refusal {
  const message = `The endpoint gives no traffic to ${request.candidate.entityName}: ${sharesInWords(config)}.`;
  const fix = 'Give the model a share of the endpoint by hand first, or choose an endpoint of its own.';
  return { kind: 'refused', reason: 'configuration-invalid', message, fix };
}

function alreadyServing(config: EndpointConfig, candidate: ServedEntity, notes: readonly string[]): StartingPoint {
  const live = plainConfig(config);
  return { kind: 'already-serving', snapshot: live, live, candidate, previous: candidate, notes };
}

/** The model's entity that has most of its traffic; with equal shares the first by name. */
export function mainEntity(config: EndpointConfig, entityName: string, except: string | null): ServedEntity | null {
  const shares = sharesOf(config);
  const mine = config.servedEntities.filter((entity) => entity.entityName === entityName && entity.name !== except);
  const order = [...mine].sort(
    (one, other) => (shares.get(other.name) ?? 0) - (shares.get(one.name) ?? 0) || (one.name < other.name ? -1 : 1),
  );
  return order[0] ?? null;
}

function shiftFrom(
  request: PlanRequest,
  snapshot: EndpointConfig,
  present: ServedEntity | null,
  notes: readonly string[],
): StartingPoint | Refusal {
  const { entityName, version, sizing, environmentVars } = request.candidate;
  const previous = mainEntity(snapshot, entityName, present?.name ?? null);
  if (present === null && snapshot.servedEntities.length >= MOST_ENTITIES) {
    const message = `The endpoint has ${snapshot.servedEntities.length} served entities already, and ${MOST_ENTITIES} is the most it can have.`;
    return {
      kind: 'refused',
      reason: 'configuration-invalid',
      message,
      fix: 'Remove a served entity that has no traffic.',
    };
  }
  const taken = snapshot.servedEntities.map((entity) => entity.name);
  const candidate = present ?? {
    name: entityNameFor(entityName, version, taken, request.hash),
    entityName,
    entityVersion: version,
    spec: candidateSpec(previous, sizing, environmentVars),
  };
  const live = request.live?.config ?? null;
  return { kind: 'shift', snapshot, live: live === null ? null : plainConfig(live), candidate, previous, notes };
}

/**
 * The candidate has a part of the traffic and no rollout is recorded. Where the last promotion recorded which entity was
 * promoted, that one gets the model's traffic back in the configuration to go back to; otherwise nobody can know which split is the good one.
 */
function leftover(
  request: PlanRequest,
  config: EndpointConfig,
  present: ServedEntity,
  notes: readonly string[],
): StartingPoint | Refusal {
  const stable = config.servedEntities.find((entity) => entity.name === request.record?.stableEntity);
  if (stable === undefined || stable.name === present.name || stable.entityName !== present.entityName) {
    const message = `Version ${present.entityVersion} holds a part of the traffic already (${sharesInWords(config)}), and no record says which split is the good one.`;
    const fix = `Set the routes so that ${present.name} has either all of the model's traffic or none, and run again.`;
    return { kind: 'refused', reason: 'foreign-change', message, fix };
  }
  const routes = candidateRoutes(config, stable, 100);
  const note = `${present.name} had been left with a part of the traffic; the rollout starts again from ${stable.name}.`;
  return shiftFrom(request, { ...config, routes }, present, [...notes, note]);
}

function notesOn(live: EndpointView): string[] {
  const notes: string[] = [];
  if (live.gatewayFallback) {
    notes.push(FALLBACK_NOTE);
  }
  if (live.routeOptimized) notes.push('The endpoint is route-optimised: probes need an OAuth identity.');
  if (live.update === 'IN_PROGRESS')
    notes.push('An update is running on the endpoint; the rollout waits for it and then checks the plan again.');
  const failed = live.entityStates.filter((entity) => entity.deployment === 'DEPLOYMENT_FAILED');
  for (const entity of failed)
    notes.push(`${entity.name}, which would be gone back to, is in state DEPLOYMENT_FAILED.`);
  return notes;
}
