import { ISSUER_BUDGET_MS, type IssuerContext, issuerClient, splitAddress } from './issuer-client.js';
import { tokenError } from './oauth.js';
import type { GitHubIdentityEndpoint } from './types.js';
import { identityAnswer } from './wire.js';

/** What a GitHub identity token says of the job; read for messages only, never trusted. */
export interface IdentityClaims {
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
}

/** Asks the runner for an identity token with this audience. It is announced as a secret before it is used. */
export async function requestGitHubIdentity(
  context: IssuerContext,
  identity: GitHubIdentityEndpoint,
  audience: string,
  signal: AbortSignal,
): Promise<string> {
  context.secrets.add(identity.requestToken);
  const { origin, path, query } = splitAddress(identity.requestUrl);
  const reply = await issuerClient(context, origin).ask(
    {
      method: 'GET',
      path,
      query: { ...query, audience },
      headers: { authorization: `Bearer ${identity.requestToken}` },
      budgetMs: ISSUER_BUDGET_MS,
      timeoutMs: 30_000,
      signal,
    },
    identityAnswer,
  );
  if (reply.kind === 'fault') {
    const fix = 'Check that the job has `permissions: id-token: write`.';
    throw tokenError(`Asking GitHub for an identity token with audience ${audience}`, reply.fault, fix);
  }
  context.secrets.add(reply.value.value);
  return reply.value.value;
}

/** Reads issuer, subject and audience out of a token, for messages. Unreadable parts are `unknown`. */
export function claimsOf(token: string): IdentityClaims {
  const claims = decodeClaims(token);
  const text = (name: string): string => {
    const value = claims[name];
    return typeof value === 'string' ? value : Array.isArray(value) ? value.join(', ') : 'unknown';
  };
  return { issuer: text('iss'), subject: text('sub'), audience: text('aud') };
}

function decodeClaims(token: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
  } catch {
    return {};
  }
}
