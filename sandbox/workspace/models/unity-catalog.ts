import type { Identity } from '../auth/identities.js';
import { ApiFailure, invalid, missing } from '../http/failure.js';
import { pageOf } from '../http/paging.js';
import { empty, json, type Reply } from '../http/reply.js';
import type { Call, Router } from '../http/router.js';
import { compact } from '../json.js';
import type { ModelStore } from './store.js';
import type { ModelVersion, RegisteredModel } from './types.js';
import { UnityCatalogRows } from './unity-catalog-rows.js';

/** Rights that the Unity Catalog paths ask for; each throws the refusal. */
export interface ModelAccess {
  /** EXECUTE with USE_CATALOG and USE_SCHEMA, or ownership. An object that may not be seen does not exist. */
  read(identity: Identity, fullName: string): void;
  /** Ownership or MANAGE. */
  manage(identity: Identity, model: RegisteredModel): void;
  /** CREATE_MODEL on the schema, which must exist. */
  create(identity: Identity, catalog: string, schema: string): void;
}

export interface UnityCatalogHabits {
  readonly metastoreId: string;
  /** Rows of a page when the caller leaves it to the server. */
  readonly pageSize: number;
  /** First pages of version listings are empty and carry a token. */
  readonly emptyFirstPage: boolean;
}

const BASE = '/api/2.1/unity-catalog/models';

function versionNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw invalid(`Invalid model version '${text}': expected an integer.`);
  return Number(text);
}

function flag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  if (value !== null && value !== 'true' && value !== 'false')
    throw invalid(`Query parameter ${name} must be true or false.`);
  return value === 'true';
}

/** The documented `/api/2.1/unity-catalog/models` paths. */
export class UnityCatalogModels {
  readonly #store: ModelStore;
  readonly #access: ModelAccess;
  readonly #habits: UnityCatalogHabits;
  readonly #rows: UnityCatalogRows;

  constructor(store: ModelStore, access: ModelAccess, habits: UnityCatalogHabits) {
    this.#store = store;
    this.#access = access;
    this.#habits = habits;
    this.#rows = new UnityCatalogRows(store, habits.metastoreId);
  }

  register(router: Router): void {
    router.on('POST', BASE, (call) => this.#create(call));
    router.on('GET', BASE, (call) => this.#list(call));
    router.on('GET', `${BASE}/{name}`, (call) => this.#get(call));
    router.on('PATCH', `${BASE}/{name}`, (call) => this.#update(call));
    router.on('DELETE', `${BASE}/{name}`, (call) => this.#remove(call));
    router.on('GET', `${BASE}/{name}/versions`, (call) => this.#listVersions(call));
    router.on('GET', `${BASE}/{name}/versions/{version}`, (call) => this.#getVersion(call));
    router.on('PATCH', `${BASE}/{name}/versions/{version}`, (call) => this.#updateVersion(call));
    router.on('DELETE', `${BASE}/{name}/versions/{version}`, (call) => this.#removeVersion(call));
    router.on('GET', `${BASE}/{name}/aliases/{alias}`, (call) => this.#getAlias(call));
    router.on('PUT', `${BASE}/{name}/aliases/{alias}`, (call) => this.#setAlias(call));
    router.on('DELETE', `${BASE}/{name}/aliases/{alias}`, (call) => this.#removeAlias(call));
  }

  #named(call: Call): RegisteredModel {
    const name = call.params.name ?? '';
    if (name.split('.').length !== 3) throw invalid(`'${name}' is not a valid name: expected catalog.schema.model.`);
    this.#access.read(call.identity, name.toLowerCase());
    return this.#store.get(name);
  }

  #managed(call: Call): RegisteredModel {
    const model = this.#named(call);
    this.#access.manage(call.identity, model);
    return model;
  }

  #create(call: Call): Reply {
    const [catalog, schema, name] = [
      call.body.text('catalog_name'),
      call.body.text('schema_name'),
      call.body.text('name'),
    ];
    if (/[./\s]/.test(name)) throw invalid(`Invalid model name '${name}'.`);
    this.#access.create(call.identity, catalog.toLowerCase(), schema.toLowerCase());
    const comment = call.body.optionalText('comment') ?? '';
    const model = this.#store.create(`${catalog}.${schema}.${name}`, call.identity.userName, call.now, comment);
    return json(this.#rows.model(model, false));
  }

  #visible(call: Call, model: RegisteredModel): boolean {
    try {
      this.#access.read(call.identity, model.name);
      return true;
    } catch (thrown) {
      if (thrown instanceof ApiFailure) return false;
      throw thrown;
    }
  }

  #list(call: Call): Reply {
    const [catalog, schema] = [call.query.get('catalog_name'), call.query.get('schema_name')];
    if ((catalog === null) !== (schema === null)) throw invalid('Give both catalog_name and schema_name or neither.');
    const prefix = catalog === null ? '' : `${catalog}.${schema}.`.toLowerCase();
    const models = this.#store.all().filter((model) => model.name.startsWith(prefix) && this.#visible(call, model));
    const page = pageOf(models, call.query.get('page_token'), { pageSize: this.#pageSize(call) });
    return json(
      compact({
        registered_models: page.items.map((model) => this.#rows.model(model, false)),
        next_page_token: page.nextPageToken,
      }),
    );
  }

  #pageSize(call: Call): number {
    const asked = Number(call.query.get('max_results') ?? '0');
    if (!Number.isInteger(asked) || asked < 0) throw invalid('max_results must not be negative.');
    return asked === 0 ? this.#habits.pageSize : Math.min(asked, 1000);
  }

  #get(call: Call): Reply {
    return json(this.#rows.model(this.#named(call), flag(call.query, 'include_aliases')));
  }

  #update(call: Call): Reply {
    const model = this.#managed(call);
    const newName = call.body.optionalText('new_name');
    if (newName !== undefined) this.#store.rename(model, [...model.name.split('.').slice(0, 2), newName].join('.'));
    model.description = call.body.optionalText('comment') ?? model.description;
    model.owner = call.body.optionalText('owner') ?? model.owner;
    model.updatedAt = call.now;
    return json(this.#rows.model(model, false));
  }

  #remove(call: Call): Reply {
    const model = this.#managed(call);
    if (model.versions.size > 0)
      throw new ApiFailure('INVALID_STATE', `Model '${model.name}' has versions and cannot be deleted.`);
    this.#store.remove(model.name);
    return json({});
  }

  /** Rows carry no aliases, and their order is not that of the versions. */
  #listVersions(call: Call): Reply {
    const model = this.#named(call);
    const registered = [...model.versions.values()];
    const versions = [1, 0].flatMap((odd) => registered.filter((_, index) => index % 2 === odd));
    const habits = { pageSize: this.#pageSize(call), emptyFirst: this.#habits.emptyFirstPage };
    const page = pageOf(versions, call.query.get('page_token'), habits);
    return json(
      compact({
        model_versions: page.items.map((version) => this.#rows.version(model, version, false)),
        next_page_token: page.nextPageToken,
      }),
    );
  }

  #version(call: Call, model: RegisteredModel): ModelVersion {
    return this.#store.version(model, versionNumber(call.params.version ?? ''));
  }

  #getVersion(call: Call): Reply {
    const model = this.#named(call);
    return json(this.#rows.version(model, this.#version(call, model), flag(call.query, 'include_aliases')));
  }

  #updateVersion(call: Call): Reply {
    const model = this.#managed(call);
    const version = this.#version(call, model);
    version.description = call.body.optionalText('comment') ?? version.description;
    version.updatedAt = call.now;
    return json(this.#rows.version(model, version, false));
  }

  #removeVersion(call: Call): Reply {
    const model = this.#managed(call);
    this.#store.removeVersion(model, this.#version(call, model).version);
    return json({});
  }

  #aliased(call: Call, model: RegisteredModel): number {
    const alias = call.params.alias ?? '';
    const version = model.aliases.get(alias);
    if (version === undefined) throw missing(`Alias '${alias}' of registered model '${model.name}' does not exist.`);
    return version;
  }

  #getAlias(call: Call): Reply {
    const model = this.#named(call);
    const version = this.#store.version(model, this.#aliased(call, model));
    return json(this.#rows.version(model, version, flag(call.query, 'include_aliases')));
  }

  #setAlias(call: Call): Reply {
    const model = this.#managed(call);
    const alias = call.params.alias ?? '';
    const version = call.body.integer('version_num');
    this.#store.setAlias(model, alias, version);
    return json(this.#rows.alias(model, alias, version));
  }

  #removeAlias(call: Call): Reply {
    const model = this.#managed(call);
    this.#aliased(call, model);
    model.aliases.delete(call.params.alias ?? '');
    return empty();
  }
}
