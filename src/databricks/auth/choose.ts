import type { ConfigurationFault } from '../../errors.js';
import type { Environment } from '../../http/proxy.js';
import { AUTH_TYPES, type AuthenticationChoice, type AuthType, type DatabricksCredentials } from './types.js';

export type ChoiceResult =
  | { readonly kind: 'chosen'; readonly choice: AuthenticationChoice; readonly notes: readonly string[] }
  | { readonly kind: 'faults'; readonly faults: readonly ConfigurationFault[] };

type Field = Exclude<keyof DatabricksCredentials, 'host' | 'workspaceId'>;

const FIELDS: Readonly<Record<Field, { readonly input: string; readonly variable: string }>> = {
  token: { input: 'databricks-token', variable: 'DATABRICKS_TOKEN' },
  clientId: { input: 'databricks-client-id', variable: 'DATABRICKS_CLIENT_ID' },
  clientSecret: { input: 'databricks-client-secret', variable: 'DATABRICKS_CLIENT_SECRET' },
  authType: { input: 'databricks-auth-type', variable: 'DATABRICKS_AUTH_TYPE' },
  audience: { input: 'databricks-audience', variable: 'DATABRICKS_TOKEN_AUDIENCE' },
  azureClientId: { input: 'azure-client-id', variable: 'ARM_CLIENT_ID' },
  azureClientSecret: { input: 'azure-client-secret', variable: 'ARM_CLIENT_SECRET' },
  azureTenantId: { input: 'azure-tenant-id', variable: 'ARM_TENANT_ID' },
};

const FIELD_NAMES: readonly Field[] = [
  'token',
  'clientId',
  'clientSecret',
  'authType',
  'audience',
  'azureClientId',
  'azureClientSecret',
  'azureTenantId',
];

/** One given value and where it stands. */
interface Given {
  readonly value: string;
  readonly origin: 'input' | 'variable';
}

type Collected = Partial<Record<Field, Given>>;

/**
 * Chooses how to authenticate: from inputs first, then from the standard environment variables. Two kinds at once are
 * refused, naming both, unless `databricks-auth-type` pins one or one kind comes from inputs and the other from the environment
 * alone (an input beats the environment). Pure.
 */
export function chooseAuthentication(credentials: DatabricksCredentials, environment: Environment): ChoiceResult {
  const given = collect(credentials, environment);
  const pinned = given.authType?.value.toLowerCase();
  if (pinned !== undefined) {
    return isAuthType(pinned) ? build(pinned, given, environment, []) : unknownType(pinned);
  }
  const kinds = candidateKinds(given, hasIdentity(environment));
  const fromInputs = kinds.filter((kind) => keysOf(kind).some((field) => given[field]?.origin === 'input'));
  const eligible = fromInputs.length > 0 ? fromInputs : kinds;
  const [chosen, other] = eligible;
  if (chosen === undefined) return nothingGiven(given);
  if (other !== undefined) return ambiguous(eligible, given);
  const ignored = kinds.filter((kind) => kind !== chosen).map((kind) => `${kind} (${namesOf(kind, given)})`);
  const notes = ignored.length === 0 ? [] : [`Credentials in the environment are ignored: ${ignored.join(', ')}.`];
  return build(chosen, given, environment, notes);
}

function collect(credentials: DatabricksCredentials, environment: Environment): Collected {
  const found: Collected = {};
  for (const field of FIELD_NAMES) {
    const { variable } = FIELDS[field];
    const input = credentials[field]?.trim();
    const inherited = environment[variable]?.trim();
    if (input) found[field] = { value: input, origin: 'input' };
    else if (inherited) found[field] = { value: inherited, origin: 'variable' };
  }
  return found;
}

/** Every kind of which enough is given. A client id without a secret means federation, if the job has an identity. */
function candidateKinds(given: Collected, identity: boolean): AuthType[] {
  const kinds: AuthType[] = [];
  if (given.token !== undefined) kinds.push('pat');
  if (given.clientId !== undefined) {
    if (given.clientSecret !== undefined) kinds.push('oauth-m2m');
    else if (identity) kinds.push('github-oidc');
  }
  if (given.azureClientId !== undefined) {
    if (given.azureClientSecret !== undefined) kinds.push('azure-client-secret');
    else if (identity) kinds.push('github-oidc-azure');
  }
  return kinds;
}

function keysOf(kind: AuthType): readonly Field[] {
  switch (kind) {
    case 'pat':
      return ['token'];
    case 'oauth-m2m':
      return ['clientId', 'clientSecret'];
    case 'github-oidc':
      return ['clientId'];
    case 'azure-client-secret':
      return ['azureClientId', 'azureClientSecret'];
    case 'github-oidc-azure':
      return ['azureClientId'];
  }
}

function build(kind: AuthType, given: Collected, environment: Environment, notes: readonly string[]): ChoiceResult {
  const missing = missingFields(kind, given);
  if (missing.length > 0) return { kind: 'faults', faults: missing.map((field) => missingFault(kind, field)) };
  const identity = {
    requestUrl: environment.ACTIONS_ID_TOKEN_REQUEST_URL ?? '',
    requestToken: environment.ACTIONS_ID_TOKEN_REQUEST_TOKEN ?? '',
  };
  if (kind.startsWith('github-') && !hasIdentity(environment)) return { kind: 'faults', faults: [noIdentity(kind)] };
  const text = (field: Field): string => given[field]?.value ?? '';
  const orNull = (field: Field): string | null => given[field]?.value ?? null;
  const azure = { tenantId: orNull('azureTenantId'), clientId: text('azureClientId') };
  const choices: Readonly<Record<AuthType, AuthenticationChoice>> = {
    pat: { kind: 'pat', token: text('token') },
    'oauth-m2m': { kind: 'oauth-m2m', clientId: text('clientId'), clientSecret: text('clientSecret') },
    'github-oidc': { kind: 'github-oidc', clientId: orNull('clientId'), audience: orNull('audience'), identity },
    'azure-client-secret': { kind: 'azure-client-secret', ...azure, clientSecret: text('azureClientSecret') },
    'github-oidc-azure': { kind: 'github-oidc-azure', ...azure, identity },
  };
  return { kind: 'chosen', choice: choices[kind], notes };
}

/** With `github-oidc` pinned the client id may be missing: then the account's own federation policy decides. */
function missingFields(kind: AuthType, given: Collected): Field[] {
  return kind === 'github-oidc' ? [] : keysOf(kind).filter((field) => given[field] === undefined);
}

function hasIdentity(environment: Environment): boolean {
  return Boolean(environment.ACTIONS_ID_TOKEN_REQUEST_URL) && Boolean(environment.ACTIONS_ID_TOKEN_REQUEST_TOKEN);
}

function isAuthType(text: string): text is AuthType {
  return AUTH_TYPES.some((type) => type === text);
}

function nameOf(field: Field, given: Collected): string {
  return given[field]?.origin === 'variable' ? FIELDS[field].variable : `input \`${FIELDS[field].input}\``;
}

function namesOf(kind: AuthType, given: Collected): string {
  return keysOf(kind)
    .map((field) => nameOf(field, given))
    .join(' and ');
}

function missingFault(kind: AuthType, field: Field): ConfigurationFault {
  const { input, variable } = FIELDS[field];
  return {
    key: `input:${input}`,
    message: `Authentication by ${kind} needs \`${input}\`, which is not given.`,
    fix: `Set the input \`${input}\` or the environment variable ${variable}.`,
  };
}

function noIdentity(kind: AuthType): ConfigurationFault {
  return {
    key: 'input:databricks-auth-type',
    message: `Authentication by ${kind} needs the job's GitHub identity, which this job does not have.`,
    fix: 'Add `permissions: { id-token: write, contents: read }` to the job; pull requests from forks never get it.',
  };
}

function unknownType(type: string): ChoiceResult {
  const message = `\`${type.slice(0, 60)}\` is not a way to authenticate that this Action knows.`;
  const fix = `Use one of ${AUTH_TYPES.join(', ')}.`;
  return { kind: 'faults', faults: [{ key: 'input:databricks-auth-type', message, fix }] };
}

function ambiguous(kinds: readonly AuthType[], given: Collected): ChoiceResult {
  const named = kinds.map((kind) => `${kind} (${namesOf(kind, given)})`).join(' and ');
  const message = `More than one way to authenticate is given: ${named}.`;
  const fix = `Remove all but one, or set the input \`databricks-auth-type\` to ${kinds.join(' or ')}.`;
  return { kind: 'faults', faults: [{ key: 'input:databricks-auth-type', message, fix }] };
}

function nothingGiven(given: Collected): ChoiceResult {
  const half = (['clientId', 'azureClientId'] as const).find((field) => given[field] !== undefined);
  if (half !== undefined) {
    const secret = half === 'clientId' ? FIELDS.clientSecret.input : FIELDS.azureClientSecret.input;
    const message = `${nameOf(half, given)} is given without a secret, and the job has no GitHub identity to present instead.`;
    const fix = `Add \`permissions: { id-token: write, contents: read }\` to the job, or set the input \`${secret}\`.`;
    return { kind: 'faults', faults: [{ key: `input:${FIELDS[half].input}`, message, fix }] };
  }
  const message = 'No Databricks credentials are given.';
  const fix =
    'Set `databricks-client-id` and grant `id-token: write` (no secret needed), or set `databricks-client-id` with `databricks-client-secret`, or `databricks-token`.';
  return { kind: 'faults', faults: [{ key: 'input:databricks-token', message, fix }] };
}
