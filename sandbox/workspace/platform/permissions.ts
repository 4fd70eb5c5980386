import type { Identity } from '../auth/identities.js';
import { denied, invalid, missing } from '../http/failure.js';
import type { Fields } from '../http/fields.js';
import { json, type Reply } from '../http/reply.js';
import type { Call, Router } from '../http/router.js';
import { compact, type JsonObject } from '../json.js';

export type PrincipalKind = 'user_name' | 'group_name' | 'service_principal_name';

export interface AccessEntry {
  readonly kind: PrincipalKind;
  readonly principal: string;
  readonly level: string;
}

/** How one type of object takes part in the generic permissions API. */
export interface ProtectedType {
  /** As it stands in the path, such as `serving-endpoints`. */
  readonly type: string;
  /** As answers name it, such as `serving-endpoint`. */
  readonly objectType: string;
  /** From least to most. */
  readonly levels: readonly string[];
  /** Owner of the object with this id, or `null` when there is none. */
  owner(id: string): string | null;
}

const KINDS: readonly PrincipalKind[] = ['user_name', 'group_name', 'service_principal_name'];

/** The generic permissions API: direct entries per object, on top of the owner's and the administrators' rights. */
export class Permissions {
  readonly #types = new Map<string, ProtectedType>();
  readonly #entries = new Map<string, AccessEntry[]>();

  protect(type: ProtectedType): void {
    this.#types.set(type.type, type);
  }

  /** Gives a level to a principal, in place of what it had. */
  grant(type: string, id: string, entry: AccessEntry): void {
    const kept = this.#of(type, id).filter((known) => known.principal !== entry.principal || known.kind !== entry.kind);
    this.#entries.set(`${type}/${id}`, [...kept, entry]);
  }

  /** Takes away every direct entry of a principal. */
  revoke(type: string, id: string, principal: string): void {
    this.#entries.set(
      `${type}/${id}`,
      this.#of(type, id).filter((known) => known.principal !== principal),
    );
  }

  #of(type: string, id: string): readonly AccessEntry[] {
    return this.#entries.get(`${type}/${id}`) ?? [];
  }

  /** The greatest level that an identity has on an object, `null` for none. */
  level(type: string, id: string, identity: Identity): string | null {
    const known = this.#types.get(type);
    if (known === undefined) return null;
    if (identity.admin || known.owner(id) === identity.userName) return known.levels.at(-1) ?? null;
    const groups = identity.groups.map((group) => group.name);
    const held = this.#of(type, id)
      .filter((entry) =>
        entry.kind === 'group_name'
          ? [...groups, 'users'].includes(entry.principal)
          : entry.principal === identity.userName,
      )
      .map((entry) => known.levels.indexOf(entry.level));
    return held.length === 0 ? null : (known.levels[Math.max(...held)] ?? null);
  }

  /** Whether an identity has at least `needed`. */
  reaches(type: string, id: string, identity: Identity, needed: string): boolean {
    const levels = this.#types.get(type)?.levels ?? [];
    const held = this.level(type, id, identity);
    return held !== null && levels.indexOf(held) >= levels.indexOf(needed);
  }

  register(router: Router): void {
    router.on('GET', '/api/2.0/permissions/{type}/{id}/permissionLevels', (call) => this.#levels(call));
    router.on('GET', '/api/2.0/permissions/{type}/{id}', (call) => this.#get(call));
    router.on('PUT', '/api/2.0/permissions/{type}/{id}', (call) => this.#change(call, true));
    router.on('PATCH', '/api/2.0/permissions/{type}/{id}', (call) => this.#change(call, false));
  }

  #object(call: Call): { type: ProtectedType; id: string; owner: string } {
    const [name = '', id = ''] = [call.params.type, call.params.id];
    const type = this.#types.get(name);
    if (type === undefined) throw invalid(`Unknown object type '${name}'.`);
    const owner = type.owner(id);
    if (owner === null) throw missing(`${type.objectType} '${id}' does not exist.`);
    return { type, id, owner };
  }

  #levels(call: Call): Reply {
    const { type } = this.#object(call);
    return json({
      permission_levels: type.levels.map((level) => ({
        permission_level: level,
        description: `${level} on ${type.objectType}`,
      })),
    });
  }

  #get(call: Call): Reply {
    const { type, id, owner } = this.#object(call);
    if (this.level(type.type, id, call.identity) === null)
      throw denied(`${call.identity.userName} may not view this object.`);
    return json(this.#body(type, id, owner));
  }

  #row(entry: AccessEntry): JsonObject {
    const permission = { permission_level: entry.level, inherited: false };
    return compact({ [entry.kind]: entry.principal, display_name: entry.principal, all_permissions: [permission] });
  }

  #body(type: ProtectedType, id: string, owner: string): JsonObject {
    const top = type.levels.at(-1) ?? '';
    const own: AccessEntry = {
      kind: owner.includes('@') ? 'user_name' : 'service_principal_name',
      principal: owner,
      level: top,
    };
    const inherited = { permission_level: top, inherited: true, inherited_from_object: [`/${type.type}/`] };
    return {
      object_id: `/${type.type}/${id}`,
      object_type: type.objectType,
      access_control_list: [
        this.#row(own),
        ...this.#of(type.type, id).map((entry) => this.#row(entry)),
        { group_name: 'admins', all_permissions: [inherited] },
      ],
    };
  }

  #entry(type: ProtectedType, fields: Fields): AccessEntry {
    const kind = KINDS.find((candidate) => fields.has(candidate));
    if (kind === undefined) throw invalid('An access control entry must name a user, a group or a service principal.');
    const level = fields.text('permission_level');
    if (!type.levels.includes(level)) throw invalid(`'${level}' is not a permission level of ${type.objectType}.`);
    return { kind, principal: fields.text(kind), level };
  }

  /** PUT replaces all direct entries, PATCH adds to them. */
  #change(call: Call, replace: boolean): Reply {
    const { type, id, owner } = this.#object(call);
    const top = type.levels.at(-1) ?? '';
    if (!this.reaches(type.type, id, call.identity, top))
      throw denied(`${call.identity.userName} needs ${top} to change permissions.`);
    const entries = call.body.objects('access_control_list').map((fields) => this.#entry(type, fields));
    if (replace) this.#entries.set(`${type.type}/${id}`, []);
    for (const entry of entries) this.grant(type.type, id, entry);
    return json(this.#body(type, id, owner));
  }
}
