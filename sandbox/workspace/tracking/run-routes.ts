import type { Identity } from '../auth/identities.js';
import { ApiFailure, denied, invalid } from '../http/failure.js';
import type { Fields } from '../http/fields.js';
import { pageOf } from '../http/paging.js';
import { json, type Reply } from '../http/reply.js';
import type { Call, Router } from '../http/router.js';
import { compact } from '../json.js';
import type { MetricPoint } from '../models/types.js';
import { checkKey, metricNumber } from './numbers.js';
import { matchesRun } from './run-filter.js';
import type { TrackingStore } from './store.js';
import type { Run, RunStatus } from './types.js';
import { metricBody, runBody, runInfo } from './wire.js';

export interface RunHabits {
  /** Greatest page of a metric's history; Databricks refuses more. */
  readonly maxHistory: number;
  /** Servers 3.4 to 3.13 answer a history without `max_results` with nothing and a token that never advances. */
  readonly historyPagingBug: boolean;
  readonly maxTagValue: number;
  /** Whether a caller may read the runs of an experiment; the rights on a model do not imply it. */
  readonly readable: (identity: Identity, experimentId: string) => boolean;
}

const STATUSES: readonly RunStatus[] = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'];

function statusOf(fields: Fields): RunStatus | undefined {
  const given = fields.optionalText('status');
  const status = STATUSES.find((known) => known === given);
  if (given !== undefined && status === undefined)
    throw invalid(`Invalid value ${given} for parameter 'status' supplied.`);
  return status;
}

function pointOf(fields: Fields, now: number): MetricPoint {
  const key = fields.text('key');
  checkKey(key);
  const [modelId, name, digest] = ['model_id', 'dataset_name', 'dataset_digest'].map((field) =>
    fields.optionalText(field),
  );
  return {
    key,
    value: metricNumber(fields.raw.value),
    timestamp: fields.optionalInteger('timestamp') ?? now,
    step: fields.optionalInteger('step') ?? 0,
    ...(modelId ? { modelId } : {}),
    ...(name ? { datasetName: name } : {}),
    ...(digest ? { datasetDigest: digest } : {}),
  };
}

/** Runs, their metrics, parameters and tags. `prefix` is `/api/2.0/mlflow` or its twin under `/ajax-api`. */
export class RunRoutes {
  readonly #store: TrackingStore;
  readonly #habits: RunHabits;

  constructor(store: TrackingStore, habits: RunHabits) {
    this.#store = store;
    this.#habits = habits;
  }

  register(router: Router, prefix: string): void {
    router.on('GET', `${prefix}/runs/get`, (call) => json({ run: runBody(this.#read(call)) }));
    router.on('POST', `${prefix}/runs/create`, (call) => this.#create(call));
    router.on('POST', `${prefix}/runs/update`, (call) => this.#update(call));
    router.on('POST', `${prefix}/runs/delete`, (call) => this.#setLifecycle(call, 'deleted'));
    router.on('POST', `${prefix}/runs/restore`, (call) => this.#setLifecycle(call, 'active'));
    router.on('POST', `${prefix}/runs/search`, (call) => this.#search(call), { reads: true });
    router.on('POST', `${prefix}/runs/set-tag`, (call) => this.#setTag(call));
    router.on('POST', `${prefix}/runs/delete-tag`, (call) => this.#deleteTag(call));
    router.on('POST', `${prefix}/runs/log-metric`, (call) => this.#logMetric(call));
    router.on('POST', `${prefix}/runs/log-parameter`, (call) => this.#logParameter(call));
    router.on('POST', `${prefix}/runs/log-batch`, (call) => this.#logBatch(call));
    router.on('POST', `${prefix}/runs/log-inputs`, (call) => this.#logInputs(call));
    router.on('POST', `${prefix}/runs/outputs`, (call) => this.#logOutputs(call));
    router.on('GET', `${prefix}/metrics/get-history`, (call) => this.#history(call));
  }

  #runId(call: Call): string {
    const id = call.query.get('run_id') ?? call.query.get('run_uuid');
    if (id === null || id === '') throw invalid("Missing value for required parameter 'run_id'.");
    return id;
  }

  #read(call: Call): Run {
    const run = this.#store.run(this.#runId(call));
    if (!this.#habits.readable(call.identity, run.experimentId)) {
      throw denied(
        `User ${call.identity.userName} does not have permission to 'View' experiment with id ${run.experimentId}.`,
      );
    }
    return run;
  }

  #written(call: Call): Run {
    return this.#store.writableRun(call.body.optionalText('run_id') ?? call.body.text('run_uuid'));
  }

  #create(call: Call): Reply {
    const { body, now } = call;
    const name = body.optionalText('run_name');
    const startTime = body.optionalInteger('start_time');
    const experimentId = body.text('experiment_id');
    const run = this.#store.createRun(
      { experimentId, userId: call.identity.userName, ...(name ? { name } : {}), ...(startTime ? { startTime } : {}) },
      now,
    );
    for (const tag of body.objects('tags')) run.tags.set(tag.text('key'), tag.optionalText('value') ?? '');
    run.name = run.tags.get('mlflow.runName') ?? run.name;
    return json({ run: runBody(run) });
  }

  #update(call: Call): Reply {
    const run = this.#written(call);
    run.status = statusOf(call.body) ?? run.status;
    run.endTime = call.body.optionalInteger('end_time') ?? run.endTime;
    run.name = call.body.optionalText('run_name') ?? run.name;
    return json({ run_info: runInfo(run) });
  }

  #setLifecycle(call: Call, lifecycle: Run['lifecycle']): Reply {
    this.#store.run(call.body.text('run_id')).lifecycle = lifecycle;
    return json({});
  }

  #search(call: Call): Reply {
    const { body } = call;
    const limit = body.optionalInteger('max_results') ?? 1000;
    if (limit < 1 || limit > 50_000)
      throw invalid(`Invalid value ${limit} for parameter 'max_results': at most 50000.`);
    const experiments = new Set(body.texts('experiment_ids'));
    const view = body.optionalText('run_view_type') ?? 'ACTIVE_ONLY';
    const filter = body.optionalText('filter') ?? '';
    const found = [...this.#store.runs.values()]
      .filter((run) => experiments.has(run.experimentId))
      .filter((run) => view === 'ALL' || run.lifecycle === (view === 'DELETED_ONLY' ? 'deleted' : 'active'))
      .filter((run) => matchesRun(run, filter))
      .sort((a, b) => b.startTime - a.startTime);
    const page = pageOf(found, body.optionalText('page_token'), { pageSize: limit });
    return json(compact({ runs: page.items.map(runBody), next_page_token: page.nextPageToken }));
  }

  #tag(run: Run, fields: Fields): void {
    const [key, value] = [fields.text('key'), fields.optionalText('value') ?? ''];
    checkKey(key);
    if (value.length > this.#habits.maxTagValue)
      throw invalid(
        `Tag value '${value.slice(0, 20)}…' had length ${value.length}, which exceeded length limit of ${this.#habits.maxTagValue}`,
      );
    run.tags.set(key, value);
    if (key === 'mlflow.runName') run.name = value;
  }

  #setTag(call: Call): Reply {
    this.#tag(this.#written(call), call.body);
    return json({});
  }

  #deleteTag(call: Call): Reply {
    const run = this.#written(call);
    const key = call.body.text('key');
    if (!run.tags.delete(key))
      throw new ApiFailure('RESOURCE_DOES_NOT_EXIST', `No tag with name: ${key} in run with id ${run.id}`);
    return json({});
  }

  #logMetric(call: Call): Reply {
    this.#store.logMetric(this.#written(call), pointOf(call.body, call.now));
    return json({});
  }

  #param(run: Run, fields: Fields): void {
    const [key, value] = [fields.text('key'), fields.optionalText('value') ?? ''];
    checkKey(key);
    const known = run.params.get(key);
    if (known !== undefined && known !== value) {
      throw invalid(
        `Changing param values is not allowed. Param with key='${key}' was already logged with value='${known}'.`,
      );
    }
    run.params.set(key, value);
  }

  #logParameter(call: Call): Reply {
    this.#param(this.#written(call), call.body);
    return json({});
  }

  #logBatch(call: Call): Reply {
    const run = this.#written(call);
    const points = call.body.objects('metrics').map((metric) => pointOf(metric, call.now));
    for (const param of call.body.objects('params')) this.#param(run, param);
    for (const tag of call.body.objects('tags')) this.#tag(run, tag);
    for (const point of points) this.#store.logMetric(run, point);
    return json({});
  }

  #logInputs(call: Call): Reply {
    const run = this.#written(call);
    for (const input of call.body.objects('datasets')) {
      const dataset = input.optionalObject('dataset') ?? {};
      const context = input.objects('tags').find((tag) => tag.optionalText('key') === 'mlflow.data.context');
      const value = context?.optionalText('value');
      run.datasets.push({
        name: String(dataset.name ?? ''),
        digest: String(dataset.digest ?? ''),
        ...(value === undefined ? {} : { context: value }),
      });
    }
    return json({});
  }

  #logOutputs(call: Call): Reply {
    const run = this.#written(call);
    for (const output of call.body.objects('models')) {
      const modelId = output.text('model_id');
      if (run.modelOutputs.some((known) => known.modelId === modelId)) continue;
      run.modelOutputs.push({ modelId, step: output.optionalInteger('step') ?? 0 });
    }
    return json({});
  }

  #history(call: Call): Reply {
    const run = this.#read(call);
    const key = call.query.get('metric_key') ?? '';
    const asked = call.query.get('max_results');
    const limit = asked === null ? this.#habits.maxHistory : Number(asked);
    if (!Number.isInteger(limit) || limit < 1 || limit > this.#habits.maxHistory) {
      throw invalid(`Invalid value ${asked} for parameter 'max_results': at most ${this.#habits.maxHistory}.`);
    }
    const points = run.metrics
      .filter((point) => point.key === key)
      .sort((a, b) => a.timestamp - b.timestamp || a.step - b.step || a.value - b.value);
    if (asked === null && this.#habits.historyPagingBug && points.length > 0)
      return json({ next_page_token: 'b2Zmc2V0OjA' });
    const page = pageOf(points, call.query.get('page_token'), { pageSize: limit });
    return json(
      compact({ metrics: page.items.map((point) => metricBody(point, false)), next_page_token: page.nextPageToken }),
    );
  }
}
