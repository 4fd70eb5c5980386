import type { JobRun, Jobs } from '../../databricks/jobs.js';
import { ActionError } from '../../errors.js';
import type { Workbench } from '../types.js';
import { type EvaluationIdentity, evaluationToken } from './token.js';

/** What is to be evaluated, and for which workflow run. */
export interface EvaluationRequest {
  /** Without the name and version of the model. */
  readonly identity: EvaluationIdentity;
  /** Attempt of the workflow run, from 1. */
  readonly attempt: number;
}

/** Longest time that a call may take; not cut short by a cancellation, since what was started must be known to be stopped. */
const START_MS = 60_000;

/**
 * Starts the job, or finds the run that an earlier attempt of the workflow run started. A run that failed for an earlier attempt
 * is not taken for this one. Throws `ActionError`.
 */
export async function startEvaluation(
  bench: Pick<Workbench, 'sha256' | 'log'>,
  jobs: Jobs,
  request: EvaluationRequest,
): Promise<string> {
  const { jobId, model, version } = request.identity;
  const parameters = { ...request.identity.parameters, model_name: model, model_version: version };
  for (let attempt = 1; ; attempt += 1) {
    const token = evaluationToken(request.identity, attempt, bench.sha256);
    const runId = await start(jobs, jobId, parameters, token);
    if (attempt >= request.attempt) return runId;
    const run = await jobs.run(runId, AbortSignal.timeout(START_MS));
    if (run === null || !hasFailed(run)) return runId;
    bench.log.info(`Run ${runId} of job ${jobId} failed for an earlier attempt of this workflow run.`);
  }
}

function hasFailed(run: JobRun): boolean {
  return run.ended && !run.succeeded;
}

async function start(
  jobs: Jobs,
  jobId: string,
  parameters: Readonly<Record<string, string>>,
  token: string,
): Promise<string> {
  const written = await jobs.start(jobId, parameters, token, AbortSignal.timeout(START_MS));
  if (written.kind === 'accepted' && written.value !== '') return written.value;
  const message = written.kind === 'accepted' ? 'The answer names no run.' : written.message;
  const status = written.kind === 'refused' ? written.status : null;
  const isMissing = status === 404 || (status === 400 && /does not exist/i.test(message));
  throw new ActionError(`The evaluation job ${jobId} could not be started: ${message}`, {
    kind: 'remote',
    reason: status === 403 ? 'permission-denied' : isMissing ? 'not-found' : 'remote-error',
    fix: fixFor(jobId, status, isMissing),
    state: 'The version was not judged, and nothing was promoted.',
  });
}

function fixFor(jobId: string, status: number | null, isMissing: boolean): string {
  if (status === 403) return `Grant "Can Manage Run" on job ${jobId} to the identity of this workflow.`;
  if (isMissing) return 'Correct ci_cd.evaluation.job_id, or grant the identity of this workflow access to the job.';
  if (status === 400)
    return `Let job ${jobId} declare the job parameters model_name, model_version and those configured.`;
  return 'Run again: a run that was started after all is found and not started twice.';
}
