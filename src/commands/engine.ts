import { randomBytes } from 'node:crypto';
import { runState } from '../github/runs.js';
import type { RolloutPorts, RolloutRequest } from '../rollout/options.js';
import { createProgress } from './progress.js';
import type { Workbench } from './types.js';

/** Of the 7.5 s that a cancelled job has: the most that may go into turning back (ms). */
export const CANCEL_BUDGET_MS = 4_000;

/** What the engine is told of the settings. */
export function rolloutSettings(bench: Workbench): RolloutRequest['settings'] {
  const { rollout, control, monitoring, endpoint } = bench.settings;
  return {
    endpointName: endpoint.name,
    onFailure: rollout.onFailure,
    onNoData: rollout.onNoData,
    onCancel: control.onCancel,
    until: control.until,
    intervalMs: monitoring.intervalMs,
    timeLimitMs: control.timeoutMs,
  };
}

/** The ports that every command over the engine shares. */
export function sharedPorts(bench: Workbench): Omit<RolloutPorts, 'health' | 'bookkeeping'> {
  return {
    serving: bench.serving,
    progress: createProgress(bench),
    clock: bench.clock,
    isRunActive: async (repository, runId, signal) => {
      if (bench.github === null) return null;
      const state = await runState(bench.github, { repository, runId }, signal);
      return state.kind === 'unknown' ? null : state.kind === 'running';
    },
  };
}

/** Who this process is, for the lease. */
export function rolloutIdentity(bench: Workbench): RolloutRequest['identity'] {
  const { repository, runId, runAttempt } = bench.caller;
  return { repository, runId, attempt: runAttempt, nonce: randomBytes(4).toString('hex') };
}
