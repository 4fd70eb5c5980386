import { expect } from '@jest/globals';
import type { RunResult } from '../../../sandbox/runner/index.js';
import { ENDPOINT, MODEL, type Stage } from '../../../sandbox/stage.js';
import { CALLERS } from './fast.js';
import { aliases, command, configurations, oldAndNew, promote, RUN, recordOn, runHasEnded } from './scene.js';

/** How a rollout that was killed is taken up. */
export type Continuation = 'promoted again' | 'reconciled' | 'promoted by another run' | 'reconciled by another run';

export const CONTINUATIONS: readonly Continuation[] = [
  'promoted again',
  'reconciled',
  'promoted by another run',
  'reconciled by another run',
];

const LATER = 42;

/** Takes the killed rollout up. Another run may do so because GitHub says that the first one has ended. */
export function takeUp(stage: Stage, continuation: Continuation): Promise<RunResult> {
  if (continuation.endsWith('another run')) runHasEnded(stage, RUN);
  switch (continuation) {
    case 'promoted again':
      return promote(stage, { runAttempt: 2 });
    case 'reconciled':
      return command(stage, { command: 'reconcile' }, { runId: RUN, job: 'guardian' });
    case 'promoted by another run':
      return promote(stage, { runId: LATER });
    case 'reconciled by another run':
      return command(stage, { command: 'reconcile' }, { runId: LATER });
  }
}

/** A course of events in which a process can die anywhere. */
export interface Scenario {
  readonly name: string;
  arrange(stage: Stage): void;
  /** Holds the end against what the scenario allows. */
  check(stage: Stage, continuation: Continuation, run: RunResult): void;
}

/** Decisions with which taking a rollout up may end: something was finished, or there was nothing to do. */
const GOOD_ENDS: Readonly<Record<Continuation, readonly string[]>> = {
  'promoted again': ['promoted', 'unchanged'],
  'promoted by another run': ['promoted', 'unchanged'],
  reconciled: ['reconciled', 'unchanged'],
  'reconciled by another run': ['reconciled', 'unchanged'],
};

const BAD_ENDS: Readonly<Record<Continuation, readonly string[]>> = {
  ...GOOD_ENDS,
  'promoted again': ['rolled-back'],
  'promoted by another run': ['rolled-back'],
};

/** What every end has in common: nothing is under way, nobody holds the endpoint, nothing is left open. */
function expectRest(stage: Stage): void {
  const endpoint = stage.workspace.endpoints.find(ENDPOINT);
  const record = recordOn(stage);
  expect(endpoint?.update ?? 'NOT_UPDATING').toBe('NOT_UPDATING');
  expect(record?.lease ?? null).toBeNull();
  expect(record?.status ?? 'ended').toBe('ended');
  expectOrderlySteps(stage);
}

/** Up by one planned step at a time, whoever was at work; down to nothing from anywhere. */
function expectOrderlySteps(stage: Stage): void {
  const ladder = [0, 25, 100];
  let last = 0;
  for (const shares of configurations(stage)) {
    const share = shares['digits-2'] ?? 0;
    expect(ladder).toContain(share);
    expect(ladder.indexOf(share)).toBeLessThanOrEqual(ladder.indexOf(last) + 1);
    last = share;
  }
}

/** Either all old or all new, and the registry says the same. */
function expectOneVersion(stage: Stage, allowed: readonly ('1' | '2')[]): void {
  const split = stage.split();
  const [serving = 'none'] = Object.keys(split);
  expect(allowed).toContain(serving);
  expect(split).toEqual({ [serving]: 100 });
  expect(aliases(stage)).toEqual(serving === '1' ? { champion: '1' } : { champion: '2', 'previous-champion': '1' });
}

export const HEALTHY: Scenario = {
  name: 'a healthy version',
  arrange: (stage) => {
    oldAndNew(stage);
  },
  check(stage, continuation, run) {
    expect(GOOD_ENDS[continuation]).toContain(run.outputs.decision);
    expect(run.exitCode).toBe(0);
    expectRest(stage);
    expectOneVersion(stage, continuation.startsWith('promoted') ? ['2'] : ['1', '2']);
  },
};

export const BAD: Scenario = {
  name: 'a version that fails its callers',
  arrange(stage) {
    const { next } = oldAndNew(stage);
    stage.workspace.traffic.behave(MODEL, next, { after: [{ trafficAbove: 0, errorRate: 0.5 }] });
  },
  check(stage, continuation, run) {
    expect(BAD_ENDS[continuation]).toContain(run.outputs.decision);
    expectRest(stage);
    expectOneVersion(stage, ['1']);
  },
};

export const FIRST: Scenario = {
  name: 'a first deployment',
  arrange(stage) {
    stage.version();
    stage.workspace.traffic.start({ endpoint: ENDPOINT, requestsPerSecond: CALLERS });
  },
  check(stage, continuation, run) {
    expect(GOOD_ENDS[continuation]).toContain(run.outputs.decision);
    expect(run.exitCode).toBe(0);
    expectRest(stage);
    const isThere = stage.workspace.endpoints.find(ENDPOINT) !== undefined;
    if (!isThere) expect(continuation).toMatch(/^reconciled/);
    expect(stage.split()).toEqual(isThere ? { 1: 100 } : {});
    expect(aliases(stage)).toEqual(isThere ? { champion: '1' } : {});
  },
};

export const SCENARIOS: readonly Scenario[] = [HEALTHY, BAD, FIRST];
