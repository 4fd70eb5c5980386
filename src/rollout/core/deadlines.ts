import { formatDuration } from './duration.js';
import type { PlannedUpdate } from './types.js';

/** Longest that a new entity may take to come up. The slowest of the usual clients waits this long. */
export const PROVISION_DEADLINE_MS = 45 * 60_000;

/** Longest that an update without new compute may take (the progress deadline of Argo Rollouts and Flagger). */
export const SHIFT_DEADLINE_MS = 10 * 60_000;

/** Time that must be left for going back: two updates at their deadline, one of which may still be running. */
export const ROLLBACK_RESERVE_MS = 2 * SHIFT_DEADLINE_MS;

/** How often a bake is extended by its own length when the evidence does not suffice. */
export const EXTENSIONS = 2;

/** How long the sources of evidence may be silent before the rollout goes back. */
export const BLIND_TIMEOUT_MS = 5 * 60_000;

/** What the longest course of a plan is made of; ms. */
export interface WorstCase {
  readonly bakesMs: number;
  readonly updatesMs: number;
  readonly reserveMs: number;
  readonly totalMs: number;
}

/**
 * The longest course of a plan: each bake extended twice, each update at its deadline, and the reserve for going back. The
 * reserve is left out where there is nothing to go back to.
 */
export function worstCase(updates: readonly PlannedUpdate[], finalBakeMs: number, canGoBack: boolean): WorstCase {
  const bakes = updates.reduce((sum, update) => sum + update.bakeMs, finalBakeMs) * (1 + EXTENSIONS);
  const deadlines = updates.reduce((sum, update) => sum + update.deadlineMs, 0);
  const reserve = canGoBack ? ROLLBACK_RESERVE_MS : 0;
  return { bakesMs: bakes, updatesMs: deadlines, reserveMs: reserve, totalMs: bakes + deadlines + reserve };
}

/** The sum in words, for a refusal. */
export function worstCaseInWords(worst: WorstCase): string {
  const bakes = `${formatDuration(worst.bakesMs)} of bakes extended twice`;
  const updates = `${formatDuration(worst.updatesMs)} of updates at their deadlines`;
  return `${bakes} + ${updates} + ${formatDuration(worst.reserveMs)} kept for going back = ${formatDuration(worst.totalMs)}`;
}
