import type { Authorizer } from '../../http/types.js';
import { createCachedProvider, createStaticProvider, type MintedToken } from './cached.js';
import { entraLoginUrl, mintFromEntra } from './entra.js';
import { mintByFederation } from './github-oidc.js';
import type { IssuerContext } from './issuer-client.js';
import { mintForServicePrincipal } from './oauth.js';
import type { AuthenticationChoice, TokenProvider } from './types.js';

export interface TokenProviderOptions extends IssuerContext {
  /** Normalised address of the workspace. */
  readonly host: string;
  /** Entra cloud or sign-in address (`ARM_ENVIRONMENT`, or an address for tests); found from the host when absent. */
  readonly entraCloud?: string;
}

/** The provider for a choice. Everything secret in the choice is announced before this returns. */
export function createTokenProvider(choice: AuthenticationChoice, options: TokenProviderOptions): TokenProvider {
  const onSecret = (value: string): void => options.secrets.add(value);
  if (choice.kind === 'pat') return createStaticProvider(choice.token, onSecret);
  if ('clientSecret' in choice) onSecret(choice.clientSecret);
  if ('identity' in choice) onSecret(choice.identity.requestToken);
  const mint = minterFor(choice, options);
  return createCachedProvider({ authType: choice.kind, mint, monotonic: options.timing.monotonic, onSecret });
}

function minterFor(
  choice: Exclude<AuthenticationChoice, { kind: 'pat' }>,
  options: TokenProviderOptions,
): (signal: AbortSignal) => Promise<MintedToken> {
  const { host } = options;
  switch (choice.kind) {
    case 'oauth-m2m':
      return (signal) => mintForServicePrincipal(options, host, choice, signal);
    case 'github-oidc':
      return (signal) => mintByFederation(options, { ...choice, host }, signal);
    case 'azure-client-secret':
    case 'github-oidc-azure': {
      const proof =
        choice.kind === 'azure-client-secret'
          ? ({ kind: 'secret', clientSecret: choice.clientSecret } as const)
          : ({ kind: 'github', identity: choice.identity } as const);
      const loginUrl = entraLoginUrl(host, options.entraCloud);
      const { tenantId, clientId } = choice;
      return (signal) => mintFromEntra(options, { host, tenantId, clientId, proof, loginUrl }, signal);
    }
  }
}

/**
 * Bearer authorisation by a token provider. Several calls that were refused with the same token renew it once: the second
 * to come finds another token in place.
 */
export function bearerAuthorizer(tokens: TokenProvider): Authorizer {
  const headers = async (signal: AbortSignal): Promise<Record<string, string>> => ({
    authorization: `Bearer ${await tokens.token(signal)}`,
  });
  return {
    authType: tokens.authType,
    headers,
    async renew(refused, signal) {
      if (tokens.authType === 'pat') return false;
      const current = await headers(signal);
      return current.authorization === refused.authorization ? tokens.refresh(signal) : true;
    },
  };
}
