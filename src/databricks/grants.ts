import { z } from 'zod';
import type { HttpClient } from '../http/client.js';
import { encodePath } from '../http/path.js';
import type { Fault } from '../http/types.js';
import { pages } from '../registry/paging.js';
import { optionalText } from './text-wire.js';

/** What can be looked up in Unity Catalog. Registered models are securables of type `function`. */
export type CatalogKind = 'catalog' | 'schema' | 'volume' | 'model' | 'table';

/** What one look brought; `unknown` means that it cannot be told, not that it is missing. */
export type Looked<T> =
  | { readonly kind: 'found'; readonly value: T }
  /** 404: missing, or not visible to the caller. */
  | { readonly kind: 'missing'; readonly message: string }
  | { readonly kind: 'unknown'; readonly message: string };

export interface CatalogObject {
  readonly name: string;
  /** The owner may do everything and shows up in no grant. */
  readonly owner: string;
}

export interface PrincipalPrivileges {
  readonly principal: string;
  /** With underscores, such as `USE_CATALOG`. */
  readonly privileges: readonly string[];
}

/** Objects, grants and permissions, all read-only. Nothing throws for a refusal; only the signal's reason goes through. */
export interface Grants {
  object(kind: CatalogKind, fullName: string, signal: AbortSignal): Promise<Looked<CatalogObject>>;
  /** Privileges that hold on the object, inherited ones included; of one principal, or of all. */
  effective(
    kind: CatalogKind,
    fullName: string,
    principal: string | null,
    signal: AbortSignal,
  ): Promise<Looked<readonly PrincipalPrivileges[]>>;
  /** Whether the workspace is attached to Unity Catalog; gives the metastore's id. */
  metastore(signal: AbortSignal): Promise<Looked<string>>;
  /** Direct and inherited levels on a workspace object such as `serving-endpoints` by id. */
  permissions(type: string, id: string, signal: AbortSignal): Promise<Looked<readonly PrincipalPrivileges[]>>;
}

const UC = '/api/2.1/unity-catalog';
const COLLECTION: Readonly<Record<CatalogKind, string>> = {
  catalog: 'catalogs',
  schema: 'schemas',
  volume: 'volumes',
  model: 'models',
  table: 'tables',
};

const objectWire = z.looseObject({ name: optionalText, full_name: optionalText, owner: optionalText });

/** Effective grants carry objects, direct grants plain words: both are read. */
const privilege = z.union([z.string(), z.looseObject({ privilege: optionalText }).transform((row) => row.privilege)]);

const assignmentsWire = z.looseObject({
  privilege_assignments: z
    .array(
      z.looseObject({
        principal: optionalText,
        privileges: z
          .array(privilege)
          .nullish()
          .transform((rows) => rows ?? []),
      }),
    )
    .nullish()
    .transform((rows) => rows ?? []),
  next_page_token: optionalText,
});

const accessListWire = z.looseObject({
  access_control_list: z
    .array(
      z.looseObject({
        user_name: optionalText,
        group_name: optionalText,
        service_principal_name: optionalText,
        all_permissions: z
          .array(z.looseObject({ permission_level: optionalText }))
          .nullish()
          .transform((rows) => rows ?? []),
      }),
    )
    .nullish()
    .transform((rows) => rows ?? []),
});

/** The client of Unity Catalog privileges and object permissions. */
export function createGrants(http: HttpClient): Grants {
  return {
    async object(kind, fullName, signal) {
      const path = `${UC}/${COLLECTION[kind]}${encodePath`/${fullName}`}`;
      const reply = await http.ask({ method: 'GET', path, signal }, objectWire);
      if (reply.kind === 'fault') return notFound(reply.fault);
      const { full_name, name, owner } = reply.value;
      return { kind: 'found', value: { name: full_name || name || fullName, owner } };
    },
    effective: (kind, fullName, principal, signal) => readEffective(http, kind, fullName, principal, signal),
    async metastore(signal) {
      const path = `${UC}/current-metastore-assignment`;
      const reply = await http.ask({ method: 'GET', path, signal }, z.looseObject({ metastore_id: optionalText }));
      return reply.kind === 'fault' ? notFound(reply.fault) : { kind: 'found', value: reply.value.metastore_id };
    },
    async permissions(type, id, signal) {
      const path = encodePath`/api/2.0/permissions/${type}/${id}`;
      const reply = await http.ask({ method: 'GET', path, signal }, accessListWire);
      if (reply.kind === 'fault') return notFound(reply.fault);
      const rows = reply.value.access_control_list.map((row) => ({
        principal: row.user_name || row.group_name || row.service_principal_name,
        privileges: row.all_permissions.map((one) => one.permission_level),
      }));
      return { kind: 'found', value: rows };
    },
  };
}

async function readEffective(
  http: HttpClient,
  kind: CatalogKind,
  fullName: string,
  principal: string | null,
  signal: AbortSignal,
): Promise<Looked<readonly PrincipalPrivileges[]>> {
  const path = `${UC}/effective-permissions${encodePath`/${kind === 'model' ? 'function' : kind}/${fullName}`}`;
  let refusal: Fault | null = null;
  const fetchPage = async (token: string | undefined) => {
    // `max_results=0` asks for pages of the server's choice; without it some answers are cut without a token.
    const query = { principal: principal ?? undefined, max_results: 0, page_token: token };
    const reply = await http.ask({ method: 'GET', path, query, signal }, assignmentsWire);
    if (reply.kind === 'value') return { rows: reply.value.privilege_assignments, next: reply.value.next_page_token };
    refusal = reply.fault;
    return { rows: [] };
  };
  const byPrincipal = new Map<string, Set<string>>();
  for await (const rows of pages(fetchPage)) {
    for (const row of rows) {
      const known = byPrincipal.get(row.principal) ?? new Set();
      for (const name of row.privileges) known.add(name.toUpperCase().replaceAll(' ', '_'));
      byPrincipal.set(row.principal, known);
    }
  }
  if (refusal !== null) return notFound(refusal);
  const value = [...byPrincipal].map(([name, privileges]) => ({ principal: name, privileges: [...privileges].sort() }));
  return { kind: 'found', value };
}

function notFound(fault: Fault): { readonly kind: 'missing' | 'unknown'; readonly message: string } {
  const message = [fault.status ?? 'no answer', fault.code, fault.message].filter(Boolean).join(' ');
  return { kind: fault.status === 404 ? 'missing' : 'unknown', message };
}
