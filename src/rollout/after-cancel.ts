import type { Holder, Journal } from './core/journal.js';
import { TagJournal } from './journal-store.js';
import { notBegun } from './not-begun.js';
import type { ReconcileOutcome, ReconcileRequest } from './reconcile.js';
import { reconcile } from './reconcile.js';

/**
 * What the post step does: finishes what a cancelled or killed main step of the same workflow run left on the endpoint. Never
 * touches the rollout of another run. Goes back, unless the version had passed every step already.
 *
 * @returns `null` when this run has left nothing behind.
 */
export async function finishAfterCancel(request: ReconcileRequest): Promise<ReconcileOutcome | null> {
  const { ports, identity, settings } = request;
  const store = ports.journal ?? new TagJournal(ports.serving);
  const view = await ports.serving.read(request.signal);
  const reading = await store.read(view, request.signal);
  if (reading.kind !== 'journal' || reading.journal.status !== 'running') return null;
  const { journal } = reading;
  if (!isOwn(journal, identity)) return null;
  if (settings.onCancel !== 'hold' || journal.turn !== null) return reconcile({ ...request, direction: 'back' });
  await store.write({ ...journal, status: 'paused', lease: null }, view, request.signal);
  const explanation = 'Cancelled. As `on-cancel` asks, the split stays as it is; promote the version again to go on.';
  return {
    direction: 'nothing',
    outcome: notBegun(ports.clock, ports.clock.serverNow(), view, 'cancelled', 'cancelled', explanation),
  };
}

/** The lease names the run; where it was given back already, the rollout's own name does. */
function isOwn(journal: Journal, self: Holder): boolean {
  const { lease, rolloutId } = journal;
  if (lease === null) return rolloutId.startsWith(`${self.runId}-`);
  return lease.runId === self.runId && lease.repository === self.repository;
}
