import { ApiFailure, denied, invalid, missing } from '../http/failure.js';
import { argumentsOf, type Fields } from '../http/fields.js';
import { pageOf } from '../http/paging.js';
import { json, type Reply } from '../http/reply.js';
import type { Call, Router } from '../http/router.js';
import { compact } from '../json.js';
import { checkKey } from '../tracking/numbers.js';
import { MlflowRows, type RegistryDialect } from './mlflow-rows.js';
import { latestPerStage, stageNamed, transition } from './stages.js';
import type { ModelStore } from './store.js';
import type { ModelVersion, RegisteredModel } from './types.js';
import { matchesVersion, orderVersions } from './version-filter.js';

export interface RegistryHabits {
  readonly dialect: RegistryDialect;
  /** `false`: the legacy registry is switched off, as in new workspaces. */
  readonly enabled: boolean;
}

/** The MLflow registry API under `prefix`. */
export class MlflowRegistry {
  readonly #store: ModelStore;
  readonly #habits: RegistryHabits;
  readonly rows: MlflowRows;

  constructor(store: ModelStore, habits: RegistryHabits) {
    this.#store = store;
    this.#habits = habits;
    this.rows = new MlflowRows(store, habits.dialect);
  }

  register(router: Router, prefix: string): void {
    const on = (method: string, path: string, handle: (given: Fields, call: Call) => Reply, reads = false): void =>
      router.on(method, `${prefix}/${path}`, (call) => this.#handle(call, handle), { reads });
    on('POST', 'registered-models/create', (given, call) => this.#createModel(given, call));
    on('GET', 'registered-models/get', (given) =>
      json({ registered_model: this.rows.model(this.#model(given), true) }),
    );
    on('GET', 'registered-models/search', (given, call) => this.#searchModels(given, call));
    on('GET', 'registered-models/list', (given, call) => this.#searchModels(given, call));
    on('PATCH', 'registered-models/update', (given, call) => this.#updateModel(given, call));
    on('POST', 'registered-models/rename', (given, call) => this.#rename(given, call));
    on('DELETE', 'registered-models/delete', (given) => this.#deleteModel(given));
    on('POST', 'registered-models/set-tag', (given) => this.#setTag(this.#model(given).tags, given));
    on('DELETE', 'registered-models/delete-tag', (given) => this.#deleteTag(this.#model(given).tags, given));
    on('POST', 'registered-models/get-latest-versions', (given) => this.#latest(given, given.texts('stages')), true);
    on('GET', 'registered-models/get-latest-versions', (given, call) =>
      this.#latest(given, call.query.getAll('stages')),
    );
    on('POST', 'model-versions/create', (given, call) => this.#createVersion(given, call));
    on('GET', 'model-versions/get', (given) => this.#versionAnswer(given));
    on('GET', 'model-versions/search', (given, call) => this.#searchVersions(given, call));
    on('PATCH', 'model-versions/update', (given, call) => this.#updateVersion(given, call));
    on('DELETE', 'model-versions/delete', (given) => this.#deleteVersion(given));
    on('POST', 'model-versions/set-tag', (given) => this.#setTag(this.#version(given).tags, given));
    on('DELETE', 'model-versions/delete-tag', (given) => this.#deleteTag(this.#version(given).tags, given));
    on('POST', 'model-versions/transition-stage', (given, call) => this.#transition(given, call));
    on('GET', 'model-versions/get-download-uri', (given) => json({ artifact_uri: this.#version(given).source }));
    if (this.#habits.dialect === 'oss') this.#registerAliases(on);
  }

  #registerAliases(on: (method: string, path: string, handle: (given: Fields, call: Call) => Reply) => void): void {
    on('GET', 'registered-models/alias', (given) => this.#getAlias(given));
    on('POST', 'registered-models/alias', (given) => this.#setAlias(given));
    on('DELETE', 'registered-models/alias', (given) => this.#deleteAlias(given));
  }

  /** A plain server reads the arguments of a DELETE from the body alone. */
  #handle(call: Call, handle: (given: Fields, call: Call) => Reply): Reply {
    if (!this.#habits.enabled) {
      throw denied(
        'The legacy workspace model registry is disabled for this workspace. Use models in Unity Catalog instead.',
      );
    }
    const bodyOnly = this.#habits.dialect === 'oss' && call.method !== 'GET';
    return handle(bodyOnly ? call.body : argumentsOf(call.query, call.body), call);
  }

  #model(given: Fields): RegisteredModel {
    const name = given.text('name');
    const model = this.#store.find(name);
    if (model === undefined) throw missing(`Registered Model with name=${name} not found`);
    return model;
  }

  #version(given: Fields): ModelVersion {
    const model = this.#model(given);
    const text = given.text('version');
    if (!/^\d+$/.test(text)) throw invalid(`Model version must be an integer, got '${text}'.`);
    const version = model.versions.get(Number(text));
    if (version === undefined) throw missing(`Model Version (name=${model.name}, version=${text}) not found`);
    return version;
  }

  #versionAnswer(given: Fields): Reply {
    return json({ model_version: this.rows.version(this.#model(given), this.#version(given), true) });
  }

  #createModel(given: Fields, call: Call): Reply {
    const name = given.text('name');
    if (this.#habits.dialect === 'workspace' && /[/.:]/.test(name))
      throw invalid(`Invalid model name '${name}': '/', '.' and ':' are not allowed.`);
    if (this.#store.find(name) !== undefined) {
      throw new ApiFailure('RESOURCE_ALREADY_EXISTS', `Registered Model (name=${name}) already exists.`, 400);
    }
    const model = this.#store.create(name, call.identity.userName, call.now, given.optionalText('description') ?? '');
    for (const tag of given.objects('tags')) model.tags.set(tag.text('key'), tag.optionalText('value') ?? '');
    return json({ registered_model: this.rows.model(model, true) });
  }

  #searchModels(given: Fields, call: Call): Reply {
    const size = Number(given.optionalText('max_results') ?? 100);
    if (size < 1 || size > 1000) throw invalid(`Invalid value ${size} for parameter 'max_results': at most 1000.`);
    const match = /^name\s*(=|LIKE|ILIKE)\s*'([^']*)'$/i.exec((given.optionalText('filter') ?? '').trim());
    const wanted = match?.[2]?.replaceAll('%', '');
    const fits = (model: RegisteredModel): boolean =>
      wanted === undefined || (match?.[1] === '=' ? model.name === wanted : model.name.includes(wanted));
    const page = pageOf(this.#store.all().filter(fits), call.query.get('page_token'), { pageSize: size });
    return json(
      compact({
        registered_models: page.items.map((model) => this.rows.model(model, false)),
        next_page_token: page.nextPageToken,
      }),
    );
  }

  #updateModel(given: Fields, call: Call): Reply {
    const model = this.#model(given);
    model.description = given.optionalText('description') ?? model.description;
    model.updatedAt = call.now;
    return json({ registered_model: this.rows.model(model, true) });
  }

  #rename(given: Fields, call: Call): Reply {
    const model = this.#model(given);
    this.#store.rename(model, given.text('new_name'));
    model.updatedAt = call.now;
    for (const version of model.versions.values()) version.updatedAt = call.now;
    return json({ registered_model: this.rows.model(model, true) });
  }

  #deleteModel(given: Fields): Reply {
    this.#store.remove(this.#model(given).name);
    return json({});
  }

  #latest(given: Fields, stages: readonly string[]): Reply {
    const model = this.#model(given);
    const wanted = stages.map(stageNamed);
    const versions = latestPerStage(model).filter((version) => wanted.length === 0 || wanted.includes(version.stage));
    return json(compact({ model_versions: versions.map((version) => this.rows.version(model, version, false)) }));
  }

  #createVersion(given: Fields, call: Call): Reply {
    const model = this.#model(given);
    const [runId, modelId] = [given.optionalText('run_id'), given.optionalText('model_id')];
    const tags = Object.fromEntries(
      given.objects('tags').map((tag) => [tag.text('key'), tag.optionalText('value') ?? '']),
    );
    const version = this.#store.addVersion(
      model,
      {
        source: given.text('source'),
        description: given.optionalText('description') ?? '',
        tags,
        ...(runId ? { runId } : {}),
        ...(modelId ? { modelId } : {}),
      },
      call.identity.userName,
      call.now,
    );
    model.updatedAt = call.now;
    return json({ model_version: this.rows.version(model, version, true) });
  }

  #searchVersions(given: Fields, call: Call): Reply {
    const size = Number(given.optionalText('max_results') ?? 10_000);
    if (size < 1 || size > 200_000) throw invalid(`Invalid value ${size} for parameter 'max_results': at most 200000.`);
    const filter = given.optionalText('filter') ?? '';
    const rows = this.#store
      .all()
      .flatMap((model) => [...model.versions.values()].map((version) => ({ model, version })))
      .filter((row) => matchesVersion(row, filter));
    const page = pageOf(orderVersions(rows, call.query.getAll('order_by')), call.query.get('page_token'), {
      pageSize: size,
    });
    const bodies = page.items.map((row) => this.rows.version(row.model, row.version, false));
    return json(compact({ model_versions: bodies, next_page_token: page.nextPageToken }));
  }

  #updateVersion(given: Fields, call: Call): Reply {
    const version = this.#version(given);
    version.description = given.optionalText('description') ?? version.description;
    version.updatedAt = call.now;
    return this.#versionAnswer(given);
  }

  #deleteVersion(given: Fields): Reply {
    this.#store.removeVersion(this.#model(given), this.#version(given).version);
    return json({});
  }

  /** Tags do not count as an update of the version. */
  #setTag(tags: Map<string, string>, given: Fields): Reply {
    const [key, value] = [given.text('key'), given.optionalText('value') ?? ''];
    checkKey(key);
    if (value.length > 5000)
      throw invalid(
        `Model version tag value '${value.slice(0, 20)}…' had length ${value.length}, which exceeded length limit of 5000`,
      );
    tags.set(key, value);
    return json({});
  }

  #deleteTag(tags: Map<string, string>, given: Fields): Reply {
    tags.delete(given.text('key'));
    return json({});
  }

  #transition(given: Fields, call: Call): Reply {
    const archive = given.raw.archive_existing_versions === true;
    transition(this.#model(given), this.#version(given), given.text('stage'), archive, call.now);
    return this.#versionAnswer(given);
  }

  #getAlias(given: Fields): Reply {
    const model = this.#model(given);
    const alias = given.text('alias');
    const staged = latestPerStage(model);
    const target =
      alias.toLowerCase() === 'latest'
        ? (staged.find((version) => version.stage !== 'None') ?? staged[0])?.version
        : model.aliases.get(alias);
    if (target === undefined) throw invalid(`Registered model alias ${alias} not found.`);
    return json({ model_version: this.rows.version(model, this.#store.version(model, target), true) });
  }

  #setAlias(given: Fields): Reply {
    const alias = given.text('alias');
    this.#store.setAlias(this.#model(given), alias, this.#version(given).version);
    return json({});
  }

  #deleteAlias(given: Fields): Reply {
    this.#model(given).aliases.delete(given.text('alias'));
    return json({});
  }
}
