import { describe, expect, it } from '@jest/globals';
import { BOT, FORK_PERMISSIONS, type GitHub, type Permissions } from '../../../sandbox/github/index.js';
import { keepAlertIssue } from '../../../src/github/alert-issue.js';
import { createGitHub } from '../../../src/github/client.js';
import { type CommentOutcome, writeComment } from '../../../src/github/comment.js';
import { createDeployment } from '../../../src/github/deployments.js';
import { readEvent } from '../../../src/github/event.js';
import { findPullRequest } from '../../../src/github/pull-request.js';
import { runState } from '../../../src/github/runs.js';
import { contracts, startLoose } from './server.js';

const HEAD = 'b'.repeat(40);
const MERGE = 'c'.repeat(40);
const MARKER = '<!-- promotion: a -->';
const signal = new AbortController().signal;

/** The Action's own client, as the job would make it; its waits between tries are cut to nothing. */
function clientOf(github: GitHub) {
  const log = { debug: () => undefined, warning: () => undefined };
  const { apiUrl: baseUrl, token, state } = github;
  return createGitHub({ token, baseUrl, repository: state.repository, log, retryBaseMs: 1 });
}

function comment(github: GitHub, body: string): Promise<CommentOutcome> {
  return writeComment(clientOf(github), { pullRequest: 7, marker: MARKER, body: `${MARKER}\n${body}`, signal });
}

type Check = (github: GitHub) => Promise<void>;

/** A stand-in with one pull request for one check; closing it verifies routes and contract. */
async function withPull(basePath: string, check: Check, permissions?: Permissions): Promise<void> {
  const contract = contracts[basePath === '' ? 'github.com' : 'ghes-3.17'];
  const github = await startLoose({ basePath, contract, ...(permissions === undefined ? {} : { permissions }) });
  github.seed.pull({ number: 7, headSha: HEAD, mergeCommitSha: MERGE, lag: 1 });
  try {
    await check(github);
  } catch (error) {
    await github.close({ verify: false });
    throw error;
  }
  await github.close();
}

/** Bodies of the comments that are ours. */
function ours(github: GitHub): readonly string[] {
  return github.state.comments
    .filter(({ author, body }) => author === BOT && body.startsWith(MARKER))
    .map(({ body }) => body);
}

// The client keeps GitHub's pace (a write a second), so the checks run side by side.
// Every request of the Action's client and every answer is checked against GitHub's description of that server.
describe.each([
  ['github.com', ''],
  ['the oldest Enterprise Server', '/api/v3'],
])("the Action's client on %s", (_name, basePath) => {
  it.concurrent('keeps one comment up to date among 300 others', () =>
    withPull(basePath, async (github) => {
      for (let index = 0; index < 300; index += 1)
        github.seed.comment({ issue: 7, body: `${index}`, author: 'octocat' });
      github.seed.comment({ issue: 7, body: `${MARKER}\nnot ours`, author: 'octocat' });
      expect(await comment(github, 'first')).toMatchObject({ kind: 'written', how: 'created' });
      expect(await comment(github, 'second')).toMatchObject({ kind: 'written', how: 'updated' });
      expect(await comment(github, 'second')).toMatchObject({ kind: 'unchanged' });
      expect(ours(github)).toEqual([`${MARKER}\nsecond`]);
      expect(github.state.comments).toHaveLength(302);
    }));

  it.concurrent('ends with one comment when two jobs write at once', () =>
    withPull(basePath, async (github) => {
      await Promise.all([comment(github, 'by one'), comment(github, 'by the other')]);
      await comment(github, 'last');
      expect(ours(github)).toEqual([`${MARKER}\nlast`]);
    }));

  it.concurrent('makes no second comment when the answer to the first was lost', () =>
    withPull(basePath, async (github) => {
      github.faults.add({
        method: 'POST',
        path: '/repos/{owner}/{repo}/issues/{issue_number}/comments',
        reset: true,
        afterEffect: true,
      });
      expect(await comment(github, 'once')).toMatchObject({ kind: 'written' });
      expect(ours(github)).toEqual([`${MARKER}\nonce`]);
    }));

  it.concurrent('explains what a fork may not do', () =>
    withPull(
      basePath,
      async (github) => {
        const outcome = await comment(github, 'x');
        expect(outcome).toMatchObject({ kind: 'failed', message: expect.stringContaining('pull-requests: write') });
      },
      FORK_PERMISSIONS,
    ));

  it.concurrent('follows a deployment through its states', () =>
    withPull(basePath, async (github) => {
      const outcome = await createDeployment(
        clientOf(github),
        {
          ref: MERGE,
          environment: 'production',
          description: 'main.vision.digits 3',
          payload: { version: '3' },
          logUrl: 'https://github.com/acme/models/actions/runs/1',
          environmentUrl: 'https://example.test/serving',
        },
        signal,
      );
      if (outcome.kind !== 'created') throw new Error(outcome.message);
      expect(await outcome.deployment.progress('x'.repeat(300), signal)).toEqual({ kind: 'written' });
      expect(await outcome.deployment.close('success', 'done', signal)).toEqual({ kind: 'written' });
      expect(github.state.deployments[0]?.statuses.map(({ state }) => state)).toEqual([
        'in_progress',
        'in_progress',
        'success',
      ]);
    }));

  it.concurrent('finds the pull request of a merge after the lag', () =>
    withPull(basePath, async (github) => {
      const environment = { GITHUB_EVENT_NAME: 'push', GITHUB_SHA: MERGE, GITHUB_REPOSITORY: 'acme/models' };
      const query = { given: null, event: readEvent({}, environment), signal, sleep: async () => undefined };
      expect(await findPullRequest(clientOf(github), query)).toMatchObject({ number: 7, how: 'commit' });
    }));

  it.concurrent('asks whether a run has ended', () =>
    withPull(basePath, async (github) => {
      github.seed.run({ id: 11, status: 'completed', conclusion: 'cancelled' });
      github.seed.run({ id: 12, attempt: 2 });
      const ask = (runId: string, runAttempt = '1') => runState(clientOf(github), { runId, runAttempt }, signal);
      expect(await ask('11')).toEqual({ kind: 'ended', conclusion: 'cancelled' });
      expect(await ask('12', '2')).toEqual({ kind: 'running', status: 'in_progress' });
      expect(await ask('12')).toMatchObject({ kind: 'ended' });
      expect(await ask('13')).toMatchObject({ kind: 'unknown' });
    }));

  it.concurrent('opens, updates and closes the issue of an alert', () =>
    withPull(basePath, async (github) => {
      const keep = (alerting: boolean, body: string) =>
        keepAlertIssue(clientOf(github), {
          marker: MARKER,
          alerting,
          title: 'Alert',
          body: `${MARKER}\n${body}`,
          signal,
        });
      expect(await keep(false, 'well')).toEqual({ kind: 'none' });
      expect(await keep(true, 'bad')).toMatchObject({ kind: 'opened', number: 8 });
      expect(await keep(true, 'worse')).toMatchObject({ kind: 'updated', number: 8 });
      expect(await keep(false, 'well')).toMatchObject({ kind: 'closed', number: 8 });
      expect(github.state.issues.get(8)).toMatchObject({ state: 'closed', body: `${MARKER}\nwell` });
    }));

  it.concurrent('waits for rate limits and tries reads again', () =>
    withPull(basePath, async (github) => {
      github.faults.add({ method: 'GET', path: /comments$/, status: 502 });
      github.faults.add({ method: 'GET', path: /comments$/, nth: 2, rateLimit: 'secondary', retryAfter: 1 });
      expect(await comment(github, 'x')).toMatchObject({ kind: 'written' });
      expect(github.faults.pending()).toBe(0);
    }));
});
