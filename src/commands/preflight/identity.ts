import type { DatabricksClient } from '../../databricks/client.js';
import type { Identity } from '../../databricks/identity.js';
import { type Check, checksOf, type Tried } from './check.js';
import { EVERYBODY, type Principal } from './privileges.js';

const write = checksOf('Workspace');

/** The workspace answers, and to whom. */
export function identityChecks(databricks: DatabricksClient, me: Tried<Identity>): Check[] {
  if (me.kind === 'fault') {
    return [
      write.missing('Workspace reachable', me.error.message, me.error.fix),
      write.unknown('Identity', 'The workspace did not say who this job runs as.'),
    ];
  }
  const { userName, displayName, groups, workspaceId } = me.value;
  const where = workspaceId === null ? '' : ` (workspace ${workspaceId})`;
  const shown = displayName === '' || displayName === userName ? userName : `${displayName}, ${userName}`;
  const member = groups.length === 0 ? 'no groups shown' : `groups ${groups.join(', ')}`;
  return [
    write.ok('Workspace reachable', `${databricks.host} answers${where}.`),
    write.ok('Identity', `Runs as ${shown}; ${member}.`),
  ];
}

/** The caller with every name that grants may be written for. */
export function principalOf(me: Tried<Identity>): Principal | null {
  if (me.kind === 'fault') return null;
  const { userName, groups } = me.value;
  return { name: userName, names: [userName, ...groups, EVERYBODY] };
}
