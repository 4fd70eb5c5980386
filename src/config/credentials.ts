import type { EnvironmentRecord } from '../action/inputs.js';
import type { InputName, InputValues } from '../action/registry.js';
import type { ConfigurationFault } from '../errors.js';
import { isRecord } from './layers.js';
import type { Credentials } from './types.js';

/** Standard variable of each credential that an input can give as well. */
export const CREDENTIAL_VARIABLES = {
  'databricks-host': 'DATABRICKS_HOST',
  'databricks-token': 'DATABRICKS_TOKEN',
  'databricks-client-id': 'DATABRICKS_CLIENT_ID',
  'databricks-client-secret': 'DATABRICKS_CLIENT_SECRET',
  'databricks-auth-type': 'DATABRICKS_AUTH_TYPE',
  'databricks-audience': 'DATABRICKS_TOKEN_AUDIENCE',
  'azure-client-id': 'ARM_CLIENT_ID',
  'azure-client-secret': 'ARM_CLIENT_SECRET',
  'azure-tenant-id': 'ARM_TENANT_ID',
  'mlflow-tracking-uri': 'MLFLOW_TRACKING_URI',
  'mlflow-tracking-token': 'MLFLOW_TRACKING_TOKEN',
  'mlflow-tracking-username': 'MLFLOW_TRACKING_USERNAME',
  'mlflow-tracking-password': 'MLFLOW_TRACKING_PASSWORD',
} as const satisfies Partial<Record<InputName, string>>;

type CredentialInput = keyof typeof CREDENTIAL_VARIABLES;

/**
 * Credentials from inputs and standard variables, input first, key by key. What is missing or contradictory, the
 * providers refuse. `MLFLOW_TRACKING_URI=databricks` means the workspace and counts as not given.
 */
export function credentialsOf(inputs: InputValues, environment: EnvironmentRecord): Credentials {
  const given = <Key extends string>(key: Key, name: CredentialInput) =>
    entry(key, inputs[name] ?? trimmed(environment[CREDENTIAL_VARIABLES[name]]));
  const tracking = given('trackingUri', 'mlflow-tracking-uri');
  return {
    databricks: {
      ...given('host', 'databricks-host'),
      ...given('token', 'databricks-token'),
      ...given('clientId', 'databricks-client-id'),
      ...given('clientSecret', 'databricks-client-secret'),
      ...given('authType', 'databricks-auth-type'),
      ...given('audience', 'databricks-audience'),
      ...given('azureClientId', 'azure-client-id'),
      ...given('azureClientSecret', 'azure-client-secret'),
      ...given('azureTenantId', 'azure-tenant-id'),
      ...entry('workspaceId', trimmed(environment.DATABRICKS_WORKSPACE_ID)),
    },
    mlflow: {
      ...(/^databricks(-uc)?(:|$)/.test(tracking.trackingUri ?? '') ? {} : tracking),
      ...given('token', 'mlflow-tracking-token'),
      ...given('username', 'mlflow-tracking-username'),
      ...given('password', 'mlflow-tracking-password'),
      ...entry('headers', headersOf(environment.MLFLOW_TRACKING_HEADERS)),
    },
  };
}

/** Everything in the credentials that must be masked before the first line is printed. */
export function secretsOf(credentials: Credentials): readonly string[] {
  const { databricks, mlflow } = credentials;
  const secrets = [
    databricks.token,
    databricks.clientSecret,
    databricks.azureClientSecret,
    mlflow.token,
    mlflow.password,
  ];
  return [...secrets, ...Object.values(mlflow.headers ?? {}), ...userInformation(mlflow.trackingUri)].filter(
    (secret) => secret !== undefined,
  );
}

/** Extra headers that were given and cannot be read. */
export function headerFaults(environment: EnvironmentRecord): readonly ConfigurationFault[] {
  const text = trimmed(environment.MLFLOW_TRACKING_HEADERS);
  if (text === undefined || headersOf(text) !== undefined) return [];
  return [
    {
      message: 'MLFLOW_TRACKING_HEADERS is not a JSON map of header names to values.',
      fix: 'Write for example {"X-Api-Key": "..."}.',
      key: 'MLFLOW_TRACKING_HEADERS',
    },
  ];
}

/** A JSON map of header names to values, for gateways in front of an MLflow server; `undefined` for anything else. */
function headersOf(text: string | undefined): Record<string, string> | undefined {
  try {
    const parsed: unknown = JSON.parse(text ?? '');
    if (!isRecord(parsed)) return undefined;
    return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, String(value)]));
  } catch {
    return undefined;
  }
}

/** Password in an address such as `https://user:password@host`. */
function userInformation(address: string | undefined): string[] {
  const password = /^[a-z]+:\/\/[^/@:]*:([^/@]+)@/i.exec(address ?? '')?.[1];
  return password === undefined ? [] : [password];
}

function trimmed(value: string | undefined): string | undefined {
  const text = value?.trim() ?? '';
  return text === '' ? undefined : text;
}

function entry<Key extends string, Value>(key: Key, value: Value | undefined): { [name in Key]?: Value } {
  const result: { [name in Key]?: Value } = {};
  if (value !== undefined) result[key] = value;
  return result;
}
