import { describe, expect, it } from '@jest/globals';
import type { RolloutOutcome } from '../../../src/rollout/core/types.js';
import { configOf, entity } from './world/endpoint.js';
import { MINUTE, Process, planFor } from './world/rollout.js';
import { BAD, HEALTHY } from './world/watch.js';
import { MODEL, type UpdateFate, World } from './world/world.js';

async function outcomeOf(process: Process): Promise<RolloutOutcome> {
  const outcome = await process.run();
  expect(process.world.broken).toEqual([]);
  expect(outcome.endedAtMs - outcome.startedAtMs).toBeLessThanOrEqual(process.settings.timeLimitMs);
  return outcome;
}

function shares(process: Process): Record<string, number> {
  const routes = process.world.state.config?.routes ?? [];
  return Object.fromEntries(routes.map((route) => [route.servedEntityName, route.trafficPercentage]));
}

const BEFORE = { 'fraud-7': 100 };
const AFTER = { 'fraud-8': 100 };
const OK: UpdateFate = 'applied';

describe('updates that do not do what they should', () => {
  it('#18 a version that cannot come up is never given traffic, and the cause is named', async () => {
    const process = new Process();
    process.world.fates = ['failed'];
    const outcome = await outcomeOf(process);
    expect(outcome).toMatchObject({ decision: 'rolled-back', reason: 'update-failed', rollback: { updates: 0 } });
    expect(outcome.explanation).toContain('fraud-8 is in state DEPLOYMENT_FAILED');
    expect(shares(process)).toEqual(BEFORE);
  });

  it('#19 a shift that fails is tried once more and then goes on', async () => {
    const process = new Process();
    process.world.fates = [OK, OK, 'failed', OK];
    expect(await outcomeOf(process)).toMatchObject({ decision: 'promoted', updates: 7 });
  });

  it('#19 a shift that fails twice is taken back', async () => {
    const process = new Process();
    process.world.fates = [OK, OK, 'failed', 'failed'];
    expect(await outcomeOf(process)).toMatchObject({ decision: 'rolled-back', reason: 'update-failed' });
    expect(shares(process)).toEqual(BEFORE);
  });

  it('#20 an update that a person cancels is not fought over', async () => {
    const process = new Process();
    process.world.fates = [OK, OK, 'cancelled'];
    const outcome = await outcomeOf(process);
    expect(outcome).toMatchObject({ decision: 'held', reason: 'foreign-change' });
    expect(shares(process)).toEqual({ 'fraud-7': 95, 'fraud-8': 5 });
    expect(outcome.action).toContain('fraud-7');
  });

  it('#21 an update that never ends stops the rollout at its deadline, loudly when nothing else is possible', async () => {
    const process = new Process();
    process.world.fates = [OK, 'hangs'];
    const outcome = await outcomeOf(process);
    expect(outcome).toMatchObject({
      decision: 'degraded',
      reason: 'restore-unverified',
      rollback: { reason: 'update-timeout' },
    });
    expect(outcome.action).toContain('databricks serving-endpoints update-config');
    expect(process.world.journal).toMatchObject({ status: 'running', intent: { purpose: 'rollback' }, lease: null });
  });

  it('#21 and goes back when the update ends at last', async () => {
    const process = new Process();
    process.world.fates = [OK, 'hangs'];
    process.world.clock.at(20 * MINUTE, () => {
      const { pending } = process.world.state;
      if (pending !== null) process.world.state.pending = { ...pending, end: 'applied', doneAt: 0 };
    });
    expect(await outcomeOf(process)).toMatchObject({ decision: 'rolled-back', reason: 'update-timeout' });
    expect(shares(process)).toEqual(BEFORE);
  });

  it('#22 a silent return to the old routes is noticed and tried once more', async () => {
    const process = new Process();
    process.world.fates = [OK, 'reverted', OK];
    expect(await outcomeOf(process)).toMatchObject({ decision: 'promoted', updates: 7 });
  });

  it('#22 and taken for a failure when it happens twice', async () => {
    const process = new Process();
    process.world.fates = [OK, OK, 'reverted', 'reverted'];
    expect(await outcomeOf(process)).toMatchObject({ decision: 'rolled-back', reason: 'update-not-applied' });
    expect(shares(process)).toEqual(BEFORE);
  });

  it('tolerates reads that still show the time before an update', async () => {
    const process = new Process();
    process.world.updateMs = 2_000;
    const stale = () => {
      process.world.staleReads = 2;
    };
    for (let minute = 1; minute < 30; minute += 1) process.world.clock.at(minute * 330_000, stale);
    const outcome = await process.run();
    expect(outcome.decision).toBe('promoted');
  });
});

describe('answers that get lost', () => {
  it('#23 an update that never arrived is sent again, once the endpoint has shown that', async () => {
    const process = new Process();
    process.world.fates = [OK, 'lost-before', OK];
    expect(await outcomeOf(process)).toMatchObject({ decision: 'promoted', updates: 7 });
    expect(process.world.configurations).toHaveLength(6);
  });

  it('#24 an update whose answer was lost is not sent twice', async () => {
    const process = new Process();
    process.world.fates = [OK, 'lost-after', OK];
    expect(await outcomeOf(process)).toMatchObject({ decision: 'promoted', updates: 6 });
    expect(process.world.configurations).toHaveLength(6);
  });

  it('#24 also when the endpoint is created', async () => {
    const process = new Process(new World(null));
    process.world.fates = ['lost-after'];
    expect(await outcomeOf(process)).toMatchObject({ decision: 'promoted', reason: 'first-deployment' });
    expect(process.world.configurations).toHaveLength(1);
  });

  it('#23 an endpoint whose creation never arrived is created again', async () => {
    const process = new Process(new World(null));
    process.world.fates = ['lost-before', OK];
    expect(await outcomeOf(process)).toMatchObject({ decision: 'promoted', reason: 'first-deployment' });
  });

  it('#25 a throttled way back is tried again until it arrives', async () => {
    const process = new Process();
    process.watch.opinion = ({ share }) => (share === 25 ? BAD : HEALTHY);
    process.world.fates = [OK, OK, OK, 'throttled', 'throttled', 'throttled', OK];
    const outcome = await outcomeOf(process);
    expect(outcome).toMatchObject({ decision: 'rolled-back', rollback: { updates: 4 } });
    expect(shares(process)).toEqual(BEFORE);
  });

  it('#30 a way back that fails three times and then works is a way back', async () => {
    const process = new Process();
    process.watch.opinion = ({ share }) => (share === 25 ? BAD : HEALTHY);
    process.world.fates = [OK, OK, OK, 'failed', 'reverted', 'failed', OK];
    expect(await outcomeOf(process)).toMatchObject({ decision: 'rolled-back', rollback: { updates: 4 } });
  });

  it('#31 a way back that keeps failing ends degraded, within its time', async () => {
    const process = new Process();
    process.watch.opinion = ({ share }) => (share === 25 ? BAD : HEALTHY);
    process.world.fates = [OK, OK, OK, ...Array.from({ length: 500 }, (): UpdateFate => 'failed')];
    const outcome = await outcomeOf(process);
    expect(outcome).toMatchObject({ decision: 'degraded', reason: 'restore-unverified' });
    expect(outcome.explanation).toContain('9 of 50 requests failed');
  });

  it('#26 reads that fail for five minutes hold the weight and nothing else', async () => {
    const process = new Process();
    process.world.clock.at(8 * MINUTE, () => {
      process.world.readFaults = 20;
    });
    expect(await outcomeOf(process)).toMatchObject({ decision: 'promoted' });
  });

  it('#29 rights that are taken away mid-way end degraded at once, the weight as it was', async () => {
    const process = new Process();
    process.world.fates = [OK, OK, { refused: 403 }, { refused: 403 }];
    const outcome = await outcomeOf(process);
    expect(outcome).toMatchObject({ decision: 'degraded', rollback: { reason: 'permission-denied' } });
    expect(shares(process)).toEqual({ 'fraud-7': 95, 'fraud-8': 5 });
  });

  it('a refusal of the very first update changes nothing and is no rollback', async () => {
    const process = new Process();
    process.world.fates = [{ refused: 400 }];
    expect(await outcomeOf(process)).toMatchObject({ decision: 'failed', reason: 'update-failed' });
    expect(shares(process)).toEqual(BEFORE);
  });
});

describe('someone else', () => {
  it('#39 who edits routes while a step bakes is noticed and never overwritten', async () => {
    const process = new Process();
    const theirs = configOf([entity(MODEL, '7'), 80], [entity(MODEL, '8'), 20]);
    process.world.clock.at(8 * MINUTE, () => process.world.intrude(theirs));
    const outcome = await outcomeOf(process);
    expect(outcome).toMatchObject({ decision: 'held', reason: 'foreign-change' });
    expect(outcome.explanation).toContain('fraud-8 has 20 % of the traffic and had 5 %');
    expect(process.world.state.config).toEqual(theirs);
  });

  it('#39 who edits an entity without touching the routes is noticed as well', async () => {
    const process = new Process();
    const theirs = configOf([entity(MODEL, '7', { workload_size: 'Large' }), 95], [entity(MODEL, '8'), 5]);
    process.world.clock.at(8 * MINUTE, () => process.world.intrude(theirs));
    const outcome = await outcomeOf(process);
    expect(outcome.explanation).toContain('fraud-7 differs in workload_size');
  });

  it('#27 whose update is running when ours is to be sent is left alone', async () => {
    const process = new Process();
    const theirs = configOf([entity(MODEL, '7'), 60], [entity(MODEL, '8'), 40]);
    process.world.clock.at(8 * MINUTE, () => {
      process.world.state.pending = { config: theirs, doneAt: Number.POSITIVE_INFINITY, end: 'applied' };
      process.world.state.update = 'IN_PROGRESS';
    });
    expect(await outcomeOf(process)).toMatchObject({ decision: 'held', reason: 'foreign-change' });
  });

  it('#40 whose update is running at the start is awaited; then the plan must still hold', async () => {
    const process = new Process();
    const plan = planFor(process.world);
    process.world.state.pending = { config: configOf([entity(MODEL, '7'), 100]), doneAt: 2 * MINUTE, end: 'applied' };
    process.world.state.update = 'IN_PROGRESS';
    expect(await process.run(plan)).toMatchObject({ decision: 'promoted' });
  });

  it('#40 whose update never ends at the start is a reason to refuse', async () => {
    const process = new Process();
    const plan = planFor(process.world);
    process.world.state.pending = {
      config: configOf([entity(MODEL, '6'), 100]),
      doneAt: Number.POSITIVE_INFINITY,
      end: 'applied',
    };
    process.world.state.update = 'IN_PROGRESS';
    expect(await process.run(plan)).toMatchObject({ decision: 'rejected', reason: 'foreign-change', updates: 0 });
  });

  it('who changed the endpoint after the plan was made: nothing is written', async () => {
    const process = new Process();
    const plan = planFor(process.world);
    process.world.intrude(configOf([entity(MODEL, '6'), 100]));
    const outcome = await process.run(plan);
    expect(outcome).toMatchObject({ decision: 'rejected', reason: 'plan-changed', updates: 0 });
    expect(outcome.explanation).toContain('fraud-6 was added');
    expect(process.world.calls.filter((call) => call !== 'read')).toEqual([]);
  });

  it('who deletes the endpoint ends the rollout with that word', async () => {
    const process = new Process();
    process.world.clock.at(8 * MINUTE, () => {
      process.world.exists = false;
    });
    const outcome = await process.run();
    expect(outcome).toMatchObject({
      decision: 'held',
      reason: 'foreign-change',
      state: 'The endpoint does not exist.',
    });
  });
});

describe('time and records', () => {
  it('#36 stops by itself while there is still time for going back', async () => {
    const process = new Process();
    process.settings = { ...process.settings, timeLimitMs: 45 * MINUTE };
    const outcome = await outcomeOf(process);
    expect(outcome).toMatchObject({ decision: 'rolled-back', reason: 'time-budget' });
    expect(shares(process)).toEqual(BEFORE);
  });

  it('#52 tags that are refused before the first write: nothing is written', async () => {
    const process = new Process();
    process.world.tagsRefused = true;
    expect(await outcomeOf(process)).toMatchObject({ decision: 'failed', reason: 'remote-error', updates: 0 });
    expect(shares(process)).toEqual(BEFORE);
  });

  it('#52 tags that are refused mid-way: no further step, back to what can be relied on', async () => {
    const process = new Process();
    process.world.clock.at(8 * MINUTE, () => {
      process.world.tagsRefused = true;
    });
    const outcome = await outcomeOf(process);
    expect(outcome).toMatchObject({ decision: 'rolled-back', reason: 'remote-error' });
    expect(shares(process)).toEqual(BEFORE);
  });

  it('#51 a registry that fails for good makes a warning of a promotion, not a failure', async () => {
    const process = new Process();
    process.registry.failures = 99;
    const outcome = await outcomeOf(process);
    expect(outcome.decision).toBe('promoted');
    expect(outcome.warnings.join()).toContain('the registry is away');
    expect(shares(process)).toEqual(AFTER);
  });

  it('#51 and one that fails once is asked again', async () => {
    const process = new Process();
    process.registry.failures = 1;
    expect(await outcomeOf(process)).toMatchObject({ decision: 'promoted', warnings: [] });
    expect(process.registry.champion).toBe('8');
  });
});
