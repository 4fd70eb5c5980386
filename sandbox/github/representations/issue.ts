import type { GitHubState, StoredComment, StoredIssue } from '../state.js';
import { accountJson, appJson } from './account.js';
import { type Links, stableId } from './links.js';

/** `issue-comment` of GitHub's description. */
export function commentJson(comment: StoredComment, state: GitHubState, links: Links): Record<string, unknown> {
  const repository = `/repos/${state.repository}`;
  const kind = state.issues.get(comment.issue)?.isPull === true ? 'pull' : 'issues';
  const app = appJson(comment.author, links);
  return {
    id: comment.id,
    node_id: links.node('IC', comment.id),
    url: links.api(`${repository}/issues/comments/${comment.id}`),
    html_url: links.html(`/${state.repository}/${kind}/${comment.issue}#issuecomment-${comment.id}`),
    issue_url: links.api(`${repository}/issues/${comment.issue}`),
    body: comment.body,
    user: accountJson(comment.author, links),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: app === null ? 'MEMBER' : 'NONE',
    performed_via_github_app: app,
    reactions: reactionsJson(links.api(`${repository}/issues/comments/${comment.id}/reactions`)),
  };
}

/** `issue` of GitHub's description; a pull request shows here with a link to itself. */
export function issueJson(issue: StoredIssue, state: GitHubState, links: Links): Record<string, unknown> {
  const repository = links.api(`/repos/${state.repository}`);
  const url = `${repository}/issues/${issue.number}`;
  const html = links.html(`/${state.repository}/${issue.isPull ? 'pull' : 'issues'}/${issue.number}`);
  return {
    id: stableId(`${state.repository}#${issue.number}`),
    node_id: links.node('I', issue.number),
    number: issue.number,
    url,
    repository_url: repository,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: html,
    title: issue.title,
    body: issue.body,
    state: issue.state,
    state_reason: issue.stateReason,
    locked: issue.locked,
    active_lock_reason: null,
    labels: issue.labels.map((name) => labelJson(name, repository)),
    user: accountJson(issue.author, links),
    assignee: null,
    assignees: [],
    milestone: null,
    comments: state.comments.filter((comment) => comment.issue === issue.number).length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    author_association: 'MEMBER',
    performed_via_github_app: appJson(issue.author, links),
    reactions: reactionsJson(`${url}/reactions`),
    ...(issue.isPull ? { pull_request: pullLinks(issue, state, links, html) } : {}),
  };
}

/** `label`, made by whoever names it first. */
export function labelJson(name: string, repositoryUrl: string): Record<string, unknown> {
  const id = stableId(name);
  return {
    id,
    node_id: `LA_${id}`,
    url: `${repositoryUrl}/labels/${encodeURIComponent(name)}`,
    name,
    description: null,
    color: 'ededed',
    default: false,
  };
}

function pullLinks(issue: StoredIssue, state: GitHubState, links: Links, html: string): Record<string, unknown> {
  return {
    url: links.api(`/repos/${state.repository}/pulls/${issue.number}`),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    merged_at: state.pulls.get(issue.number)?.merged === true ? issue.closedAt : null,
  };
}

function reactionsJson(url: string): Record<string, unknown> {
  return { url, total_count: 0, '+1': 0, '-1': 0, laugh: 0, hooray: 0, confused: 0, heart: 0, rocket: 0, eyes: 0 };
}
