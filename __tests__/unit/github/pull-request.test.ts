import { afterEach, describe, expect, it } from '@jest/globals';
import { type EventContext, readEvent } from '../../../src/github/event.js';
import { findPullRequest } from '../../../src/github/pull-request.js';
import { SIGNAL, type Stand, stand } from './stand.js';

const MERGE = 'b'.repeat(40);
let open: Stand | undefined;

afterEach(async () => {
  await open?.standIn.close();
  open = undefined;
});

function push(sha: string): EventContext {
  return readEvent({}, { GITHUB_EVENT_NAME: 'push', GITHUB_SHA: sha, GITHUB_REPOSITORY: 'acme/models' });
}

describe('the pull request to report to', () => {
  it('is the one that was given', async () => {
    open = await stand();
    const found = await findPullRequest(open.github, {
      given: 9,
      event: push(MERGE),
      signal: SIGNAL,
      sleep: async () => {},
    });
    expect(found).toMatchObject({ number: 9, how: 'input' });
    expect(open.standIn.requests).toHaveLength(0);
  });

  it('is the one of the event', async () => {
    open = await stand();
    const event = readEvent(
      { pull_request: { number: 5, head: { sha: MERGE } } },
      { GITHUB_EVENT_NAME: 'pull_request' },
    );
    const found = await findPullRequest(open.github, { given: null, event, signal: SIGNAL, sleep: async () => {} });
    expect(found).toMatchObject({ number: 5, how: 'event' });
  });

  it('is the one that a push merged, asked again since GitHub lags', async () => {
    open = await stand();
    open.standIn.seed.pull({ number: 7, headSha: 'c'.repeat(40), mergeCommitSha: MERGE, lag: 1 });
    const waits: number[] = [];
    const sleep = async (ms: number): Promise<void> => void waits.push(ms);
    const found = await findPullRequest(open.github, { given: null, event: push(MERGE), signal: SIGNAL, sleep });
    expect(found).toMatchObject({ number: 7, how: 'commit' });
    expect(waits).toEqual([3_000]);
  });

  it('prefers the one whose merge made the commit', async () => {
    open = await stand();
    open.standIn.seed.pull({ number: 20, headSha: 'd'.repeat(40), mergeCommitSha: 'e'.repeat(40), commits: [MERGE] });
    open.standIn.seed.pull({ number: 7, headSha: 'c'.repeat(40), mergeCommitSha: MERGE });
    open.standIn.seed.pull({ number: 30, headSha: MERGE });
    const found = await findPullRequest(open.github, {
      given: null,
      event: push(MERGE),
      signal: SIGNAL,
      sleep: async () => {},
    });
    expect(found.number).toBe(7);
  });

  it('is none for a direct push, and that is no fault', async () => {
    open = await stand();
    open.standIn.seed.commit(MERGE);
    const found = await findPullRequest(open.github, {
      given: null,
      event: push(MERGE),
      signal: SIGNAL,
      sleep: async () => {},
    });
    expect(found).toMatchObject({ number: null, how: 'none' });
  });

  it('is none when it may not be asked, with the permission to grant', async () => {
    open = await stand({ permissions: {} });
    open.standIn.seed.commit(MERGE);
    const found = await findPullRequest(open.github, {
      given: null,
      event: push(MERGE),
      signal: SIGNAL,
      sleep: async () => {},
    });
    expect(found.note).toContain('pull-requests: read');
  });
});
