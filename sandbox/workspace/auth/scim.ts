import { json } from '../http/reply.js';
import type { Router } from '../http/router.js';
import { compact } from '../json.js';

/** Who am I: the cheap credential check, with the workspace's id in a header. */
export function registerScim(router: Router, workspaceId: string): void {
  router.on('GET', '/api/2.0/preview/scim/v2/Me', ({ identity }) =>
    json(
      compact({
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
        id: identity.id,
        userName: identity.userName,
        displayName: identity.displayName,
        active: identity.active,
        emails: identity.kind === 'user' ? [{ type: 'work', value: identity.userName, primary: true }] : [],
        groups: identity.groups.map((group) => ({ display: group.name, type: 'direct', value: group.id })),
      }),
      200,
      { 'x-databricks-org-id': workspaceId },
    ),
  );
}
