import type { JobRun, Jobs } from '../../databricks/jobs.js';
import { spanOf } from '../progress.js';
import type { Workbench } from '../types.js';

/** Longest wait between two looks at the run, ms; the same as for endpoints. */
const LONGEST_WAIT_MS = 10_000;
const GROWTH = 1.5;

/** Of the 7.5 s that a cancelled job has: the most that may go into cancelling the run (ms). */
const CANCEL_MS = 3_000;

/** How following a run ended. `run` is `null` when it cannot be seen (any more). */
export type Followed =
  | { readonly kind: 'ended'; readonly run: JobRun | null }
  | { readonly kind: 'late'; readonly run: JobRun; readonly cancelled: boolean };

type Bench = Pick<Workbench, 'clock' | 'log' | 'signal'>;

export interface FollowRequest {
  readonly runId: string;
  /** From now on, ms. */
  readonly timeoutMs: number;
  /** Wait before the second look, ms; later ones are longer. */
  readonly firstWaitMs: number;
  /** The run was seen for the first time. */
  seen(run: JobRun): void;
}

/**
 * Follows a run to its end, or cancels it when its time is over. When the workflow is cancelled or its own time is over, the run
 * is cancelled and the signal's reason thrown. Throws `ActionError` when the run cannot be read; then it goes on, and running again finds it.
 */
export async function followRun(bench: Bench, jobs: Jobs, request: FollowRequest): Promise<Followed> {
  const { runId } = request;
  try {
    return await followToTheEnd(bench, jobs, request);
  } catch (thrown) {
    if (!bench.signal.aborted) throw thrown;
    const cancelled = await cancelRun(jobs, runId);
    if (cancelled) bench.log.info(`Evaluation run ${runId} was cancelled.`);
    else bench.log.warning(`Evaluation run ${runId} could not be cancelled: cancel it by hand if it still runs.`);
    throw thrown;
  }
}

async function followToTheEnd(bench: Bench, jobs: Jobs, request: FollowRequest): Promise<Followed> {
  const { clock, log, signal } = bench;
  const started = clock.now();
  const deadline = started + request.timeoutMs;
  let wait = request.firstWaitMs;
  let told = '';
  for (;;) {
    signal.throwIfAborted();
    const run = await jobs.run(request.runId, signal);
    if (run === null) return { kind: 'ended', run };
    if (told === '') request.seen(run);
    if (run.state !== told)
      log.info(`Run ${run.id}: ${run.state || 'no state yet'} (${spanOf(clock.now() - started)})`);
    told = run.state || 'no state yet';
    if (run.ended) return { kind: 'ended', run };
    const left = deadline - clock.now();
    if (left <= 0) return { kind: 'late', run, cancelled: await cancelRun(jobs, run.id) };
    await clock.sleep(Math.min(wait, left), signal);
    wait = Math.min(wait * GROWTH, LONGEST_WAIT_MS);
  }
}

/** Whether the server took the request to cancel. Never throws. */
async function cancelRun(jobs: Jobs, runId: string): Promise<boolean> {
  try {
    return (await jobs.cancel(runId, AbortSignal.timeout(CANCEL_MS))).kind === 'accepted';
  } catch {
    return false;
  }
}
