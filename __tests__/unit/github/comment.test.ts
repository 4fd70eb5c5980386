import { afterEach, describe, expect, it } from '@jest/globals';
import { BOT, FORK_PERMISSIONS, type GitHubOptions } from '../../../sandbox/github/index.js';
import { type CommentRequest, rewriteComment, writeComment } from '../../../src/github/comment.js';
import { commentMarker } from '../../../src/report/marker.js';
import { clientOf, SIGNAL, type Stand, stand } from './stand.js';

const marker = commentMarker(['main.cv.model', 'prod']);
const HEAD = 'a'.repeat(40);
let open: Stand | undefined;

async function withPull(options: GitHubOptions = {}): Promise<Stand> {
  open = await stand(options);
  open.standIn.seed.pull({ number: 42, headSha: HEAD });
  return open;
}

function request(text: string, more: Partial<CommentRequest> = {}): CommentRequest {
  return { pullRequest: 42, marker, body: `${marker}\n${text}`, signal: SIGNAL, ...more };
}

function bodies({ standIn }: Stand): string[] {
  return standIn.state.comments.filter((comment) => comment.author === BOT).map((comment) => comment.body);
}

function writes({ standIn }: Stand): string[] {
  return standIn.requests
    .filter(({ method, path }) => method !== 'GET' && path !== '/graphql')
    .map(({ method }) => method);
}

afterEach(async () => {
  await open?.standIn.close();
  open = undefined;
});

describe('one comment', () => {
  it('is created, left alone when nothing changed, and updated in place', async () => {
    const s = await withPull();
    const first = await writeComment(s.github, request('one'));
    expect(first).toMatchObject({ kind: 'written', how: 'created' });
    expect(await writeComment(s.github, request('one'))).toMatchObject({ kind: 'unchanged' });
    const second = await writeComment(s.github, request('two'));
    expect(second).toMatchObject({ kind: 'written', how: 'updated' });
    expect(first.kind === 'written' && second.kind === 'written' && first.url === second.url).toBe(true);
    expect(bodies(s)).toEqual([`${marker}\ntwo`]);
    expect(writes(s)).toEqual(['POST', 'PATCH']);
  });

  it('is found behind 300 comments by others', async () => {
    const s = await withPull();
    for (let index = 0; index < 299; index += 1)
      s.standIn.seed.comment({ issue: 42, body: `talk ${index}`, author: 'dana' });
    s.standIn.seed.comment({ issue: 42, body: `${marker}\r\nold\r\n` });
    s.standIn.seed.comment({ issue: 42, body: 'last', author: 'dana' });
    expect(await writeComment(s.github, request('old'))).toMatchObject({ kind: 'unchanged' });
    expect(await writeComment(s.github, request('new'))).toMatchObject({ kind: 'written', how: 'updated' });
    expect(bodies(s)).toEqual([`${marker}\nnew`]);
  });

  it('is not someone else’s, whatever marker it carries', async () => {
    const s = await withPull();
    s.standIn.seed.comment({ issue: 42, body: `${marker}\nmine, says mallory`, author: 'mallory' });
    expect(await writeComment(s.github, request('ours'))).toMatchObject({ kind: 'written', how: 'created' });
    expect(s.standIn.state.comments.find(({ author }) => author === 'mallory')?.body).toContain('says mallory');
  });

  it('is not one that only quotes the marker', async () => {
    const s = await withPull();
    s.standIn.seed.comment({ issue: 42, body: `> ${marker}` });
    expect(await writeComment(s.github, request('ours'))).toMatchObject({ how: 'created' });
  });

  it('stands apart for each key', async () => {
    const s = await withPull();
    const other = commentMarker(['main.cv.model', 'staging']);
    s.standIn.seed.comment({ issue: 42, body: `${other}\nstaging` });
    await writeComment(s.github, request('prod'));
    expect(bodies(s)).toEqual([`${other}\nstaging`, `${marker}\nprod`]);
  });

  it('comes back when it was deleted between two updates', async () => {
    const s = await withPull();
    const first = await writeComment(s.github, request('one'));
    s.standIn.state.comments.length = 0;
    const id = first.kind === 'written' ? first.id : 0;
    expect(await rewriteComment(s.github, id, request('two'))).toMatchObject({ kind: 'written', how: 'created' });
    expect(bodies(s)).toEqual([`${marker}\ntwo`]);
  });

  it('is only brought up to date where that is asked', async () => {
    const s = await withPull();
    expect(await writeComment(s.github, request('one', { updateOnly: true }))).toMatchObject({ kind: 'skipped' });
    s.standIn.seed.comment({ issue: 42, body: `${marker}\nfailed` });
    expect(await writeComment(s.github, request('mended', { updateOnly: true }))).toMatchObject({ how: 'updated' });
  });
});

describe('doubles', () => {
  it('of an earlier run are removed, the oldest is kept', async () => {
    const s = await withPull();
    s.standIn.seed.comment({ issue: 42, body: `${marker}\na` });
    s.standIn.seed.comment({ issue: 42, body: `${marker}\nb` });
    expect(await writeComment(s.github, request('c'))).toMatchObject({ how: 'updated' });
    expect(bodies(s)).toEqual([`${marker}\nc`]);
  });

  it('of two jobs that create at the same time become one', async () => {
    const s = await withPull();
    const outcomes = await Promise.all([
      writeComment(s.github, request('leg 1')),
      writeComment(clientOf(s.standIn), request('leg 2')),
    ]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['written', 'written']);
    expect(bodies(s)).toHaveLength(1);
  });

  it('do not come from an answer that was lost on the way', async () => {
    const s = await withPull();
    s.standIn.faults.add({ method: 'POST', path: /comments$/, reset: true, afterEffect: true });
    expect(await writeComment(s.github, request('once'))).toMatchObject({ kind: 'written' });
    expect(bodies(s)).toEqual([`${marker}\nonce`]);
    expect(writes(s)).toEqual(['POST']);
  });
});

describe('refusals are explained and never thrown', () => {
  it('403: the permission to grant, and forks', async () => {
    const s = await withPull({ permissions: FORK_PERMISSIONS });
    const outcome = await writeComment(s.github, request('x'));
    expect(outcome).toMatchObject({ kind: 'failed', message: expect.stringContaining('pull-requests: write') });
    expect(outcome).toMatchObject({ message: expect.stringContaining('fork') });
  });

  it('404: the number or the token', async () => {
    const s = await withPull();
    expect(await writeComment(s.github, request('x', { pullRequest: 7 }))).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('pr-number'),
    });
  });

  it('410: the conversation is gone', async () => {
    const s = await withPull();
    const issue = s.standIn.state.issues.get(42);
    if (issue) issue.deleted = true;
    expect(await writeComment(s.github, request('x'))).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('conversation'),
    });
  });

  it('422: too long', async () => {
    const s = await withPull();
    expect(await writeComment(s.github, request('x'.repeat(65_536)))).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('too long'),
    });
  });

  it('a page of a proxy instead of an answer', async () => {
    const s = await withPull();
    s.standIn.faults.add({ path: /comments/, html: 502, times: 9 });
    expect(await writeComment(s.github, request('x'))).toMatchObject({ kind: 'failed' });
  });

  it('no answer at all ends with the deadline', async () => {
    const s = await withPull();
    const hurried = clientOf(s.standIn, [], 150);
    s.standIn.faults.add({ path: /comments/, hang: true });
    expect(await writeComment(hurried, request('x'))).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('no answer in time'),
    });
  });

  it('an abort', async () => {
    const s = await withPull();
    s.standIn.faults.add({ path: /comments/, hang: true });
    const controller = new AbortController();
    const writing = writeComment(s.github, request('x', { signal: controller.signal }));
    await s.standIn.seen('GET', /comments/);
    controller.abort();
    expect(await writing).toMatchObject({ kind: 'failed' });
  });
});

describe('limits', () => {
  it('waits as GitHub asks, and goes on', async () => {
    const s = await withPull();
    s.standIn.faults.add({ method: 'GET', path: /comments/, rateLimit: 'secondary', retryAfter: 1 });
    expect(await writeComment(s.github, request('x'))).toMatchObject({ kind: 'written' });
    expect(s.log.join()).toContain('secondary rate');
  });

  it('does not wait for an hour', async () => {
    const s = await withPull();
    s.standIn.faults.add({ method: 'GET', path: /comments/, rateLimit: 'primary', retryAfter: 3_000 });
    expect(await writeComment(s.github, request('x'))).toMatchObject({ kind: 'failed' });
    expect(s.log.join()).toContain('giving up');
  });
});
