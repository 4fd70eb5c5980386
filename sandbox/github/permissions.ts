import { notAccessible } from './refusal.js';
import type { Access, Permissions, Scope } from './types.js';

/** The `permissions:` of the documented workflow. */
export const DEFAULT_PERMISSIONS: Permissions = {
  actions: 'read',
  contents: 'read',
  deployments: 'write',
  'id-token': 'write',
  issues: 'write',
  'pull-requests': 'write',
};

/** The token of a pull request from a fork, whatever the workflow asks for. */
export const FORK_PERMISSIONS: Permissions = {
  actions: 'read',
  contents: 'read',
  deployments: 'read',
  issues: 'read',
  'pull-requests': 'read',
};

const RANK: Readonly<Record<Access, number>> = { none: 0, read: 1, write: 2 };

export function isAllowed(permissions: Permissions, scope: Scope, access: Access): boolean {
  return RANK[permissions[scope] ?? 'none'] >= RANK[access];
}

/**
 * Refuses unless the token has one of the scopes.
 * @throws ApiRefusal 403, "Resource not accessible by integration"
 */
export function requireAny(permissions: Permissions, scopes: readonly Scope[], access: Access): void {
  if (!scopes.some((scope) => isAllowed(permissions, scope, access))) throw notAccessible();
}
