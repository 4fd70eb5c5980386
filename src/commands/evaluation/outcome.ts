import type { FailedTask, JobRun, Jobs } from '../../databricks/jobs.js';
import type { EvaluationState } from '../../gate/types.js';
import { spanOf } from '../progress.js';
import type { Followed } from './follow.js';

/** Tasks whose errors are looked up. */
const MOST_TASKS = 3;
/** Characters of one error that are shown. */
const LONGEST_ERROR = 600;

/** What became of a run, for the verdict: with the errors of the tasks that failed. Never throws for what cannot be seen of them. */
export async function outcomeOf(
  jobs: Jobs,
  jobId: string,
  followed: Followed,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<EvaluationState> {
  const { run } = followed;
  if (run === null) {
    const explanation = `The run of job ${jobId} cannot be seen any more, so how it ended is not known.`;
    return { stage: 'failed', explanation, details: [] };
  }
  const name = `Run ${run.id} of job ${jobId}`;
  const page = run.url === '' ? {} : { url: run.url };
  if (followed.kind === 'late') {
    const end = followed.cancelled ? 'was cancelled' : 'could not be cancelled and may still run';
    const explanation = `${name} did not end within ${spanOf(timeoutMs)} (evaluation.timeout) and ${end}.`;
    return { stage: 'late', explanation, details: [], ...page };
  }
  const details = await Promise.all(run.failedTasks.slice(0, MOST_TASKS).map((task) => errorOf(jobs, task, signal)));
  if (run.succeeded) return { stage: 'succeeded', explanation: `${name} ended well${after(run)}.`, details, ...page };
  const why = [run.state, run.message].filter(Boolean).join(': ');
  const cause = details[0] === undefined ? '' : ` The first error is in task ${details[0]}`;
  return {
    stage: 'failed',
    explanation: `${name} failed${after(run)} (${why}).${cause}`,
    details: details.slice(1),
    ...page,
  };
}

function after({ startedAtMs, endedAtMs }: JobRun): string {
  return startedAtMs === null || endedAtMs === null ? '' : ` after ${spanOf(endedAtMs - startedAtMs)}`;
}

async function errorOf(jobs: Jobs, task: FailedTask, signal: AbortSignal): Promise<string> {
  const error = (await jobs.taskError(task.runId, signal)) ?? (task.message || 'no error is given');
  const line = error.replace(/\s+/g, ' ').trim();
  return `${task.key}: ${line.length > LONGEST_ERROR ? `${line.slice(0, LONGEST_ERROR - 1)}…` : line}`;
}
