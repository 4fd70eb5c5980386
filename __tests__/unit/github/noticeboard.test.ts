import { afterEach, describe, expect, it } from '@jest/globals';
import { Noticeboard } from '../../../src/commands/noticeboard.js';
import { readEvent } from '../../../src/github/event.js';
import type { ResultDocument } from '../../../src/report/result.js';
import { SAMPLES } from '../report/samples.js';
import { SIGNAL, type Stand, stand } from './stand.js';

const PULL = 42;
const SHOWN_EVERY_MS = 30_000;
const HEAD = 'a'.repeat(40);
const QUIET = { info: () => undefined, warning: () => undefined, debug: () => undefined, phase: () => undefined };
let open: Stand | undefined;

/** A rollout under way, told apart by its headline. */
function running(headline: string): ResultDocument {
  return { ...SAMPLES.promoted(), headline, in_progress: true };
}

async function onPull(): Promise<{ readonly board: Noticeboard; readonly wait: (ms: number) => void }> {
  open = await stand();
  open.standIn.seed.pull({ number: PULL, headSha: HEAD });
  const variables = { GITHUB_REPOSITORY: open.standIn.state.repository, GITHUB_EVENT_NAME: 'push', GITHUB_SHA: HEAD };
  let now = 0;
  const board = new Noticeboard({
    github: open.github,
    event: readEvent({}, variables),
    reporting: { failOnRejection: true, comment: 'auto', commentKey: 'cv', pullRequest: PULL, environment: null },
    log: QUIET,
    now: () => now,
    findPullRequest: async () => ({ number: PULL, how: 'input' as const, note: 'given' }),
    signal: SIGNAL,
    onDeployment: () => undefined,
  });
  return {
    board,
    wait: (ms) => {
      now += ms;
    },
  };
}

/** Writes to the comment, each with the headline that it told. */
function told(): readonly string[] {
  const requests = open?.standIn.requests ?? [];
  return requests
    .filter(({ method, path }) => method !== 'GET' && path !== '/graphql')
    .map(({ method, body }) => `${method} ${/## \S+ (.+)/.exec(JSON.parse(body).body)?.[1]}`);
}

afterEach(async () => {
  await open?.standIn.close();
  open = undefined;
});

describe('the comment of a rollout that goes on', () => {
  it('is written at most once a step', async () => {
    const { board, wait } = await onPull();
    await board.show('5 %', null, running('at 5'));
    wait(SHOWN_EVERY_MS);
    await board.show('5 %', null, running('at 5, later'));
    await board.show('25 %', null, running('at 25'));
    expect(told()).toEqual(['POST at 5', 'PATCH at 25']);
  });

  it('is written at most once in thirty seconds, and the end waits for nothing', async () => {
    const { board, wait } = await onPull();
    await board.show('5 %', null, running('at 5'));
    wait(SHOWN_EVERY_MS - 1);
    await board.show('25 %', null, running('too early'));
    await board.finish({ ...running('done'), in_progress: false }, false, 10_000);
    expect(told()).toEqual(['POST at 5', 'PATCH done']);
  });

  it('is left alone when nothing changed', async () => {
    const { board } = await onPull();
    await board.show('5 %', null, running('at 5'));
    const asked = open?.standIn.requests.length;
    await board.finish(running('at 5'), false, 10_000);
    expect(open?.standIn.requests.length).toBe(asked);
  });
});
