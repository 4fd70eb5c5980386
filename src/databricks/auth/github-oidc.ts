import type { ActionError } from '../../errors.js';
import type { Fault } from '../../http/types.js';
import type { MintedToken } from './cached.js';
import { claimsOf, type IdentityClaims, requestGitHubIdentity } from './github-identity.js';
import { type IssuerContext, issuerClient } from './issuer-client.js';
import { discoverTokenEndpoint, requestToken, tokenError } from './oauth.js';
import type { GitHubIdentityEndpoint } from './types.js';
import { hostMetadataAnswer } from './wire.js';

export interface FederationOptions {
  readonly host: string;
  readonly clientId: string | null;
  readonly audience: string | null;
  readonly identity: GitHubIdentityEndpoint;
}

/**
 * Exchanges a fresh GitHub identity token for a workspace token (OAuth 2.0 token exchange, RFC 8693). The audience is, in this
 * order: the configured one, the first that the workspace's metadata names, the token endpoint.
 */
export async function mintByFederation(
  context: IssuerContext,
  options: FederationOptions,
  signal: AbortSignal,
): Promise<MintedToken> {
  const [endpoint, announced] = await Promise.all([
    discoverTokenEndpoint(context, options.host, signal),
    options.audience === null ? announcedAudience(context, options.host, signal) : null,
  ]);
  const audience = options.audience ?? announced ?? endpoint;
  const jwt = await requestGitHubIdentity(context, options.identity, audience, signal);
  const reply = await requestToken(
    context,
    {
      endpoint,
      fields: {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        subject_token: jwt,
        scope: 'all-apis',
        ...(options.clientId === null ? {} : { client_id: options.clientId }),
      },
    },
    signal,
  );
  if (reply.kind === 'token') return reply.token;
  throw federationError(options, claimsOf(jwt), audience, reply.fault);
}

async function announcedAudience(context: IssuerContext, host: string, signal: AbortSignal): Promise<string | null> {
  const reply = await issuerClient(context, host).ask(
    { method: 'GET', path: '/.well-known/databricks-config', budgetMs: 10_000, timeoutMs: 10_000, signal },
    hostMetadataAnswer,
  );
  return reply.kind === 'value' ? (reply.value.token_federation_default_oidc_audiences?.[0] ?? null) : null;
}

/** The error prints what was presented and the command that would make the account accept it. */
function federationError(
  options: FederationOptions,
  claims: IdentityClaims,
  audience: string,
  fault: Fault,
): ActionError {
  const principal = options.clientId === null ? 'the account' : `service principal ${options.clientId}`;
  const presented = `issuer ${claims.issuer}, subject ${claims.subject}, audience ${claims.audience === 'unknown' ? audience : claims.audience}`;
  const fix =
    `Let an account administrator add a federation policy that accepts exactly what was presented (${presented}): ` +
    `${policyCommand(options.clientId, claims, audience)} . A policy without \`audiences\` accepts the account id only: ` +
    'then set `databricks-audience` to the account id instead.';
  return tokenError(`Exchanging the GitHub identity token (${presented}) for a token of ${principal}`, fault, fix);
}

function policyCommand(clientId: string | null, claims: IdentityClaims, audience: string): string {
  const policy = JSON.stringify({
    oidc_policy: { issuer: claims.issuer, audiences: [audience], subject: claims.subject },
  });
  return clientId === null
    ? `databricks account federation-policy create --json '${policy}'`
    : `databricks account service-principal-federation-policy create <numeric id of service principal ${clientId}> --json '${policy}'`;
}
