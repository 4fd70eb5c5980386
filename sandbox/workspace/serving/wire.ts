import { compact, type JsonObject } from '../json.js';
import { type Config, type Endpoint, type Entity, isReady } from './types.js';

export interface Presentation {
  /** The caller's level on the endpoint. */
  readonly permissionLevel: string;
  /** Older documents call `state.config_update` `state.update_state`; `true` answers with the old name. */
  readonly oldStateName: boolean;
  /** Base URL of the workspace, for the data-plane address. */
  readonly host: string;
}

/** GET lists entities by name, whatever order was sent. */
function sorted(config: Config): readonly Entity[] {
  return [...config.entities].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function entityBody(entity: Entity, legacy: boolean): JsonObject {
  return compact({
    name: entity.name,
    [legacy ? 'model_name' : 'entity_name']: entity.entityName,
    [legacy ? 'model_version' : 'entity_version']: entity.entityVersion,
    ...entity.settings,
    ...(entity.entityName === '' ? {} : { type: entity.entityName.includes('.') ? 'UC_MODEL' : 'CUSTOM_MODEL' }),
    creator: entity.creator,
    creation_timestamp: entity.createdAt,
    state: { deployment: entity.deployment, deployment_state_message: entity.message },
  });
}

/** A configuration with both spellings of its entities and routes. `started` adds the start time of a pending one. */
function configBody(config: Config, started: boolean): JsonObject {
  const routes = [...config.routes].sort((a, b) => (a.entity < b.entity ? -1 : 1));
  return compact({
    config_version: config.version,
    ...(started ? { start_time: config.startedAt } : {}),
    served_entities: sorted(config).map((entity) => entityBody(entity, false)),
    served_models: sorted(config).map((entity) => entityBody(entity, true)),
    traffic_config: {
      routes: routes.map((route) => ({
        served_entity_name: route.entity,
        served_model_name: route.entity,
        traffic_percentage: route.traffic,
      })),
    },
    auto_capture_config: config.autoCapture,
  });
}

function stateBody(endpoint: Endpoint, shown: Presentation): JsonObject {
  return {
    ready: isReady(endpoint) ? 'READY' : 'NOT_READY',
    [shown.oldStateName ? 'update_state' : 'config_update']: endpoint.update,
    suspend: endpoint.stopped ? 'STOPPED' : 'NOT_SUSPENDED',
  };
}

/** Tags in an order of their own. */
export function tagRows(endpoint: Endpoint): readonly JsonObject[] {
  return [...endpoint.tags].sort(([a], [b]) => (a < b ? 1 : -1)).map(([key, value]) => compact({ key, value }));
}

function dataPlane(endpoint: Endpoint, shown: Presentation): JsonObject {
  const url = `${shown.host}/serving-endpoints/${endpoint.name}/invocations`;
  const details = JSON.stringify([
    { type: 'unity_catalog_permission', object_path: endpoint.name, actions: ['query'] },
  ]);
  return { endpoint_url: url, data_plane_info: { query_info: { endpoint_url: url, authorization_details: details } } };
}

/** The detailed view that GET of one endpoint, POST and PUT answer with. */
export function detailed(endpoint: Endpoint, shown: Presentation): JsonObject {
  return compact({
    name: endpoint.name,
    id: endpoint.id,
    creator: endpoint.creator,
    creator_display_name: endpoint.creator,
    creation_timestamp: endpoint.createdAt,
    last_updated_timestamp: endpoint.updatedAt,
    description: endpoint.description,
    budget_policy_id: endpoint.budgetPolicyId,
    permission_level: shown.permissionLevel,
    route_optimized: endpoint.routeOptimized ? true : undefined,
    ...(endpoint.routeOptimized ? dataPlane(endpoint, shown) : {}),
    tags: tagRows(endpoint),
    ai_gateway: endpoint.aiGateway,
    email_notifications: endpoint.emailNotifications,
    state: stateBody(endpoint, shown),
    config: endpoint.active === null ? undefined : configBody(endpoint.active, false),
    pending_config: endpoint.pending === null ? undefined : configBody(endpoint.pending, true),
  });
}

/** A row of the list of all endpoints: no routes, no entity states. */
export function summary(endpoint: Endpoint, shown: Presentation): JsonObject {
  const config = endpoint.active ?? endpoint.pending;
  const entities = config === null ? [] : sorted(config);
  return compact({
    name: endpoint.name,
    id: endpoint.id,
    creator: endpoint.creator,
    creation_timestamp: endpoint.createdAt,
    last_updated_timestamp: endpoint.updatedAt,
    tags: tagRows(endpoint),
    state: stateBody(endpoint, shown),
    config: {
      served_entities: entities.map((entity) =>
        compact({ name: entity.name, entity_name: entity.entityName, entity_version: entity.entityVersion }),
      ),
    },
  });
}
