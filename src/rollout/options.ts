import { BLIND_TIMEOUT_MS, ROLLBACK_RESERVE_MS, SHIFT_DEADLINE_MS } from './core/deadlines.js';
import type { Holder, Journal } from './core/journal.js';
import type { EngineSettings, Timings } from './core/state.js';
import type { Plan } from './core/types.js';
import type { JournalStore } from './journal-store.js';
import type { BookkeepingPort, Clock, HealthPort, ProgressPort, ServingPort } from './ports.js';

/** Everything outside the engine that a rollout needs. */
export interface RolloutPorts {
  readonly serving: ServingPort;
  readonly health: HealthPort;
  readonly bookkeeping: BookkeepingPort;
  readonly progress: ProgressPort;
  readonly clock: Clock;
  /** The endpoint's tags unless given. */
  readonly journal?: JournalStore;
  /** Whether another workflow run still runs; `null` when that cannot be known. */
  readonly isRunActive?: (repository: string, runId: string, signal: AbortSignal) => Promise<boolean | null>;
}

/** What the caller decides about a rollout. */
export type RolloutSettings = Pick<
  EngineSettings,
  'endpointName' | 'onFailure' | 'onNoData' | 'onCancel' | 'until' | 'intervalMs' | 'timeLimitMs'
> & { readonly timings?: Partial<Timings> };

export interface RolloutRequest {
  readonly plan: Plan;
  readonly settings: RolloutSettings;
  readonly ports: RolloutPorts;
  readonly identity: Holder;
  /** The record of the same rollout, to go on from; with a plan rebuilt from it. */
  readonly resume?: Journal | null;
  readonly signal: AbortSignal;
  /** After the signal: how long there is to send the way back; `null` or absent: as long as its verification takes. */
  readonly cancelBudgetMs?: number | null;
  /** 0 ≤ r < 1; for the wait after claiming the lease. */
  readonly random?: () => number;
}

const TIMINGS: Timings = {
  pollFirstMs: 1_000,
  pollMostMs: 10_000,
  turnPollMostMs: 3_000,
  heartbeatMs: 45_000,
  staleGraceMs: 20_000,
  startWaitMs: SHIFT_DEADLINE_MS,
  blindTimeoutMs: BLIND_TIMEOUT_MS,
  reserveMs: ROLLBACK_RESERVE_MS,
};

/** How long a lease lives without a heartbeat, by the observer's own clock. */
export const LEASE_TERM_MS = 3 * 60_000;

/** The engine's settings: the caller's, with the timings filled in. Polling starts at one second or the interval, whichever is shorter. */
export function engineSettings(settings: RolloutSettings, cancelBudgetMs: number | null): EngineSettings {
  const pollFirstMs = Math.min(TIMINGS.pollFirstMs, settings.intervalMs);
  return { ...settings, cancelBudgetMs, timings: { ...TIMINGS, pollFirstMs, ...settings.timings } };
}
