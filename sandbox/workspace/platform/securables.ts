import { type Identity, principalsOf } from '../auth/identities.js';
import { ApiFailure, missing } from '../http/failure.js';
import type { ModelStore } from '../models/store.js';
import { type Random, uuid } from '../time/random.js';

/** Types of the grants API; registered models are functions there. */
export type SecurableType = 'metastore' | 'catalog' | 'schema' | 'volume' | 'function';

export interface Securable {
  readonly type: 'catalog' | 'schema' | 'volume';
  /** Dotted, lower-case. */
  readonly fullName: string;
  readonly id: string;
  owner: string;
  comment: string;
  readonly createdAt: number;
  /** Only volumes: MANAGED or EXTERNAL. */
  readonly volumeType: string;
  readonly storageLocation: string;
}

/** One privilege as somebody holds it, and where it was granted. */
export interface HeldPrivilege {
  readonly privilege: string;
  readonly fromType: SecurableType;
  readonly fromName: string;
}

function parentType(type: SecurableType): SecurableType {
  return type === 'schema' ? 'catalog' : 'schema';
}

/** An object and everything above it, nearest first. */
function lineage(type: SecurableType, fullName: string): readonly { type: SecurableType; name: string }[] {
  const parts = fullName.split('.');
  if (type === 'metastore' || parts.length === 1) return [{ type, name: fullName }];
  return [{ type, name: fullName }, ...lineage(parentType(type), parts.slice(0, -1).join('.'))];
}

/** Catalogs, schemas and volumes of Unity Catalog, and who may do what with them and with models. */
export class Securables {
  readonly #objects = new Map<string, Securable>();
  /** `type/name` -> principal -> privileges. */
  readonly #grants = new Map<string, Map<string, Set<string>>>();
  readonly #random: Random;
  readonly #models: ModelStore;
  /** `false`: the workspace is not attached to a metastore. */
  attached = true;

  constructor(random: Random, models: ModelStore) {
    this.#random = random;
    this.#models = models;
  }

  all(type: Securable['type'], parent = ''): readonly Securable[] {
    return [...this.#objects.values()].filter(
      (object) => object.type === type && (parent === '' || object.fullName.startsWith(`${parent}.`)),
    );
  }

  find(type: Securable['type'], fullName: string): Securable | undefined {
    return this.#objects.get(`${type}/${fullName.toLowerCase()}`);
  }

  get(type: Securable['type'], fullName: string): Securable {
    const object = this.find(type, fullName);
    if (object === undefined) throw this.notThere(type, fullName);
    return object;
  }

  notThere(type: SecurableType, fullName: string): ApiFailure {
    const kind = type === 'function' ? 'Registered model' : `${type.charAt(0).toUpperCase()}${type.slice(1)}`;
    if (type === 'catalog' || type === 'schema') {
      return new ApiFailure(`${type.toUpperCase()}_DOES_NOT_EXIST`, `${kind} '${fullName}' does not exist.`);
    }
    return missing(`${kind} '${fullName}' does not exist.`);
  }

  create(given: Pick<Securable, 'type' | 'fullName' | 'owner'> & Partial<Securable>, now: number): Securable {
    const fullName = given.fullName.toLowerCase();
    if (this.find(given.type, fullName) !== undefined) {
      throw new ApiFailure('RESOURCE_ALREADY_EXISTS', `${given.type} '${fullName}' already exists`, 409);
    }
    const object: Securable = {
      id: uuid(this.#random),
      comment: '',
      createdAt: now,
      volumeType: 'MANAGED',
      storageLocation: `s3://metastore/${fullName.replaceAll('.', '/')}`,
      ...given,
      fullName,
    };
    this.#objects.set(`${given.type}/${fullName}`, object);
    return object;
  }

  /** Makes sure that the catalog and the schema of a three-part name exist. */
  ensureParents(fullName: string, owner: string, now: number): void {
    const [catalog = '', schema = ''] = fullName.toLowerCase().split('.');
    if (this.find('catalog', catalog) === undefined) this.create({ type: 'catalog', fullName: catalog, owner }, now);
    const name = `${catalog}.${schema}`;
    if (this.find('schema', name) === undefined) this.create({ type: 'schema', fullName: name, owner }, now);
  }

  remove(type: Securable['type'], fullName: string): void {
    this.#objects.delete(`${type}/${fullName.toLowerCase()}`);
  }

  /** Owner of any securable, `null` when there is no such thing. */
  ownerOf(type: SecurableType, fullName: string): string | null {
    if (type === 'metastore') return 'metastore-admins';
    if (type === 'function') return this.#models.find(fullName)?.owner ?? null;
    return this.find(type, fullName)?.owner ?? null;
  }

  grant(type: SecurableType, fullName: string, principal: string, ...privileges: readonly string[]): void {
    const held = this.#assignments(type, fullName);
    const known = held.get(principal) ?? new Set<string>();
    for (const privilege of privileges) known.add(privilege.replaceAll(' ', '_').toUpperCase());
    held.set(principal, known);
  }

  revoke(type: SecurableType, fullName: string, principal: string, ...privileges: readonly string[]): void {
    const known = this.#assignments(type, fullName).get(principal);
    for (const privilege of privileges) known?.delete(privilege.replaceAll(' ', '_').toUpperCase());
    if (known?.size === 0) this.#assignments(type, fullName).delete(principal);
  }

  #assignments(type: SecurableType, fullName: string): Map<string, Set<string>> {
    const key = `${type}/${fullName.toLowerCase()}`;
    const known = this.#grants.get(key) ?? new Map<string, Set<string>>();
    this.#grants.set(key, known);
    return known;
  }

  /** Direct grants on one object. */
  direct(type: SecurableType, fullName: string): ReadonlyMap<string, ReadonlySet<string>> {
    return this.#assignments(type, fullName);
  }

  /** Grants on an object and on everything above it, per principal. */
  effective(type: SecurableType, fullName: string): ReadonlyMap<string, readonly HeldPrivilege[]> {
    const all = new Map<string, HeldPrivilege[]>();
    for (const { type: fromType, name: fromName } of lineage(type, fullName)) {
      for (const [principal, privileges] of this.#assignments(fromType, fromName)) {
        const held = all.get(principal) ?? [];
        for (const privilege of privileges) held.push({ privilege, fromType, fromName });
        all.set(principal, held);
      }
    }
    return all;
  }

  /** Whether an identity may use a privilege on an object: by administration, ownership, or grants to it or its groups. */
  allows(identity: Identity, type: SecurableType, fullName: string, privilege: string): boolean {
    const owner = this.ownerOf(type, fullName);
    const names = principalsOf(identity);
    if (identity.admin || (owner !== null && names.includes(owner))) return true;
    const effective = this.effective(type, fullName);
    return names.some((name) =>
      (effective.get(name) ?? []).some(
        (held) => held.privilege === privilege || (held.privilege === 'ALL_PRIVILEGES' && privilege !== 'MANAGE'),
      ),
    );
  }

  /** Whether an identity can reach into the schema of a three-part name. */
  reaches(identity: Identity, fullName: string): boolean {
    const [catalog = '', schema = ''] = fullName.split('.');
    if (!this.allows(identity, 'catalog', catalog, 'USE_CATALOG')) return false;
    return schema === '' || this.allows(identity, 'schema', `${catalog}.${schema}`, 'USE_SCHEMA');
  }
}
