import { contextFor } from './context.js';
import type { Holder, Journal } from './core/journal.js';
import type { Plan, RolloutOutcome } from './core/types.js';
import { findWayBack, type WayBack } from './core/way-back.js';
import { type Standing, takenOver } from './holders.js';
import { type JournalStore, sha256, TagJournal } from './journal-store.js';
import { conduct } from './loop.js';
import { beforeStart, notBegun } from './not-begun.js';
import type { RolloutPorts, RolloutSettings } from './options.js';
import { Trust } from './trust.js';

export interface RollbackRequest {
  /** Registered model whose earlier version is to serve again. */
  readonly model: string;
  readonly settings: RolloutSettings;
  readonly ports: RolloutPorts;
  readonly identity: Holder;
  readonly signal: AbortSignal;
  /** `ok` (default): a person asks for it. `plan-changed`: another promotion needs the endpoint; edited shares are then not overwritten. */
  readonly because?: 'ok' | 'plan-changed';
  readonly cancelBudgetMs?: number | null;
  readonly random?: () => number;
}

type Free = Extract<Standing, { kind: 'free' }>;

/**
 * Puts the previous version back, from whatever is found: a rollout under way (whose holder is fenced off: going back always
 * works), one that is held or paused, or a promotion that has ended. One update where the earlier entity is still on the
 * endpoint. No bakes: what is gone back to is known to be good.
 */
export async function rollBackNow(request: RollbackRequest): Promise<RolloutOutcome> {
  const { ports, signal } = request;
  const { clock } = ports;
  const store = ports.journal ?? new TagJournal(ports.serving);
  const startedAtMs = clock.serverNow();
  let standing: Free;
  try {
    standing = await takenOver(ports, store, signal);
  } catch (thrown) {
    return notBegun(clock, startedAtMs, null, ...beforeStart(signal, thrown));
  }
  const { view, journal } = standing;
  if (view === null) return notBegun(clock, startedAtMs, view, 'failed', 'not-found', 'There is no such endpoint.');
  const way: WayBack =
    standing.damaged === null
      ? findWayBack(view, journal, request.model, sha256)
      : { kind: 'unclear', why: `its record cannot be read (${standing.damaged})` };
  if (way.kind === 'none') {
    const explanation = `There is nothing to go back to: ${way.why}. Nothing was changed.`;
    return notBegun(clock, startedAtMs, view, 'failed', 'nothing-to-roll-back-to', explanation);
  }
  if (way.kind === 'unclear') {
    const explanation = `The way back is not clear: ${way.why}. Nothing was changed.`;
    return notBegun(clock, startedAtMs, view, 'held', 'foreign-change', explanation);
  }
  ports.bookkeeping.resume?.(journal?.record?.undo ?? null);
  return way.kind === 'one-update'
    ? goBack(request, store, standing, way.plan, way.journal)
    : bringBack(request, store, standing, way.plan);
}

function goBack(
  request: RollbackRequest,
  store: JournalStore,
  standing: Free,
  plan: Plan,
  journal: Journal,
): Promise<RolloutOutcome> {
  const reason = request.because ?? 'ok';
  const resume: Journal = { ...journal, status: 'running', turn: { reason } };
  const context = contextFor({ ...request, plan }, standing, resume);
  return conduct(context, request.ports, store, request.signal);
}

/** The earlier entity comes up again without traffic, takes it, and what served goes: a rollout without a watch. */
async function bringBack(
  request: RollbackRequest,
  store: JournalStore,
  standing: Free,
  plan: Plan,
): Promise<RolloutOutcome> {
  const { bookkeeping } = request.ports;
  const registry = {
    promote: (signal: AbortSignal) => bookkeeping.restore(signal),
    restore: async (): Promise<readonly string[]> => [],
  };
  const ports = { ...request.ports, health: new Trust(request.ports.clock), bookkeeping: registry };
  const context = { ...contextFor({ ...request, plan }, standing, null), forgets: true };
  const outcome = await conduct(context, ports, store, request.signal);
  if (outcome.decision === 'promoted') {
    const explanation = `Version ${plan.candidate.entityVersion} serves again.`;
    return { ...outcome, decision: 'rolled-back', reason: 'ok', explanation };
  }
  if (outcome.decision !== 'rolled-back') return outcome;
  const explanation = `Version ${plan.candidate.entityVersion} could not be brought back: ${outcome.explanation}`;
  return { ...outcome, decision: 'failed', explanation };
}
