import { isSecretReference } from './diff.js';
import type { EndpointConfig, ServedEntity } from './types.js';

/**
 * The exact call with which a person puts a configuration back: the whole body, since an update replaces everything. Literal values of
 * environment variables are not printed; they are named so that the person can fill them in from the endpoint.
 */
export function restoreCommand(endpointName: string, config: EndpointConfig): string {
  const body = {
    served_entities: config.servedEntities.map(entityBody),
    traffic_config: {
      routes: config.routes.map((route) => ({
        served_entity_name: route.servedEntityName,
        traffic_percentage: route.trafficPercentage,
      })),
    },
  };
  const json = JSON.stringify(body).replaceAll("'", "'\\''");
  return `databricks serving-endpoints update-config ${endpointName} --json '${json}'`;
}

function entityBody(entity: ServedEntity): Readonly<Record<string, unknown>> {
  const named = entity.entityName === '' ? {} : { entity_name: entity.entityName };
  const versioned = entity.entityVersion === '' ? {} : { entity_version: entity.entityVersion };
  return { name: entity.name, ...named, ...versioned, ...withoutLiterals(entity.spec) };
}

function withoutLiterals(spec: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const variables = spec.environment_vars;
  if (variables === null || typeof variables !== 'object') return spec;
  const shown = Object.entries(variables).map(([name, value]) => [
    name,
    isSecretReference(value) ? value : `<value of ${name} on the endpoint>`,
  ]);
  return { ...spec, environment_vars: Object.fromEntries(shown) };
}
