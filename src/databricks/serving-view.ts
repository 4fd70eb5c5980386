import type { EndpointConfig, EndpointView, EntityState, Route, ServedEntity } from '../rollout/core/types.js';
import type { ConfigWire, EndpointWire, ServedEntityWire } from './serving-wire.js';

/** Fields that the server adds and that must not be sent back. */
const OUTPUT_ONLY =
  /^(state|creator.*|creation_.*|last_updated.*|effective_.*|foundation_model|min_dbus|max_dbus|type|id)$/;

/** What servers put where a secret stood. */
const MASKED = /^(\*{3,}|\[?REDACTED\]?|<redacted>|MASKED)$/i;
const SECRET_REFERENCE = /^\{\{\s*secrets\//;

/** The driver's picture of an endpoint from one answer. `pageUrl` is the page for people. */
export function endpointView(wire: EndpointWire, pageUrl: string): EndpointView {
  const { state } = wire;
  const config = wire.config ?? null;
  const pending = wire.pending_config ?? null;
  return {
    name: wire.name,
    id: wire.id,
    creator: wire.creator,
    ready: state?.ready === 'READY',
    update: state?.config_update || state?.update_state || 'NOT_UPDATING',
    stopped: state?.suspend === 'STOPPED',
    config: isEmpty(config) ? null : readConfig(config),
    pending: isEmpty(pending) ? null : readConfig(pending),
    entityStates: entityStates(config),
    pendingEntityStates: entityStates(pending),
    tags: wire.tags,
    permissionLevel: wire.permission_level ?? null,
    routeOptimized: wire.route_optimized ?? false,
    gatewayFallback: wire.ai_gateway?.fallback_config?.enabled ?? false,
    url: pageUrl,
  };
}

/** An endpoint that was never deployed has no configuration, or one without entities. */
function isEmpty(config: ConfigWire | null): config is null {
  return config === null || entitiesOf(config).length === 0;
}

function readConfig(config: ConfigWire): EndpointConfig & { readonly version: number | null } {
  const servedEntities = entitiesOf(config).map(readEntity);
  return {
    version: config.config_version ?? null,
    servedEntities,
    routes: readRoutes(config, servedEntities),
    ...readExtra(config),
  };
}

/** `served_entities`, or the older `served_models` where an answer carries only those. */
function entitiesOf(config: ConfigWire): readonly ServedEntityWire[] {
  const entities = config.served_entities ?? [];
  if (entities.length > 0) return entities;
  return (config.served_models ?? []).map(({ model_name, model_version, ...rest }) => ({
    ...rest,
    entity_name: model_name,
    entity_version: model_version,
  }));
}

function readEntity(wire: ServedEntityWire): ServedEntity {
  const { name, entity_name: entityName, entity_version: entityVersion, ...rest } = wire;
  const spec = writableFields(rest);
  if (entityVersion !== '' && isSizedByWorkload(spec)) spec.scale_to_zero_enabled ??= false;
  const flaw = whyNotReproducible(spec);
  return { name, entityName, entityVersion, spec, ...(flaw === null ? {} : { notReproducible: flaw }) };
}

/**
 * Answers leave out what is false, and what a server takes for a missing switch is not settled: for custom models scale to zero
 * is therefore always sent back in words.
 */
function isSizedByWorkload(spec: Readonly<Record<string, unknown>>): boolean {
  return [
    'external_model',
    'min_provisioned_throughput',
    'max_provisioned_throughput',
    'provisioned_model_units',
  ].every((field) => spec[field] === undefined);
}

/** Everything that may be sent back: without output-only fields, and without a size where concurrency is given. */
function writableFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const writable = Object.entries(fields).filter(([key, value]) => !OUTPUT_ONLY.test(key) && value != null);
  const spec = Object.fromEntries(writable);
  const sized = spec.min_provisioned_concurrency !== undefined || spec.max_provisioned_concurrency !== undefined;
  if (sized) delete spec.workload_size;
  return spec;
}

function whyNotReproducible(spec: Readonly<Record<string, unknown>>): string | null {
  const { external_model: external, environment_vars: variables } = spec;
  if (isRecord(external) && !deepStrings(external).some((value) => SECRET_REFERENCE.test(value))) {
    return 'it is an external model, and the server never returns keys that were given as plain text';
  }
  const masked = isRecord(variables)
    ? Object.entries(variables).filter(([, value]) => typeof value === 'string' && MASKED.test(value))
    : [];
  const names = masked.map(([key]) => key).join(', ');
  return masked.length === 0 ? null : `the server does not return the value of environment variable ${names}`;
}

function deepStrings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(deepStrings) : [];
}

/** With one entity and no routes the backend sends everything to it. */
function readRoutes(config: ConfigWire, entities: readonly ServedEntity[]): Route[] {
  const routes = config.traffic_config?.routes ?? [];
  const only = entities[0];
  if (routes.length === 0 && entities.length === 1 && only !== undefined) {
    return [{ servedEntityName: only.name, trafficPercentage: 100 }];
  }
  return routes.map((route) => ({
    servedEntityName: route.served_entity_name || route.served_model_name,
    trafficPercentage: route.traffic_percentage,
  }));
}

function readExtra(config: ConfigWire): { extra?: Readonly<Record<string, unknown>> } {
  const { auto_capture_config: capture } = config;
  if (capture === null || capture === undefined) return {};
  const { state: _state, ...writable } = capture;
  return { extra: { auto_capture_config: writable } };
}

function entityStates(config: ConfigWire | null): EntityState[] {
  return (config === null ? [] : entitiesOf(config)).map((entity) => ({
    name: entity.name,
    deployment: entity.state?.deployment || 'DEPLOYMENT_UNKNOWN',
    message: entity.state?.deployment_state_message ?? '',
  }));
}

/** The body that puts a configuration in place, always whole: all entities and all routes. */
export function configBody(config: EndpointConfig): Record<string, unknown> {
  return {
    ...config.extra,
    served_entities: config.servedEntities.map(entityBody),
    traffic_config: {
      routes: config.routes.map((route) => ({
        served_entity_name: route.servedEntityName,
        traffic_percentage: route.trafficPercentage,
      })),
    },
  };
}

/** An entity without name or version (external models) goes without those fields. */
function entityBody(entity: ServedEntity): Record<string, unknown> {
  return {
    ...entity.spec,
    name: entity.name,
    ...(entity.entityName === '' ? {} : { entity_name: entity.entityName }),
    ...(entity.entityVersion === '' ? {} : { entity_version: entity.entityVersion }),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
