import { saveState } from '../action/state.js';
import { runState } from '../github/runs.js';
import type { Plan, RolloutOutcome } from '../rollout/core/types.js';
import { runRollout } from '../rollout/driver.js';
import type { RolloutPorts, RolloutRequest } from '../rollout/options.js';
import { type Assessment, assess } from './assess.js';
import { createBookkeeping } from './bookkeeping.js';
import { concludeGate, logVerdict } from './gate.js';
import { concludeRollout, recordOutcome } from './outcome.js';
import { concludePlan, preparePlan } from './plan.js';
import { createProgress } from './progress.js';
import type { Conclusion, Workbench } from './types.js';
import { createWatch } from './watch.js';

/** Of the 7.5 s that a cancelled job has: the most that may go into turning back. */
const CANCEL_BUDGET_MS = 4_000;

/** Judges the version, rolls it out step by step, and finishes in the registry; with `dry-run` it stops at the plan. */
export async function promote(bench: Workbench): Promise<Conclusion> {
  const assessment = await assess(bench);
  logVerdict(bench, assessment.verdict);
  if (assessment.verdict.kind !== 'passed') return concludeGate(bench, assessment);
  const plan = await preparePlan(bench, assessment);
  if (bench.settings.control.dryRun || plan.kind === 'already-serving') return concludePlan(bench, assessment, plan);
  const outcome = await rollOut(bench, plan, assessment);
  recordOutcome(bench, outcome, plan, assessment.servingVersion);
  return concludeRollout(bench, outcome, assessment.resolved.version);
}

async function rollOut(bench: Workbench, plan: Plan, assessment: Assessment): Promise<RolloutOutcome> {
  saveState('rollout', { endpoint: bench.settings.endpoint.name, model: bench.settings.model.name, plan: plan.hash });
  const smoke = await bench.smoke(assessment.resolved.version);
  bench.log.info(smoke.note);
  return runRollout({
    plan,
    settings: rolloutSettings(bench),
    ports: {
      ...sharedPorts(bench),
      health: createWatch(bench, plan.candidate, plan.previous, smoke),
      bookkeeping: createBookkeeping(bench, {
        version: assessment.resolved.version,
        previousVersion: assessment.servingVersion,
        aliases: assessment.resolved.aliases,
      }),
    },
    identity: rolloutIdentity(bench),
    signal: bench.signal,
    cancelBudgetMs: CANCEL_BUDGET_MS,
  });
}

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
      if (state.kind === 'unknown') return null;
      return state.kind === 'running';
    },
  };
}

/** Who this process is, for the lease. */
export function rolloutIdentity(bench: Workbench): RolloutRequest['identity'] {
  const { repository, runId, runAttempt } = bench.caller;
  return { repository, runId, attempt: runAttempt, nonce: bench.sha256(`${process.pid} ${Math.random()}`).slice(0, 8) };
}
