import { saveState } from '../action/state.js';
import { ActionError, configurationError } from '../errors.js';
import type { ResultDocument } from '../report/result.js';
import type { EndpointView } from '../rollout/core/types.js';
import { rollBackNow } from '../rollout/rollback.js';
import { Trust } from '../rollout/trust.js';
import { versionServing } from './assess.js';
import { createBookkeeping } from './bookkeeping.js';
import { CANCEL_BUDGET_MS, rolloutIdentity, rolloutSettings, sharedPorts } from './engine.js';
import { journalOn, openJournal } from './journal.js';
import { concludeRollout, recordOutcome } from './outcome.js';
import type { Conclusion, Workbench } from './types.js';

/** Puts the previous version back, from whatever is found on the endpoint. */
export async function rollback(bench: Workbench): Promise<Conclusion> {
  bench.log.phase(`Endpoint ${bench.settings.endpoint.name}`);
  const view = await bench.serving.read(bench.signal);
  if (view === null) throw noEndpoint(bench);
  const model = modelToRollBack(bench, view);
  const serving = versionServing(view, model);
  const left = openJournal(view)?.candidate.entityVersion ?? serving ?? '';
  bench.record({ model: namedModel(bench, model, left) });
  saveState('rollout', { endpoint: bench.settings.endpoint.name, model, plan: '' });
  const outcome = await rollBackNow({
    model,
    settings: rolloutSettings(bench),
    ports: {
      ...sharedPorts(bench),
      health: new Trust(bench.clock),
      bookkeeping: createBookkeeping(bench, { version: '', previousVersion: null, aliases: {} }),
    },
    identity: rolloutIdentity(bench),
    signal: bench.signal,
    cancelBudgetMs: CANCEL_BUDGET_MS,
  });
  recordOutcome(bench, outcome, { candidate: { entityName: model, entityVersion: left } }, left === '' ? null : left);
  return concludeRollout(bench, outcome, left);
}

/** What is known of a version without asking the registry: going back must not depend on it. */
function namedModel(bench: Workbench, name: string, version: string): NonNullable<ResultDocument['model']> {
  return {
    name,
    registry: bench.settings.model.registry,
    version: version === '' ? null : version,
    requested: 'rollback',
    url: version === '' ? null : bench.registry.versionUrl(name, version),
    description: null,
    aliases: [],
    run_id: null,
    run_url: null,
    created_at: null,
    passed_over: [],
  };
}

/** The configured model, else the one of the last rollout, else the only one on the endpoint. */
export function modelToRollBack(bench: Workbench, view: EndpointView): string {
  if (bench.settings.model.name !== '') return bench.settings.model.name;
  const recorded = journalOn(view)?.candidate.entityName;
  if (recorded !== undefined) return recorded;
  const models = [...new Set((view.config?.servedEntities ?? []).map((entity) => entity.entityName))];
  const [only] = models;
  if (only !== undefined && models.length === 1) return only;
  throw configurationError([
    {
      key: 'input:model-name',
      message: `The endpoint ${view.name} serves ${models.length} models (${models.join(', ')}), and none is named.`,
      fix: 'Set model-name to the model whose previous version is to serve again.',
    },
  ]);
}

function noEndpoint(bench: Workbench): ActionError {
  return new ActionError(`There is no endpoint ${bench.settings.endpoint.name}, or this identity cannot see it.`, {
    kind: 'remote',
    reason: 'not-found',
    fix: 'Check endpoint-name and the permission CAN_MANAGE on the endpoint.',
    state: 'Nothing was changed.',
  });
}
