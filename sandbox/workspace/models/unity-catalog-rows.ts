import { compact, type JsonObject } from '../json.js';
import type { ModelStore } from './store.js';
import type { ModelVersion, RegisteredModel } from './types.js';

/** Models, versions and aliases as the documented Unity Catalog paths write them. */
export class UnityCatalogRows {
  readonly #store: ModelStore;
  readonly #metastoreId: string;

  constructor(store: ModelStore, metastoreId: string) {
    this.#store = store;
    this.#metastoreId = metastoreId;
  }

  alias(model: RegisteredModel, alias: string, version: number): JsonObject {
    const [catalog, schema, name] = model.name.split('.');
    return {
      alias_name: alias,
      version_num: version,
      id: model.id,
      catalog_name: catalog,
      schema_name: schema,
      model_name: name,
    };
  }

  model(model: RegisteredModel, aliases: boolean): JsonObject {
    const [catalog, schema, name] = model.name.split('.');
    const rows = [...model.aliases].map(([alias, version]) => this.alias(model, alias, version));
    return compact({
      name,
      catalog_name: catalog,
      schema_name: schema,
      full_name: model.name,
      owner: model.owner,
      id: model.id,
      metastore_id: this.#metastoreId,
      comment: model.description,
      created_at: model.createdAt,
      created_by: model.owner,
      updated_at: model.updatedAt,
      updated_by: model.owner,
      storage_location: `s3://metastore/models/${model.id}`,
      ...(aliases ? { aliases: rows } : {}),
    });
  }

  version(model: RegisteredModel, version: ModelVersion, aliases: boolean): JsonObject {
    const [catalog, schema, name] = model.name.split('.');
    const rows = this.#store
      .aliasesOf(model, version.version)
      .map((alias) => this.alias(model, alias, version.version));
    return compact({
      catalog_name: catalog,
      schema_name: schema,
      model_name: name,
      version: version.version,
      status: version.status,
      run_id: version.runId,
      run_workspace_id: version.runId === '' ? undefined : Number(version.runWorkspaceId),
      source: version.source,
      storage_location: `s3://metastore/models/${model.id}/versions/${version.id}`,
      comment: version.description,
      created_at: version.createdAt,
      created_by: version.createdBy,
      updated_at: version.updatedAt,
      updated_by: version.createdBy,
      id: version.id,
      metastore_id: this.#metastoreId,
      ...(aliases ? { aliases: rows } : {}),
    });
  }
}
