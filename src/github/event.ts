import { z } from 'zod';

/** Variables of the runner, as a record: the process's environment is read elsewhere. */
export type EnvironmentRecord = Readonly<Record<string, string | undefined>>;

/** What started this run and where it belongs, read tolerantly from the event and the runner's variables. */
export interface EventContext {
  readonly event: string;
  readonly serverUrl: string;
  readonly apiUrl: string;
  /** `owner/name`. */
  readonly repository: string;
  /** The commit that the run is for: on `pull_request` the test merge. */
  readonly sha: string;
  /** The commit that the author pushed: the pull request's head, or `sha`. */
  readonly headSha: string;
  /** The merge commit of the pull request (test merge, or the real one after merging); `null` elsewhere. */
  readonly mergeSha: string | null;
  /** Commits that count as this workflow's: head first, without duplicates. */
  readonly commits: readonly string[];
  readonly ref: string;
  readonly pullRequest: number | null;
  /** The code comes from another repository; such runs have no secrets and a read-only token. */
  readonly isFork: boolean;
  readonly actor: string;
  readonly runId: string;
  readonly runAttempt: string;
  readonly job: string;
  readonly runUrl: string;
}

const repositorySchema = z.object({ full_name: z.string() }).nullish();
const pullSchema = z.object({
  number: z.number(),
  head: z.object({ sha: z.string(), repo: repositorySchema }),
  base: z.object({ repo: repositorySchema }).nullish(),
  merged: z.boolean().nullish(),
  merge_commit_sha: z.string().nullish(),
});
const payloadSchema = z.object({
  pull_request: pullSchema.nullish().catch(null),
  issue: z.object({ number: z.number(), pull_request: z.unknown().optional() }).nullish().catch(null),
  merge_group: z.object({ head_sha: z.string(), head_ref: z.string() }).nullish().catch(null),
  workflow_run: z
    .object({
      head_sha: z.string(),
      head_repository: repositorySchema,
      pull_requests: z.array(z.object({ number: z.number() })).nullish(),
    })
    .nullish()
    .catch(null),
  deployment: z.object({ sha: z.string() }).nullish().catch(null),
});
type Payload = z.infer<typeof payloadSchema>;

/** Queue branches are `gh-readonly-queue/<base>/pr-<number>-<sha>`. */
function queuedPullRequest(headRef: string | undefined): number | null {
  const found = /\/pr-(\d+)-[0-9a-f]+$/.exec(headRef ?? '');
  return found ? Number(found[1]) : null;
}

function pullRequestOf(payload: Payload): number | null {
  if (payload.pull_request) return payload.pull_request.number;
  if (payload.issue?.pull_request) return payload.issue.number;
  const queued = queuedPullRequest(payload.merge_group?.head_ref);
  return queued ?? payload.workflow_run?.pull_requests?.[0]?.number ?? null;
}

/** A deleted fork has no head repository any more, and is still a fork. */
function isForeign(payload: Payload, repository: string): boolean {
  const pull = payload.pull_request;
  if (pull) return pull.head.repo?.full_name !== (pull.base?.repo?.full_name ?? repository);
  const run = payload.workflow_run;
  return run ? run.head_repository?.full_name !== repository : false;
}

function headOf(payload: Payload, sha: string): string {
  return (
    payload.pull_request?.head.sha ??
    payload.merge_group?.head_sha ??
    payload.workflow_run?.head_sha ??
    payload.deployment?.sha ??
    sha
  );
}

function mergeOf(payload: Payload, sha: string): string | null {
  const pull = payload.pull_request;
  if (!pull) return null;
  return pull.merged ? (pull.merge_commit_sha ?? null) : sha;
}

/**
 * Reads the event that started the run. `payload` is the parsed event file (anything else is taken as empty);
 * `environment` holds the runner's `GITHUB_*` variables. Never throws: what is missing becomes empty or `null`.
 */
export function readEvent(payload: unknown, environment: EnvironmentRecord): EventContext {
  const parsed = payloadSchema.safeParse(payload);
  const known: Payload = parsed.success ? parsed.data : {};
  const text = (name: string, otherwise = ''): string => environment[name] || otherwise;
  const serverUrl = text('GITHUB_SERVER_URL', 'https://github.com').replace(/\/+$/, '');
  const repository = text('GITHUB_REPOSITORY');
  const sha = text('GITHUB_SHA');
  const [runId, runAttempt] = [text('GITHUB_RUN_ID'), text('GITHUB_RUN_ATTEMPT', '1')];
  const [headSha, mergeSha] = [headOf(known, sha), mergeOf(known, sha)];
  return {
    event: text('GITHUB_EVENT_NAME'),
    serverUrl,
    apiUrl: text('GITHUB_API_URL', 'https://api.github.com').replace(/\/+$/, ''),
    repository,
    sha,
    headSha,
    mergeSha,
    commits: [...new Set([headSha, mergeSha ?? ''])].filter((commit) => commit !== ''),
    ref: text('GITHUB_REF'),
    pullRequest: pullRequestOf(known),
    isFork: isForeign(known, repository),
    actor: text('GITHUB_ACTOR'),
    runId,
    runAttempt,
    job: text('GITHUB_JOB'),
    runUrl: runId === '' ? '' : `${serverUrl}/${repository}/actions/runs/${runId}/attempts/${runAttempt}`,
  };
}
