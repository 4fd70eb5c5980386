import { describe, expect, it } from '@jest/globals';
import { MINUTE, Process } from './world/rollout.js';
import { BAD } from './world/watch.js';

describe('scenarios of a rollout', () => {
  it('#1 a healthy canary with steady traffic is promoted, the old entity stays through the final bake and goes', async () => {
    const process = new Process();
    const outcome = await process.run();
    expect(outcome).toMatchObject({ decision: 'promoted', reason: 'ok', updates: 6 });
    expect(process.world.broken).toEqual([]);
    expect(process.world.configurations.map((config) => config.routes.map((route) => route.trafficPercentage))).toEqual(
      [[100, 0], [95, 5], [75, 25], [50, 50], [0, 100], [100]],
    );
    expect(process.registry.champion).toBe('8');
    expect(process.world.journal).toMatchObject({ status: 'ended', lease: null, outcome: { decision: 'promoted' } });
    expect(outcome.steps.map((step) => [step.label, step.verdict])).toEqual([
      ['0 %', 'passed'],
      ['5 %', 'passed'],
      ['25 %', 'passed'],
      ['50 %', 'passed'],
      ['100 %', 'passed'],
      ['final bake', 'passed'],
    ]);
  });

  it('#2 a canary that fails at 25 % is taken back by one update', async () => {
    const process = new Process();
    process.watch.opinion = ({ share, sinceMs }) =>
      share === 25 && sinceMs > MINUTE ? BAD : { kind: 'healthy', explanation: '' };
    const outcome = await process.run();
    expect(outcome).toMatchObject({ decision: 'rolled-back', reason: 'canary-errors' });
    expect(outcome.rollback).toMatchObject({ updates: 1, requestsExposed: expect.any(Number) });
    expect(process.world.broken).toEqual([]);
    expect(process.world.state.config?.servedEntities.map((served) => served.name)).toEqual(['fraud-7']);
    expect(process.world.journal).toMatchObject({
      status: 'ended',
      outcome: { decision: 'rolled-back', reason: 'canary-errors' },
    });
  });
});
