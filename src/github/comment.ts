import { z } from 'zod';
import type { GitHub } from './client.js';
import { statusOf } from './failure.js';
import { isSameLogin, loginOf } from './identity.js';

const commentSchema = z.object({
  id: z.number(),
  html_url: z.string(),
  body: z.string().nullish(),
  user: z.object({ login: z.string() }).nullish(),
});
type Comment = z.infer<typeof commentSchema>;

/** What became of a comment. A comment that cannot be written never fails a run, so this is data and not an error. */
export type CommentOutcome =
  | { readonly kind: 'written'; readonly url: string; readonly id: number; readonly how: 'created' | 'updated' }
  | { readonly kind: 'unchanged'; readonly url: string; readonly id: number }
  | { readonly kind: 'skipped'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string };

export interface CommentRequest {
  readonly pullRequest: number;
  /** The hidden first line that makes the comment ours; `body` starts with it. */
  readonly marker: string;
  readonly body: string;
  /** Only brings an existing comment up to date. */
  readonly updateOnly?: boolean;
  readonly signal: AbortSignal;
}

const LIST = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments';
const CREATE = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
const UPDATE = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}';
const DELETE = 'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}';

const REFUSALS: Readonly<Record<number, string>> = {
  401: 'GitHub does not accept the token: it may have expired, or `github-token` is wrong.',
  403: "GitHub refused to write the comment. Give the job `permissions: pull-requests: write`. On a pull request from a fork the token is read-only whatever the workflow says; there the job's summary has the whole report.",
  404: 'GitHub does not know the pull request, or the token cannot see the repository. Check `pr-number` and `github-token`.',
  410: 'The conversation of the pull request is switched off or deleted, so nothing can be written there.',
  422: "GitHub did not take the comment's text (too long, or held for spam). The job's summary has the whole report.",
};

/** A refusal as a sentence with the fix; GitHub's own words follow. */
function explainCommentFailure(thrown: unknown): string {
  const status = statusOf(thrown);
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  const known = status === null ? undefined : REFUSALS[status];
  return known === undefined ? said : `${known} ${said}`;
}

/** GitHub may store other line ends and no blank end; neither is a change. */
function isSameText(a: string | null | undefined, b: string): boolean {
  const plain = (text: string): string => text.replace(/\r\n/g, '\n').trimEnd();
  return plain(a ?? '') === plain(b);
}

/** Our comments, oldest first: they start with the marker, and we wrote them. */
async function ourComments(github: GitHub, request: CommentRequest): Promise<Comment[]> {
  const { signal, pullRequest, marker } = request;
  const all = await github.list(LIST, { issue_number: pullRequest }, commentSchema, { signal });
  const marked = all.filter((comment) => comment.body?.startsWith(marker));
  if (marked.length === 0) return [];
  const login = await loginOf(github, signal);
  return marked
    .filter((comment) => comment.user && isSameLogin(comment.user.login, login))
    .toSorted((a, b) => a.id - b.id);
}

async function remove(github: GitHub, comments: readonly Comment[], signal: AbortSignal): Promise<void> {
  for (const comment of comments) {
    try {
      await github.request(DELETE, { comment_id: comment.id }, z.unknown(), { signal });
    } catch (thrown) {
      if (statusOf(thrown) !== 404) throw thrown;
    }
  }
}

/** `null`: the comment was deleted meanwhile. */
async function update(github: GitHub, comment: Comment, request: CommentRequest): Promise<CommentOutcome | null> {
  if (isSameText(comment.body, request.body)) return { kind: 'unchanged', url: comment.html_url, id: comment.id };
  try {
    const parameters = { comment_id: comment.id, body: request.body };
    const { html_url, id } = await github.request(UPDATE, parameters, commentSchema, { signal: request.signal });
    return { kind: 'written', url: html_url, id, how: 'updated' };
  } catch (thrown) {
    if (statusOf(thrown) === 404) return null;
    throw thrown;
  }
}

/** Creating is not repeated by the client; without an answer the listing tells whether it happened. */
async function create(github: GitHub, request: CommentRequest): Promise<Comment> {
  const parameters = { issue_number: request.pullRequest, body: request.body };
  const post = (): Promise<Comment> =>
    github.request(CREATE, parameters, commentSchema, { signal: request.signal, retries: 0 });
  try {
    return await post();
  } catch (thrown) {
    const status = statusOf(thrown);
    if (status !== null && status < 500) throw thrown;
    request.signal.throwIfAborted();
    return (await ourComments(github, request))[0] ?? (await post());
  }
}

/** Two jobs may list before either creates. Whoever sees both keeps the oldest, brings it up to date and deletes the rest. */
async function converge(github: GitHub, created: Comment, request: CommentRequest): Promise<CommentOutcome> {
  const mine: CommentOutcome = { kind: 'written', url: created.html_url, id: created.id, how: 'created' };
  const ours = await ourComments(github, request);
  const oldest = ours[0];
  if (!oldest) return mine;
  const outcome = oldest.id < created.id ? await update(github, oldest, request) : mine;
  if (outcome === null) return mine;
  const doubles = ours.filter((comment) => comment.id !== oldest.id);
  await remove(github, doubles, request.signal);
  return outcome;
}

async function write(github: GitHub, request: CommentRequest): Promise<CommentOutcome> {
  const [first, ...extra] = await ourComments(github, request);
  if (first) {
    await remove(github, extra, request.signal);
    const outcome = await update(github, first, request);
    if (outcome) return outcome;
  }
  if (request.updateOnly)
    return { kind: 'skipped', message: 'There is no comment of an earlier run to bring up to date.' };
  return converge(github, await create(github, request), request);
}

/**
 * Writes the one comment that `marker` names on a pull request: updates ours in place, leaves it alone when nothing changed,
 * creates it otherwise, and ends with one even when two jobs create at the same time. Never throws.
 */
export async function writeComment(github: GitHub, request: CommentRequest): Promise<CommentOutcome> {
  try {
    return await write(github, request);
  } catch (thrown) {
    return { kind: 'failed', message: explainCommentFailure(thrown) };
  }
}

/** Brings one known comment up to date without listing; falls back to `writeComment` when it is gone. Never throws. */
export async function rewriteComment(github: GitHub, id: number, request: CommentRequest): Promise<CommentOutcome> {
  try {
    const known: Comment = { id, html_url: '', body: null };
    return (await update(github, known, request)) ?? (await write(github, request));
  } catch (thrown) {
    return { kind: 'failed', message: explainCommentFailure(thrown) };
  }
}
