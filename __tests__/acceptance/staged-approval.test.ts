import { describe, expect, it } from '@jest/globals';
import { command, configurations, oldAndNew, onQuickStage, promote, RUN } from './rollouts/scene.js';
import { expectDecision } from './support.js';

const LIMIT_MS = 60_000;

describe('the guardian of a rollout that waits for an approval', () => {
  it(
    'takes a share back whose approval was refused, and leaves the old version alone',
    () =>
      onQuickStage(async (stage) => {
        const { old, next } = oldAndNew(stage);
        expectDecision(await promote(stage, { inputs: { until: '25' } }), 'paused', 'approval-pending');
        const looked = await command(stage, { command: 'reconcile' }, { runId: RUN });
        expectDecision(looked, 'unchanged', 'nothing-to-reconcile');
        expect(looked.outputs['traffic-percentage']).toBe('25');
        expect(stage.split()).toEqual({ [old]: 75, [next]: 25 });
        expectDecision(await command(stage, { command: 'rollback' }, { runId: RUN }), 'rolled-back', 'ok');
        expect(stage.split()).toEqual({ [old]: 100 });
        expect(configurations(stage)).toHaveLength(3);
      }),
    LIMIT_MS,
  );

  it(
    'learns from reconcile that a rollout has gone back or has ended, so that it takes nothing back twice',
    () =>
      onQuickStage(async (stage) => {
        oldAndNew(stage);
        expectDecision(await promote(stage), 'promoted', 'ok');
        const ended = await command(stage, { command: 'reconcile' }, { runId: RUN });
        expect([ended.outputs.decision, ended.outputs['traffic-percentage']]).toEqual(['unchanged', '100']);
        stage.version();
        expectDecision(await promote(stage, { inputs: { until: '25' } }), 'paused', 'approval-pending');
        expectDecision(await command(stage, { command: 'rollback' }, { runId: RUN }), 'rolled-back', 'ok');
        const back = await command(stage, { command: 'reconcile' }, { runId: RUN });
        expect([back.outputs.decision, back.outputs['traffic-percentage']]).toEqual(['unchanged', '0']);
      }),
    LIMIT_MS,
  );
});
