import type { GitHubOptions } from './types.js';

/** The account that a workflow's own token writes as. */
export const BOT = 'github-actions[bot]';

export interface StoredComment {
  readonly id: number;
  readonly issue: number;
  readonly author: string;
  body: string;
  readonly createdAt: string;
  updatedAt: string;
}

export interface StoredIssue {
  readonly number: number;
  readonly author: string;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  stateReason: string | null;
  labels: readonly string[];
  /** A pull request is an issue as well. */
  readonly isPull: boolean;
  locked: boolean;
  deleted: boolean;
  readonly createdAt: string;
  updatedAt: string;
  closedAt: string | null;
}

export interface StoredPull {
  readonly number: number;
  readonly headSha: string;
  readonly headRef: string;
  /** `owner/name`; another repository for a fork, `null` when the fork was deleted. */
  readonly headRepository: string | null;
  readonly baseRef: string;
  readonly baseSha: string;
  readonly merged: boolean;
  readonly mergeCommitSha: string | null;
  /** Every commit of the branch, the head among them. */
  readonly commits: readonly string[];
  /** Lookups by commit that do not find it yet: GitHub lags right after a merge. */
  lag: number;
}

export interface StoredStatus {
  readonly id: number;
  readonly state: string;
  readonly description: string;
  readonly environment: string;
  readonly targetUrl: string;
  readonly environmentUrl: string;
  readonly logUrl: string;
  readonly createdAt: string;
}

export interface StoredDeployment {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly environment: string;
  readonly description: string | null;
  readonly payload: unknown;
  readonly transient: boolean;
  readonly production: boolean;
  readonly createdAt: string;
  updatedAt: string;
  /** Oldest first. */
  readonly statuses: StoredStatus[];
}

export interface StoredRun {
  readonly id: number;
  attempt: number;
  status: 'queued' | 'in_progress' | 'completed' | 'waiting';
  conclusion: 'success' | 'failure' | 'cancelled' | null;
  readonly headSha: string;
  readonly event: string;
}

/** Everything that the stand-in knows. Tests may read all of it, and change what GitHub's users could change. */
export class GitHubState {
  readonly repository: string;
  readonly headSha: string;
  readonly issuesDisabled: boolean;
  readonly comments: StoredComment[] = [];
  readonly issues = new Map<number, StoredIssue>();
  readonly pulls = new Map<number, StoredPull>();
  readonly deployments: StoredDeployment[] = [];
  readonly runs = new Map<number, StoredRun>();
  readonly commits = new Set<string>();
  /** Branch to head commit. */
  readonly branches = new Map<string, string>();
  /** Commit to the contexts of checks that have not succeeded; the job's own check is one of them. */
  readonly pendingChecks = new Map<string, readonly string[]>();
  private lastId = 1_000_000;
  private readonly now: () => number;

  constructor(options: GitHubOptions) {
    this.repository = options.repository ?? 'acme/models';
    this.headSha = options.headSha ?? '0123456789abcdef0123456789abcdef01234567';
    this.issuesDisabled = options.issuesDisabled ?? false;
    this.now = options.now ?? Date.now;
    this.branches.set('main', this.headSha);
    this.commits.add(this.headSha);
  }

  nextId(): number {
    this.lastId += 1;
    return this.lastId;
  }

  /** GitHub's times have no fractions of a second. */
  timestamp(): string {
    return new Date(this.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  }

  /** The commit that a branch, tag or SHA names; `null` when there is none. */
  resolve(ref: string): string | null {
    if (this.commits.has(ref)) return ref;
    return this.branches.get(ref.replace(/^refs\/heads\//, '')) ?? null;
  }
}
