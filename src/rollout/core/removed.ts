import { isSecretReference } from './diff.js';
import type { RemovedEntity } from './journal.js';
import type { Plan, ServedEntity } from './types.js';

/** The entities that the plan's last update removes, each as its difference to the candidate, which stays on the endpoint. */
export function removedEntities(plan: Plan): readonly RemovedEntity[] {
  const cleanup = plan.updates.find((update) => update.purpose === 'cleanup');
  if (cleanup === undefined || plan.snapshot === null) return [];
  const kept = new Set(cleanup.config.servedEntities.map((entity) => entity.name));
  return plan.snapshot.servedEntities
    .filter((entity) => !kept.has(entity.name))
    .map((entity) => describeAgainst(entity, plan.candidate));
}

/**
 * An entity as its difference to another one. Literal values of environment variables are recorded only by being the same as the
 * other's; a literal that differs is named as omitted, since a journal is no place for what may be a secret.
 */
export function describeAgainst(entity: ServedEntity, reference: ServedEntity): RemovedEntity {
  const keys = new Set([...Object.keys(entity.spec), ...Object.keys(reference.spec)]);
  const differs = [...keys].filter((key) => JSON.stringify(entity.spec[key]) !== JSON.stringify(reference.spec[key]));
  const set: Record<string, unknown> = {};
  const omitted: string[] = [];
  for (const key of differs.filter((name) => entity.spec[name] !== undefined)) {
    if (key !== 'environment_vars') set[key] = entity.spec[key];
    else set[key] = recordedVariables(entity.spec[key], reference.spec[key], omitted);
  }
  return {
    name: entity.name,
    entityName: entity.entityName,
    entityVersion: entity.entityVersion,
    set,
    unset: differs.filter((key) => entity.spec[key] === undefined),
    omitted,
  };
}

/** References as they are, `true` for "the same as the other's"; others are omitted. */
function recordedVariables(
  variables: unknown,
  reference: unknown,
  omitted: string[],
): Readonly<Record<string, unknown>> {
  const known = asRecord(reference);
  const recorded: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(asRecord(variables))) {
    if (known[name] === value) recorded[name] = true;
    else if (isSecretReference(value)) recorded[name] = value;
    else omitted.push(name);
  }
  return recorded;
}

/** Brings a removed entity back to life: the reference's fields with the recorded differences applied. */
export function revive(removed: RemovedEntity, reference: ServedEntity): ServedEntity {
  const spec: Record<string, unknown> = { ...reference.spec };
  for (const key of removed.unset) delete spec[key];
  for (const [key, value] of Object.entries(removed.set)) {
    spec[key] = key === 'environment_vars' ? revivedVariables(value, reference.spec[key]) : value;
  }
  const lost =
    removed.omitted.length === 0
      ? {}
      : { notReproducible: `environment variables ${removed.omitted.join(', ')} were not recorded` };
  return { name: removed.name, entityName: removed.entityName, entityVersion: removed.entityVersion, spec, ...lost };
}

function revivedVariables(recorded: unknown, reference: unknown): Readonly<Record<string, unknown>> {
  const known = asRecord(reference);
  const entries = Object.entries(asRecord(recorded));
  return Object.fromEntries(entries.map(([name, value]) => [name, value === true ? known[name] : value]));
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' ? { ...value } : {};
}
