import { asActionError } from '../errors.js';
import type { Lease } from './core/journal.js';
import type { EndpointView, RolloutOutcome } from './core/types.js';
import type { Clock } from './ports.js';

/** Decision, reason and explanation of a rollout that did not begin. */
export type Refused = readonly [RolloutOutcome['decision'], RolloutOutcome['reason'], string];

/** Why the endpoint could not even be read. */
export function beforeStart(signal: AbortSignal, thrown: unknown): Refused {
  if (signal.aborted) return ['cancelled', 'cancelled', 'Cancelled before anything was written.'];
  const fault = asActionError(thrown);
  return ['failed', fault.reason, `The endpoint could not be read: ${fault.message}`];
}

/** The outcome when nothing was written. */
export function notBegun(
  clock: Clock,
  startedAtMs: number,
  view: EndpointView | null,
  ...[decision, reason, explanation]: Refused
): RolloutOutcome {
  return {
    decision,
    reason,
    explanation,
    state: 'Nothing was changed.',
    action: null,
    steps: [],
    timeline: [],
    rollback: null,
    live: view,
    warnings: [],
    startedAtMs,
    endedAtMs: clock.serverNow(),
    updates: 0,
  };
}

/** Another run is at work on the endpoint. */
export function inProgress({ lease }: { readonly lease: Lease }): Refused {
  const holder = `Run ${lease.runId} (attempt ${lease.attempt}) of ${lease.repository}`;
  return ['rejected', 'rollout-in-progress', `${holder} is at work on this endpoint. Nothing was changed.`];
}
