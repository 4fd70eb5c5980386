import type { ConfigurationFault } from '../errors.js';
import type { Environment } from '../http/proxy.js';
import type { Secrets } from '../http/redaction.js';
import type { Authorizer } from '../http/types.js';
import { parseTrackingUri } from './tracking-uri.js';

/** The part of the settings that this client reads; `Credentials.mlflow` has this shape. */
export interface MlflowCredentials {
  readonly trackingUri?: string;
  readonly token?: string;
  readonly username?: string;
  readonly password?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type MlflowAuthentication =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly token: string };

export type MlflowChoice =
  | {
      readonly kind: 'server';
      readonly baseUrl: string;
      readonly authentication: MlflowAuthentication;
      readonly headers: Readonly<Record<string, string>>;
    }
  /** The URI means the Databricks workspace. */
  | { readonly kind: 'workspace'; readonly registry: 'workspace' | 'unity-catalog' }
  /** No tracking URI is given. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'faults'; readonly faults: readonly ConfigurationFault[] };

/**
 * Chooses server and credentials from inputs first, then the standard `MLFLOW_*` variables. Both kinds of credentials at once are refused,
 * naming both; what a workflow cannot honour (AWS signatures, plugins, client certificates, switched-off TLS checks) is refused
 * clearly. Pure.
 */
export function chooseMlflow(credentials: MlflowCredentials, environment: Environment): MlflowChoice {
  const uri = credentials.trackingUri?.trim() || environment.MLFLOW_TRACKING_URI?.trim() || '';
  if (uri === '') return { kind: 'absent' };
  const parsed = parseTrackingUri(uri);
  if (parsed.kind === 'workspace') return parsed;
  if (parsed.kind === 'fault') {
    return { kind: 'faults', faults: [{ key: 'input:mlflow-tracking-uri', message: parsed.message, fix: parsed.fix }] };
  }
  const unsupported = unsupportedVariables(environment);
  if (unsupported.length > 0) return { kind: 'faults', faults: unsupported };
  const username = parsed.username ?? (credentials.username || environment.MLFLOW_TRACKING_USERNAME || '');
  const password = parsed.password ?? (credentials.password || environment.MLFLOW_TRACKING_PASSWORD || '');
  const fromInputs = parsed.username !== undefined || Boolean(credentials.username || credentials.password);
  const token = credentials.token || (fromInputs ? '' : environment.MLFLOW_TRACKING_TOKEN) || '';
  const basicWins = credentials.token !== undefined && credentials.token !== '' && !fromInputs;
  const authentication = pickAuthentication(basicWins ? '' : username, basicWins ? '' : password, token);
  if (authentication === null) return { kind: 'faults', faults: [bothKinds()] };
  return { kind: 'server', baseUrl: parsed.baseUrl, authentication, headers: credentials.headers ?? {} };
}

/** `null`: two kinds at once. */
function pickAuthentication(username: string, password: string, token: string): MlflowAuthentication | null {
  const basic = username !== '' || password !== '';
  if (basic && token !== '') return null;
  if (basic) return { kind: 'basic', username, password };
  return token === '' ? { kind: 'none' } : { kind: 'bearer', token };
}

function bothKinds(): ConfigurationFault {
  return {
    key: 'input:mlflow-tracking-token',
    message: 'Both a token and a user name with password are given for the MLflow server.',
    fix: 'Remove either `mlflow-tracking-token` or `mlflow-tracking-username` and `mlflow-tracking-password` (and the MLFLOW_TRACKING_* variables of the same kind).',
  };
}

const UNSUPPORTED: Readonly<Record<string, string>> = {
  MLFLOW_TRACKING_AWS_SIGV4:
    'Requests signed for AWS (SigV4) are not supported; put a gateway with a token in front of the server.',
  MLFLOW_TRACKING_AUTH:
    'Authentication plugins are Python code and cannot run here; use a token or a user name with password.',
  MLFLOW_TRACKING_CLIENT_CERT_PATH: 'Client certificates are not supported; use a token or a user name with password.',
  MLFLOW_TRACKING_INSECURE_TLS:
    'TLS checks are never switched off; set NODE_EXTRA_CA_CERTS to your certificate authority instead.',
};

function unsupportedVariables(environment: Environment): ConfigurationFault[] {
  return Object.entries(UNSUPPORTED)
    .filter(([name]) => !['', 'false', '0'].includes((environment[name] ?? '').trim().toLowerCase()))
    .map(([name, fix]) => ({ key: name, message: `${name} is set, which this Action cannot honour.`, fix }));
}

/** Puts the chosen credentials on requests; they are announced as secrets before first use. */
export function mlflowAuthorizer(authentication: MlflowAuthentication, secrets: Secrets): Authorizer {
  const headers = authorizationHeaders(authentication, secrets);
  return { authType: authentication.kind, headers: async () => headers, renew: async () => false };
}

function authorizationHeaders(authentication: MlflowAuthentication, secrets: Secrets): Record<string, string> {
  if (authentication.kind === 'none') return {};
  if (authentication.kind === 'bearer') {
    secrets.add(authentication.token);
    return { authorization: `Bearer ${authentication.token}` };
  }
  const basic = Buffer.from(`${authentication.username}:${authentication.password}`).toString('base64');
  for (const secret of [authentication.password, basic]) secrets.add(secret);
  return { authorization: `Basic ${basic}` };
}
