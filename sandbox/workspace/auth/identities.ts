/** A group of the workspace. */
export interface Group {
  readonly id: string;
  readonly name: string;
}

/** Somebody who can call the workspace. */
export interface Identity {
  readonly id: string;
  readonly kind: 'user' | 'service-principal';
  /** E-mail of a user; application id of a service principal. What grants and permissions are written for. */
  readonly userName: string;
  readonly displayName: string;
  readonly groups: readonly Group[];
  /** Metastore and workspace administrator: passes every check. */
  readonly admin: boolean;
  readonly active: boolean;
}

/** How a test describes an identity; everything but `userName` has a default. */
export interface IdentityOptions {
  readonly userName: string;
  readonly kind?: 'user' | 'service-principal';
  readonly displayName?: string;
  readonly groups?: readonly string[];
  readonly admin?: boolean;
  /** Personal access token; made up when left out. */
  readonly token?: string;
  /** For OAuth M2M of a service principal. */
  readonly clientSecret?: string;
  readonly active?: boolean;
}

/** All names under which rights may have been given to this identity. */
export function principalsOf(identity: Identity): readonly string[] {
  return [identity.userName, ...identity.groups.map((group) => group.name), 'account users'];
}
