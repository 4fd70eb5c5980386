import { describe, expect, it } from '@jest/globals';
import { planAfterClearing, prepareRollout } from '../../../src/rollout/core/preparation.js';
import { promoteAgain, runUntilKilled, successor } from './world/kill.js';
import { MINUTE, Process, planRequest } from './world/rollout.js';
import { BAD, HEALTHY } from './world/watch.js';

/** The machine is lost at a moment. */
async function killedAt(process: Process, time: number): Promise<void> {
  process.world.clock.at(time, () => {
    process.world.killAt = process.world.boundaries + 1;
  });
  expect(await runUntilKilled(process, () => process.run())).toBeNull();
}

/** Kills the process with the first write after it has recorded that it goes back. */
function setTurnKill(process: Process): () => boolean {
  const { world } = process;
  let isTurned = false;
  process.watch.opinion = ((opinion) => (window) => {
    const judgement = opinion(window);
    if (judgement === BAD && !isTurned) {
      isTurned = true;
      world.killAt = world.boundaries + 2;
    }
    return judgement;
  })(process.watch.opinion);
  return () => isTurned;
}

describe('a plan for after the clearing', () => {
  it('is made from what will be live then, also where the candidate still holds a part of the traffic', async () => {
    const first = new Process();
    first.watch.opinion = ({ share }) => (share === 25 ? BAD : HEALTHY);
    const untilTurned = setTurnKill(first);
    expect(await runUntilKilled(first, () => first.run())).toBeNull();
    expect(untilTurned()).toBe(true);
    const { journal } = first.world;
    if (journal === null) throw new Error('The killed run left no record.');
    const request = planRequest(first.world);
    expect(prepareRollout(request, journal)).toMatchObject({ kind: 'go-back-first' });
    const cleared = planAfterClearing(request, journal);
    expect(cleared).toMatchObject({ kind: 'plan', plan: { kind: 'shift', previous: { entityVersion: '7' } } });
  });
});

describe('a promotion that was to go on', () => {
  it('writes nothing when the rollout has come to its end since it was read', async () => {
    const first = new Process();
    await killedAt(first, 7 * MINUTE);
    const { journal } = first.world;
    if (journal === null) throw new Error('The killed run left no record.');
    const prepared = prepareRollout(planRequest(first.world), journal);
    if (prepared.kind !== 'resume') throw new Error(`Expected to go on, not ${prepared.kind}.`);

    const second = successor(first.world, first.registry, first.watch, '2');
    expect(await promoteAgain(second)).toMatchObject({ decision: 'promoted' });
    const before = first.world.configurations.length;
    const late = successor(first.world, first.registry, first.watch, '3');
    const outcome = await late.run(prepared.plan, { resume: prepared.journal });
    expect(outcome).toMatchObject({ decision: 'rejected', reason: 'plan-changed', updates: 0 });
    expect(first.world.configurations).toHaveLength(before);
    expect(first.world.journal).toMatchObject({ status: 'ended', outcome: { decision: 'promoted' } });
  });
});
