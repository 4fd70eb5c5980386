import { ApiFailure, denied } from '../http/failure.js';
import { hex, type Random, uuid } from '../time/random.js';
import type { Identity, IdentityOptions } from './identities.js';

interface AccessToken {
  readonly identity: Identity;
  /** Real monotonic ms, because clients count `expires_in` with their own clock; `null` for personal access tokens. */
  expiresAt: number | null;
}

/** Identities of the workspace and every credential that was handed out for them. */
export class Credentials {
  readonly #random: Random;
  readonly #tokens = new Map<string, AccessToken>();
  readonly #identities = new Map<string, Identity>();
  readonly #secrets = new Map<string, string>();
  readonly #groups = new Map<string, string>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** Adds an identity and gives back a personal access token for it. */
  add(options: IdentityOptions): { identity: Identity; token: string } {
    const identity: Identity = {
      id: String(7000 + this.#identities.size),
      kind: options.kind ?? (options.userName.includes('@') ? 'user' : 'service-principal'),
      userName: options.userName,
      displayName: options.displayName ?? options.userName,
      groups: (options.groups ?? []).map((name) => ({ id: this.#groupId(name), name })),
      admin: options.admin ?? false,
      active: options.active ?? true,
    };
    const token = options.token ?? `dapi${hex(this.#random, 32)}`;
    this.#identities.set(identity.userName, identity);
    this.#tokens.set(token, { identity, expiresAt: null });
    if (options.clientSecret !== undefined) this.#secrets.set(identity.userName, options.clientSecret);
    return { identity, token };
  }

  #groupId(name: string): string {
    const known = this.#groups.get(name) ?? String(9000 + this.#groups.size);
    this.#groups.set(name, known);
    return known;
  }

  find(userName: string): Identity | undefined {
    return this.#identities.get(userName);
  }

  /** An identity that must be there. */
  identity(userName: string): Identity {
    const identity = this.find(userName);
    if (identity === undefined) throw new Error(`There is no identity '${userName}'.`);
    return identity;
  }

  secretFits(clientId: string, secret: string): boolean {
    return this.#secrets.get(clientId) === secret;
  }

  /** An OAuth access token that lives `lifetime` real seconds. */
  issue(identity: Identity, lifetime: number): string {
    const expiresAt = performance.now() + lifetime * 1000;
    const token = `eyJ${uuid(this.#random).replaceAll('-', '')}.${hex(this.#random, 40)}.${hex(this.#random, 40)}`;
    this.#tokens.set(token, { identity, expiresAt });
    return token;
  }

  /** Makes every token of the identity invalid from now on, as a deleted secret or a removed member would. */
  revoke(userName: string): void {
    for (const [token, held] of this.#tokens) if (held.identity.userName === userName) this.#tokens.delete(token);
  }

  /** Ends the life of every OAuth token that was issued so far. */
  expireIssued(): void {
    for (const held of this.#tokens.values()) if (held.expiresAt !== null) held.expiresAt = 0;
  }

  /**
   * Who is calling. A bad personal access token is answered with 403 "Invalid access token.", a missing or expired
   * one with 401, as real workspaces do.
   */
  authenticate(authorization: string | undefined): Identity {
    const [scheme, token] = (authorization ?? '').split(' ');
    if (token === undefined || token === '') throw new ApiFailure('UNAUTHENTICATED', 'Credential was not sent.');
    if (scheme?.toLowerCase() !== 'bearer')
      throw new ApiFailure('UNAUTHENTICATED', `Unsupported authorization scheme ${scheme}.`);
    const held = this.#tokens.get(token);
    if (held === undefined) throw denied('Invalid access token.');
    if (held.expiresAt !== null && held.expiresAt <= performance.now()) {
      throw new ApiFailure('UNAUTHENTICATED', 'The access token has expired.');
    }
    if (!held.identity.active)
      throw denied(`User ${held.identity.userName} is not an active member of this workspace.`);
    return held.identity;
  }
}
