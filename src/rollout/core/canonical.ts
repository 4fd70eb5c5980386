import type { EndpointConfig, ServedEntity } from './types.js';

/** Fields that only the server sets, or that it never returns: they say nothing about what was asked for. */
const IGNORED_FIELDS: ReadonlySet<string> = new Set([
  'name',
  'entity_name',
  'entity_version',
  'model_name',
  'model_version',
  'state',
  'creator',
  'creation_timestamp',
  'foundation_model',
  'min_dbus',
  'max_dbus',
  'type',
  'id',
  'burst_scaling_enabled',
]);

/** Values that the server fills in, or leaves out, when a field was not given. */
const DEFAULTS: Readonly<Record<string, string>> = { workload_type: 'CPU' };

/** A configuration without order, computed fields and spelling differences: equal texts mean the same configuration. */
export interface CanonicalConfig {
  /** By name of the served entity. */
  readonly entities: Readonly<Record<string, CanonicalEntity>>;
  /** Whole percent by name of the served entity; entities without a route have 0. */
  readonly routes: Readonly<Record<string, number>>;
}

export interface CanonicalEntity {
  readonly model: string;
  readonly version: string;
  readonly spec: Readonly<Record<string, unknown>>;
}

/**
 * Brings a configuration into canonical form. `extra` is left out on purpose: it is carried over from the latest read with
 * each update and holds parts that the server changes by itself.
 */
export function canonicalConfig(config: EndpointConfig): CanonicalConfig {
  const entities = config.servedEntities.map((entity) => [entity.name, canonicalEntity(entity)] as const);
  const routes = new Map<string, number>(config.servedEntities.map((entity) => [entity.name, 0]));
  for (const route of config.routes) routes.set(route.servedEntityName, Number(route.trafficPercentage));
  return { entities: byKey(entities), routes: byKey([...routes]) };
}

function canonicalEntity(entity: ServedEntity): CanonicalEntity {
  return { model: entity.entityName, version: String(entity.entityVersion), spec: canonicalSpec(entity.spec) };
}

/**
 * The fields of a served entity that were asked for: no output-only fields, no defaults, no zero values (the server leaves
 * those out), numbers as text, and no `workload_size` beside a concurrency range (the server computes it).
 */
export function canonicalSpec(spec: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const sized = isSet(spec.min_provisioned_concurrency) || isSet(spec.max_provisioned_concurrency);
  const kept = Object.entries(spec).filter(
    ([key, value]) =>
      !IGNORED_FIELDS.has(key) &&
      !(key === 'workload_size' && sized) &&
      isSet(value) &&
      DEFAULTS[key] !== String(value),
  );
  return byKey(kept.map(([key, value]) => [key, canonicalValue(value)] as const));
}

/** Whether the server would return the value at all: it leaves out zero values and empty collections. */
function isSet(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === '') return false;
  if (typeof value !== 'object') return true;
  return Array.isArray(value) ? value.length > 0 : Object.values(value).some(isSet);
}

function canonicalValue(value: unknown): unknown {
  if (typeof value === 'number') return String(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(canonicalValue);
  const fields = Object.entries(value).filter(([, field]) => field === '' || isSet(field));
  return byKey(fields.map(([key, field]) => [key, canonicalValue(field)] as const));
}

function byKey<Value>(entries: readonly (readonly [string, Value])[]): Readonly<Record<string, Value>> {
  return Object.fromEntries([...entries].sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0)));
}

/** Text of the canonical form; equal for equal configurations. */
export function canonicalText(config: EndpointConfig | null): string {
  return config === null ? 'null' : JSON.stringify(canonicalConfig(config));
}
