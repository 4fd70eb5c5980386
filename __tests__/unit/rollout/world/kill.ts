import type { Journal } from '../../../../src/rollout/core/journal.js';
import type { PlanRequest } from '../../../../src/rollout/core/plan-request.js';
import { prepareRollout } from '../../../../src/rollout/core/preparation.js';
import type { RolloutOutcome } from '../../../../src/rollout/core/types.js';
import { reconcile } from '../../../../src/rollout/reconcile.js';
import { Process, planRequest } from './rollout.js';
import type { Registry, Watch } from './watch.js';
import type { World } from './world.js';

/** Runs until the end, or until the world kills the process: then `null`. */
export async function runUntilKilled(
  process: Process,
  run: () => Promise<RolloutOutcome>,
): Promise<RolloutOutcome | null> {
  const killed = new Promise<null>((resolve) => {
    process.world.whenKilled = () => resolve(null);
  });
  return Promise.race([run(), killed]);
}

/** Another attempt of the same run, some time later. */
export function successor(world: World, registry: Registry, watch: Watch, attempt: string): Process {
  world.revive();
  world.clock.pass(30_000);
  watch.end();
  const next = new Process(world, registry, watch);
  next.nonce = `n${attempt}`;
  next.attempt = attempt;
  return next;
}

/** What `promote` does on an endpoint that may hold a record: goes on, or goes back first and begins anew. */
export async function promoteAgain(
  process: Process,
  change: Partial<PlanRequest['rollout']> = {},
): Promise<RolloutOutcome> {
  for (let round = 0; round < 3; round += 1) {
    const journal: Journal | null = process.world.journal;
    const prepared = prepareRollout(planRequest(process.world, change), journal);
    if (prepared.kind === 'refused') throw new Error(prepared.message);
    if (prepared.kind === 'fresh') return process.run(prepared.plan);
    if (prepared.kind === 'resume') return process.run(prepared.plan, { resume: prepared.journal });
    await reconcile({ ...process.base(), direction: 'back' });
  }
  throw new Error('The rollout could not begin.');
}
