import { z } from 'zod';
import type { GitHub } from './client.js';
import { statusOf } from './failure.js';

/** Whether a workflow run has come to its end; `unknown` when GitHub does not say (no permission, another server, no answer). */
export type RunState =
  | { readonly kind: 'ended'; readonly conclusion: string }
  | { readonly kind: 'running'; readonly status: string }
  | { readonly kind: 'unknown'; readonly message: string };

const runSchema = z.object({
  status: z.string().nullish(),
  conclusion: z.string().nullish(),
  run_attempt: z.number().nullish(),
});

export interface RunReference {
  /** `owner/name`; the client's own repository unless given. */
  readonly repository?: string;
  readonly runId: string;
  /** An attempt that a newer one has followed has ended, even while the newer one runs. */
  readonly runAttempt?: string;
}

/**
 * Asks whether the run that holds a rollout has ended, so that its lease can be taken over. Never throws except when aborted:
 * without a clear answer it is `unknown`, and the lease's own heartbeat decides. Needs `actions: read`.
 */
export async function runState(github: GitHub, run: RunReference, signal: AbortSignal): Promise<RunState> {
  const [owner, repo] = (run.repository ?? `${github.owner}/${github.repo}`).split('/');
  if (!/^\d+$/.test(run.runId)) return { kind: 'unknown', message: `"${run.runId}" is not a run's number.` };
  try {
    const route = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}';
    const found = await github.request(route, { owner, repo, run_id: Number(run.runId) }, runSchema, { signal });
    if (found.status === 'completed') return { kind: 'ended', conclusion: found.conclusion ?? 'unknown' };
    const isFollowed = run.runAttempt !== undefined && (found.run_attempt ?? 0) > Number(run.runAttempt);
    if (isFollowed) return { kind: 'ended', conclusion: `followed by attempt ${found.run_attempt}` };
    return found.status
      ? { kind: 'running', status: found.status }
      : { kind: 'unknown', message: 'The run has no status.' };
  } catch (thrown) {
    signal.throwIfAborted();
    const said = thrown instanceof Error ? thrown.message : String(thrown);
    const permission = statusOf(thrown) === 403 ? ' Asking needs `permissions: actions: read`.' : '';
    return { kind: 'unknown', message: `${said}${permission}` };
  }
}
