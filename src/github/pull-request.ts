import { z } from 'zod';
import type { GitHub } from './client.js';
import type { EventContext } from './event.js';
import { statusOf } from './failure.js';

/** GitHub links a merge to its pull request with a lag of a few seconds. */
const LAG_MS = 3_000;

const associatedPull = z.object({
  number: z.number(),
  state: z.string(),
  merged_at: z.string().nullish(),
  merge_commit_sha: z.string().nullish(),
  head: z.object({ sha: z.string() }).nullish().catch(null),
  updated_at: z.string().nullish(),
});
type AssociatedPull = z.infer<typeof associatedPull>;

/** The pull request to report to, and how it was found; `number` is `null` when there is none, with the reason in words. */
export interface FoundPullRequest {
  readonly number: number | null;
  readonly how: 'input' | 'event' | 'commit' | 'none';
  readonly note: string;
  /** Last commit of the branch that was merged; only where a merged pull request brought the commit of this run. */
  readonly mergedHead?: string;
}

export interface PullRequestQuery {
  /** The `pr-number` input. */
  readonly given: number | null;
  readonly event: EventContext;
  readonly signal: AbortSignal;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** The one whose merge made this commit, then a merged one, then the one touched last. */
function bestMatch(pulls: readonly AssociatedPull[], sha: string): AssociatedPull | undefined {
  const rank = (pull: AssociatedPull): number => {
    if (pull.merged_at && pull.merge_commit_sha === sha) return 0;
    if (pull.merged_at) return 1;
    return pull.state === 'open' ? 2 : 3;
  };
  return pulls.toSorted(
    (a, b) =>
      rank(a) - rank(b) ||
      (b.merged_at ?? b.updated_at ?? '').localeCompare(a.merged_at ?? a.updated_at ?? '') ||
      b.number - a.number,
  )[0];
}

async function ofCommit(github: GitHub, sha: string, query: PullRequestQuery): Promise<FoundPullRequest> {
  const look = async (): Promise<AssociatedPull | undefined> =>
    bestMatch(
      await github.list('GET /repos/{owner}/{repo}/commits/{sha}/pulls', { sha }, associatedPull, {
        signal: query.signal,
      }),
      sha,
    );
  let found = await look();
  if (!found && query.event.event === 'push') {
    await query.sleep(LAG_MS, query.signal);
    found = await look();
  }
  if (found) {
    const note = `Pull request #${found.number} brought commit ${sha}.`;
    const mergedHead = found.merged_at ? found.head?.sha : undefined;
    return { number: found.number, how: 'commit', note, ...(mergedHead === undefined ? {} : { mergedHead }) };
  }
  return { number: null, how: 'none', note: `No pull request belongs to commit ${sha}.` };
}

/**
 * Finds the pull request to report to: the input, then the event, then the pull requests of the commit (asked twice on a
 * push, since the link appears with a lag). Never throws for a refusal: without an answer there is none, and `note` says why.
 */
export async function findPullRequest(github: GitHub, query: PullRequestQuery): Promise<FoundPullRequest> {
  if (query.given !== null) return { number: query.given, how: 'input', note: 'Given by `pr-number`.' };
  const { event } = query;
  if (event.pullRequest !== null) return { number: event.pullRequest, how: 'event', note: `Named by ${event.event}.` };
  if (event.headSha === '') return { number: null, how: 'none', note: 'The run has no commit.' };
  try {
    return await ofCommit(github, event.headSha, query);
  } catch (thrown) {
    query.signal.throwIfAborted();
    const status = statusOf(thrown);
    const permission =
      status === 403 || status === 404 ? ' Looking it up needs `permissions: pull-requests: read`.' : '';
    const said = thrown instanceof Error ? thrown.message : String(thrown);
    return {
      number: null,
      how: 'none',
      note: `The pull request of ${event.headSha} could not be looked up: ${said}${permission}`,
    };
  }
}
