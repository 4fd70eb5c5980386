import { ApiRefusal, invalid, notFound } from '../refusal.js';
import { commentJson } from '../representations/issue.js';
import type { Call, Route } from '../router.js';
import { BOT, type StoredComment, type StoredIssue } from '../state.js';
import type { Access } from '../types.js';

/** Longest body in UTF-16 units; more is answered 422. */
const LONGEST_BODY = 65_536;

/** Comments of issues and of pull requests' conversations. */
export const commentRoutes: readonly Route[] = [
  {
    operation: 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
    handle: (call) => {
      const issue = issueOf(call, 'read');
      const comments = call.state.comments.filter((comment) => comment.issue === issue.number);
      return call.list(comments, (comment) => commentJson(comment, call.state, call.links));
    },
  },
  { operation: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments', handle: create },
  {
    operation: 'GET /repos/{owner}/{repo}/issues/comments/{comment_id}',
    handle: (call) => ({ status: 200, body: commentJson(commentOf(call, 'read'), call.state, call.links) }),
  },
  {
    operation: 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
    handle: (call) => {
      const comment = commentOf(call, 'write');
      comment.body = bodyOf(call);
      comment.updatedAt = call.state.timestamp();
      return { status: 200, body: commentJson(comment, call.state, call.links) };
    },
  },
  {
    operation: 'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}',
    handle: (call) => {
      const { comments } = call.state;
      comments.splice(comments.indexOf(commentOf(call, 'write')), 1);
      return { status: 204 };
    },
  },
];

function create(call: Call): { status: number; body: unknown } {
  const issue = issueOf(call, 'write');
  if (issue.locked) throw new ApiRefusal(403, 'Unable to create comment because issue is locked.');
  const at = call.state.timestamp();
  const comment: StoredComment = {
    id: call.state.nextId(),
    issue: issue.number,
    author: BOT,
    body: bodyOf(call),
    createdAt: at,
    updatedAt: at,
  };
  call.state.comments.push(comment);
  return { status: 201, body: commentJson(comment, call.state, call.links) };
}

function issueOf(call: Call, access: Access): StoredIssue {
  const issue = call.state.issues.get(call.number('issue_number'));
  requireFor(call, issue, access);
  if (issue === undefined) throw notFound();
  if (issue.deleted) throw new ApiRefusal(410, 'This issue was deleted');
  return issue;
}

function commentOf(call: Call, access: Access): StoredComment {
  const id = call.number('comment_id');
  const comment = call.state.comments.find((candidate) => candidate.id === id);
  requireFor(call, comment === undefined ? undefined : call.state.issues.get(comment.issue), access);
  if (comment === undefined) throw notFound();
  return comment;
}

/** `pull-requests` serves for the conversation of a pull request, `issues` for both. */
function requireFor(call: Call, issue: StoredIssue | undefined, access: Access): void {
  if (issue?.isPull === false) call.require(access, 'issues');
  else call.require(access, 'issues', 'pull-requests');
}

function bodyOf(call: Call): string {
  const body = call.text('body', 'IssueComment');
  if (body === null) throw invalid('IssueComment', 'body', 'missing_field');
  if (body.trim() === '') throw invalid('IssueComment', 'data', 'unprocessable', 'Body cannot be blank');
  if (body.length > LONGEST_BODY) {
    throw invalid('IssueComment', 'data', 'unprocessable', `Body is too long (maximum is ${LONGEST_BODY} characters)`);
  }
  return body;
}
