import { afterEach, describe, expect, it } from '@jest/globals';
import { keepAlertIssue } from '../../../src/github/alert-issue.js';
import { commentWish } from '../../../src/github/comment-mode.js';
import { createDeployment, deploymentStateOf } from '../../../src/github/deployments.js';
import { createLiveComment } from '../../../src/github/live-comment.js';
import { runState } from '../../../src/github/runs.js';
import { DECISIONS } from '../../../src/reasons.js';
import { commentMarker } from '../../../src/report/marker.js';
import { SIGNAL, type Stand, stand } from './stand.js';

let open: Stand | undefined;

afterEach(async () => {
  await open?.standIn.close();
  open = undefined;
});

const DEPLOYMENT = {
  ref: 'main',
  environment: 'production',
  description: 'Version 13 of main.cv.model',
  payload: { model: 'main.cv.model', version: '13' },
  logUrl: 'https://github.com/acme/models/actions/runs/1',
  environmentUrl: 'https://acme.cloud.databricks.com/ml/endpoints/cv',
};

describe('a deployment', () => {
  it('goes ahead although checks run, shows each step, and is closed once', async () => {
    open = await stand();
    open.standIn.state.pendingChecks.set(open.standIn.state.headSha, ['promote']);
    const outcome = await createDeployment(open.github, DEPLOYMENT, SIGNAL);
    if (outcome.kind !== 'created') throw new Error(outcome.message);
    const { deployment } = outcome;
    expect(await deployment.progress(`25 % of traffic ${'x'.repeat(300)}`, SIGNAL)).toEqual({ kind: 'written' });
    expect(await deployment.close('failure', 'Taken back', SIGNAL)).toEqual({ kind: 'written' });
    expect(await deployment.close('error', 'again', SIGNAL)).toEqual({ kind: 'skipped' });
    const stored = open.standIn.state.deployments[0];
    expect(stored?.statuses.map(({ state }) => state)).toEqual(['in_progress', 'in_progress', 'failure']);
    expect(stored?.statuses[1]?.description).toHaveLength(140);
    expect(stored?.statuses[2]?.environmentUrl).toBe(DEPLOYMENT.environmentUrl);
    expect(JSON.parse(open.standIn.requests[0]?.body ?? '{}')).toMatchObject({
      auto_merge: false,
      required_contexts: [],
    });
  });

  it('without the permission is a message and not an error', async () => {
    open = await stand({ permissions: { deployments: 'read' } });
    expect(await createDeployment(open.github, DEPLOYMENT, SIGNAL)).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('deployments: write'),
    });
  });

  it('has a closing state for every decision', () => {
    const states = Object.fromEntries(DECISIONS.map((decision) => [decision, deploymentStateOf(decision)]));
    expect(states).toMatchObject({
      promoted: 'success',
      paused: 'success',
      'rolled-back': 'failure',
      held: 'failure',
      degraded: 'error',
      cancelled: 'error',
      rejected: 'failure',
    });
  });
});

describe('a run', () => {
  it('has ended, runs, was followed by another attempt, or is not known', async () => {
    open = await stand();
    open.standIn.seed.run({ id: 1, status: 'completed', conclusion: 'cancelled' });
    open.standIn.seed.run({ id: 2, status: 'in_progress', attempt: 2 });
    const ask = (runId: string, runAttempt?: string): ReturnType<typeof runState> =>
      runState((open as Stand).github, runAttempt === undefined ? { runId } : { runId, runAttempt }, SIGNAL);
    expect(await ask('1')).toEqual({ kind: 'ended', conclusion: 'cancelled' });
    expect(await ask('2')).toEqual({ kind: 'running', status: 'in_progress' });
    expect(await ask('2', '2')).toEqual({ kind: 'running', status: 'in_progress' });
    expect(await ask('2', '1')).toMatchObject({ kind: 'ended' });
    expect(await ask('3')).toMatchObject({ kind: 'unknown' });
    expect(await ask('../1')).toMatchObject({ kind: 'unknown' });
  });

  it('of which nothing may be asked is not known', async () => {
    open = await stand({ permissions: {} });
    open.standIn.seed.run({ id: 1, status: 'completed', conclusion: 'success' });
    expect(await runState(open.github, { runId: '1' }, SIGNAL)).toMatchObject({
      kind: 'unknown',
      message: expect.stringContaining('actions: read'),
    });
  });
});

describe('the issue of an alert', () => {
  const marker = commentMarker(['cv_endpoint'], 'alert');
  const request = (alerting: boolean, text: string) =>
    ({ marker, alerting, title: 'cv_endpoint is not healthy', body: `${marker}\n${text}`, signal: SIGNAL }) as const;

  it('is opened once, updated, left alone, and closed', async () => {
    open = await stand();
    const { github, standIn } = open;
    expect(await keepAlertIssue(github, request(false, 'fine'))).toEqual({ kind: 'none' });
    const opened = await keepAlertIssue(github, request(true, 'one'));
    expect(opened).toMatchObject({ kind: 'opened', url: expect.any(String) });
    expect(await keepAlertIssue(github, request(true, 'one'))).toMatchObject({ kind: 'unchanged' });
    expect(await keepAlertIssue(github, request(true, 'two'))).toMatchObject({ kind: 'updated' });
    expect(await keepAlertIssue(github, request(false, 'over'))).toMatchObject({ kind: 'closed' });
    const issues = [...standIn.state.issues.values()];
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatchObject({ state: 'closed', body: `${marker}\nover` });
  });

  it('is explained where issues are switched off', async () => {
    open = await stand({ issuesDisabled: true });
    expect(await keepAlertIssue(open.github, request(true, 'x'))).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('switched off'),
    });
  });
});

describe('a live comment', () => {
  it('is written once a step and once in thirty seconds, and at the end at once', async () => {
    open = await stand();
    open.standIn.seed.pull({ number: 1, headSha: 'a'.repeat(40) });
    const marker = commentMarker(['m']);
    let now = 0;
    const live = createLiveComment(open.github, { pullRequest: 1, marker, now: () => now });
    const show = (step: string): ReturnType<typeof live.show> => live.show(step, () => `${marker}\n${step}`, SIGNAL);
    expect(await show('5 %')).toMatchObject({ kind: 'written', how: 'created' });
    now = 40_000;
    expect(await show('5 %')).toMatchObject({ kind: 'skipped' });
    expect(await show('25 %')).toMatchObject({ kind: 'written', how: 'updated' });
    now = 50_000;
    expect(await show('100 %')).toMatchObject({ kind: 'skipped' });
    const end = await live.finish(`${marker}\nend`, SIGNAL);
    expect(end).toMatchObject({ kind: 'written', url: expect.stringContaining('/1#') });
    expect(await live.finish(`${marker}\nend`, SIGNAL)).toMatchObject({
      kind: 'unchanged',
      url: expect.stringContaining('/1#'),
    });
    expect(open.standIn.state.comments.map(({ body }) => body)).toEqual([`${marker}\nend`]);
  });
});

describe('a live comment at the end of its time', () => {
  it('does not wait for an earlier write that hangs', async () => {
    open = await stand();
    open.standIn.seed.pull({ number: 1, headSha: 'a'.repeat(40) });
    open.standIn.faults.add({ path: /comments/, hang: true });
    const live = createLiveComment(open.github, { pullRequest: 1, marker: '<!-- m -->', now: () => 0 });
    const main = new AbortController();
    const first = live.show('5 %', () => '<!-- m -->\none', main.signal);
    await open.standIn.seen('GET', /comments/);
    expect(await live.finish('<!-- m -->\ntwo', AbortSignal.timeout(50))).toMatchObject({ kind: 'failed' });
    main.abort();
    expect(await first).toMatchObject({ kind: 'failed' });
    expect(await live.finish('<!-- m -->\nthree', SIGNAL)).toMatchObject({ kind: 'written' });
  });
});

describe('the mode of comments', () => {
  const run = (event: string, failed = false, givenPullRequest = false) => ({ event, failed, givenPullRequest });

  it.each([
    ['auto', run('pull_request'), 'write'],
    ['auto', run('push'), 'write'],
    ['auto', run('schedule'), 'skip'],
    ['auto', run('workflow_dispatch', false, true), 'write'],
    ['always', run('schedule'), 'write'],
    ['on-failure', run('pull_request', true), 'write'],
    ['on-failure', run('pull_request', false), 'update-only'],
    ['never', run('pull_request', true), 'skip'],
  ] as const)('%s %j: %s', (mode, given, kind) => {
    expect(commentWish(mode, given).kind).toBe(kind);
  });
});

describe('an Enterprise Server', () => {
  it('is reached below its own path', async () => {
    open = await stand({ basePath: '/api/v3' });
    open.standIn.seed.pull({ number: 1, headSha: 'a'.repeat(40) });
    open.standIn.seed.comment({ issue: 1, body: `${commentMarker(['m'])}\nold` });
    const live = createLiveComment(open.github, { pullRequest: 1, marker: commentMarker(['m']), now: () => 0 });
    expect(await live.finish(`${commentMarker(['m'])}\nnew`, SIGNAL)).toMatchObject({ how: 'updated' });
  });
});
