import { saveState } from '../action/state.js';
import type { Journal } from '../rollout/core/journal.js';
import type { EndpointView, ServedEntity } from '../rollout/core/types.js';
import type { HealthPort } from '../rollout/ports.js';
import {
  type Direction,
  type ReconcileOutcome,
  type ReconcileRequest,
  reconcile as settle,
} from '../rollout/reconcile.js';
import { Trust } from '../rollout/trust.js';
import { createBookkeeping } from './bookkeeping.js';
import { CANCEL_BUDGET_MS, rolloutIdentity, rolloutSettings, sharedPorts } from './engine.js';
import { journalOn } from './journal.js';
import { concludeRollout, recordOutcome } from './outcome.js';
import type { Conclusion, Workbench } from './types.js';
import { createWatch } from './watch.js';

/** Finds what a dead job left behind and brings the endpoint to a verified good state. */
export async function reconcile(bench: Workbench): Promise<Conclusion> {
  bench.log.phase(`Endpoint ${bench.settings.endpoint.name}`);
  const view = await bench.serving.read(bench.signal);
  const journal = journalOn(view);
  saveState('rollout', {
    endpoint: bench.settings.endpoint.name,
    model: journal?.candidate.entityName ?? '',
    plan: '',
  });
  const { direction, outcome } = await settle(await reconcileRequest(bench, view, journal));
  const candidate = journal?.candidate ?? { entityName: bench.settings.model.name, entityVersion: '' };
  recordOutcome(bench, outcome, { candidate }, journal?.previous?.version ?? null);
  const wasOpen = journal?.status === 'running';
  return concludeReconcile(bench, { direction, outcome }, candidate.entityVersion, wasOpen);
}

/** Everything that finishing another process's rollout needs; reads nothing where there is no record. */
export async function reconcileRequest(
  bench: Workbench,
  view: EndpointView | null,
  journal: Journal | null,
): Promise<ReconcileRequest> {
  return {
    settings: rolloutSettings(bench),
    ports: {
      ...sharedPorts(bench),
      health:
        journal === null || journal.status !== 'running'
          ? new Trust(bench.clock)
          : await watchFor(bench, view, journal),
      bookkeeping: createBookkeeping(bench, {
        version: journal?.candidate.entityVersion ?? '',
        previousVersion: journal?.previous?.version ?? null,
        aliases: journal === null ? {} : await aliasesNow(bench),
      }),
    },
    identity: rolloutIdentity(bench),
    signal: bench.signal,
    cancelBudgetMs: CANCEL_BUDGET_MS,
  };
}

/** What the aliases point at now: the dead process may have moved some of them already, which is not a foreign change. */
async function aliasesNow(bench: Workbench): Promise<Readonly<Record<string, string>>> {
  const { promoteAlias, previousAlias } = bench.settings.rollout;
  const names = [promoteAlias, previousAlias].filter((alias) => alias !== null);
  const found = await Promise.all(
    names.map(
      async (alias) => [alias, await bench.registry.alias(bench.settings.model.name, alias, bench.signal)] as const,
    ),
  );
  return Object.fromEntries(found.flatMap(([alias, version]) => (version === null ? [] : [[alias, version]])));
}

async function watchFor(bench: Workbench, view: EndpointView | null, journal: Journal): Promise<HealthPort> {
  const smoke = await bench.smoke(journal.candidate.entityVersion);
  const live = view?.config?.servedEntities ?? [];
  const known = (name: string): ServedEntity | null => live.find((entity) => entity.name === name) ?? null;
  const candidate = known(journal.candidate.name) ?? { ...journal.candidate, spec: {} };
  const current = journal.previous === null ? null : known(journal.previous.name);
  return createWatch(bench, candidate, current, live, smoke);
}

const WAYS: Readonly<Record<Exclude<Direction, 'nothing'>, string>> = {
  finished: 'it had passed every step, and was finished',
  resumed: 'its evidence could be taken over, and it went on',
  back: 'it was taken back',
};

/** `wasOpen`: there was a record to settle. `reconciled` where a good state was reached, saying which way it went; otherwise what the engine says. */
function concludeReconcile(
  bench: Workbench,
  { direction, outcome }: ReconcileOutcome,
  version: string,
  wasOpen: boolean,
): Conclusion {
  const usual = concludeRollout(bench, outcome, version);
  if (outcome.reason === 'nothing-to-reconcile') {
    const { name } = bench.settings.endpoint;
    const headline = wasOpen
      ? `What the rollout of version ${version} left on ${name} has been settled by hand; its record is closed.`
      : `Nothing was left behind on ${name}.`;
    return { ...usual, headline, next: null };
  }
  const isGood = outcome.decision === 'promoted' || outcome.decision === 'rolled-back' || outcome.decision === 'paused';
  if (direction === 'nothing' || !isGood) return usual;
  return {
    ...usual,
    decision: 'reconciled',
    reason_code: outcome.decision === 'promoted' ? 'ok' : outcome.reason,
    headline: `A rollout of version ${version} had been left behind on ${bench.settings.endpoint.name}: ${WAYS[direction]}.`,
  };
}
