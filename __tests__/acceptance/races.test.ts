import { describe, expect, it, jest } from '@jest/globals';
import type { RunResult } from '../../sandbox/runner/index.js';
import type { Stage } from '../../sandbox/stage.js';
import { QUICK } from './rollouts/fast.js';
import {
  aliases,
  configurations,
  configured,
  oldAndNew,
  onQuickStage,
  promote,
  RUN,
  recordOn,
} from './rollouts/scene.js';
import { reportOf } from './support.js';

const OTHER = 42;
const THIRD = 43;
const FOREIGN_REPOSITORY = 'acme/platform';
const LIMIT_MS = 90_000;

/** Runs that are at work, as GitHub knows them. */
function atWork(stage: Stage, ...ids: readonly number[]): void {
  for (const id of ids) stage.github.seed.run({ id });
}

/** Each run's own part of the endpoint's history follows another's: no two versions on their way at once. */
function expectOneAtATime(stage: Stage): void {
  for (const shares of configurations(stage)) {
    const onTheWay = Object.entries(shares).filter(([name, share]) => name !== 'digits-1' && share < 100);
    expect(onTheWay.length).toBeLessThanOrEqual(1);
  }
}

/** Ends of a run that came too late: nothing written, and said so. */
function expectTurnedAway(run: RunResult): void {
  expect(run.outputs.decision).toBe('rejected');
  expect(['rollout-in-progress', 'plan-changed']).toContain(run.outputs['reason-code']);
  expect(run.exitCode).toBe(1);
  reportOf(run);
}

function winnersOf(runs: readonly RunResult[]): readonly RunResult[] {
  return runs.filter((run) => run.outputs.decision === 'promoted');
}

/** Holds back the first writes of the record, so that those of several processes meet. */
function letClaimsMeet(stage: Stage, nth: readonly number[], ms: number): void {
  stage.workspace.faults.add({ match: { method: 'PATCH', path: /\/tags$/, nth }, effect: { kind: 'delay', ms } });
}

// Tags have no compare-and-set, so the lease makes collisions rare and not impossible: on a machine that stalls a process
// between its claim and its confirmation two may begin. A second try tells that from a fault of the engine.
jest.retryTimes(1, { logErrorsBeforeRetry: true });

describe('several processes at one endpoint', () => {
  it(
    'lets one of two runs with the same version go on, and turns the other away',
    () =>
      onQuickStage(async (stage) => {
        const { next } = oldAndNew(stage);
        atWork(stage, RUN, OTHER);
        const runs = await Promise.all([promote(stage), promote(stage, { runId: OTHER })]);
        expect(winnersOf(runs)).toHaveLength(1);
        for (const run of runs) if (run.outputs.decision !== 'promoted') expectTurnedAway(run);
        expect(configurations(stage).map((shares) => shares['digits-2'])).toEqual([0, 25, 100, 100]);
        expect(stage.split()).toEqual({ [next]: 100 });
        expect(aliases(stage)).toEqual({ champion: next, 'previous-champion': '1' });
        expect(recordOn(stage)?.status).toBe('ended');
      }),
    LIMIT_MS,
  );

  it(
    'lets one of three runs with different versions go on, when their claims meet in the same moment',
    () =>
      onQuickStage(async (stage) => {
        oldAndNew(stage);
        stage.version();
        stage.version();
        atWork(stage, RUN, OTHER, THIRD);
        letClaimsMeet(stage, [1, 2, 3], 700);
        const runs = await Promise.all(
          [RUN, OTHER, THIRD].map((runId, index) =>
            promote(stage, { runId, inputs: { 'model-version': String(index + 2) } }),
          ),
        );
        const [winner] = winnersOf(runs);
        expect(winnersOf(runs)).toHaveLength(1);
        for (const run of runs) if (run !== winner) expectTurnedAway(run);
        expectOneAtATime(stage);
        expect(stage.split()).toEqual({ [winner?.outputs['model-version'] ?? '']: 100 });
        expect(aliases(stage).champion).toBe(winner?.outputs['model-version']);
      }),
    LIMIT_MS,
  );

  it(
    'keeps a run of another repository out, of which this GitHub knows nothing',
    () =>
      onQuickStage(async (stage) => {
        oldAndNew(stage);
        stage.version();
        const mine = promote(stage, { inputs: { 'model-version': '2' } });
        const theirs = promote(stage, {
          runId: OTHER,
          repository: FOREIGN_REPOSITORY,
          inputs: { 'model-version': '3', 'github-token': '' },
        });
        const runs = await Promise.all([mine, theirs]);
        expectOneAtATime(stage);
        expect(winnersOf(runs)).toHaveLength(1);
        for (const run of runs) if (run.outputs.decision !== 'promoted') expectTurnedAway(run);
        const [winner] = winnersOf(runs);
        expect(stage.split()).toEqual({ [winner?.outputs['model-version'] ?? '']: 100 });
      }),
    LIMIT_MS,
  );

  it(
    'turns a late comer away at once while the first one is at work, and lets it in afterwards',
    () =>
      onQuickStage(async (stage) => {
        const { next } = oldAndNew(stage);
        atWork(stage, RUN, OTHER);
        let late: Promise<RunResult> | undefined;
        const unhurried = configured(QUICK.replaceAll('bake: 600ms', 'bake: 3s'));
        const first = await promote(stage, {
          ...unhurried,
          onLine: (line) => {
            if (late === undefined && /Watching at 25 %/.test(line.text)) {
              late = promote(stage, { ...unhurried, runId: OTHER, inputs: { 'model-version': next } });
            }
          },
        });
        const turnedAway = await late;
        expect(first.outputs.decision).toBe('promoted');
        expect(turnedAway?.outputs['reason-code']).toBe('rollout-in-progress');
        expect(turnedAway?.log).toContain(`Run ${RUN} (attempt 1) of acme/vision is at work on this endpoint.`);
        const last = stage.version();
        const second = await promote(stage, { runId: THIRD });
        expect(second.outputs.decision).toBe('promoted');
        expect(stage.split()).toEqual({ [last]: 100 });
      }),
    LIMIT_MS,
  );

  it(
    'fences off a process that comes back to life after another one has taken over',
    () =>
      onQuickStage(async (stage) => {
        oldAndNew(stage);
        const frozen = stage.workspace.faults.add({
          match: { method: 'PATCH', path: /\/tags$/, nth: 3 },
          effect: { kind: 'delay', ms: 9_000 },
          times: 1,
        });
        const asleep = promote(stage);
        while (frozen.struck === 0) await new Promise((resolve) => setTimeout(resolve, 5));
        const taken = await promote(stage, { runAttempt: 2 });
        const woken = await asleep;
        expect(taken.outputs.decision).toBe('promoted');
        expect(stage.split()).toEqual({ 2: 100 });
        expect(['held', 'rejected']).toContain(woken.outputs.decision);
        expect(configurations(stage).map((shares) => shares['digits-2'])).toEqual([0, 25, 100, 100]);
      }),
    LIMIT_MS,
  );
});
