import { ActionError } from '../errors.js';
import type { EvaluationState } from '../gate/types.js';
import type { Journal } from '../rollout/core/journal.js';
import { followRun } from './evaluation/follow.js';
import { outcomeOf } from './evaluation/outcome.js';
import { startEvaluation } from './evaluation/start.js';
import type { Workbench } from './types.js';

/** State polling starts at this, or at the monitoring interval where that is shorter (ms). */
const FIRST_WAIT_MS = 1_000;

/** How the evaluation stands before anything of it was started; `undefined` where none is configured. */
export function evaluationBefore(bench: Workbench): EvaluationState | undefined {
  const { command, gate, control } = bench.settings;
  if (gate.evaluation === null) return undefined;
  const { jobId, when } = gate.evaluation;
  if (when === 'always' || (command === 'promote' && !control.dryRun)) {
    const explanation = `Job ${jobId} was not started: what is known without it decides already.`;
    return { stage: 'ahead', explanation, details: [] };
  }
  const asked = command === 'promote' ? 'promote with dry-run' : command;
  const explanation = `Job ${jobId} was not started: ${asked} judges what is there, unless evaluation.when is always.`;
  return { stage: 'elsewhere', explanation, details: [] };
}

/**
 * Runs the configured job for a version and waits for its end: afterwards its metrics can be read. `left` is the unfinished
 * rollout of this version, which goes on with the evaluation that it began with. Throws `ActionError` when the job cannot be
 * started or followed, and the signal's reason after a cancellation (then the run has been cancelled).
 */
export async function evaluate(
  bench: Workbench,
  version: string,
  left: Journal | null,
  show: (state: EvaluationState) => void,
): Promise<EvaluationState> {
  const wanted = bench.settings.gate.evaluation;
  if (wanted === null) throw new Error('No evaluation is configured.');
  if (bench.databricks === null) throw withoutWorkspace();
  const { jobs } = bench.databricks;
  bench.log.phase(`Evaluation on Databricks: job ${wanted.jobId}`);
  const { workflowRun, attempt } = workflowRunOf(bench, version, left);
  const { repository } = bench.caller;
  const { jobId, parameters } = wanted;
  const identity = { repository, workflowRun, jobId, parameters, model: bench.settings.model.name, version };
  const runId = await startEvaluation(bench, jobs, { identity, attempt });
  bench.leaving(`Evaluation run ${runId} of job ${wanted.jobId} goes on.`);
  const followed = await followRun(bench, jobs, {
    runId,
    timeoutMs: wanted.timeoutMs,
    firstWaitMs: Math.min(FIRST_WAIT_MS, bench.settings.monitoring.intervalMs),
    seen: ({ id, url }) => {
      bench.log.info(`Run ${id} of job ${wanted.jobId}: ${url || 'no page is known'}`);
      const explanation = `Run ${id} of job ${wanted.jobId} is under way.`;
      show({ stage: 'ahead', explanation, details: [], ...(url === '' ? {} : { url }) });
    },
  });
  bench.leaving('The evaluation had ended, and no traffic had been moved.');
  return outcomeOf(jobs, wanted.jobId, followed, wanted.timeoutMs, bench.signal);
}

/** The workflow run that an evaluation belongs to: this one, or the one that began the rollout which is left. */
function workflowRunOf(
  bench: Workbench,
  version: string,
  left: Journal | null,
): { readonly workflowRun: string; readonly attempt: number } {
  const { runId, runAttempt } = bench.caller;
  const isOfThis = left?.candidate.entityName === bench.settings.model.name && left.candidate.entityVersion === version;
  const [beganIn = runId, beganAs = '1'] = isOfThis ? left.rolloutId.split('-') : [runId, runAttempt];
  return {
    workflowRun: beganIn,
    attempt: Math.max(1, Number(beganAs) || 1, beganIn === runId ? Number(runAttempt) || 1 : 1),
  };
}

function withoutWorkspace(): ActionError {
  return new ActionError(
    'An evaluation is configured, and no Databricks workspace is named on which its job could run.',
    {
      kind: 'configuration',
      reason: 'configuration-invalid',
      fix: 'Set databricks-host and credentials, or remove ci_cd.evaluation.',
    },
  );
}
