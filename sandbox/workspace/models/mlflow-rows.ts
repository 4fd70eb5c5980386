import { compact, type JsonObject } from '../json.js';
import { pairs } from '../tracking/wire.js';
import { latestPerStage } from './stages.js';
import type { ModelStore } from './store.js';
import type { ModelVersion, RegisteredModel } from './types.js';

/** `workspace`: the legacy registry of a Databricks workspace, without aliases. `oss`: a plain MLflow server. */
export type RegistryDialect = 'workspace' | 'oss';

/** Models and versions as the MLflow registry API writes them. */
export class MlflowRows {
  readonly #store: ModelStore;
  readonly #dialect: RegistryDialect;

  constructor(store: ModelStore, dialect: RegistryDialect) {
    this.#store = store;
    this.#dialect = dialect;
  }

  model(model: RegisteredModel, whole: boolean): JsonObject {
    const aliases = [...model.aliases].map(([alias, version]) => ({ alias, version: String(version) }));
    return compact({
      name: model.name,
      creation_timestamp: model.createdAt,
      last_updated_timestamp: model.updatedAt,
      user_id: this.#dialect === 'workspace' ? model.owner : undefined,
      description: model.description,
      latest_versions: latestPerStage(model).map((version) => this.version(model, version, false)),
      tags: pairs(model.tags),
      aliases: whole && this.#dialect === 'oss' ? aliases : [],
    });
  }

  /** Plain servers never return the model id, and aliases only for a version that is asked for by itself. */
  version(model: RegisteredModel, version: ModelVersion, whole: boolean): JsonObject {
    return compact({
      name: model.name,
      version: String(version.version),
      creation_timestamp: version.createdAt,
      last_updated_timestamp: version.updatedAt,
      user_id: this.#dialect === 'workspace' ? version.createdBy : undefined,
      current_stage: version.stage,
      description: version.description,
      source: version.source,
      run_id: version.runId,
      status: version.status,
      status_message: version.statusMessage,
      tags: pairs(version.tags),
      aliases: whole && this.#dialect === 'oss' ? this.#store.aliasesOf(model, version.version) : [],
    });
  }
}
