import { describe, expect, it } from '@jest/globals';
import { finishAfterCancel } from '../../../src/rollout/after-cancel.js';
import { prepareRollout } from '../../../src/rollout/core/preparation.js';
import { reconcile } from '../../../src/rollout/reconcile.js';
import { configOf, entity } from './world/endpoint.js';
import { promoteAgain, runUntilKilled, successor } from './world/kill.js';
import { MINUTE, Process, planFor, planRequest } from './world/rollout.js';
import { BAD, HEALTHY } from './world/watch.js';
import { MODEL, World } from './world/world.js';

function shares(process: Process): Record<string, number> {
  const routes = process.world.state.config?.routes ?? [];
  return Object.fromEntries(routes.map((route) => [route.servedEntityName, route.trafficPercentage]));
}

/** Kills the process at a moment, whatever it is doing. */
async function killedAt(process: Process, time: number): Promise<void> {
  process.world.clock.at(time, () => {
    process.world.killAt = process.world.boundaries + 1;
  });
  expect(await runUntilKilled(process, () => process.run())).toBeNull();
}

/** A process of another workflow run. */
function stranger(process: Process): Process {
  const other = new Process(process.world, process.registry, process.watch);
  other.nonce = 'other';
  other.runId = '200';
  return other;
}

describe('a pause for approval', () => {
  it('stops healthy once the step has passed, gives the lease back, and a later job goes on from there', async () => {
    const first = new Process();
    first.settings = { ...first.settings, until: 25 };
    const paused = await first.run();
    expect(paused).toMatchObject({ decision: 'paused', reason: 'approval-pending' });
    expect(shares(first)).toEqual({ 'fraud-7': 75, 'fraud-8': 25 });
    expect(first.world.journal).toMatchObject({ status: 'paused', lease: null, passed: true });

    const later = stranger(first);
    first.world.clock.pass(24 * 60 * MINUTE);
    first.watch.end();
    first.world.passed = true;
    const outcome = await promoteAgain(later);
    expect(outcome).toMatchObject({ decision: 'promoted' });
    expect(first.world.configurations.map((config) => config.routes.at(-1)?.trafficPercentage)).toEqual([
      0, 5, 25, 50, 100, 100,
    ]);
    expect(first.world.broken).toEqual([]);
  });

  it('is not reconciled away', async () => {
    const first = new Process();
    first.settings = { ...first.settings, until: 5 };
    await first.run();
    const { direction, outcome } = await reconcile(stranger(first).base());
    expect(direction).toBe('nothing');
    expect(outcome).toMatchObject({ decision: 'unchanged', reason: 'nothing-to-reconcile' });
    expect(shares(first)).toEqual({ 'fraud-7': 95, 'fraud-8': 5 });
  });

  it('#49 with another plan afterwards goes back first', async () => {
    const first = new Process();
    first.settings = { ...first.settings, until: 5 };
    await first.run();
    const prepared = prepareRollout(planRequest(first.world, { finalBakeMs: 20 * MINUTE }), first.world.journal);
    expect(prepared).toMatchObject({ kind: 'go-back-first', why: 'the plan has changed since the rollout began' });
  });

  it('of another version goes back first', async () => {
    const first = new Process();
    first.settings = { ...first.settings, until: 5 };
    await first.run();
    const request = planRequest(first.world);
    const prepared = prepareRollout(
      { ...request, candidate: { ...request.candidate, version: '9' } },
      first.world.journal,
    );
    expect(prepared).toMatchObject({ kind: 'go-back-first' });
  });
});

describe('#34 a run that died', () => {
  it('in a bake goes on with the time that had been watched, and with its evidence', async () => {
    const first = new Process();
    await killedAt(first, 7 * MINUTE);
    const credited = first.world.journal?.creditedMs ?? 0;
    expect(credited).toBeGreaterThan(MINUTE);
    const second = successor(first.world, first.registry, first.watch, '2');
    const began = first.world.clock.time;
    const outcome = await promoteAgain(second);
    expect(outcome.decision).toBe('promoted');
    expect(first.watch.restored).toHaveLength(1);
    const step = outcome.steps[0];
    const watched = (step?.endedAtMs ?? 0) - began - first.world.clock.skew;
    expect(watched).toBeLessThan(5 * MINUTE - credited + 20_000);
    expect(watched).toBeGreaterThan(5 * MINUTE - credited - 20_000);
  });

  it('watches the step anew where the evidence cannot be read', async () => {
    const first = new Process();
    await killedAt(first, 7 * MINUTE);
    first.watch.restorable = false;
    const outcome = await promoteAgain(successor(first.world, first.registry, first.watch, '2'));
    expect(outcome.warnings.join()).toContain('watched from its beginning');
    const step = outcome.steps[0];
    expect((step?.endedAtMs ?? 0) - (step?.startedAtMs ?? 0)).toBeGreaterThan(5 * MINUTE - 20_000);
  });

  it('#38 is taken over by another run when its heartbeat has stood still for its term', async () => {
    const first = new Process();
    await killedAt(first, 7 * MINUTE);
    first.world.revive();
    first.watch.end();
    const before = first.world.clock.time;
    const result = await reconcile(stranger(first).base());
    expect(result).toMatchObject({ direction: 'resumed', outcome: { decision: 'promoted' } });
    expect(first.world.clock.time - before).toBeGreaterThan(3 * MINUTE);
    expect(first.world.broken).toEqual([]);
  });

  it('#38 and at once when GitHub says that it has ended', async () => {
    const first = new Process();
    await killedAt(first, 7 * MINUTE);
    first.world.revive();
    first.watch.end();
    const before = first.world.clock.time;
    const other = stranger(first);
    other.isRunActive = async () => false;
    const result = await reconcile({ ...other.base(), direction: 'back' });
    expect(result).toMatchObject({ direction: 'back', outcome: { decision: 'rolled-back' } });
    expect(first.world.clock.time - before).toBeLessThan(2 * MINUTE);
  });

  it('is left alone while GitHub says that it runs', async () => {
    const first = new Process();
    await killedAt(first, 7 * MINUTE);
    first.world.revive();
    const other = stranger(first);
    other.isRunActive = async () => true;
    const { outcome } = await reconcile(other.base());
    expect(outcome).toMatchObject({ decision: 'rejected', reason: 'rollout-in-progress' });
  });

  it('#39 and whose endpoint someone else has changed since is held, not overwritten', async () => {
    const first = new Process();
    await killedAt(first, 7 * MINUTE);
    const theirs = configOf([entity(MODEL, '7'), 40], [entity(MODEL, '8'), 60]);
    first.world.intrude(theirs);
    const { outcome } = await reconcile(successor(first.world, first.registry, first.watch, '2').base());
    expect(outcome).toMatchObject({ decision: 'held', reason: 'foreign-change' });
    expect(first.world.state.config).toEqual(theirs);
  });

  it('and whose rollback target someone has edited is held: it could not be put back exactly', async () => {
    const first = new Process();
    await killedAt(first, 7 * MINUTE);
    first.world.intrude(configOf([entity(MODEL, '7', { workload_size: 'Large' }), 95], [entity(MODEL, '8'), 5]));
    const { outcome } = await reconcile(successor(first.world, first.registry, first.watch, '2').base());
    expect(outcome).toMatchObject({ decision: 'held', reason: 'foreign-change' });
    expect(outcome.explanation).toContain('have been changed');
  });

  it('and was put back by hand is recognised as such', async () => {
    const first = new Process();
    await killedAt(first, 7 * MINUTE);
    first.world.intrude(configOf([entity(MODEL, '7'), 100]));
    const { outcome } = await reconcile(successor(first.world, first.registry, first.watch, '2').base());
    expect(outcome).toMatchObject({ decision: 'rolled-back', reason: 'foreign-change', updates: 0 });
    expect(first.world.journal?.status).toBe('ended');
  });

  it('a later promotion without reconciling is refused', async () => {
    const first = new Process();
    const plan = planFor(first.world);
    await killedAt(first, 7 * MINUTE);
    const outcome = await successor(first.world, first.registry, first.watch, '2').run(plan);
    expect(outcome).toMatchObject({ decision: 'rejected', reason: 'rollout-in-progress', updates: 0 });
  });
});

describe('#37 two runs on one endpoint', () => {
  it('the second finds the first alive and writes nothing', async () => {
    const first = new Process();
    const second = stranger(first);
    const plan = planFor(first.world);
    let said = '';
    first.world.clock.at(8 * MINUTE, () => {
      first.world.killAt = null;
    });
    const running = first.run(plan);
    const racing = (async () => {
      while (first.world.journal === null) await first.world.clock.sleep(100, second.controller.signal);
      second.isRunActive = async () => true;
      said = (await second.run(plan)).reason;
    })();
    const [outcome] = await Promise.all([running, racing]);
    expect(said).toBe('rollout-in-progress');
    expect(outcome.decision).toBe('promoted');
  });

  it('a holder that wakes up after it was taken over is fenced off before its next write', async () => {
    const first = new Process();
    const taken = { ...{ repository: 'bank/models', runId: '200', attempt: '1', nonce: 'other' } };
    first.world.clock.at(8 * MINUTE, () => {
      const { journal } = first.world;
      if (journal === null) throw new Error('no journal');
      first.world.takeLease({ ...taken, generation: journal.generation + 1, heartbeat: 1 });
    });
    const outcome = await first.run();
    expect(outcome).toMatchObject({ decision: 'held', reason: 'rollout-in-progress' });
    expect(outcome.explanation).toContain('Run 200');
    expect(shares(first)).toEqual({ 'fraud-7': 95, 'fraud-8': 5 });
    expect(first.world.journal?.lease?.nonce).toBe('other');
  });
});

describe('#48 a promotion after a rollback', () => {
  it('starts afresh, with fresh evidence', async () => {
    const first = new Process();
    first.watch.opinion = ({ share }) => (share === 25 ? BAD : HEALTHY);
    await first.run();
    const again = new Process(first.world, first.registry);
    again.nonce = 'n2';
    again.runId = '101';
    const outcome = await promoteAgain(again);
    expect(outcome.decision).toBe('promoted');
    expect(again.watch.restored).toEqual([]);
  });
});

describe('#42 a leftover without a record', () => {
  it('that has a part of the traffic is a reason to refuse', () => {
    const world = new World(configOf([entity(MODEL, '7'), 90], [entity(MODEL, '8'), 10]));
    const prepared = prepareRollout(planRequest(world), null);
    expect(prepared).toMatchObject({ kind: 'refused', reason: 'foreign-change' });
  });

  it('that has no traffic is taken over', async () => {
    const process = new Process(new World(configOf([entity(MODEL, '7'), 100], [entity(MODEL, '8'), 0])));
    const outcome = await process.run();
    expect(outcome).toMatchObject({ decision: 'promoted', updates: 5 });
    expect(process.world.broken).toEqual([]);
  });

  it('is set back to the entity that the last promotion recorded', async () => {
    const process = new Process(new World(configOf([entity(MODEL, '7'), 100])));
    await process.run();
    const nine = entity(MODEL, '9');
    process.world.state.config = configOf([entity(MODEL, '8'), 90], [nine, 10]);
    const request = planRequest(process.world);
    const prepared = prepareRollout(
      { ...request, candidate: { ...request.candidate, version: '9' } },
      process.world.journal,
    );
    if (prepared.kind !== 'fresh') throw new Error(prepared.kind);
    expect(prepared.plan.snapshot?.routes).toEqual([
      { servedEntityName: 'fraud-8', trafficPercentage: 100 },
      { servedEntityName: 'fraud-9', trafficPercentage: 0 },
    ]);
    const next = new Process(process.world, process.registry);
    next.nonce = 'n2';
    next.runId = '102';
    next.world.candidate = 'fraud-9';
    next.world.passed = true;
    expect(await next.run(prepared.plan)).toMatchObject({ decision: 'promoted' });
    expect(next.world.broken).toEqual([]);
  });
});

describe('the post step after a hold', () => {
  it('closes the record as paused and moves nothing', async () => {
    const first = new Process();
    first.settings = { ...first.settings, onCancel: 'hold' };
    await killedAt(first, 7 * MINUTE);
    const post = successor(first.world, first.registry, first.watch, 'post');
    post.settings = first.settings;
    const finished = await finishAfterCancel(post.base());
    expect(finished?.outcome).toMatchObject({ decision: 'cancelled' });
    expect(first.world.journal).toMatchObject({ status: 'paused', lease: null });
    expect(shares(first)).toEqual({ 'fraud-7': 95, 'fraud-8': 5 });
  });
});
