import { contextFor } from './context.js';
import type { Journal } from './core/journal.js';
import type { RolloutOutcome } from './core/types.js';
import { type Standing, standingOf } from './holders.js';
import { TagJournal } from './journal-store.js';
import { conduct } from './loop.js';
import { beforeStart, inProgress, notBegun } from './not-begun.js';
import type { RolloutRequest } from './options.js';

/**
 * Rolls a version out as planned, or takes it back. Whatever happens on the endpoint ends in an outcome; only faults of this
 * program itself are thrown. Takes the lease of the endpoint and gives it back at the end.
 *
 * With `resume` the rollout goes on from that record; the plan must then be the one that was prepared from it.
 */
export async function runRollout(request: RolloutRequest): Promise<RolloutOutcome> {
  const { ports, plan, signal } = request;
  const store = ports.journal ?? new TagJournal(ports.serving);
  const resume = request.resume ?? null;
  const startedAtMs = ports.clock.serverNow();
  let standing: Standing;
  try {
    standing = await standingOf(ports, store, request.identity, signal);
  } catch (thrown) {
    return notBegun(ports.clock, startedAtMs, null, ...beforeStart(signal, thrown));
  }
  if (standing.kind === 'in-progress')
    return notBegun(ports.clock, startedAtMs, standing.view, ...inProgress(standing));
  const { journal } = standing;
  const open = journal !== null && (journal.status === 'running' || journal.status === 'paused');
  if (open && plan.kind !== 'already-serving' && resume === null) {
    const explanation = `A rollout of ${journal.candidate.name} has been left unfinished on this endpoint. Nothing was changed; run the command \`reconcile\` first.`;
    return notBegun(ports.clock, startedAtMs, standing.view, 'rejected', 'rollout-in-progress', explanation);
  }
  const found = resume === null ? null : stillOpen(journal, resume);
  if (resume !== null && found === null) {
    const explanation = `The rollout of ${resume.candidate.name} that was to go on has ended, or was taken further, since the plan was made. Nothing was changed; run again.`;
    return notBegun(ports.clock, startedAtMs, standing.view, 'rejected', 'plan-changed', explanation);
  }
  return conduct(contextFor(request, standing, found), ports, store, signal);
}

/** The record as it stands now, where it still is the open one of that rollout: its holder may have written on since it was read. */
function stillOpen(journal: Journal | null, resume: Journal): Journal | null {
  const isOpen = journal?.status === 'running' || journal?.status === 'paused';
  return isOpen && journal.rolloutId === resume.rolloutId && journal.planHash === resume.planHash ? journal : null;
}
