import type { ReasonCode } from '../../reasons.js';
import { turnBack, warn } from './moves.js';
import type { Next } from './protocol.js';
import type { RolloutState } from './state.js';

/** The reason code for a write that the server refused for good. */
export function refusalReason(status: number): ReasonCode {
  if (status === 401) return 'credentials-rejected';
  if (status === 403) return 'permission-denied';
  if (status === 404) return 'not-found';
  return 'update-failed';
}

/** Reads in a row after which a refusal is no passing trouble. */
const MOST_REFUSED_READS = 6;

/** Whether reads are refused for good: credentials that have ended, or a permission that was taken away, do not come back by waiting. */
export function isShutOut(state: RolloutState, reason: ReasonCode): boolean {
  return state.polls >= MOST_REFUSED_READS && (reason === 'credentials-rejected' || reason === 'permission-denied');
}

/** An update cannot be made. The removal of the old version is no reason to go back; everything else is. */
export function giveUp(state: RolloutState, reason: ReasonCode, explanation: string): Next {
  if (state.intent?.purpose !== 'cleanup') return turnBack(state, reason, explanation);
  const left = `${explanation} The old version is still on the endpoint, without traffic.`;
  return { state: warn({ ...state, flight: null }, left), enter: { to: 'finish' } };
}
