import {
  BOT,
  type GitHubState,
  type StoredComment,
  type StoredIssue,
  type StoredPull,
  type StoredRun,
} from './state.js';

export interface PullSeed {
  readonly number: number;
  readonly headSha: string;
  readonly headRef?: string;
  /** `owner/name` of a fork, or `null` for a fork that was deleted. */
  readonly headRepository?: string | null;
  readonly baseRef?: string;
  /** Given: merged by this commit, which becomes known. */
  readonly mergeCommitSha?: string;
  readonly state?: 'open' | 'closed';
  readonly title?: string;
  readonly locked?: boolean;
  readonly commits?: readonly string[];
  /** Lookups by commit that do not find it yet. */
  readonly lag?: number;
}

/** Puts things into the stand-in that people and other programs would have made. */
export class Seed {
  constructor(private readonly state: GitHubState) {}

  /** A commit; with a branch, its new head. */
  commit(sha: string, branch?: string): void {
    this.state.commits.add(sha);
    if (branch !== undefined) this.state.branches.set(branch, sha);
  }

  pull(seed: PullSeed): StoredPull {
    const merged = seed.mergeCommitSha !== undefined;
    const pull: StoredPull = {
      number: seed.number,
      headSha: seed.headSha,
      headRef: seed.headRef ?? 'feature',
      headRepository: seed.headRepository === undefined ? this.state.repository : seed.headRepository,
      baseRef: seed.baseRef ?? 'main',
      baseSha: this.state.headSha,
      merged,
      mergeCommitSha: seed.mergeCommitSha ?? null,
      commits: [...new Set([...(seed.commits ?? []), seed.headSha])],
      lag: seed.lag ?? 0,
    };
    this.state.pulls.set(pull.number, pull);
    for (const sha of pull.commits) this.commit(sha);
    if (seed.mergeCommitSha !== undefined) this.commit(seed.mergeCommitSha);
    this.store(
      pull.number,
      seed.title ?? 'A new model',
      merged ? 'closed' : (seed.state ?? 'open'),
      true,
      seed.locked ?? false,
    );
    return pull;
  }

  issue(seed: {
    readonly number: number;
    readonly title: string;
    readonly state?: 'open' | 'closed';
    readonly labels?: readonly string[];
    readonly author?: string;
  }): StoredIssue {
    const issue = this.store(seed.number, seed.title, seed.state ?? 'open', false, false, seed.author);
    issue.labels = seed.labels ?? [];
    return issue;
  }

  comment(seed: { readonly issue: number; readonly body: string; readonly author?: string }): StoredComment {
    const at = this.state.timestamp();
    const comment: StoredComment = {
      id: this.state.nextId(),
      issue: seed.issue,
      author: seed.author ?? BOT,
      body: seed.body,
      createdAt: at,
      updatedAt: at,
    };
    this.state.comments.push(comment);
    return comment;
  }

  run(seed: Partial<StoredRun> & { readonly id: number }): StoredRun {
    const run: StoredRun = {
      attempt: 1,
      status: 'in_progress',
      conclusion: null,
      headSha: this.state.headSha,
      event: 'push',
      ...seed,
    };
    this.state.runs.set(run.id, run);
    return run;
  }

  private store(
    number: number,
    title: string,
    state: 'open' | 'closed',
    isPull: boolean,
    locked: boolean,
    author = 'octocat',
  ): StoredIssue {
    const at = this.state.timestamp();
    const issue: StoredIssue = {
      number,
      author,
      title,
      body: null,
      state,
      stateReason: null,
      labels: [],
      isPull,
      locked,
      deleted: false,
      createdAt: at,
      updatedAt: at,
      closedAt: state === 'closed' ? at : null,
    };
    this.state.issues.set(number, issue);
    return issue;
  }
}
