import { beforeAll, describe, expect, it } from '@jest/globals';
import { ENDPOINT } from '../../sandbox/stage.js';
import { BAD, CONTINUATIONS, type Continuation, SCENARIOS, type Scenario, takeUp } from './rollouts/kill-scenarios.js';
import { killedAt, type Moment, nameOf, type Write, writesOf } from './rollouts/killing.js';
import { onQuickStage, promote } from './rollouts/scene.js';

/** One process that dies, and how its rollout is taken up. */
interface Case {
  readonly scenario: Scenario;
  readonly write: Write;
  readonly moment: Moment;
  readonly continuation: Continuation;
}

const EVERY_CASE = process.env.NIGHTLY === '1';
/** Cases of a usual run; each takes some seconds. */
const SAMPLE = 14;
const SEED = Number(process.env.KILLS_SEED ?? 5);
/** Cases that run side by side. */
const LANES = 2;
const LIMIT_MS = EVERY_CASE ? 60 * 60_000 : 240_000;

const every: Case[] = [];

beforeAll(async () => {
  for (const scenario of SCENARIOS) {
    await onQuickStage(async (stage) => {
      scenario.arrange(stage);
      await promote(stage);
      for (const write of writesOf(stage)) every.push(...casesAt(scenario, write));
    });
  }
}, 120_000);

function casesAt(scenario: Scenario, write: Write): readonly Case[] {
  return (['before', 'after'] as const).flatMap((moment) =>
    CONTINUATIONS.map((continuation) => ({ scenario, write, moment, continuation })),
  );
}

describe('a process that is killed at a write', () => {
  it(
    'leaves a rollout that can be taken up, and ends where its scenario allows',
    async () => {
      const chosen = EVERY_CASE ? every : sampled(every, SAMPLE);
      const failures = await playAll(chosen);
      process.stdout.write(
        `${chosen.length} of ${every.length} cases (scenario × kill point × way of going on), seed ${SEED}\n`,
      );
      expect(failures).toEqual([]);
      expect(chosen.length).toBeGreaterThanOrEqual(SAMPLE);
    },
    LIMIT_MS,
  );
});

describe('a process that is killed on the way back', () => {
  const write = { method: 'PUT', path: `/api/2.0/serving-endpoints/${ENDPOINT}/config`, nth: 3 };
  for (const continuation of CONTINUATIONS) {
    it(`leaves the bad version a share; ${continuation}, it is taken away`, () =>
      playCase({ scenario: BAD, write, moment: 'before', continuation }));
  }
});

async function playAll(cases: readonly Case[]): Promise<readonly string[]> {
  const failures: string[] = [];
  const queue = [...cases];
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const one = next;
      await playCase(one).catch((thrown: unknown) => {
        failures.push(`${titleOf(one)}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
      });
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return failures;
}

function playCase({ scenario, write, moment, continuation }: Case): Promise<void> {
  return onQuickStage(async (stage) => {
    scenario.arrange(stage);
    const killed = await killedAt(stage, write, moment, (options) => promote(stage, options));
    expect(killed.reached).toBe(true);
    expect(killed.run.sent).toEqual(['SIGKILL']);
    expect(killed.run.post).toBeNull();
    const run = await takeUp(stage, continuation);
    try {
      scenario.check(stage, continuation, run);
    } catch (thrown) {
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      throw new Error(`${why}\n${run.log.slice(-2500)}`);
    }
  });
}

function titleOf({ scenario, write, moment, continuation }: Case): string {
  return `${scenario.name}, killed ${moment} ${nameOf(write)}, ${continuation}`;
}

/** The same cases for the same seed: a round robin over scenarios and ways of going on, each time another kill point. */
function sampled(all: readonly Case[], count: number): readonly Case[] {
  const random = randomFrom(SEED);
  const groups = new Map<string, Case[]>();
  for (const one of all) {
    const key = `${one.scenario.name} ${one.continuation}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const chosen: Case[] = [];
  while (chosen.length < Math.min(count, all.length)) {
    for (const group of groups.values()) {
      const [one] = group.splice(Math.floor(random() * group.length), 1);
      if (one !== undefined && chosen.length < count) chosen.push(one);
    }
  }
  return chosen;
}

/** A linear congruential generator (Numerical Recipes); good enough to choose cases. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
