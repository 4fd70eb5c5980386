/** The `comment` input. */
export type CommentMode = 'auto' | 'always' | 'on-failure' | 'never';

/** Whether to comment: create or update, only bring an existing one up to date, or not at all (with the reason). */
export type CommentWish =
  | { readonly kind: 'write' }
  | { readonly kind: 'update-only' }
  | { readonly kind: 'skip'; readonly message: string };

/** Events whose pull request is waiting for the verdict; a manual or scheduled run is not about one. */
const PULL_REQUEST_EVENTS = new Set([
  'pull_request',
  'pull_request_target',
  'pull_request_review',
  'issue_comment',
  'merge_group',
  'push',
  'workflow_run',
]);

/**
 * What the mode says for this event and end. `on-failure` still brings an earlier comment up to date after a success, so that
 * no comment goes on telling of a failure that is mended. A pull request named by input is a wish to report there.
 */
export function commentWish(
  mode: CommentMode,
  run: { readonly event: string; readonly failed: boolean; readonly givenPullRequest: boolean },
): CommentWish {
  if (mode === 'never') return { kind: 'skip', message: 'Comments are switched off (`comment: never`).' };
  if (mode === 'on-failure') return run.failed ? { kind: 'write' } : { kind: 'update-only' };
  if (mode === 'always' || run.givenPullRequest || PULL_REQUEST_EVENTS.has(run.event)) return { kind: 'write' };
  return { kind: 'skip', message: `A run by ${run.event} comments only with \`comment: always\` or \`pr-number\`.` };
}
