import { ActionError } from '../../errors.js';
import { faultText, remoteFacts } from '../../http/fault.js';
import type { Fault } from '../../http/types.js';
import type { MintedToken } from './cached.js';
import { ISSUER_BUDGET_MS, type IssuerContext, issuerClient, splitAddress } from './issuer-client.js';
import { discoveryAnswer, mintedFrom, tokenAnswer } from './wire.js';

/** Form fields and headers of one request to a token endpoint. */
export interface TokenRequest {
  readonly endpoint: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Where the workspace's token endpoint is when it does not say. */
function defaultTokenEndpoint(host: string): string {
  return `${host}/oidc/v1/token`;
}

/**
 * The token endpoint that the workspace announces, or the default one when the announcement cannot be read. An announced
 * endpoint on another host is not used: client secrets go to the workspace only.
 */
export async function discoverTokenEndpoint(
  context: IssuerContext,
  host: string,
  signal: AbortSignal,
): Promise<string> {
  const reply = await issuerClient(context, host).ask(
    {
      method: 'GET',
      path: '/oidc/.well-known/oauth-authorization-server',
      budgetMs: 10_000,
      timeoutMs: 10_000,
      signal,
    },
    discoveryAnswer,
  );
  if (reply.kind === 'fault') return defaultTokenEndpoint(host);
  try {
    const announced = new URL(reply.value.token_endpoint, host);
    return announced.origin === new URL(host).origin ? announced.href : defaultTokenEndpoint(host);
  } catch {
    return defaultTokenEndpoint(host);
  }
}

/** Sends a token request; getting a token twice does no harm, so it is repeated like a read. */
export async function requestToken(
  context: IssuerContext,
  request: TokenRequest,
  signal: AbortSignal,
): Promise<
  { readonly kind: 'token'; readonly token: MintedToken } | { readonly kind: 'fault'; readonly fault: Fault }
> {
  const { origin, path, query } = splitAddress(request.endpoint);
  const reply = await issuerClient(context, origin).ask(
    {
      method: 'POST',
      path,
      query,
      payload: { kind: 'form', fields: request.fields },
      effect: 'read',
      budgetMs: ISSUER_BUDGET_MS,
      timeoutMs: 30_000,
      signal,
      ...(request.headers === undefined ? {} : { headers: request.headers }),
    },
    tokenAnswer,
  );
  return reply.kind === 'fault' ? reply : { kind: 'token', token: mintedFrom(reply.value) };
}

/** Whether the issuer understood the request and said no, rather than being out of reach. */
function isRejection(fault: Fault): boolean {
  return fault.status !== null && fault.status >= 400 && fault.status < 500 && fault.status !== 429;
}

/** The error for a token that could not be had. */
export function tokenError(task: string, fault: Fault, fix: string): ActionError {
  const rejected = isRejection(fault);
  return new ActionError(`${task} failed: ${faultText(fault)}`, {
    kind: 'remote',
    reason: rejected ? 'credentials-rejected' : 'remote-error',
    fix: rejected ? fix : `Check that this runner can reach ${fault.origin}, then run it again.`,
    remote: remoteFacts(fault),
  });
}

/** A token for a service principal by its client id and secret (OAuth 2.0 client credentials, RFC 6749 section 4.4). */
export async function mintForServicePrincipal(
  context: IssuerContext,
  host: string,
  client: { readonly clientId: string; readonly clientSecret: string },
  signal: AbortSignal,
): Promise<MintedToken> {
  const endpoint = await discoverTokenEndpoint(context, host, signal);
  const basic = Buffer.from(`${client.clientId}:${client.clientSecret}`).toString('base64');
  context.secrets.add(basic);
  const reply = await requestToken(
    context,
    {
      endpoint,
      fields: { grant_type: 'client_credentials', scope: 'all-apis' },
      headers: { authorization: `Basic ${basic}` },
    },
    signal,
  );
  if (reply.kind === 'token') return reply.token;
  const fix =
    reply.fault.status === 404
      ? `OAuth is not offered at ${host}: check that this is the address of a workspace.`
      : `Check that service principal ${client.clientId} exists, is added to the workspace, and that its OAuth secret is current.`;
  throw tokenError(`Getting an OAuth token for service principal ${client.clientId}`, reply.fault, fix);
}
