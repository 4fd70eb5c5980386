import { describe, expect, it } from '@jest/globals';
import { finishAfterCancel } from '../../../src/rollout/after-cancel.js';
import { reconcile } from '../../../src/rollout/reconcile.js';
import { MINUTE, Process, planFor } from './world/rollout.js';
import { HEALTHY } from './world/watch.js';
import { World } from './world/world.js';

function shares(process: Process): Record<string, number> {
  const routes = process.world.state.config?.routes ?? [];
  return Object.fromEntries(routes.map((route) => [route.servedEntityName, route.trafficPercentage]));
}

const BEFORE = { 'fraud-7': 100 };
/** The step at 25 % bakes at this time. */
const AT_25 = 12 * MINUTE;

function postStep(main: Process): Process {
  const post = new Process(main.world, main.registry, main.watch);
  post.nonce = 'post';
  return post;
}

describe('a cancelled run', () => {
  it('#32 while a step bakes sends the way back within two seconds and leaves before the runner kills it', async () => {
    const process = new Process();
    process.cancelBudgetMs = 6_000;
    process.cancelAt(AT_25);
    const outcome = await process.run();
    expect(outcome).toMatchObject({ decision: 'cancelled', reason: 'cancelled', rollback: { updates: 1 } });
    expect(process.world.clock.time - AT_25).toBeLessThan(2_000);
    expect(process.world.broken).toEqual([]);
    const post = postStep(process);
    const finished = await finishAfterCancel(post.base());
    expect(finished).toMatchObject({ direction: 'back', outcome: { decision: 'rolled-back', reason: 'cancelled' } });
    expect(finished?.outcome.rollback?.restoredAtMs).not.toBeNull();
    expect(shares(process)).toEqual(BEFORE);
    expect(process.world.broken).toEqual([]);
    expect(process.world.journal).toMatchObject({ status: 'ended', lease: null });
  });

  it('#32 without a budget verifies the way back itself', async () => {
    const process = new Process();
    process.cancelAt(AT_25);
    const outcome = await process.run();
    expect(outcome.decision).toBe('cancelled');
    expect(outcome.rollback?.restoredAtMs).not.toBeNull();
    expect(shares(process)).toEqual(BEFORE);
    expect(await finishAfterCancel(postStep(process).base())).toBeNull();
  });

  it('#33 while an update of ours is running records the intent, and the post step waits it out', async () => {
    const process = new Process();
    process.cancelBudgetMs = 6_000;
    process.cancelAt(60_000);
    const outcome = await process.run();
    expect(outcome.decision).toBe('cancelled');
    expect(process.world.clock.time - 60_000).toBeLessThan(7_500);
    expect(process.world.journal).toMatchObject({ status: 'running', turn: { reason: 'cancelled' } });
    expect((await finishAfterCancel(postStep(process).base()))?.direction).toBe('back');
    expect(shares(process)).toEqual(BEFORE);
    expect(process.world.broken).toEqual([]);
  });

  it('before the first write writes nothing', async () => {
    const process = new Process();
    const plan = planFor(process.world);
    process.controller.abort(new Error('cancelled'));
    expect(await process.run(plan)).toMatchObject({ decision: 'cancelled', updates: 0 });
    expect(process.world.calls.filter((call) => call !== 'read')).toEqual([]);
  });

  it('holds the split where that is asked for, and a later promotion goes on', async () => {
    const process = new Process();
    process.settings = { ...process.settings, onCancel: 'hold' };
    process.cancelAt(AT_25);
    expect(await process.run()).toMatchObject({ decision: 'cancelled' });
    expect(shares(process)).toEqual({ 'fraud-7': 75, 'fraud-8': 25 });
    expect(process.world.journal).toMatchObject({ status: 'paused', lease: null });
  });

  it('while the old version is being removed does not go back from what has passed', async () => {
    const process = new Process();
    process.cancelBudgetMs = 6_000;
    process.world.fates = ['applied', 'applied', 'applied', 'applied', 'applied', 'hangs'];
    process.cancelAt(45 * MINUTE);
    const outcome = await process.run();
    expect(outcome.decision).toBe('cancelled');
    expect(outcome.action).toContain('reconcile');
    expect(process.world.journal).toMatchObject({ status: 'running', phase: 'cleaning-up' });
    const { pending } = process.world.state;
    if (pending !== null) process.world.state.pending = { ...pending, end: 'applied', doneAt: 0 };
    const finished = await finishAfterCancel(postStep(process).base());
    expect(finished).toMatchObject({ direction: 'finished', outcome: { decision: 'promoted' } });
    expect(process.registry.champion).toBe('8');
  });

  it('of a first deployment says what serves', async () => {
    const process = new Process(new World(null));
    process.cancelAt(10 * MINUTE);
    const outcome = await process.run();
    expect(outcome).toMatchObject({ decision: 'cancelled' });
    expect(outcome.explanation).toContain('no earlier version');
  });
});

describe('the post step', () => {
  it('never touches the rollout of another run', async () => {
    const process = new Process();
    process.watch.opinion = () => HEALTHY;
    process.cancelBudgetMs = 0;
    process.cancelAt(AT_25);
    await process.run();
    const stranger = postStep(process);
    stranger.runId = '999';
    const before = JSON.stringify(process.world.state.tags);
    expect(await finishAfterCancel(stranger.base())).toBeNull();
    expect(JSON.stringify(process.world.state.tags)).toBe(before);
  });

  it('is not needed for the guardian to finish the work', async () => {
    const process = new Process();
    process.cancelBudgetMs = 6_000;
    process.cancelAt(AT_25);
    await process.run();
    const guardian = postStep(process);
    guardian.nonce = 'guardian';
    const finished = await reconcile(guardian.base());
    expect(finished).toMatchObject({ direction: 'back' });
    expect(shares(process)).toEqual(BEFORE);
  });
});
