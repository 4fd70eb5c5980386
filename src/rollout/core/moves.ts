import type { ReasonCode } from '../../reasons.js';
import type { Effect, Next } from './protocol.js';
import { journalOf } from './record.js';
import type { Context, RolloutState, Stage } from './state.js';
import type { EndpointView } from './types.js';

/** Goes on to a stage that waits for the answer of one effect. The clock of the stage starts when it is entered anew. */
export function go(state: RolloutState, stage: Stage, effect: Effect): Next {
  const fresh = stage === state.stage ? {} : { stageSinceNow: state.now, polls: 0 };
  return { state: { ...state, ...fresh, stage }, effect };
}

/** Writes the journal and waits for the answer in `stage`. Every record is a heartbeat. */
export function journal(context: Context, state: RolloutState, stage: Stage): Next {
  const beating = { ...state, heartbeat: state.heartbeat + 1, beatNow: state.now };
  return go(beating, stage, { kind: 'journal', journal: journalOf(context, beating) });
}

/** Reads the endpoint and waits for the answer in `stage`. */
export function read(state: RolloutState, stage: Stage): Next {
  return go(state, stage, { kind: 'read' });
}

/** Waits a little longer each time, and stays in the stage: the handler reads, or tries again, when the time has passed. */
export function pause(state: RolloutState, firstMs: number, mostMs: number): Next {
  const ms = Math.min(mostMs, firstMs * 2 ** Math.min(state.polls, 10));
  return { state: { ...state, polls: state.polls + 1 }, effect: { kind: 'wait', ms } };
}

/** Goes back to the configuration of the snapshot, whatever the settings say. */
export function turnBack(state: RolloutState, reason: ReasonCode, explanation: string): Next {
  return { state, enter: { to: 'turn', reason, explanation } };
}

export function foreign(state: RolloutState, explanation: string): Next {
  return { state, enter: { to: 'foreign', explanation } };
}

export function warn(state: RolloutState, warning: string): RolloutState {
  return state.warnings.includes(warning) ? state : { ...state, warnings: [...state.warnings, warning] };
}

/** A read from before what was verified last: versions only grow, so a smaller one says nothing about now. */
export function isLateRead(state: RolloutState, view: EndpointView): boolean {
  const version = view.config?.version ?? null;
  return version !== null && state.expectedVersion !== null && version < state.expectedVersion;
}

/** Time that is left of the whole command, ms. */
export function remaining(context: Context, state: RolloutState): number {
  return state.startedNow + context.settings.timeLimitMs - state.now;
}

/** An event that a stage does not wait for can only be a fault of the engine itself. */
export function unexpected(state: RolloutState, kind: string): never {
  throw new Error(`The rollout engine got "${kind}" while it was ${state.stage}.`);
}
