import { invalid, missing } from '../http/failure.js';
import { pageOf } from '../http/paging.js';
import { json, type Reply } from '../http/reply.js';
import type { Call, Router } from '../http/router.js';
import { compact } from '../json.js';
import type { TrackingStore } from './store.js';
import { experimentBody } from './wire.js';

function create(store: TrackingStore, call: Call): Reply {
  const experiment = store.createExperiment(call.body.text('name'), call.identity.userName, call.now);
  for (const tag of call.body.objects('tags')) experiment.tags.set(tag.text('key'), tag.optionalText('value') ?? '');
  return json({ experiment_id: experiment.id });
}

function byName(store: TrackingStore, call: Call): Reply {
  const name = call.query.get('experiment_name') ?? '';
  const experiment = store.experimentByName(name);
  if (experiment === undefined) throw missing(`Could not find experiment with name '${name}'`);
  return json({ experiment: experimentBody(experiment) });
}

function search(store: TrackingStore, call: Call): Reply {
  const limit = call.body.optionalInteger('max_results') ?? Number(call.query.get('max_results') ?? 1000);
  if (limit < 1) throw invalid(`Invalid value ${limit} for parameter 'max_results'.`);
  const filter = call.body.optionalText('filter') ?? call.query.get('filter') ?? '';
  const named = /^name\s*=\s*'([^']*)'$/i.exec(filter.trim())?.[1];
  const found = [...store.experiments.values()].filter(
    (experiment) => named === undefined || experiment.name === named,
  );
  const page = pageOf(found, call.body.optionalText('page_token') ?? call.query.get('page_token'), { pageSize: limit });
  return json(compact({ experiments: page.items.map(experimentBody), next_page_token: page.nextPageToken }));
}

function update(store: TrackingStore, call: Call): Reply {
  const experiment = store.experiment(call.body.text('experiment_id'));
  experiment.name = call.body.optionalText('new_name') ?? experiment.name;
  experiment.updatedAt = call.now;
  return json({});
}

function setTag(store: TrackingStore, call: Call): Reply {
  const experiment = store.experiment(call.body.text('experiment_id'));
  experiment.tags.set(call.body.text('key'), call.body.optionalText('value') ?? '');
  return json({});
}

function setLifecycle(store: TrackingStore, call: Call, lifecycle: 'active' | 'deleted'): Reply {
  store.experiment(call.body.text('experiment_id')).lifecycle = lifecycle;
  return json({});
}

/** Experiments under `prefix`. */
export function registerExperiments(router: Router, store: TrackingStore, prefix: string): void {
  router.on('POST', `${prefix}/experiments/create`, (call) => create(store, call));
  router.on('GET', `${prefix}/experiments/get`, (call) =>
    json({ experiment: experimentBody(store.experiment(call.query.get('experiment_id') ?? '')) }),
  );
  router.on('GET', `${prefix}/experiments/get-by-name`, (call) => byName(store, call));
  router.on('POST', `${prefix}/experiments/search`, (call) => search(store, call), { reads: true });
  router.on('GET', `${prefix}/experiments/search`, (call) => search(store, call));
  router.on('GET', `${prefix}/experiments/list`, (call) => search(store, call));
  router.on('POST', `${prefix}/experiments/update`, (call) => update(store, call));
  router.on('POST', `${prefix}/experiments/set-experiment-tag`, (call) => setTag(store, call));
  router.on('POST', `${prefix}/experiments/delete`, (call) => setLifecycle(store, call, 'deleted'));
  router.on('POST', `${prefix}/experiments/restore`, (call) => setLifecycle(store, call, 'active'));
}
