import { ActionError, type RemoteFacts } from '../errors.js';
import { type Advice, adviseOn, type Dialect } from './advice.js';
import type { Fault } from './types.js';

/**
 * A fault as the error to throw. `task` says what was wanted, such as `Reading version 7 of main.risk.fraud`.
 */
export function faultError(task: string, fault: Fault, dialect: Dialect, advice?: Advice): ActionError {
  if (fault.credentialsError !== undefined) return fault.credentialsError;
  const { kind, reason, fix } = advice ?? adviseOn(fault, dialect);
  return new ActionError(`${task} failed: ${faultText(fault)}`, { kind, reason, fix, remote: remoteFacts(fault) });
}

/** One sentence: what was sent where, and what came back. */
export function faultText(fault: Fault): string {
  const said = [fault.status === null ? 'no answer' : String(fault.status), fault.code].filter(Boolean).join(' ');
  const notes = [
    fault.requestId === undefined ? null : `request id ${fault.requestId}`,
    fault.attempts > 1 ? `${fault.attempts} attempts` : null,
    fault.outcome === 'unknown' ? 'it may or may not have been carried out' : null,
  ].filter((note) => note !== null);
  const tail = notes.length === 0 ? '' : ` (${notes.join(', ')})`;
  return `${fault.request} at ${fault.origin} gave ${said}: ${fault.message}${tail}`;
}

/** The facts that go into an `ActionError`. */
export function remoteFacts(fault: Fault): RemoteFacts {
  return {
    status: fault.status,
    request: fault.request,
    attempts: fault.attempts,
    ...(fault.code === undefined ? {} : { code: fault.code }),
    ...(fault.requestId === undefined ? {} : { requestId: fault.requestId }),
  };
}
