import type { Moment } from './protocol.js';
import type { Context, RolloutState } from './state.js';

/** The state before anything has happened. */
export function initialState(context: Context, moment: Moment): RolloutState {
  return {
    stage: 'starting',
    phase: 'starting',
    now: moment.now,
    serverNow: moment.serverNow,
    startedNow: moment.now,
    startedAtMs: moment.serverNow,
    update: -1,
    expected: context.plan.start ?? context.plan.snapshot,
    expectedVersion: null,
    live: null,
    flight: null,
    forward: null,
    touched: false,
    unsettled: null,
    intent: null,
    bake: null,
    passed: false,
    turn: null,
    ending: null,
    cancelledNow: null,
    polls: 0,
    stageSinceNow: moment.now,
    retries: 0,
    beatNow: moment.now,
    heartbeat: context.resume?.lease?.heartbeat ?? 0,
    steps: [],
    timeline: [],
    warnings: [],
    updates: 0,
    evidence: context.resume?.evidence ?? null,
    exposure: null,
    undo: context.resume?.record?.undo ?? null,
    booked: false,
    claimed: false,
    resumed: context.resume === null,
    cleaned: false,
  };
}
