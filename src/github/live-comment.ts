import type { GitHub } from './client.js';
import { type CommentOutcome, rewriteComment, writeComment } from './comment.js';

/** A comment is a notice and not a log: no more often than this (ms). */
const SHORTEST_PAUSE_MS = 30_000;

export interface LiveCommentOptions {
  readonly pullRequest: number;
  readonly marker: string;
  /** Monotonic ms. */
  readonly now: () => number;
  readonly pauseMs?: number;
}

/** A comment that follows a rollout, with restraint. */
export interface LiveComment {
  /**
   * Shows a new state: at most once for each `step` and once in thirty seconds; otherwise it is skipped. `render` is called
   * only when it will be written. Never throws.
   */
  show(step: string, render: () => string, signal: AbortSignal): Promise<CommentOutcome>;
  /** Writes the last state without waiting. Never throws. */
  finish(body: string, signal: AbortSignal): Promise<CommentOutcome>;
}

/** Follows one rollout in the comment that `marker` names; remembers its id, so that an update is one request. */
export function createLiveComment(github: GitHub, options: LiveCommentOptions): LiveComment {
  let id: number | null = null;
  let lastStep: string | null = null;
  let lastAt = Number.NEGATIVE_INFINITY;
  let lastBody: string | null = null;
  let lastUrl = '';
  let turn: Promise<unknown> = Promise.resolve();

  const write = async (body: string, signal: AbortSignal): Promise<CommentOutcome> => {
    if (id !== null && body === lastBody) return { kind: 'unchanged', url: lastUrl, id };
    const request = { pullRequest: options.pullRequest, marker: options.marker, body, signal };
    const outcome = id === null ? await writeComment(github, request) : await rewriteComment(github, id, request);
    if (outcome.kind === 'written' || outcome.kind === 'unchanged') {
      id = outcome.id;
      lastUrl = outcome.url || lastUrl;
      lastBody = body;
    }
    return outcome;
  };
  /** One write at a time, so that an older state never overtakes a newer one; but none waits longer than its signal allows. */
  const queued = (body: string, signal: AbortSignal): Promise<CommentOutcome> => {
    const result = settledOrAborted(turn, signal).then(() => write(body, signal));
    turn = result;
    return result;
  };
  return {
    show: async (step, render, signal) => {
      if (step === lastStep) return { kind: 'skipped', message: 'This step has been shown.' };
      if (options.now() - lastAt < (options.pauseMs ?? SHORTEST_PAUSE_MS)) {
        return { kind: 'skipped', message: 'The comment was written less than thirty seconds ago.' };
      }
      lastStep = step;
      lastAt = options.now();
      return queued(render(), signal);
    },
    finish: (body, signal) => queued(body, signal),
  };
}

/** Resolves when the promise has settled or the signal is aborted, whichever is first. */
function settledOrAborted(promise: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      signal.removeEventListener('abort', done);
      resolve();
    };
    if (signal.aborted) done();
    else signal.addEventListener('abort', done, { once: true });
    promise.then(done, done);
  });
}
