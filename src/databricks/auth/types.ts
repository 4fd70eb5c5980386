/** Gives out access tokens for one host and renews them in time. */
export interface TokenProvider {
  /** `pat`, `oauth-m2m`, `github-oidc`, `azure-client-secret` or `github-oidc-azure`. */
  readonly authType: AuthType;
  /** A token that is good for at least the next few seconds. Throws `ActionError` with `credentials-rejected` or `remote-error`. */
  token(signal: AbortSignal): Promise<string>;
  /** Drops the token at hand and gets another. Returns false where there can be no other (a personal access token). */
  refresh(signal: AbortSignal): Promise<boolean>;
}

export const AUTH_TYPES = ['pat', 'oauth-m2m', 'github-oidc', 'azure-client-secret', 'github-oidc-azure'] as const;

export type AuthType = (typeof AUTH_TYPES)[number];

/** Where a GitHub job gets its identity token; both parts come from the runner when `id-token: write` is granted. */
export interface GitHubIdentityEndpoint {
  readonly requestUrl: string;
  readonly requestToken: string;
}

/** The credentials to use, complete. */
export type AuthenticationChoice =
  | { readonly kind: 'pat'; readonly token: string }
  | { readonly kind: 'oauth-m2m'; readonly clientId: string; readonly clientSecret: string }
  | {
      readonly kind: 'github-oidc';
      /** `null`: the account has a federation policy of its own. */
      readonly clientId: string | null;
      readonly audience: string | null;
      readonly identity: GitHubIdentityEndpoint;
    }
  | {
      readonly kind: 'azure-client-secret';
      /** `null`: asked of the workspace. */
      readonly tenantId: string | null;
      readonly clientId: string;
      readonly clientSecret: string;
    }
  | {
      readonly kind: 'github-oidc-azure';
      readonly tenantId: string | null;
      readonly clientId: string;
      readonly identity: GitHubIdentityEndpoint;
    };

/** The part of the settings that this folder reads; `Credentials.databricks` has this shape. */
export interface DatabricksCredentials {
  readonly host?: string;
  readonly token?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly authType?: string;
  readonly audience?: string;
  readonly azureClientId?: string;
  readonly azureClientSecret?: string;
  readonly azureTenantId?: string;
  readonly workspaceId?: string;
}
