import type { Identity } from '../auth/identities.js';
import { ApiFailure, denied, invalid } from '../http/failure.js';
import { pageOf } from '../http/paging.js';
import { empty, json, type Reply } from '../http/reply.js';
import type { Call, Router } from '../http/router.js';
import { compact, type JsonObject } from '../json.js';
import type { Securable, Securables } from './securables.js';

const BASE = '/api/2.1/unity-catalog';

export interface CatalogHabits {
  readonly metastoreId: string;
  readonly workspaceId: string;
}

function row(object: Securable, habits: CatalogHabits): JsonObject {
  const parts = object.fullName.split('.');
  return compact({
    name: parts.at(-1),
    full_name: object.fullName,
    catalog_name: object.type === 'catalog' ? undefined : parts[0],
    schema_name: object.type === 'volume' ? parts[1] : undefined,
    owner: object.owner,
    comment: object.comment,
    metastore_id: habits.metastoreId,
    created_at: object.createdAt,
    created_by: object.owner,
    updated_at: object.createdAt,
    ...(object.type === 'volume'
      ? { volume_type: object.volumeType, volume_id: object.id, storage_location: object.storageLocation }
      : {}),
    ...(object.type === 'catalog' ? { catalog_type: 'MANAGED_CATALOG', id: object.id } : {}),
    ...(object.type === 'schema' ? { schema_id: object.id } : {}),
  });
}

/** Catalogs, schemas and volumes. What a caller may not use does not exist for it. */
export class CatalogRoutes {
  readonly #securables: Securables;
  readonly #habits: CatalogHabits;

  constructor(securables: Securables, habits: CatalogHabits) {
    this.#securables = securables;
    this.#habits = habits;
  }

  register(router: Router): void {
    for (const [type, plural] of [
      ['catalog', 'catalogs'],
      ['schema', 'schemas'],
      ['volume', 'volumes'],
    ] as const) {
      router.on('GET', `${BASE}/${plural}`, (call) => this.#list(call, type, plural));
      router.on('POST', `${BASE}/${plural}`, (call) => this.#create(call, type));
      router.on('GET', `${BASE}/${plural}/{name}`, (call) => json(row(this.#visible(call, type), this.#habits)));
      router.on('PATCH', `${BASE}/${plural}/{name}`, (call) => this.#update(call, type));
      router.on('DELETE', `${BASE}/${plural}/{name}`, (call) => this.#remove(call, type));
    }
    router.on('GET', `${BASE}/current-metastore-assignment`, () => this.#assignment());
    router.on('GET', `${BASE}/metastore_summary`, () => this.#summary());
  }

  #uses(identity: Identity, object: Securable): boolean {
    if (!this.#securables.reaches(identity, object.fullName)) return false;
    if (object.type !== 'volume') return true;
    return ['READ_VOLUME', 'WRITE_VOLUME'].some((privilege) =>
      this.#securables.allows(identity, 'volume', object.fullName, privilege),
    );
  }

  #visible(call: Call, type: Securable['type']): Securable {
    const name = call.params.name ?? '';
    const object = this.#securables.get(type, name);
    const browses =
      call.query.get('include_browse') === 'true' && this.#securables.allows(call.identity, type, name, 'BROWSE');
    if (!browses && !this.#uses(call.identity, object)) throw this.#securables.notThere(type, name);
    return object;
  }

  #list(call: Call, type: Securable['type'], plural: string): Reply {
    const parent = [call.query.get('catalog_name'), call.query.get('schema_name')]
      .filter((part) => part !== null)
      .join('.');
    const seen = this.#securables.all(type, parent).filter((object) => this.#uses(call.identity, object));
    const page = pageOf(seen, call.query.get('page_token'), {
      pageSize: Number(call.query.get('max_results') ?? 0) || 1000,
    });
    return json(
      compact({ [plural]: page.items.map((object) => row(object, this.#habits)), next_page_token: page.nextPageToken }),
    );
  }

  #mayCreate(identity: Identity, type: Securable['type'], parent: string): boolean {
    if (type === 'catalog')
      return identity.admin || this.#securables.allows(identity, 'metastore', 'metastore', 'CREATE_CATALOG');
    const above = type === 'schema' ? 'catalog' : 'schema';
    this.#securables.get(above, parent);
    return this.#securables.allows(identity, above, parent, `CREATE_${type.toUpperCase()}`);
  }

  #create(call: Call, type: Securable['type']): Reply {
    const parts = [call.body.optionalText('catalog_name'), call.body.optionalText('schema_name')].filter(
      (part) => part !== undefined,
    );
    const parent = parts.join('.').toLowerCase();
    if (!this.#mayCreate(call.identity, type, parent))
      throw denied(`User does not have CREATE ${type.toUpperCase()} on '${parent}'.`);
    const volumeType = call.body.optionalText('volume_type') ?? 'MANAGED';
    const storageLocation = call.body.optionalText('storage_location');
    if (volumeType === 'MANAGED' && storageLocation !== undefined && type === 'volume') {
      throw invalid('storage_location cannot be given for a MANAGED volume.');
    }
    const fullName = [...parts, call.body.text('name')].join('.');
    const comment = call.body.optionalText('comment') ?? '';
    const object = this.#securables.create(
      {
        type,
        fullName,
        owner: call.identity.userName,
        comment,
        volumeType,
        ...(storageLocation ? { storageLocation } : {}),
      },
      call.now,
    );
    return json(row(object, this.#habits));
  }

  #owned(call: Call, type: Securable['type']): Securable {
    const object = this.#visible(call, type);
    if (!this.#securables.allows(call.identity, type, object.fullName, 'MANAGE'))
      throw denied(`User is not an owner of '${object.fullName}'.`);
    return object;
  }

  #update(call: Call, type: Securable['type']): Reply {
    const object = this.#owned(call, type);
    object.comment = call.body.optionalText('comment') ?? object.comment;
    object.owner = call.body.optionalText('owner') ?? object.owner;
    return json(row(object, this.#habits));
  }

  #remove(call: Call, type: Securable['type']): Reply {
    this.#securables.remove(type, this.#owned(call, type).fullName);
    return empty();
  }

  #assignment(): Reply {
    if (!this.#securables.attached)
      throw new ApiFailure('METASTORE_DOES_NOT_EXIST', 'No metastore assigned for the current workspace.', 404);
    return json({
      metastore_id: this.#habits.metastoreId,
      workspace_id: Number(this.#habits.workspaceId),
      default_catalog_name: 'main',
    });
  }

  #summary(): Reply {
    this.#assignment();
    return json({ metastore_id: this.#habits.metastoreId, name: 'metastore', cloud: 'aws', region: 'eu-west-1' });
  }
}
