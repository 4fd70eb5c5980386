import { ApiRefusal, invalid, notFound } from '../refusal.js';
import { issueJson } from '../representations/issue.js';
import type { Answer, Call, Route } from '../router.js';
import { BOT, type StoredIssue } from '../state.js';

/** Issues, as alerts use them. Listings hold pull requests as well, as GitHub's do. */
export const issueRoutes: readonly Route[] = [
  { operation: 'GET /repos/{owner}/{repo}/issues', handle: list },
  { operation: 'POST /repos/{owner}/{repo}/issues', handle: create },
  {
    operation: 'GET /repos/{owner}/{repo}/issues/{issue_number}',
    handle: (call) => {
      call.require('read', 'issues', 'pull-requests');
      return { status: 200, body: issueJson(issueOf(call), call.state, call.links) };
    },
  },
  { operation: 'PATCH /repos/{owner}/{repo}/issues/{issue_number}', handle: update },
];

function list(call: Call): Answer {
  call.require('read', 'issues', 'pull-requests');
  const state = call.query.get('state') ?? 'open';
  const labels = (call.query.get('labels') ?? '').split(',').filter((label) => label !== '');
  const creator = call.query.get('creator');
  const found = [...call.state.issues.values()]
    .filter((issue) => !issue.deleted && (state === 'all' || issue.state === state))
    .filter((issue) => labels.every((label) => issue.labels.includes(label)))
    .filter((issue) => creator === null || issue.author === creator)
    .sort((a, b) => b.number - a.number);
  if (call.query.get('direction') === 'asc') found.reverse();
  return call.list(found, (issue) => issueJson(issue, call.state, call.links));
}

function create(call: Call): Answer {
  call.require('write', 'issues');
  if (call.state.issuesDisabled) throw new ApiRefusal(410, 'Issues has been disabled in this repository.');
  const title = titleOf(call);
  if (title === null) throw invalid('Issue', 'title', 'missing_field');
  const at = call.state.timestamp();
  const issue: StoredIssue = {
    number: Math.max(0, ...call.state.issues.keys()) + 1,
    author: BOT,
    title,
    body: call.text('body', 'Issue'),
    state: 'open',
    stateReason: null,
    labels: labelsOf(call) ?? [],
    isPull: false,
    locked: false,
    deleted: false,
    createdAt: at,
    updatedAt: at,
    closedAt: null,
  };
  call.state.issues.set(issue.number, issue);
  return { status: 201, body: issueJson(issue, call.state, call.links) };
}

function update(call: Call): Answer {
  const issue = issueOf(call);
  if (issue.isPull) call.require('write', 'issues', 'pull-requests');
  else call.require('write', 'issues');
  const at = call.state.timestamp();
  issue.title = titleOf(call) ?? issue.title;
  issue.body = call.body.body === undefined ? issue.body : call.text('body', 'Issue');
  issue.labels = labelsOf(call) ?? issue.labels;
  const state = call.text('state', 'Issue');
  if (state !== null && state !== 'open' && state !== 'closed') throw invalid('Issue', 'state', 'invalid');
  if (state !== null && state !== issue.state) {
    issue.state = state;
    issue.closedAt = state === 'closed' ? at : null;
    issue.stateReason = state === 'closed' ? (call.text('state_reason', 'Issue') ?? 'completed') : 'reopened';
  }
  issue.updatedAt = at;
  return { status: 200, body: issueJson(issue, call.state, call.links) };
}

function issueOf(call: Call): StoredIssue {
  const issue = call.state.issues.get(call.number('issue_number'));
  if (issue === undefined) throw notFound();
  if (issue.deleted) throw new ApiRefusal(410, 'This issue was deleted');
  return issue;
}

function titleOf(call: Call): string | null {
  const title = call.text('title', 'Issue');
  if (title !== null && title.trim() === '') throw invalid('Issue', 'title', 'missing_field');
  if (title !== null && title.length > 256) {
    throw invalid('Issue', 'title', 'custom', 'title is too long (maximum is 256 characters)');
  }
  return title;
}

function labelsOf(call: Call): readonly string[] | null {
  const labels = call.body.labels ?? null;
  if (labels === null) return null;
  if (!Array.isArray(labels)) throw invalid('Issue', 'labels', 'invalid');
  return labels.map((label: unknown) => {
    const name = typeof label === 'object' && label !== null && 'name' in label ? label.name : label;
    if (typeof name !== 'string' || name === '') throw invalid('Label', 'name', 'missing_field');
    return name;
  });
}
