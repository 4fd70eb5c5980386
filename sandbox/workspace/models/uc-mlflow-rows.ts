import { compact, type JsonObject } from '../json.js';
import { latestPoints } from '../tracking/numbers.js';
import { metricBody, pairs } from '../tracking/wire.js';
import type { ModelStore } from './store.js';
import type { ModelVersion, RegisteredModel } from './types.js';

/** Models and versions as the MLflow-style Unity Catalog paths write them. */
export class UcMlflowRows {
  readonly #store: ModelStore;
  readonly #experimentOf: (runId: string) => string | undefined;

  constructor(store: ModelStore, experimentOf: (runId: string) => string | undefined) {
    this.#store = store;
    this.#experimentOf = experimentOf;
  }

  /** Aliases and tags come with a single model or version only, never with search rows. */
  model(model: RegisteredModel, whole: boolean): JsonObject {
    const aliases = [...model.aliases].map(([alias, version]) => ({ alias, version: String(version) }));
    return compact({
      name: model.name,
      creation_timestamp: model.createdAt,
      last_updated_timestamp: model.updatedAt,
      user_id: model.owner,
      description: model.description,
      ...(whole ? { aliases, tags: pairs(model.tags) } : {}),
      deployment_job_id: model.deploymentJobId,
      ...(model.deploymentJobId === '' ? {} : { deployment_job_state: 'CONNECTED' }),
    });
  }

  version(model: RegisteredModel, version: ModelVersion, whole: boolean): JsonObject {
    const aliases = this.#store
      .aliasesOf(model, version.version)
      .map((alias) => ({ alias, version: String(version.version) }));
    const job = version.deploymentJob;
    return compact({
      name: model.name,
      version: String(version.version),
      creation_timestamp: version.createdAt,
      last_updated_timestamp: version.updatedAt,
      user_id: version.createdBy,
      description: version.description,
      source: version.source,
      run_id: version.runId,
      run_experiment_id: this.#experimentOf(version.runId),
      run_tracking_server_id: version.runId === '' ? undefined : version.runWorkspaceId,
      status: version.status,
      status_message: version.statusMessage,
      storage_location: `s3://metastore/models/${model.id}/versions/${version.id}`,
      model_id: version.modelId,
      ...(whole ? { aliases, tags: pairs(version.tags) } : {}),
      model_params: Object.entries(version.params).map(([name, value]) => ({ name, value })),
      model_metrics: latestPoints(version.metrics).map((point) => metricBody(point, true)),
      ...(job === null ? {} : { deployment_job_state: this.#job(version) }),
    });
  }

  #job(version: ModelVersion): JsonObject {
    const job = version.deploymentJob;
    return compact({
      job_id: job?.jobId,
      run_id: job?.runId,
      job_state: 'CONNECTED',
      run_state: job?.runState,
      current_task_name: job?.currentTaskName,
    });
  }
}
