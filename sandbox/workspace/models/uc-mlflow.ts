import { denied, invalid, missing } from '../http/failure.js';
import { argumentsOf, type Fields } from '../http/fields.js';
import { pageOf } from '../http/paging.js';
import { json, type Reply } from '../http/reply.js';
import type { Call, Router } from '../http/router.js';
import { compact } from '../json.js';
import type { ModelStore } from './store.js';
import type { ModelVersion, RegisteredModel } from './types.js';
import { UcMlflowRows } from './uc-mlflow-rows.js';
import type { ModelAccess } from './unity-catalog.js';

const BASE = '/api/2.0/mlflow/unity-catalog';

export interface UcMlflowHabits {
  /** Experiment of a run, for `run_experiment_id`. */
  readonly experimentOf: (runId: string) => string | undefined;
  /** `false`: the whole dialect answers 403, so that clients have to live without it. */
  readonly enabled: boolean;
}

/** The MLflow-style paths on Unity Catalog: the only ones with version tags, model metrics and deployment jobs. */
export class UcMlflowModels {
  readonly #store: ModelStore;
  readonly #access: ModelAccess;
  readonly #habits: UcMlflowHabits;
  readonly #rows: UcMlflowRows;

  constructor(store: ModelStore, access: ModelAccess, habits: UcMlflowHabits) {
    this.#store = store;
    this.#access = access;
    this.#habits = habits;
    this.#rows = new UcMlflowRows(store, habits.experimentOf);
  }

  register(router: Router): void {
    this.#on(router, 'POST', 'registered-models/create', (call, given) => this.#createModel(call, given));
    this.#on(router, 'GET', 'registered-models/get', (call, given) => this.#modelAnswer(this.#model(call, given)));
    this.#on(router, 'GET', 'registered-models/search', (call) => this.#searchModels(call));
    this.#on(router, 'PATCH', 'registered-models/update', (call, given) => this.#updateModel(call, given));
    this.#on(router, 'DELETE', 'registered-models/delete', (call, given) => this.#deleteModel(call, given));
    this.#on(router, 'GET', 'registered-models/alias', (call, given) => this.#getAlias(call, given));
    this.#on(router, 'POST', 'registered-models/alias', (call, given) => this.#setAlias(call, given));
    this.#on(router, 'DELETE', 'registered-models/alias', (call, given) => this.#deleteAlias(call, given));
    this.#on(router, 'POST', 'registered-models/set-tag', (call, given) =>
      this.#setTag(this.#managed(call, given).tags, given),
    );
    this.#on(router, 'DELETE', 'registered-models/delete-tag', (call, given) =>
      this.#deleteTag(this.#managed(call, given).tags, given),
    );
    this.#on(router, 'POST', 'model-versions/create', (call, given) => this.#createVersion(call, given));
    this.#on(router, 'GET', 'model-versions/get', (call, given) => this.#versionAnswer(call, given));
    this.#on(router, 'GET', 'model-versions/search', (call, given) => this.#searchVersions(call, given));
    this.#on(router, 'PATCH', 'model-versions/update', (call, given) => this.#updateVersion(call, given));
    this.#on(router, 'DELETE', 'model-versions/delete', (call, given) => this.#deleteVersion(call, given));
    this.#on(router, 'POST', 'model-versions/finalize', (call, given) => this.#finalise(call, given));
    this.#on(router, 'POST', 'model-versions/set-tag', (call, given) =>
      this.#setTag(this.#ownVersion(call, given).tags, given),
    );
    this.#on(router, 'DELETE', 'model-versions/delete-tag', (call, given) =>
      this.#deleteTag(this.#ownVersion(call, given).tags, given),
    );
    this.#on(router, 'GET', 'model-versions/get-download-uri', (call, given) => this.#downloadUri(call, given));
  }

  #on(router: Router, method: string, path: string, handle: (call: Call, given: Fields) => Reply): void {
    router.on(method, `${BASE}/${path}`, (call) => {
      if (!this.#habits.enabled) throw denied('This API is not enabled for this workspace.');
      return handle(call, argumentsOf(call.query, call.body));
    });
  }

  #model(call: Call, given: Fields): RegisteredModel {
    const name = given.text('name');
    if (name.split('.').length !== 3)
      throw invalid(`Registered model name must be catalog.schema.model, got '${name}'.`);
    this.#access.read(call.identity, name.toLowerCase());
    return this.#store.get(name);
  }

  #managed(call: Call, given: Fields): RegisteredModel {
    const model = this.#model(call, given);
    this.#access.manage(call.identity, model);
    return model;
  }

  #number(given: Fields): number {
    const text = given.text('version');
    if (!/^\d+$/.test(text)) throw invalid(`Model version must be an integer, got '${text}'.`);
    return Number(text);
  }

  #ownVersion(call: Call, given: Fields): ModelVersion {
    return this.#store.version(this.#managed(call, given), this.#number(given));
  }

  #modelAnswer(model: RegisteredModel): Reply {
    return json({ registered_model: this.#rows.model(model, true) });
  }

  #versionAnswer(call: Call, given: Fields): Reply {
    const model = this.#model(call, given);
    return json({ model_version: this.#rows.version(model, this.#store.version(model, this.#number(given)), true) });
  }

  #createModel(call: Call, given: Fields): Reply {
    const name = given.text('name');
    const [catalog = '', schema = '', ...rest] = name.toLowerCase().split('.');
    if (rest.length !== 1) throw invalid(`Registered model name must be catalog.schema.model, got '${name}'.`);
    this.#access.create(call.identity, catalog, schema);
    const model = this.#store.create(name, call.identity.userName, call.now, given.optionalText('description') ?? '');
    for (const tag of given.objects('tags')) model.tags.set(tag.text('key'), tag.optionalText('value') ?? '');
    model.deploymentJobId = given.optionalText('deployment_job_id') ?? '';
    return this.#modelAnswer(model);
  }

  #updateModel(call: Call, given: Fields): Reply {
    const model = this.#managed(call, given);
    const newName = given.optionalText('new_name');
    if (newName) this.#store.rename(model, newName);
    model.description = given.optionalText('description') ?? model.description;
    model.deploymentJobId = given.optionalText('deployment_job_id') ?? model.deploymentJobId;
    model.updatedAt = call.now;
    return this.#modelAnswer(model);
  }

  #deleteModel(call: Call, given: Fields): Reply {
    this.#store.remove(this.#managed(call, given).name);
    return json({});
  }

  #searchModels(call: Call): Reply {
    if (call.query.get('filter'))
      throw invalid('Filters are not supported when searching registered models in Unity Catalog.');
    const size = Number(call.query.get('max_results') ?? 10_000);
    const page = pageOf(this.#store.all(), call.query.get('page_token'), { pageSize: size });
    return json(
      compact({
        registered_models: page.items.map((model) => this.#rows.model(model, false)),
        next_page_token: page.nextPageToken,
      }),
    );
  }

  #getAlias(call: Call, given: Fields): Reply {
    const model = this.#model(call, given);
    const version = model.aliases.get(given.text('alias'));
    if (version === undefined) throw missing(`Alias '${given.text('alias')}' of '${model.name}' does not exist.`);
    return json({ model_version: this.#rows.version(model, this.#store.version(model, version), true) });
  }

  #setAlias(call: Call, given: Fields): Reply {
    this.#store.setAlias(this.#managed(call, given), given.text('alias'), this.#number(given));
    return json({});
  }

  #deleteAlias(call: Call, given: Fields): Reply {
    this.#managed(call, given).aliases.delete(given.text('alias'));
    return json({});
  }

  #setTag(tags: Map<string, string>, given: Fields): Reply {
    const [key, value] = [given.text('key'), given.optionalText('value') ?? ''];
    if (value.length > 1000) throw invalid(`The value of tag '${key}' is too long.`);
    tags.set(key, value);
    return json({});
  }

  #deleteTag(tags: Map<string, string>, given: Fields): Reply {
    tags.delete(given.text('key'));
    return json({});
  }

  /** A version is created pending and becomes READY when its upload is finalised. */
  #createVersion(call: Call, given: Fields): Reply {
    const model = this.#managed(call, given);
    const [runId, modelId] = [given.optionalText('run_id'), given.optionalText('model_id')];
    const tags = Object.fromEntries(
      given.objects('tags').map((tag) => [tag.text('key'), tag.optionalText('value') ?? '']),
    );
    const version = this.#store.addVersion(
      model,
      {
        status: 'PENDING_REGISTRATION',
        source: given.text('source'),
        description: given.optionalText('description') ?? '',
        tags,
        ...(runId ? { runId } : {}),
        ...(modelId ? { modelId } : {}),
      },
      call.identity.userName,
      call.now,
    );
    return json({ model_version: this.#rows.version(model, version, true) });
  }

  #finalise(call: Call, given: Fields): Reply {
    const version = this.#ownVersion(call, given);
    version.status = 'READY';
    version.updatedAt = call.now;
    return this.#versionAnswer(call, given);
  }

  #updateVersion(call: Call, given: Fields): Reply {
    const version = this.#ownVersion(call, given);
    version.description = given.optionalText('description') ?? version.description;
    version.updatedAt = call.now;
    return this.#versionAnswer(call, given);
  }

  #deleteVersion(call: Call, given: Fields): Reply {
    this.#store.removeVersion(this.#managed(call, given), this.#number(given));
    return json({});
  }

  /** One condition only, no order. */
  #searchVersions(call: Call, given: Fields): Reply {
    if (given.has('order_by'))
      throw invalid('order_by is not supported when searching model versions in Unity Catalog.');
    const filter = given.optionalText('filter') ?? '';
    const match = /^\s*(name|run_id)\s*=\s*(?:'([^']*)'|"([^"]*)")\s*$/.exec(filter);
    if (match === null) throw invalid(`Unsupported filter '${filter}': expected name='…' or run_id='…'.`);
    const value = match[2] ?? match[3] ?? '';
    if (match[1] === 'name') this.#access.read(call.identity, value.toLowerCase());
    const models = match[1] === 'name' ? [this.#store.get(value)] : this.#store.all();
    const rows = models.flatMap((model) =>
      [...model.versions.values()]
        .filter((version) => match[1] === 'name' || version.runId === value)
        .map((version) => this.#rows.version(model, version, false)),
    );
    const size = Number(given.optionalText('max_results') ?? 10_000);
    const page = pageOf(rows, given.optionalText('page_token'), { pageSize: size });
    return json(compact({ model_versions: page.items, next_page_token: page.nextPageToken }));
  }

  #downloadUri(call: Call, given: Fields): Reply {
    const model = this.#model(call, given);
    const version = this.#store.version(model, this.#number(given));
    return json({
      artifact_uri: version.source.startsWith('models:/')
        ? version.source
        : `s3://metastore/models/${model.id}/versions/${version.id}`,
    });
  }
}
