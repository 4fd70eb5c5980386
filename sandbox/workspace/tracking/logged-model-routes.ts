import { invalid } from '../http/failure.js';
import { pageOf } from '../http/paging.js';
import { json, type Reply } from '../http/reply.js';
import type { Call, Router } from '../http/router.js';
import { compact } from '../json.js';
import type { TrackingStore } from './store.js';
import type { LoggedModel, LoggedModelStatus } from './types.js';
import { loggedModelBody } from './wire.js';

const STATUSES: readonly LoggedModelStatus[] = [
  'LOGGED_MODEL_PENDING',
  'LOGGED_MODEL_READY',
  'LOGGED_MODEL_UPLOAD_FAILED',
];

/** A status by name, or by its number in the protocol (1 is pending). */
function statusOf(value: unknown): LoggedModelStatus {
  const status = typeof value === 'number' ? STATUSES[value - 1] : STATUSES.find((known) => known === value);
  if (status === undefined) throw invalid(`Invalid value ${String(value)} for parameter 'status' supplied.`);
  return status;
}

/** Logged models of MLflow 3, under `prefix`. */
export class LoggedModelRoutes {
  readonly #store: TrackingStore;

  constructor(store: TrackingStore) {
    this.#store = store;
  }

  register(router: Router, prefix: string): void {
    router.on('POST', `${prefix}/logged-models`, (call) => this.#create(call));
    router.on('POST', `${prefix}/logged-models/search`, (call) => this.#search(call), { reads: true });
    router.on('GET', `${prefix}/logged-models:batchGet`, (call) => this.#batch(call));
    router.on('GET', `${prefix}/logged-models/{id}`, (call) => this.#answer(this.#model(call)));
    router.on('PATCH', `${prefix}/logged-models/{id}`, (call) => this.#finalise(call));
    router.on('DELETE', `${prefix}/logged-models/{id}`, (call) => this.#remove(call));
    router.on('PATCH', `${prefix}/logged-models/{id}/tags`, (call) => this.#tags(call));
    router.on('DELETE', `${prefix}/logged-models/{id}/tags/{key}`, (call) => this.#removeTag(call));
    router.on('POST', `${prefix}/logged-models/{id}/params`, (call) => this.#params(call));
  }

  #model(call: Call): LoggedModel {
    return this.#store.loggedModel(call.params.id ?? '');
  }

  #answer(model: LoggedModel): Reply {
    return json({ model: loggedModelBody(model) });
  }

  #create(call: Call): Reply {
    const { body } = call;
    const name = body.optionalText('name') ?? 'model';
    const [sourceRunId, modelType] = [body.optionalText('source_run_id'), body.optionalText('model_type')];
    const model = this.#store.createLoggedModel(
      {
        experimentId: body.text('experiment_id'),
        name,
        ...(sourceRunId ? { sourceRunId } : {}),
        ...(modelType ? { modelType } : {}),
      },
      call.now,
    );
    for (const tag of body.objects('tags')) model.tags.set(tag.text('key'), tag.optionalText('value') ?? '');
    for (const param of body.objects('params')) model.params.set(param.text('key'), param.optionalText('value') ?? '');
    return this.#answer(model);
  }

  #search(call: Call): Reply {
    const limit = call.body.optionalInteger('max_results') ?? 50;
    if (limit < 1 || limit > 50) throw invalid(`Invalid value ${limit} for parameter 'max_results': at most 50.`);
    const experiments = new Set(call.body.texts('experiment_ids'));
    const found = [...this.#store.loggedModels.values()].filter((model) => experiments.has(model.experimentId));
    const page = pageOf(found, call.body.optionalText('page_token'), { pageSize: limit });
    return json(compact({ models: page.items.map(loggedModelBody), next_page_token: page.nextPageToken }));
  }

  #batch(call: Call): Reply {
    const ids = call.query.getAll('model_ids');
    if (ids.length > 100) throw invalid('At most 100 models can be read at once.');
    const models = ids.flatMap((id) => this.#store.loggedModels.get(id) ?? []);
    return json(compact({ models: models.map(loggedModelBody) }));
  }

  #finalise(call: Call): Reply {
    const model = this.#model(call);
    model.status = statusOf(call.body.raw.status);
    model.updatedAt = call.now;
    return this.#answer(model);
  }

  #remove(call: Call): Reply {
    this.#store.loggedModels.delete(this.#model(call).id);
    return json({});
  }

  #tags(call: Call): Reply {
    const model = this.#model(call);
    for (const tag of call.body.objects('tags')) model.tags.set(tag.text('key'), tag.optionalText('value') ?? '');
    return this.#answer(model);
  }

  #removeTag(call: Call): Reply {
    this.#model(call).tags.delete(call.params.key ?? '');
    return json({});
  }

  #params(call: Call): Reply {
    const model = this.#model(call);
    for (const param of call.body.objects('params'))
      model.params.set(param.text('key'), param.optionalText('value') ?? '');
    return json({});
  }
}
