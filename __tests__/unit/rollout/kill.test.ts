import { describe, expect, it } from '@jest/globals';
import { reconcile } from '../../../src/rollout/reconcile.js';
import { promoteAgain, runUntilKilled, successor } from './world/kill.js';
import { MINUTE, Process, planFor } from './world/rollout.js';
import { BAD, HEALTHY, type Opinion } from './world/watch.js';
import { type UpdateFate, World } from './world/world.js';

/** Short bakes and updates: what matters here are the boundaries, not the time between them. */
const QUICK = {
  steps: [
    { traffic: 0, bakeMs: 0 },
    { traffic: 10, bakeMs: MINUTE },
    { traffic: 100, bakeMs: MINUTE },
  ],
  finalBakeMs: MINUTE,
};

interface Scenario {
  readonly name: string;
  readonly first: boolean;
  readonly opinion: Opinion;
  readonly fates: readonly UpdateFate[];
  /** How an uninterrupted run ends. */
  readonly decision: string;
}

const SCENARIOS: readonly Scenario[] = [
  { name: 'a healthy version', first: false, opinion: () => HEALTHY, fates: [], decision: 'promoted' },
  {
    name: 'a version that fails at 10 %',
    first: false,
    opinion: ({ share }) => (share === 10 ? BAD : HEALTHY),
    fates: [],
    decision: 'rolled-back',
  },
  {
    name: 'a version that fails in the final bake',
    first: false,
    opinion: ({ index }) => (index === 3 ? BAD : HEALTHY),
    fates: [],
    decision: 'rolled-back',
  },
  {
    name: 'a version that cannot come up',
    first: false,
    opinion: () => HEALTHY,
    fates: ['failed'],
    decision: 'rolled-back',
  },
  {
    name: 'answers that get lost',
    first: false,
    opinion: () => HEALTHY,
    fates: ['lost-after', 'lost-before', 'applied', 'reverted'],
    decision: 'promoted',
  },
  { name: 'a first deployment', first: true, opinion: () => HEALTHY, fates: [], decision: 'promoted' },
];

function start(scenario: Scenario, killAt: number | null): Process {
  const process = new Process(new World(...(scenario.first ? [null] : [])));
  process.watch.opinion = scenario.opinion;
  process.world.fates = [...scenario.fates];
  process.world.updateMs = 5_000;
  process.world.killAt = killAt;
  return process;
}

async function boundariesOf(scenario: Scenario): Promise<number> {
  const process = start(scenario, null);
  const outcome = await process.run(planFor(process.world, QUICK));
  expect(outcome.decision).toBe(scenario.decision);
  return process.world.boundaries;
}

function names(world: World): string {
  const routes = world.state.config?.routes ?? [];
  return routes.map((route) => `${route.servedEntityName} ${route.trafficPercentage}`).join(', ');
}

const WHOLE = ['fraud-7 100', 'fraud-8 100'];

/** Kills one process at every boundary in turn and lets `rescue` finish; says at which boundaries it did not end well. */
async function killEverywhere(
  scenario: Scenario,
  rescue: (process: Process) => Promise<string>,
  allowed: (end: { said: string; serves: string; killAt: number }) => boolean,
): Promise<{ cases: number; wrong: string[] }> {
  const boundaries = await boundariesOf(scenario);
  const wrong: string[] = [];
  for (let killAt = 1; killAt <= boundaries; killAt += 1) {
    const process = start(scenario, killAt);
    const plan = planFor(process.world, QUICK);
    const ended = await runUntilKilled(process, () => process.run(plan));
    if (ended !== null) continue;
    const { broken } = process.world;
    const next = successor(process.world, process.registry, process.watch, '2');
    const said = await rescue(next);
    const end = { said, serves: names(process.world), killAt };
    if (!allowed(end) || broken.length > 0) {
      wrong.push(
        `killed at ${killAt} (${process.world.calls[killAt - 1]}): ${said}, ${end.serves}; ${broken.join('; ')}`,
      );
    }
  }
  return { cases: boundaries, wrong };
}

describe.each(SCENARIOS)('#34 #35 killed at every boundary: $name', (scenario) => {
  it('a second attempt of the same run ends as an uninterrupted run does', async () => {
    const rescue = async (process: Process): Promise<string> => {
      if (!process.world.exists) return (await process.run(planFor(process.world, QUICK))).decision;
      const ended = process.world.journal;
      if (ended?.status === 'ended') return ended.outcome?.decision ?? 'none';
      return (await promoteAgain(process, QUICK)).decision;
    };
    const { wrong } = await killEverywhere(scenario, rescue, ({ said, serves }) => {
      if (scenario.fates.length > 0)
        return ['promoted', 'rolled-back', 'unchanged'].includes(said) && WHOLE.includes(serves);
      const good = scenario.decision === 'promoted';
      return good
        ? ['promoted', 'unchanged'].includes(said) && serves === 'fraud-8 100'
        : ['rolled-back'].includes(said) && serves === 'fraud-7 100';
    });
    expect(wrong).toEqual([]);
  });

  it('a guardian leaves a whole configuration and no open record', async () => {
    const rescue = async (process: Process): Promise<string> => {
      const result = await reconcile(process.base());
      const { journal } = process.world;
      return `${result.direction} ${journal === null || journal.status === 'ended' ? 'closed' : journal.status}`;
    };
    const { wrong } = await killEverywhere(scenario, rescue, ({ said, serves }) => {
      if (scenario.first && serves === '') return said.endsWith('closed');
      return said.endsWith('closed') && WHOLE.includes(serves);
    });
    expect(wrong).toEqual([]);
  });
});
