import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readEvent } from '../../../src/github/event.js';

const RUNNER = {
  GITHUB_REPOSITORY: 'acme/models',
  GITHUB_SHA: 'm'.repeat(40),
  GITHUB_RUN_ID: '77',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_SERVER_URL: 'https://ghe.acme.io/',
};

describe('the event', () => {
  it('of a pull request: head and test merge both count', () => {
    const event = readEvent(
      {
        pull_request: {
          number: 3,
          head: { sha: 'h'.repeat(40), repo: { full_name: 'acme/models' } },
          base: { repo: { full_name: 'acme/models' } },
        },
      },
      { ...RUNNER, GITHUB_EVENT_NAME: 'pull_request' },
    );
    expect(event).toMatchObject({ pullRequest: 3, headSha: 'h'.repeat(40), mergeSha: 'm'.repeat(40), isFork: false });
    expect(event.commits).toEqual(['h'.repeat(40), 'm'.repeat(40)]);
    expect(event.runUrl).toBe('https://ghe.acme.io/acme/models/actions/runs/77/attempts/2');
  });

  it.each([
    ['another repository', { full_name: 'mallory/models' }],
    ['a deleted fork', null],
  ])('of a pull request from %s', (_, repo) => {
    const pull_request = { number: 3, head: { sha: 'x', repo }, base: { repo: { full_name: 'acme/models' } } };
    expect(readEvent({ pull_request }, RUNNER).isFork).toBe(true);
  });

  it('of a merge queue names its pull request in the branch', () => {
    const merge_group = { head_sha: 'q', head_ref: 'refs/heads/gh-readonly-queue/main/pr-104-0123abcd' };
    expect(readEvent({ merge_group }, RUNNER)).toMatchObject({ pullRequest: 104, headSha: 'q' });
  });

  it('of a comment on a pull request, but not on an issue', () => {
    expect(readEvent({ issue: { number: 8, pull_request: {} } }, RUNNER).pullRequest).toBe(8);
    expect(readEvent({ issue: { number: 8 } }, RUNNER).pullRequest).toBeNull();
  });

  it('of a finished workflow of a fork', () => {
    const workflow_run = { head_sha: 'w', head_repository: { full_name: 'mallory/models' }, pull_requests: [] };
    expect(readEvent({ workflow_run }, RUNNER)).toMatchObject({ isFork: true, headSha: 'w', pullRequest: null });
  });

  it('is read from whatever a payload holds', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (pull, other) => {
        const event = readEvent({ pull_request: pull, merge_group: other, issue: other }, RUNNER);
        expect(typeof event.headSha).toBe('string');
        expect(event.commits.length).toBeGreaterThan(0);
      }),
      { numRuns: process.env.NIGHTLY === '1' ? 5_000 : 300 },
    );
  });
});
