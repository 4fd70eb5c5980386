import { describe, expect, it } from '@jest/globals';
import { ENDPOINT, MODEL, type Stage } from '../../sandbox/stage.js';
import { effects } from '../../sandbox/workspace/http/faults.js';
import { QUICK } from './rollouts/fast.js';
import {
  aliases,
  attempts,
  command,
  configurations,
  configured,
  oldAndNew,
  onQuickStage,
  promote,
  RUN,
  recordOn,
} from './rollouts/scene.js';
import { expectDecision, reportOf } from './support.js';

const LIMIT_MS = 60_000;
const SLOW_LIMIT_MS = 120_000;

/** Shares of the new version in what the server took. */
function ladder(stage: Stage): readonly (number | undefined)[] {
  return configurations(stage).map((shares) => shares['digits-2']);
}

function callersOfNew(stage: Stage, version: string): number {
  return stage.workspace.traffic.ledger.tally({ model: MODEL, version, source: 'caller' }).requests;
}

/** The one call that a person has to make, from the log. */
function callToMake(log: string): string {
  return /^To do: +(.*)$/m.exec(log)?.[1] ?? '';
}

describe('an update that does not end well', () => {
  it(
    'a version that cannot be deployed reaches no caller, and its cause is named',
    () =>
      onQuickStage(async (stage) => {
        const { old, next } = oldAndNew(stage);
        stage.workspace.serving.script({
          endpoint: ENDPOINT,
          entityVersion: next,
          outcome: 'deployment-failed',
          message: 'The model server failed to load: No module named sklearn.',
        });
        const run = await promote(stage);
        expectDecision(run, 'rolled-back', 'update-failed');
        expect(run.log).toContain('digits-2 is in state DEPLOYMENT_FAILED');
        expect(run.log).toContain('No module named sklearn');
        expect(stage.split()).toEqual({ [old]: 100 });
        expect(callersOfNew(stage, next)).toBe(0);
        reportOf(run);
        expectDecision(await promote(stage, { runAttempt: 2 }), 'promoted', 'ok');
      }),
    LIMIT_MS,
  );

  it(
    'a shift that fails once is tried once more',
    () =>
      onQuickStage(async (stage) => {
        const { next } = oldAndNew(stage);
        stage.workspace.serving.script({ endpoint: ENDPOINT, update: 2, outcome: 'failed-shift' });
        expectDecision(await promote(stage), 'promoted', 'ok');
        expect(ladder(stage)).toEqual([0, 25, 25, 100, 100]);
        expect(stage.split()).toEqual({ [next]: 100 });
      }),
    LIMIT_MS,
  );

  it(
    'a shift that fails twice is given up, in the words of the platform',
    () =>
      onQuickStage(async (stage) => {
        const { old } = oldAndNew(stage);
        stage.workspace.serving.script({ endpoint: ENDPOINT, update: 2, outcome: 'failed-shift' });
        stage.workspace.serving.script({ endpoint: ENDPOINT, update: 3, outcome: 'failed-shift' });
        const run = await promote(stage);
        expectDecision(run, 'rolled-back', 'update-failed');
        expect(stage.split()).toEqual({ [old]: 100 });
        expect(recordOn(stage)).toMatchObject({ status: 'ended', lease: null });
      }),
    LIMIT_MS,
  );

  it(
    'one that the platform silently takes back is noticed, tried once more, and never believed',
    () =>
      onQuickStage(async (stage) => {
        const { next } = oldAndNew(stage);
        stage.workspace.serving.script({ endpoint: ENDPOINT, update: 2, outcome: 'silent-revert' });
        const run = await promote(stage);
        expectDecision(run, 'promoted', 'ok');
        expect(ladder(stage)).toEqual([0, 25, 25, 100, 100]);
        expect(stage.split()).toEqual({ [next]: 100 });
      }),
    SLOW_LIMIT_MS,
  );

  it(
    'one that a person cancels is not fought over',
    () =>
      onQuickStage(async (stage) => {
        const { old, next } = oldAndNew(stage);
        stage.workspace.serving.script({ endpoint: ENDPOINT, update: 2, outcome: 'cancelled' });
        const run = await promote(stage);
        expectDecision(run, 'held', 'foreign-change');
        expect(run.log).toContain('Someone cancelled the update.');
        expect(stage.split()).toEqual({ [old]: 100, [next]: 0 });
        expectDecision(await command(stage, { command: 'rollback' }), 'rolled-back', 'ok');
        expect(stage.split()).toEqual({ [old]: 100 });
      }),
    LIMIT_MS,
  );
});

describe('a cancelled job', () => {
  it(
    'whose update is under way waits for it in the post step, and goes back',
    () =>
      onQuickStage(async (stage) => {
        const { old } = oldAndNew(stage);
        stage.workspace.serving.script({ endpoint: ENDPOINT, update: 2, outcome: 'slow', durationMs: 240 * 6_500 });
        const run = await promote(stage, { signals: { when: /Moving traffic/, signal: 'SIGINT' } });
        expect(run.sent).toEqual(['SIGINT']);
        expect(run.outputs.decision).toBe('cancelled');
        expect(run.post?.outputs.decision).toBe('cancelled');
        expect(run.post?.log).toContain('was cancelled and has been taken back');
        expect(stage.split()).toEqual({ [old]: 100 });
        expect(recordOn(stage)).toMatchObject({ status: 'ended', lease: null });
      }),
    LIMIT_MS,
  );

  it(
    'before anything was written leaves nothing at all',
    () =>
      onQuickStage(async (stage) => {
        const { old } = oldAndNew(stage);
        const run = await promote(stage, { signals: { when: /Gate/, signal: 'SIGINT' } });
        expect(run.outputs.decision).toBe('cancelled');
        expect(stage.split()).toEqual({ [old]: 100 });
        expect(stage.workspace.requests.writes()).toEqual([]);
      }),
    LIMIT_MS,
  );
});

describe('a write that is refused', () => {
  it(
    'the record, before the first update: nothing else is written',
    () =>
      onQuickStage(async (stage) => {
        const { old } = oldAndNew(stage);
        stage.workspace.faults.add({ match: { method: 'PATCH', path: /\/tags$/ }, effect: effects.forbidden() });
        const run = await promote(stage);
        expect(run.outputs.decision).toBe('failed');
        expect(run.exitCode).toBe(1);
        expect(run.log).toContain('so nothing was changed');
        expect(attempts(stage)).toEqual([]);
        expect(stage.split()).toEqual({ [old]: 100 });
        reportOf(run);
      }),
    LIMIT_MS,
  );

  it(
    'going back, three times: it goes on trying and gets there',
    () =>
      onQuickStage(async (stage) => {
        const { old, next } = oldAndNew(stage);
        stage.workspace.traffic.behave(MODEL, next, { after: [{ trafficAbove: 0, errorRate: 0.5 }] });
        stage.workspace.faults.add({
          match: { method: 'PUT', path: /\/config$/, nth: [3, 4, 5] },
          effect: effects.unavailable(),
        });
        const run = await promote(stage);
        expectDecision(run, 'rolled-back', 'canary-errors');
        expect(stage.split()).toEqual({ [old]: 100 });
        reportOf(run);
      }),
    SLOW_LIMIT_MS,
  );

  it(
    'the permission is taken away in the middle: degraded at once, with the call that a person must make',
    () =>
      onQuickStage(async (stage) => {
        const { old, next } = oldAndNew(stage);
        const refusal = stage.workspace.faults.add({
          match: { method: 'PUT', path: /\/config$/, nth: [3, 4, 5, 6, 7, 8] },
          effect: effects.forbidden('User does not have CAN_MANAGE on this endpoint.'),
        });
        const run = await promote(stage);
        expectDecision(run, 'degraded', 'restore-unverified');
        expect(run.exitCode).toBe(1);
        expect(stage.split()).toEqual({ [old]: 75, [next]: 25 });
        expect(run.log).toContain('digits serves digits-1 75 %, digits-2 25 %');
        expect(callToMake(run.log)).toContain('databricks serving-endpoints update-config digits');
        expect(run.log).toContain('CAN_MANAGE');
        expect(run.post?.log).toContain('CAN_MANAGE');
        reportOf(run);
        refusal.remove();
        const later = await command(stage, { command: 'reconcile' }, { runId: RUN, runAttempt: 2 });
        expect(later.outputs.decision).toBe('reconciled');
        expect(stage.split()).toEqual({ [old]: 100 });
        expect(aliases(stage)).toEqual({ champion: old });
      }),
    LIMIT_MS,
  );

  it(
    'the token has expired in the middle: degraded, loudly',
    () =>
      onQuickStage(async (stage) => {
        const { old, next } = oldAndNew(stage);
        let expired: { remove(): void } | undefined;
        const run = await promote(stage, {
          ...configured(QUICK.replace('bake: 600ms', 'bake: 2s')),
          onLine: ({ text }) => {
            if (!/Watching at 25 %/.test(text)) return;
            expired ??= stage.workspace.faults.add({
              match: { path: /\/serving-endpoints/ },
              effect: effects.expiredToken(),
            });
          },
        });
        expired?.remove();
        expect(run.outputs.decision).toBe('degraded');
        expect(run.post?.log).toContain('The post step could not finish what was left.');
        expect(stage.comments().at(-1)).toContain('databricks serving-endpoints update-config digits');
        expect(callToMake(run.log)).toContain('databricks serving-endpoints update-config digits');
        expect(stage.split()).toEqual({ [old]: 75, [next]: 25 });
        const later = await command(stage, { command: 'reconcile' }, { runId: RUN, runAttempt: 2 });
        expect(later.outputs.decision).toBe('reconciled');
      }),
    SLOW_LIMIT_MS,
  );
});
