import { ApiFailure, invalid, missing } from '../http/failure.js';
import type { Fields } from '../http/fields.js';
import type { Json, JsonObject } from '../json.js';
import type { VersionStatus } from '../models/types.js';
import type { Entity, RequestedConfig, TrafficRoute } from './types.js';

/** What validation must know of the registries and the account. */
export interface ServingRules {
  /** Status of a version, or `null` when there is no such version. */
  versionStatus(model: string, version: string): VersionStatus | null;
  /** Throws when one of these user names (the caller, the endpoint's creator) may not load the model. */
  checkLoadable(model: string, loaders: readonly string[]): void;
  readonly maxEntities: number;
  /** Sizes of this account besides Small, Medium and Large. */
  readonly customSizes: readonly string[];
  /** Tells of something that a real server would let pass but a careful client does not send. */
  complain(message: string): void;
}

type Requested = RequestedConfig['entities'][number];

const NAME = /^[A-Za-z0-9_-]{1,63}$/;
const SIZES = ['Small', 'Medium', 'Large'];
const TYPES = [
  'CPU',
  'CPU_MEDIUM',
  'CPU_LARGE',
  'GPU_SMALL',
  'GPU_MEDIUM',
  'GPU_LARGE',
  'GPU_XLARGE',
  'GPU_XLARGE_8',
  'MULTIGPU_MEDIUM',
  'GPU_MEDIUM_8',
];
const OUTPUT_ONLY = [
  'state',
  'creator',
  'creation_timestamp',
  'foundation_model',
  'type',
  'min_dbus',
  'max_dbus',
  'id',
];

/** Refuses names that an endpoint cannot have. */
export function checkEndpointName(name: string): void {
  if (!NAME.test(name)) {
    throw invalid(`Endpoint name '${name}' must be 1 to 63 letters, digits, hyphens or underscores.`);
  }
  if (name.startsWith('databricks-')) throw invalid(`Endpoint name '${name}' uses the reserved prefix 'databricks-'.`);
}

/** The name that the service gives: last part of the model's name and the version, which is not what its documents say. */
function defaultName(entityName: string, version: string): string {
  return `${entityName.split('.').at(-1) ?? entityName}-${version}`;
}

function checkSizing(fields: Fields, rules: ServingRules): Record<string, Json> {
  const size = fields.optionalText('workload_size');
  const least = fields.optionalInteger('min_provisioned_concurrency');
  const most = fields.optionalInteger('max_provisioned_concurrency');
  if (size !== undefined && (least !== undefined || most !== undefined)) {
    throw invalid('workload_size and min/max_provisioned_concurrency cannot be specified together.');
  }
  if (size !== undefined && ![...SIZES, ...rules.customSizes].includes(size)) {
    throw invalid(`Invalid workload size '${size}'. Supported sizes: ${[...SIZES, ...rules.customSizes].join(', ')}.`);
  }
  if (least === undefined && most === undefined) return { workload_size: size ?? 'Small' };
  if (least === undefined || most === undefined) {
    throw invalid('min_provisioned_concurrency and max_provisioned_concurrency must be specified together.');
  }
  if (least < 0 || most < 1 || least > most) throw invalid(`Invalid provisioned concurrency ${least} to ${most}.`);
  const computed = most <= 4 ? 'Small' : most <= 16 ? 'Medium' : 'Large';
  return { min_provisioned_concurrency: least, max_provisioned_concurrency: most, workload_size: computed };
}

function settingsOf(fields: Fields, rules: ServingRules): Record<string, Json> {
  const type = fields.optionalText('workload_type') ?? 'CPU';
  if (!TYPES.includes(type)) throw invalid(`Invalid workload type '${type}'. Supported types: ${TYPES.join(', ')}.`);
  const scaleToZero = fields.optionalFlag('scale_to_zero_enabled');
  if (scaleToZero === undefined) rules.complain('scale_to_zero_enabled left out: its default is not confirmed.');
  const environment = fields.textMap('environment_vars');
  const profile = fields.optionalText('instance_profile_arn');
  fields.optionalFlag('burst_scaling_enabled');
  return {
    ...checkSizing(fields, rules),
    workload_type: type,
    ...(scaleToZero === true ? { scale_to_zero_enabled: true } : {}),
    ...(Object.keys(environment).length > 0 ? { environment_vars: environment } : {}),
    ...(profile === undefined ? {} : { instance_profile_arn: profile }),
  };
}

function checkVersion(model: string, version: string, rules: ServingRules, loaders: readonly string[]): void {
  if (!/^[1-9]\d*$/.test(version)) throw invalid(`Invalid model version '${version}' of '${model}'.`);
  const status = rules.versionStatus(model, version);
  if (status === null) throw missing(`Registered model '${model}' version ${version} does not exist.`);
  if (status !== 'READY')
    throw invalid(`Model version ${version} of '${model}' is in status ${status}; only READY versions can be served.`);
  rules.checkLoadable(model, loaders);
}

/** External models keep their settings but never give back plain-text keys. */
function externalEntity(fields: Fields, external: JsonObject): Requested {
  for (const key of ['entity_name', 'entity_version', 'workload_size', 'workload_type', 'scale_to_zero_enabled']) {
    if (fields.has(key)) throw invalid(`external_model and ${key} cannot be specified together.`);
  }
  const kept = JSON.stringify(external, (key, value: unknown) => (key.endsWith('_plaintext') ? undefined : value));
  const shown: Json = JSON.parse(kept);
  const name = fields.optionalText('name') ?? String(external.name ?? 'external');
  return { name, entityName: '', entityVersion: '', settings: { external_model: shown } };
}

function entityOf(fields: Fields, legacy: boolean, rules: ServingRules, loaders: readonly string[]): Requested {
  for (const key of OUTPUT_ONLY)
    if (fields.has(key)) rules.complain(`Output-only field '${key}' sent in a served entity.`);
  const external = fields.optionalObject('external_model');
  if (external !== undefined) return externalEntity(fields, external);
  const entityName = fields.text(legacy ? 'model_name' : 'entity_name');
  const entityVersion = fields.text(legacy ? 'model_version' : 'entity_version');
  checkVersion(entityName, entityVersion, rules, loaders);
  const name = fields.optionalText('name');
  if (name === undefined || name === '')
    rules.complain(`Served entity of ${entityName} ${entityVersion} sent without a name.`);
  return {
    name: name === undefined || name === '' ? defaultName(entityName, entityVersion) : name,
    entityName: entityName.includes('.') ? entityName.toLowerCase() : entityName,
    entityVersion,
    settings: settingsOf(fields, rules),
  };
}

function checkTogether(entities: readonly Requested[], rules: ServingRules): void {
  const list = 'served_models';
  if (entities.length > rules.maxEntities)
    throw invalid(`${list} cannot contain more than ${rules.maxEntities} elements`);
  const names = new Set<string>();
  const versions = new Set<string>();
  for (const entity of entities) {
    if (!NAME.test(entity.name))
      throw invalid(`Served entity name '${entity.name}' must be 1 to 63 letters, digits, hyphens or underscores.`);
    if (names.has(entity.name)) throw invalid(`Served entity names must be unique, '${entity.name}' is given twice.`);
    names.add(entity.name);
    const version = `${entity.entityName} version ${entity.entityVersion}`;
    if (entity.entityName !== '' && versions.has(version)) {
      throw new ApiFailure(
        'BAD_REQUEST',
        `Cannot create 2+ served entities with the same model and version: ${version}.`,
      );
    }
    versions.add(version);
  }
  const externals = entities.filter((entity) => entity.entityName === '').length;
  if (externals > 0 && externals < entities.length)
    throw invalid('External models cannot be served beside other models.');
}

function routeOf(fields: Fields): TrafficRoute {
  const entity = fields.optionalText('served_entity_name') ?? fields.optionalText('served_model_name');
  if (entity === undefined) throw invalid('A route must name a served entity (served_entity_name).');
  const traffic = fields.integer('traffic_percentage');
  if (traffic < 0 || traffic > 100)
    throw invalid(`traffic_percentage of '${entity}' must be between 0 and 100, got ${traffic}.`);
  return { entity, traffic };
}

/** Routes of a body, checked against the entities; one entity alone gets everything when no routes are given. */
export function routesOf(
  traffic: Fields | undefined,
  entities: readonly Pick<Entity, 'name'>[],
): readonly TrafficRoute[] {
  const [first] = entities;
  if (traffic === undefined) {
    if (first !== undefined && entities.length === 1) return [{ entity: first.name, traffic: 100 }];
    throw invalid('traffic_config is required when more than one entity is served.');
  }
  const routes = traffic.objects('routes').map(routeOf);
  const names = routes.map((route) => route.entity);
  const unknown = names.find((name) => !entities.some((entity) => entity.name === name));
  if (unknown !== undefined) throw invalid(`Route names '${unknown}', which is not a served entity of this endpoint.`);
  if (new Set(names).size !== names.length) throw invalid('A served entity has more than one route.');
  const unrouted = entities.find((entity) => !names.includes(entity.name));
  if (unrouted !== undefined) throw invalid(`Served entity '${unrouted.name}' has no route in traffic_config.`);
  const sum = routes.reduce((total, route) => total + route.traffic, 0);
  if (sum !== 100) throw invalid(`The traffic percentages of all routes must add up to 100, got ${sum}.`);
  return routes;
}

/** Entities of a body by either of their two names; `undefined` when the body gives none. */
export function entitiesOf(
  body: Fields,
  rules: ServingRules,
  loaders: readonly string[],
): readonly Requested[] | undefined {
  const legacy = !body.has('served_entities');
  if (legacy && !body.has('served_models')) return undefined;
  if (!legacy && body.has('served_models')) rules.complain('Both served_entities and served_models sent.');
  const entities = body
    .objects(legacy ? 'served_models' : 'served_entities')
    .map((fields) => entityOf(fields, legacy, rules, loaders));
  if (entities.length === 0) throw invalid('At least one served entity must be given.');
  checkTogether(entities, rules);
  return entities;
}
