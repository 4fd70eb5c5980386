import type { CatalogObject, Looked, PrincipalPrivileges } from '../../databricks/grants.js';

/** Everybody who may use the account belongs to this group, although no membership shows it. */
export const EVERYBODY = 'account users';

/** Who asks, and under which names grants may have been given. */
export interface Principal {
  readonly name: string;
  /** The name itself, its groups and the group of everybody. */
  readonly names: readonly string[];
}

/** Whether a privilege is held, and how that is known. */
export type Holding =
  | { readonly kind: 'held'; readonly how: string }
  | { readonly kind: 'not-held'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string };

/** The names that a grant may name; ALL_PRIVILEGES stands for the others, but not for MANAGE. */
function grants(row: PrincipalPrivileges, privilege: string): boolean {
  return row.privileges.includes(privilege) || (privilege !== 'MANAGE' && row.privileges.includes('ALL_PRIVILEGES'));
}

/**
 * Whether the caller holds a privilege. Reading the object itself takes the privilege, so an object that was read settles it, also where the
 * grant sits on a group that contains one of the caller's groups.
 */
export function callerHolds(
  principal: Principal,
  privilege: string,
  object: Looked<CatalogObject>,
  rows: Looked<readonly PrincipalPrivileges[]>,
): Holding {
  if (object.kind === 'found' && principal.names.includes(object.value.owner)) {
    return { kind: 'held', how: `${object.value.owner} owns it.` };
  }
  const granting =
    rows.kind === 'found' ? rows.value.find((row) => isFor(row, principal) && grants(row, privilege)) : undefined;
  if (granting !== undefined) return { kind: 'held', how: `Granted to ${granting.principal}.` };
  if (object.kind === 'found') return { kind: 'held', how: `It can be read, which takes ${words(privilege)}.` };
  if (rows.kind === 'found') {
    return { kind: 'not-held', why: `No grant to ${principal.name} or its groups, and it cannot be read.` };
  }
  return { kind: 'unknown', why: `Neither the object nor its grants can be read (${rows.message}).` };
}

/** Whether somebody else holds a privilege, as far as grants show; whose groups are not known. */
export function otherHolds(
  name: string,
  privilege: string,
  object: Looked<CatalogObject>,
  rows: Looked<readonly PrincipalPrivileges[]>,
): Holding {
  if (object.kind === 'found' && object.value.owner === name) return { kind: 'held', how: `${name} owns it.` };
  if (rows.kind !== 'found') return { kind: 'unknown', why: `The grants of others cannot be read (${rows.message}).` };
  const granting = rows.value.filter((row) => grants(row, privilege));
  const sure = granting.find((row) => row.principal === name || row.principal === EVERYBODY);
  if (sure !== undefined) return { kind: 'held', how: `Granted to ${sure.principal}.` };
  const groups = granting.map((row) => row.principal).filter(isGroup);
  if (groups.length > 0) {
    return { kind: 'unknown', why: `Granted to ${groups.join(', ')}; whether ${name} belongs to it cannot be read.` };
  }
  return {
    kind: 'not-held',
    why: `No grant to ${name}, which does not own it. (An administrator of the metastore would need none.)`,
  };
}

function isFor(row: PrincipalPrivileges, principal: Principal): boolean {
  return principal.names.includes(row.principal);
}

/** Users are e-mail addresses and service principals application ids; everything else is a group. */
function isGroup(name: string): boolean {
  return !name.includes('@') && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(name);
}

/** `USE_CATALOG` as people write it. */
export function words(privilege: string): string {
  return privilege.replaceAll('_', ' ');
}
