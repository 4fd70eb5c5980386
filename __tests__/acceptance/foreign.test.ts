import { describe, expect, it } from '@jest/globals';
import type { RunResult } from '../../sandbox/runner/index.js';
import { ENDPOINT, MODEL, type Stage } from '../../sandbox/stage.js';
import { QUICK } from './rollouts/fast.js';
import { attempts, command, configured, oldAndNew, onQuickStage, promote, RUN, recordOn } from './rollouts/scene.js';
import { expectDecision, reportOf } from './support.js';

const LIMIT_MS = 60_000;

/** The step is long enough for somebody to come in between its last look and its end. */
const SLOW_STEP = configured(QUICK.replace('bake: 600ms', 'bake: 1200ms'));
/** Callers have been seen at 25 %: the figures fit the split, and the next thing is the next write. */
const SEEN_AT_25 = / 25 % .* requests [1-9]/;

/** Writes of the endpoint's configuration that the Action sent after the foreign one. */
function attemptsSince(stage: Stage, at: number): number {
  return attempts(stage).filter((one) => one.at > at).length;
}

/** Held, nothing written since, the state in words, and one command. */
function expectHeld(stage: Stage, run: RunResult, serves: string): void {
  expectDecision(run, 'held', 'foreign-change');
  expect(run.exitCode).toBe(1);
  const report = reportOf(run);
  expect(report.headline).toContain('is held where it is');
  expect(run.log).toContain(`${ENDPOINT} serves ${serves}`);
  const toDo = run.lines.flatMap(({ text }) => text.split('\n')).filter((line) => line.startsWith('To do:'));
  expect(toDo).toHaveLength(1);
  expect(toDo[0]).toMatch(/databricks serving-endpoints update-config digits --json '\{/);
  expect(stage.comments().at(-1)).toContain('databricks serving-endpoints update-config');
}

/** Something that happens once the log shows a line. */
function once(line: RegExp, action: () => void): (shown: { readonly text: string }) => void {
  let isDone = false;
  return ({ text }) => {
    if (isDone || !line.test(text)) return;
    isDone = true;
    action();
  };
}

describe('somebody else changes the endpoint in the middle of a rollout', () => {
  it(
    'shares that were edited by hand are noticed before the next write, and stay until a person asks for the rollback',
    () =>
      onQuickStage(async (stage) => {
        const { old, next } = oldAndNew(stage);
        let at = Number.POSITIVE_INFINITY;
        const run = await promote(stage, {
          ...SLOW_STEP,
          onLine: once(SEEN_AT_25, () => {
            at = stage.workspace.clock.now();
            stage.workspace.serving.foreignWrite({ endpoint: ENDPOINT, routes: { 'digits-1': 60, 'digits-2': 40 } });
          }),
        });
        expectHeld(stage, run, 'digits-1 60 %, digits-2 40 %');
        expect(attemptsSince(stage, at)).toBe(0);
        const again = await promote(stage, { ...SLOW_STEP, runAttempt: 2 });
        expectDecision(again, 'held', 'foreign-change');
        expect(attemptsSince(stage, at)).toBe(0);
        expect(stage.split()).toEqual({ [old]: 60, [next]: 40 });
        expectDecision(await command(stage, { command: 'rollback' }), 'rolled-back', 'ok');
        expect(stage.split()).toEqual({ [old]: 100 });
      }),
    LIMIT_MS,
  );

  it(
    'a full update by another tool that takes the new version away is not undone',
    () =>
      onQuickStage(async (stage) => {
        const { old, next } = oldAndNew(stage);
        let at = Number.POSITIVE_INFINITY;
        const run = await promote(stage, {
          ...SLOW_STEP,
          onLine: once(SEEN_AT_25, () => {
            at = stage.workspace.clock.now();
            const routes = { 'digits-1': 100 };
            stage.workspace.serving.foreignWrite({ endpoint: ENDPOINT, routes, mode: 'update', by: 'terraform' });
          }),
        });
        expect(['held', 'rolled-back']).toContain(run.outputs.decision);
        expect(attemptsSince(stage, at)).toBe(0);
        expect(stage.split()).toEqual({ [old]: 100 });
        expectDecision(await promote(stage, { runAttempt: 2 }), 'promoted', 'ok');
        expect(stage.split()).toEqual({ [next]: 100 });
      }),
    LIMIT_MS,
  );

  it(
    'one that takes the old version away is not undone either, and holds up no later promotion',
    () =>
      onQuickStage(async (stage) => {
        const { next } = oldAndNew(stage);
        let at = Number.POSITIVE_INFINITY;
        const run = await promote(stage, {
          ...SLOW_STEP,
          onLine: once(SEEN_AT_25, () => {
            at = stage.workspace.clock.now();
            stage.workspace.serving.foreignWrite({ endpoint: ENDPOINT, routes: { 'digits-2': 100 } });
          }),
        });
        expectHeld(stage, run, 'digits-2 100 %');
        expect(attemptsSince(stage, at)).toBe(0);
        expect(stage.split()).toEqual({ [next]: 100 });
        const newest = stage.version();
        expectDecision(await promote(stage, { runId: RUN + 1 }), 'promoted', 'ok');
        expect(stage.split()).toEqual({ [newest]: 100 });
      }),
    LIMIT_MS,
  );

  it(
    'after the machine was lost, what a person has settled by hand stays, and the record is closed',
    () =>
      onQuickStage(async (stage) => {
        const { next } = oldAndNew(stage);
        await promote(stage, { signals: { when: /Watching at 25 %/, signal: 'SIGKILL' } });
        stage.workspace.serving.foreignWrite({ endpoint: ENDPOINT, routes: { 'digits-2': 100 } });
        const run = await command(stage, { command: 'reconcile' }, { runId: RUN, runAttempt: 2 });
        expectDecision(run, 'unchanged', 'nothing-to-reconcile');
        expect(run.log).toContain('has been settled by hand; its record is closed');
        expect(recordOn(stage)).toMatchObject({ status: 'ended', lease: null });
        expect(stage.split()).toEqual({ [next]: 100 });
      }),
    LIMIT_MS,
  );

  it(
    'an update that somebody has under way is not interfered with',
    () =>
      onQuickStage(async (stage) => {
        oldAndNew(stage);
        let at = Number.POSITIVE_INFINITY;
        const run = await promote(stage, {
          ...SLOW_STEP,
          onLine: once(SEEN_AT_25, () => {
            at = stage.workspace.clock.now();
            stage.workspace.serving.times.trafficMs = 1_200_000;
            const routes = { 'digits-1': 90, 'digits-2': 10 };
            stage.workspace.serving.foreignWrite({ endpoint: ENDPOINT, routes, mode: 'update' });
          }),
        });
        expectHeld(stage, run, 'digits-1 75 %, digits-2 25 %');
        expect(run.log).toContain('Someone else is updating the endpoint to digits-1 90 %, digits-2 10 %');
        expect(attemptsSince(stage, at)).toBe(0);
      }),
    LIMIT_MS,
  );

  it(
    'a change while the rollout goes back is left alone as well',
    () =>
      onQuickStage(async (stage) => {
        const { old, next } = oldAndNew(stage);
        stage.workspace.traffic.behave(MODEL, next, { after: [{ trafficAbove: 0, errorRate: 0.5 }] });
        stage.workspace.faults.add({
          match: { method: 'PATCH', path: /\/tags$/, nth: 5 },
          effect: { kind: 'delay', ms: 500 },
        });
        const run = await promote(stage, {
          onLine: once(/Going back/, () =>
            stage.workspace.serving.foreignWrite({ endpoint: ENDPOINT, routes: { 'digits-1': 95, 'digits-2': 5 } }),
          ),
        });
        expectHeld(stage, run, 'digits-1 95 %, digits-2 5 %');
        expect(stage.split()).toEqual({ [old]: 95, [next]: 5 });
        expect(recordOn(stage)?.status).toBe('held');
      }),
    LIMIT_MS,
  );

  it(
    'tags of other people stay as they are',
    () =>
      onQuickStage(async (stage) => {
        const { next } = oldAndNew(stage);
        stage.workspace.serving.foreignWrite({ endpoint: ENDPOINT, tags: { team: 'vision', cost: '42' } });
        expectDecision(await promote(stage), 'promoted', 'ok');
        expect(stage.split()).toEqual({ [next]: 100 });
        const { tags } = stage.workspace.endpoints.get(ENDPOINT);
        expect([tags.get('team'), tags.get('cost')]).toEqual(['vision', '42']);
      }),
    LIMIT_MS,
  );
});
