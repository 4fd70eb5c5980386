import { ActionError } from '../../errors.js';
import type { MintedToken } from './cached.js';
import { claimsOf, requestGitHubIdentity } from './github-identity.js';
import type { IssuerContext } from './issuer-client.js';
import { requestToken, tokenError } from './oauth.js';
import type { GitHubIdentityEndpoint } from './types.js';

/** Application id of Azure Databricks in every Entra tenant. */
const DATABRICKS_RESOURCE = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d';
const GITHUB_AUDIENCE = 'api://AzureADTokenExchange';

export interface EntraOptions {
  readonly host: string;
  /** `null`: asked of the workspace. */
  readonly tenantId: string | null;
  readonly clientId: string;
  readonly proof:
    | { readonly kind: 'secret'; readonly clientSecret: string }
    | { readonly kind: 'github'; readonly identity: GitHubIdentityEndpoint };
  /** Address of the sign-in service; differs in the government and China clouds. */
  readonly loginUrl: string;
}

/** Sign-in service of the cloud that a workspace runs in; `override` is `ARM_ENVIRONMENT`-like or an address. */
export function entraLoginUrl(host: string, override: string | undefined): string {
  if (override !== undefined && /^https?:\/\//.test(override)) return override.replace(/\/+$/, '');
  const cloud = (override ?? '').toLowerCase();
  if (cloud.startsWith('usgov') || host.endsWith('.databricks.azure.us')) return 'https://login.microsoftonline.us';
  if (cloud.startsWith('china') || host.endsWith('.databricks.azure.cn')) return 'https://login.chinacloudapi.cn';
  return 'https://login.microsoftonline.com';
}

/**
 * A token for an Entra service principal: client credentials of the v1 endpoint, with a secret or with a GitHub identity token as the
 * client's assertion (RFC 7523).
 */
export async function mintFromEntra(
  context: IssuerContext,
  options: EntraOptions,
  signal: AbortSignal,
): Promise<MintedToken> {
  const [tenant, proof] = await Promise.all([
    options.tenantId ?? discoverTenant(context, options.host, signal),
    proofFields(context, options, signal),
  ]);
  const reply = await requestToken(
    context,
    {
      endpoint: `${options.loginUrl}/${encodeURIComponent(tenant)}/oauth2/token`,
      fields: {
        grant_type: 'client_credentials',
        client_id: options.clientId,
        resource: DATABRICKS_RESOURCE,
        ...proof.fields,
      },
    },
    signal,
  );
  if (reply.kind === 'token') return reply.token;
  throw tokenError(
    `Getting an Entra token for application ${options.clientId} in tenant ${tenant}`,
    reply.fault,
    proof.fix,
  );
}

async function proofFields(
  context: IssuerContext,
  options: EntraOptions,
  signal: AbortSignal,
): Promise<{ fields: Record<string, string>; fix: string }> {
  if (options.proof.kind === 'secret') {
    return {
      fields: { client_secret: options.proof.clientSecret },
      fix: 'Check tenant, application id and secret, and that the secret has not expired.',
    };
  }
  const jwt = await requestGitHubIdentity(context, options.proof.identity, GITHUB_AUDIENCE, signal);
  const { issuer, subject, audience } = claimsOf(jwt);
  return {
    fields: {
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: jwt,
    },
    fix: `Add a federated credential to the application that accepts issuer ${issuer}, subject ${subject}, audience ${audience}.`,
  };
}

/** The workspace redirects its Entra sign-in to the tenant: the first segment of the path names it. */
async function discoverTenant(context: IssuerContext, host: string, signal: AbortSignal): Promise<string> {
  const outcome = await context.exchange({
    method: 'GET',
    url: new URL('/aad/auth', host),
    headers: { 'user-agent': context.userAgent },
    body: null,
    timeoutMs: 30_000,
    signal,
  });
  const location = outcome.kind === 'answer' ? (outcome.answer.headers.location ?? '') : '';
  const tenant = /^https?:\/\/[^/]+\/([^/?#]+)/.exec(location)?.[1];
  if (tenant !== undefined) return decodeURIComponent(tenant);
  throw new ActionError(`Finding the Entra tenant of ${host} failed: the workspace did not name it.`, {
    kind: 'configuration',
    reason: 'credentials-missing',
    fix: 'Set the input `azure-tenant-id` (or ARM_TENANT_ID) to the tenant of the service principal.',
  });
}
