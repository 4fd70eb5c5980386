import { describe, expect, it } from '@jest/globals';
import { encodeJournal } from '../../../src/rollout/core/journal-codec.js';
import { makePlan } from '../../../src/rollout/core/plan.js';
import { PACKING } from '../../../src/rollout/journal-store.js';
import { rollBackNow } from '../../../src/rollout/rollback.js';
import { configOf, entity } from './world/endpoint.js';
import { runUntilKilled } from './world/kill.js';
import { MINUTE, Process, planFor, planRequest } from './world/rollout.js';
import { BAD, HEALTHY } from './world/watch.js';
import { MODEL, World } from './world/world.js';

function shares(process: Process): Record<string, number> {
  const routes = process.world.state.config?.routes ?? [];
  return Object.fromEntries(routes.map((route) => [route.servedEntityName, route.trafficPercentage]));
}

/** A person who runs the command, in a workflow run of their own. */
function person(process: Process): Process {
  const other = new Process(process.world, process.registry, process.watch);
  other.nonce = 'person';
  other.runId = '300';
  process.world.passed = true;
  return other;
}

function rollBack(process: Process): ReturnType<typeof rollBackNow> {
  return rollBackNow({ ...process.base(), model: MODEL });
}

describe('rolling back on request', () => {
  it('takes a held rollout back by one update', async () => {
    const process = new Process();
    process.settings = { ...process.settings, onFailure: 'hold' };
    process.watch.opinion = ({ share }) => (share === 25 ? BAD : HEALTHY);
    await process.run();
    const outcome = await rollBack(person(process));
    expect(outcome).toMatchObject({ decision: 'rolled-back', reason: 'ok', rollback: { updates: 1 } });
    expect(outcome.explanation).toContain('Rolled back on request.');
    expect(shares(process)).toEqual({ 'fraud-7': 100 });
    expect(process.world.broken).toEqual([]);
  });

  it('fences off a run that is at work, whatever that run thinks', async () => {
    const process = new Process();
    process.world.clock.at(8 * MINUTE, () => {
      process.world.killAt = process.world.boundaries + 1;
    });
    expect(await runUntilKilled(process, () => process.run())).toBeNull();
    process.world.revive();
    process.watch.end();
    expect(await rollBack(person(process))).toMatchObject({ decision: 'rolled-back', updates: 1 });
    expect(process.world.journal).toMatchObject({ status: 'ended', generation: 2 });
  });

  it('goes back to an entity that was kept at 0 %, by one update, and moves the alias back', async () => {
    const process = new Process();
    await process.run(planFor(process.world, { retainPrevious: true }));
    expect(process.registry.champion).toBe('8');
    const outcome = await rollBack(person(process));
    expect(outcome).toMatchObject({ decision: 'rolled-back', updates: 1 });
    expect(shares(process)).toEqual({ 'fraud-7': 100 });
    expect(process.registry.champion).toBe('7');
    expect(process.world.broken).toEqual([]);
  });

  it('brings back an entity that was removed long ago, exactly as it was', async () => {
    const process = new Process(
      new World(
        configOf([entity(MODEL, '7', { environment_vars: { KEY: '{{secrets/scope/key}}', MODE: 'strict' } }), 100]),
      ),
    );
    const before = process.world.state.config;
    await process.run();
    expect(shares(process)).toEqual({ 'fraud-8': 100 });
    process.world.candidate = 'fraud-7';
    const outcome = await rollBack(person(process));
    expect(outcome).toMatchObject({ decision: 'rolled-back', reason: 'ok', updates: 3 });
    expect(process.world.state.config).toEqual(before);
    expect(process.registry.champion).toBe('7');
    expect(process.world.broken).toEqual([]);
  });

  it('says so when the earlier version cannot be brought back, and leaves what serves', async () => {
    const process = new Process();
    await process.run();
    process.world.candidate = 'fraud-7';
    process.world.fates = ['failed'];
    const outcome = await rollBack(person(process));
    expect(outcome).toMatchObject({ decision: 'failed', reason: 'update-failed' });
    expect(outcome.explanation).toContain('Version 7 could not be brought back');
    expect(shares(process)).toEqual({ 'fraud-8': 100 });
  });

  it('knows when there is nothing to go back to', async () => {
    const process = new Process();
    expect(await rollBack(process)).toMatchObject({
      decision: 'failed',
      reason: 'nothing-to-roll-back-to',
      updates: 0,
    });
    const first = new Process(new World(null));
    await first.run();
    expect(await rollBack(person(first))).toMatchObject({ decision: 'failed', reason: 'nothing-to-roll-back-to' });
  });

  it('does not guess when someone has changed the endpoint since the promotion', async () => {
    const process = new Process();
    await process.run(planFor(process.world, { retainPrevious: true }));
    process.world.intrude(configOf([entity(MODEL, '7'), 30], [entity(MODEL, '8'), 70]));
    expect(await rollBack(person(process))).toMatchObject({ decision: 'held', reason: 'foreign-change', updates: 0 });
  });

  it('does not trust a record that was tampered with', async () => {
    const process = new Process();
    await process.run();
    const tags = encodeJournal(process.world.journal ?? ({} as never), PACKING) ?? {};
    process.world.state.tags['dmp.j0'] = `${tags['dmp.j0']}x`;
    expect(await rollBack(person(process))).toMatchObject({ decision: 'held' });
    expect(shares(process)).toEqual({ 'fraud-8': 100 });
  });

  it('keeps the record of the promotion through a rollout that failed in between', async () => {
    const process = new Process();
    await process.run();
    const request = planRequest(process.world);
    const made = makePlan({ ...request, candidate: { ...request.candidate, version: '9' } });
    if (made.kind === 'refused') throw new Error(made.message);
    const failing = new Process(process.world, process.registry);
    failing.runId = '101';
    failing.nonce = 'n2';
    failing.watch.smokeOutcome = { kind: 'failed', sent: 1, failed: 1, explanation: 'no' };
    failing.world.candidate = 'fraud-9';
    expect(await failing.run(made.plan)).toMatchObject({ decision: 'rolled-back', reason: 'smoke-failed' });
    expect(process.world.journal?.record).toMatchObject({
      promoted: 'fraud-8',
      previous: { name: 'fraud-7', version: '7' },
    });
    process.world.candidate = 'fraud-7';
    expect(await rollBack(person(process))).toMatchObject({ decision: 'rolled-back', reason: 'ok' });
    expect(shares(process)).toEqual({ 'fraud-7': 100 });
  });
});
