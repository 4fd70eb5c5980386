import type { GitHubState, StoredIssue, StoredPull } from '../state.js';
import { accountJson } from './account.js';
import { labelJson } from './issue.js';
import { type Links, stableId } from './links.js';
import { repositoryJson } from './repository.js';

/** `pull-request-simple` of GitHub's description, as listings hold it. */
export function simplePullJson(
  pull: StoredPull,
  issue: StoredIssue,
  state: GitHubState,
  links: Links,
): Record<string, unknown> {
  const addresses = addressesOf(pull, state, links);
  return {
    id: stableId(`${state.repository}!${pull.number}`),
    node_id: links.node('PR', pull.number),
    number: pull.number,
    ...addresses,
    state: issue.state,
    locked: issue.locked,
    title: issue.title,
    body: issue.body,
    draft: false,
    user: accountJson(issue.author, links),
    labels: issue.labels.map((name) => labelJson(name, links.api(`/repos/${state.repository}`))),
    milestone: null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    auto_merge: null,
    active_lock_reason: null,
    author_association: 'MEMBER',
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: pull.merged ? issue.closedAt : null,
    merge_commit_sha: pull.mergeCommitSha,
    head: branchJson(pull.headRef, pull.headSha, pull.headRepository, links),
    base: branchJson(pull.baseRef, pull.baseSha, state.repository, links),
    _links: Object.fromEntries(Object.entries(LINKS).map(([name, field]) => [name, { href: addresses[field] }])),
  };
}

/** `pull-request`: the page of one, with counts and how it may be merged. */
export function pullJson(
  pull: StoredPull,
  issue: StoredIssue,
  state: GitHubState,
  links: Links,
): Record<string, unknown> {
  return {
    ...simplePullJson(pull, issue, state, links),
    merged: pull.merged,
    mergeable: pull.merged ? null : true,
    mergeable_state: pull.merged ? 'unknown' : 'clean',
    rebaseable: null,
    merged_by: pull.merged ? accountJson('octocat', links) : null,
    comments: state.comments.filter((comment) => comment.issue === pull.number).length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: pull.commits.length,
    additions: 10,
    deletions: 2,
    changed_files: 1,
  };
}

const LINKS = {
  self: 'url',
  html: 'html_url',
  issue: 'issue_url',
  comments: 'comments_url',
  review_comments: 'review_comments_url',
  review_comment: 'review_comment_url',
  commits: 'commits_url',
  statuses: 'statuses_url',
} as const;

function addressesOf(pull: StoredPull, state: GitHubState, links: Links) {
  const repository = links.api(`/repos/${state.repository}`);
  const url = `${repository}/pulls/${pull.number}`;
  const html = links.html(`/${state.repository}/pull/${pull.number}`);
  return {
    url,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: `${repository}/issues/${pull.number}`,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${repository}/pulls/comments{/number}`,
    comments_url: `${repository}/issues/${pull.number}/comments`,
    statuses_url: `${repository}/statuses/${pull.headSha}`,
  };
}

function branchJson(ref: string, sha: string, repository: string | null, links: Links): Record<string, unknown> {
  const owner = repository?.split('/')[0] ?? 'ghost';
  return {
    label: `${owner}:${ref}`,
    ref,
    sha,
    user: accountJson(owner, links),
    repo: repository === null ? null : repositoryJson(repository, links),
  };
}
