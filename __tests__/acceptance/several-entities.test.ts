import { describe, expect, it } from '@jest/globals';
import { ENDPOINT, MODEL, type Stage } from '../../sandbox/stage.js';
import { CALLERS, QUICK } from './rollouts/fast.js';
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

const OTHER_MODEL = 'main.vision.letters';
const LIMIT_MS = 60_000;
const LATER = 99;

/** Two versions of the promoted model at 60 and 30, another model at 10, and a new version. */
function sixtyThirtyTen(stage: Stage): { readonly next: string } {
  const [first, second] = [stage.version(), stage.version()];
  const letters = stage.workspace.seed.version({ model: OTHER_MODEL }).version;
  stage.workspace.serving.place({
    name: ENDPOINT,
    entities: [
      { name: 'digits-1', model: MODEL, version: first, traffic: 60 },
      { name: 'digits-2', model: MODEL, version: second, traffic: 30 },
      { name: 'letters-1', model: OTHER_MODEL, version: letters, traffic: 10 },
    ],
  });
  stage.workspace.traffic.start({ endpoint: ENDPOINT, requestsPerSecond: CALLERS });
  return { next: stage.version() };
}

/** Live shares by entity. */
function shares(stage: Stage): Readonly<Record<string, number>> {
  const routes = stage.workspace.endpoints.find(ENDPOINT)?.active?.routes ?? [];
  return Object.fromEntries(routes.map((route) => [route.entity, route.traffic]));
}

describe('an endpoint with a custom split and another model', () => {
  it(
    'gives way in proportion, and never at the expense of the other model',
    () =>
      onQuickStage(async (stage) => {
        const { next } = sixtyThirtyTen(stage);
        expectDecision(await promote(stage), 'promoted', 'ok');
        for (const configuration of configurations(stage)) expect(configuration['letters-1']).toBe(10);
        const [provisioned, quarter] = configurations(stage);
        expect(provisioned).toEqual({ 'digits-1': 60, 'digits-2': 30, 'letters-1': 10, 'digits-3': 0 });
        const { 'digits-1': most = 0, 'digits-2': less = 0, 'digits-3': candidate = 0 } = quarter ?? {};
        expect(most + less + candidate).toBe(90);
        expect(Math.abs(candidate - 22.5)).toBeLessThan(1);
        expect(Math.abs(most - 2 * less)).toBeLessThanOrEqual(2);
        expect(shares(stage)).toEqual({ 'digits-3': 90, 'letters-1': 10 });
        expect(next).toBe('3');
      }),
    LIMIT_MS,
  );

  it(
    'gets exactly its split back when the version is bad',
    () =>
      onQuickStage(async (stage) => {
        const { next } = sixtyThirtyTen(stage);
        stage.workspace.traffic.behave(MODEL, next, { after: [{ trafficAbove: 0, errorRate: 0.5 }] });
        const run = await promote(stage);
        expectDecision(run, 'rolled-back', 'canary-errors');
        expect(shares(stage)).toEqual({ 'digits-1': 60, 'digits-2': 30, 'letters-1': 10 });
        reportOf(run);
      }),
    LIMIT_MS,
  );

  it(
    'gets it back after the machine was lost as well',
    () =>
      onQuickStage(async (stage) => {
        sixtyThirtyTen(stage);
        await promote(stage, { signals: { when: /Moving traffic/, signal: 'SIGKILL' } });
        const run = await command(stage, { command: 'reconcile' }, { runId: RUN, runAttempt: 2 });
        expect(run.outputs.decision).toBe('reconciled');
        expect([
          { 'digits-1': 60, 'digits-2': 30, 'letters-1': 10 },
          { 'digits-3': 90, 'letters-1': 10 },
        ]).toContainEqual(shares(stage));
        expect(recordOn(stage)).toMatchObject({ status: 'ended', lease: null });
      }),
    LIMIT_MS,
  );
});

describe('a rollback long after the promotion, by another run', () => {
  it(
    'is one update where the old version was retained',
    () =>
      onQuickStage(async (stage) => {
        const { old, next } = oldAndNew(stage);
        const retaining = configured(QUICK.replace('rollout:', 'rollout:\n    retain_previous: true'));
        expectDecision(await promote(stage, retaining), 'promoted', 'ok');
        expect(stage.split()).toEqual({ [old]: 0, [next]: 100 });
        const before = attempts(stage).length;
        const run = await command(stage, { command: 'rollback' }, { ...retaining, runId: LATER });
        expectDecision(run, 'rolled-back', 'ok');
        expect(run.exitCode).toBe(0);
        expect(attempts(stage)).toHaveLength(before + 1);
        expect(stage.split()).toEqual({ [old]: 100 });
        expect(aliases(stage)).toEqual({ champion: old });
        reportOf(run);
        const again = await command(stage, { command: 'rollback' }, { ...retaining, runId: LATER + 1 });
        expectDecision(again, 'failed', 'nothing-to-roll-back-to');
        expect(stage.split()).toEqual({ [old]: 100 });
      }),
    LIMIT_MS,
  );

  it(
    'brings the old version up again where it was removed, and a second rollback does not undo the first',
    () =>
      onQuickStage(async (stage) => {
        const { old } = oldAndNew(stage);
        expectDecision(await promote(stage), 'promoted', 'ok');
        stage.workspace.advance(24 * 3_600_000);
        const run = await command(stage, { command: 'rollback' }, { runId: LATER });
        expectDecision(run, 'rolled-back', 'ok');
        expect(stage.split()).toEqual({ [old]: 100 });
        expect(aliases(stage)).toEqual({ champion: old });
        const again = await command(stage, { command: 'rollback' }, { runId: LATER + 1 });
        expectDecision(again, 'failed', 'nothing-to-roll-back-to');
        expect(stage.split()).toEqual({ [old]: 100 });
      }),
    LIMIT_MS,
  );
});

describe('choices of the configuration', () => {
  it(
    'on_failure: hold leaves the split, and the rollback is a command',
    () =>
      onQuickStage(async (stage) => {
        const { old, next } = oldAndNew(stage);
        stage.workspace.traffic.behave(MODEL, next, { after: [{ trafficAbove: 0, errorRate: 0.5 }] });
        const holding = configured(QUICK.replace('rollout:', 'rollout:\n    on_failure: hold'));
        const run = await promote(stage, holding);
        expectDecision(run, 'held', 'canary-errors');
        expect(run.exitCode).toBe(1);
        expect(stage.split()).toEqual({ [old]: 75, [next]: 25 });
        expect(run.log).toContain('`command: rollback`');
        expectDecision(await command(stage, { command: 'rollback' }, holding), 'rolled-back', 'ok');
        expect(stage.split()).toEqual({ [old]: 100 });
      }),
    LIMIT_MS,
  );

  it(
    'until: 25 pauses, and a later job of another run goes on without going through the first step again',
    () =>
      onQuickStage(async (stage) => {
        const { next } = oldAndNew(stage);
        expectDecision(await promote(stage, { inputs: { until: '25' } }), 'paused', 'approval-pending');
        stage.workspace.advance(3_600_000);
        expectDecision(
          await command(stage, { command: 'reconcile' }, { runId: LATER }),
          'unchanged',
          'nothing-to-reconcile',
        );
        expectDecision(await promote(stage, { runId: LATER }), 'promoted', 'ok');
        expect(configurations(stage).map((configuration) => configuration['digits-2'])).toEqual([0, 25, 100, 100]);
        expect(stage.split()).toEqual({ [next]: 100 });
      }),
    LIMIT_MS,
  );

  for (const [policy, decision, end] of [
    ['rollback', 'rolled-back', { 1: 100 }],
    ['hold', 'held', { 1: 75, 2: 25 }],
    ['continue', 'promoted', { 2: 100 }],
  ] as const) {
    it(
      `on_no_data: ${policy}, without callers and without smoke requests, is ${decision}`,
      () =>
        onQuickStage(async (stage) => {
          oldAndNew(stage, 0);
          const silent = QUICK.replace(
            'steps: [25, 100]',
            'steps:\n      - { traffic: 0, smoke: none }\n      - { traffic: 25, smoke: none }\n      - { traffic: 100, smoke: none }',
          ).replace('rollout:', `rollout:\n    on_no_data: ${policy}`);
          const run = await promote(stage, configured(silent));
          expectDecision(run, decision, policy === 'continue' ? 'ok' : 'no-data');
          expect(stage.split()).toEqual(end);
          if (policy === 'continue') expect(run.log).toContain('Went on without enough evidence');
          reportOf(run);
        }),
      LIMIT_MS,
    );
  }
});
