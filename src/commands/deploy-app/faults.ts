import { ActionError } from '../../errors.js';
import type { ReasonCode } from '../../reasons.js';

/** The platform did not do what a release needs. `message` says what was tried and what came back. */
export function releaseError(
  reason: Extract<ReasonCode, 'app-unhealthy' | 'app-deployment-failed' | 'permission-denied' | 'foreign-change'>,
  message: string,
  fix: string,
): ActionError {
  return new ActionError(message, { kind: 'remote', reason, fix });
}

/** A write that was refused, or of which nothing is known. */
export function writeError(
  task: string,
  written: { readonly kind: 'refused' | 'unknown'; readonly message: string; readonly status?: number },
): ActionError {
  const isDenied = written.status === 401 || written.status === 403;
  return releaseError(
    isDenied ? 'permission-denied' : 'app-deployment-failed',
    `${task} ${written.kind === 'refused' ? 'was refused' : 'brought no clear answer'}: ${written.message}`,
    isDenied
      ? 'Give the identity of this job CAN_MANAGE on the app, or let it create apps.'
      : 'See what the workspace says, and run again.',
  );
}
