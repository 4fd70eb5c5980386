import type { IncomingHttpHeaders } from 'node:http';
import { json, type Reply } from '../http/reply.js';
import type { Call, Router } from '../http/router.js';
import { isObject, parseJson } from '../json.js';
import type { Identity } from './identities.js';
import type { Credentials } from './tokens.js';

/** A policy that lets tokens of another issuer act as a service principal. Subjects are compared exactly. */
export interface FederationPolicy {
  readonly issuer: string;
  readonly subject: string;
  readonly audiences: readonly string[];
  /** Application id of the service principal. */
  readonly clientId: string;
}

export interface OAuthSettings {
  readonly policies: readonly FederationPolicy[];
  /** Life of tokens from client credentials and from the exchange, in real seconds. */
  readonly m2mLifetime: number;
  readonly exchangeLifetime: number;
  /** `false`: no discovery document, as on hosts that know no OAuth. */
  readonly discovery: boolean;
  readonly workspaceId: string;
  readonly accountId: string;
}

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

function refusal(status: number, error: string, description: string): Reply {
  return json({ error, error_description: description }, status);
}

function basicCredentials(headers: IncomingHttpHeaders): readonly [string, string] | null {
  const [scheme, encoded] = (headers.authorization ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'basic' || encoded === undefined) return null;
  const [id, ...secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return [id ?? '', secret.join(':')];
}

/** Claims of a JWT without a look at its signature: the issuer is played by the tests themselves. */
function claimsOf(
  token: string,
): { issuer: string; subject: string; audience: readonly string[]; expires: number } | null {
  try {
    const claims = parseJson(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    if (!isObject(claims)) return null;
    const { iss, sub, aud, exp } = claims;
    const audience = (Array.isArray(aud) ? aud : [aud]).filter((entry) => typeof entry === 'string');
    return { issuer: String(iss), subject: String(sub), audience, expires: typeof exp === 'number' ? exp : 0 };
  } catch {
    return null;
  }
}

/** The workspace's token endpoint: client credentials, and exchange of a federated token. */
export class OAuth {
  readonly #credentials: Credentials;
  readonly #settings: OAuthSettings;

  constructor(credentials: Credentials, settings: OAuthSettings) {
    this.#credentials = credentials;
    this.#settings = settings;
  }

  register(router: Router): void {
    const discovery = (call: Call): Reply => this.#discovery(call);
    router.on('GET', '/oidc/.well-known/oauth-authorization-server', discovery, { open: true });
    router.on('GET', '/.well-known/databricks-config', (call) => this.#hostMetadata(call), { open: true });
    router.on('POST', '/oidc/v1/token', (call) => this.#token(call), { open: true, reads: true });
  }

  #host(call: Call): string {
    return `http://${call.headers.host ?? '127.0.0.1'}`;
  }

  #discovery(call: Call): Reply {
    if (!this.#settings.discovery) return json({ error_code: 'ENDPOINT_NOT_FOUND', message: 'Not found' }, 404);
    const host = this.#host(call);
    return json({ authorization_endpoint: `${host}/oidc/v1/authorize`, token_endpoint: `${host}/oidc/v1/token` });
  }

  #hostMetadata(call: Call): Reply {
    const host = this.#host(call);
    return json({
      oidc_endpoint: `${host}/oidc`,
      account_id: this.#settings.accountId,
      workspace_id: this.#settings.workspaceId,
      host_type: 'workspace',
      token_federation_default_oidc_audiences: [`${host}/oidc/v1/token`],
    });
  }

  #token(call: Call): Reply {
    const form = new URLSearchParams(call.rawBody.toString('utf8'));
    const grant = form.get('grant_type');
    if (grant === 'client_credentials') return this.#clientCredentials(call, form);
    if (grant === EXCHANGE) return this.#exchange(call, form);
    return refusal(400, 'unsupported_grant_type', `Grant type ${grant} is not supported.`);
  }

  #clientCredentials(call: Call, form: URLSearchParams): Reply {
    const [id, secret] = basicCredentials(call.headers) ?? [
      form.get('client_id') ?? '',
      form.get('client_secret') ?? '',
    ];
    const identity = this.#credentials.find(id);
    if (identity === undefined || !this.#credentials.secretFits(id, secret)) {
      return refusal(401, 'invalid_client', 'Client authentication failed');
    }
    return this.#grant(identity, this.#settings.m2mLifetime, form);
  }

  #exchange(call: Call, form: URLSearchParams): Reply {
    if (call.headers.authorization !== undefined) {
      return refusal(401, 'invalid_client', 'Client authentication is not part of a token exchange.');
    }
    const claims = claimsOf(form.get('subject_token') ?? '');
    if (claims === null) return refusal(400, 'invalid_request', 'The subject token is not a JWT.');
    if (claims.expires * 1000 <= Date.now()) return refusal(400, 'invalid_grant', 'The subject token has expired.');
    const identity = this.#federated(claims, form.get('client_id'));
    if (identity === undefined) {
      return refusal(
        400,
        'invalid_request',
        'No federation policy accepts the issuer, subject and audience of the token.',
      );
    }
    return this.#grant(identity, this.#settings.exchangeLifetime, form);
  }

  #federated(
    claims: { issuer: string; subject: string; audience: readonly string[] },
    clientId: string | null,
  ): Identity | undefined {
    const policy = this.#settings.policies.find(
      (candidate) =>
        candidate.issuer === claims.issuer &&
        candidate.subject === claims.subject &&
        candidate.audiences.some((audience) => claims.audience.includes(audience)) &&
        (clientId === null || candidate.clientId === clientId),
    );
    return policy === undefined ? undefined : this.#credentials.find(policy.clientId);
  }

  #grant(identity: Identity, lifetime: number, form: URLSearchParams): Reply {
    const token = this.#credentials.issue(identity, lifetime);
    return json({
      access_token: token,
      token_type: 'Bearer',
      expires_in: lifetime,
      scope: form.get('scope') ?? 'all-apis',
    });
  }
}
