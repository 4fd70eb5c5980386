import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Judgement } from '../../../src/health/core/types.js';
import type { RolloutOutcome } from '../../../src/rollout/core/types.js';
import { reconcile } from '../../../src/rollout/reconcile.js';
import { rollBackNow } from '../../../src/rollout/rollback.js';
import { configOf, entity } from './world/endpoint.js';
import { promoteAgain, runUntilKilled } from './world/kill.js';
import { MINUTE, Process, planFor } from './world/rollout.js';
import { BAD, BLIND, FEW, HEALTHY } from './world/watch.js';
import { MODEL, type UpdateFate, World } from './world/world.js';

const RUNS = process.env.NIGHTLY === '1' ? 100_000 : 300;

const QUICK = {
  steps: [
    { traffic: 0, bakeMs: 0 },
    { traffic: 10, bakeMs: MINUTE },
    { traffic: 50, bakeMs: MINUTE },
    { traffic: 100, bakeMs: MINUTE },
  ],
  finalBakeMs: 2 * MINUTE,
};

const SUSPECT: Judgement = { kind: 'suspect', explanation: 'The figures do not fit.' };
const SICK: Judgement = { kind: 'baseline-unhealthy', explanation: 'Both fail.' };

type Trouble =
  | 'kill'
  | 'cancel'
  | 'intrude'
  | 'reads-fail'
  | 'reads-late'
  | 'tags-refused'
  | 'tags-fine'
  | 'server-heals';

/** One generated course of the world. */
interface History {
  readonly first: boolean;
  readonly fates: readonly UpdateFate[];
  /** What the watch says in each step, by index; the last one goes on. */
  readonly opinions: readonly Judgement[];
  readonly troubles: readonly { readonly at: number; readonly what: Trouble }[];
  readonly onFailure: 'rollback' | 'hold';
  readonly onCancel: 'rollback' | 'hold';
  readonly cancelBudgetMs: number | null;
  readonly until: number | null;
  readonly rescue: 'reconcile' | 'promote' | 'rollback' | 'other-run';
}

const fate: fc.Arbitrary<UpdateFate> = fc.oneof(
  { weight: 12, arbitrary: fc.constant<UpdateFate>('applied') },
  {
    weight: 8,
    arbitrary: fc.constantFrom<UpdateFate>(
      'failed',
      'cancelled',
      'reverted',
      'hangs',
      'lost-before',
      'lost-after',
      'throttled',
      { refused: 403 },
      { refused: 400 },
    ),
  },
);

const opinion = fc.oneof(
  { weight: 8, arbitrary: fc.constant(HEALTHY) },
  { weight: 4, arbitrary: fc.constantFrom(BAD, FEW, BLIND, SUSPECT, SICK) },
);

const trouble = fc.record({
  at: fc.integer({ min: 0, max: 25 * MINUTE }),
  what: fc.constantFrom<Trouble>(
    'kill',
    'kill',
    'cancel',
    'intrude',
    'reads-fail',
    'reads-late',
    'tags-refused',
    'tags-fine',
    'server-heals',
  ),
});

const history: fc.Arbitrary<History> = fc.record({
  first: fc.boolean(),
  fates: fc.array(fate, { maxLength: 12 }),
  opinions: fc.array(opinion, { minLength: 1, maxLength: 6 }),
  troubles: fc.array(trouble, { maxLength: 5 }),
  onFailure: fc.constantFrom('rollback', 'rollback', 'hold'),
  onCancel: fc.constantFrom('rollback', 'rollback', 'hold'),
  cancelBudgetMs: fc.constantFrom(null, 4_000),
  until: fc.constantFrom(null, null, 10),
  rescue: fc.constantFrom('reconcile', 'promote', 'rollback', 'other-run'),
});

function worldOf(course: History): World {
  const world = new World(course.first ? null : configOf([entity(MODEL, '7'), 100]));
  world.fates = [...course.fates];
  return world;
}

/** Arms what goes wrong. `current` is the process that a cancellation meets. */
function arm(course: History, world: World, current: () => Process, intruded: { value: boolean }): void {
  const act: Readonly<Record<Trouble, () => void>> = {
    kill: () => {
      world.killAt = world.boundaries + 1;
    },
    cancel: () => current().controller.abort(new Error('cancelled')),
    intrude: () => {
      if (world.state.config === null || world.state.update === 'IN_PROGRESS') return;
      intruded.value = true;
      world.intrude(configOf([entity(MODEL, '6'), 33], [entity(MODEL, '7'), 67]));
    },
    'reads-fail': () => {
      world.readFaults = 7;
    },
    'reads-late': () => {
      world.staleReads = 2;
    },
    'tags-refused': () => {
      world.tagsRefused = true;
    },
    'tags-fine': () => {
      world.tagsRefused = false;
    },
    'server-heals': () => heal(world),
  };
  for (const { at, what } of course.troubles) world.clock.at(at, act[what]);
}

/** Nothing hangs for ever. */
function heal(world: World): void {
  const { pending } = world.state;
  if (pending?.end === 'hangs') world.state.pending = { ...pending, end: 'applied', doneAt: 0 };
}

function processOn(course: History, world: World, before: Process | null, attempt: number): Process {
  const next = new Process(world, before?.registry, before?.watch);
  next.nonce = `n${attempt}`;
  next.attempt = String(attempt);
  if (attempt > 1 && course.rescue === 'other-run') next.runId = String(1_000 + attempt);
  next.settings = {
    ...next.settings,
    onFailure: course.onFailure,
    onCancel: course.onCancel,
    until: attempt === 1 ? course.until : null,
  };
  next.cancelBudgetMs = course.cancelBudgetMs;
  next.watch.opinion = ({ index }) => course.opinions[Math.min(index, course.opinions.length - 1)] ?? HEALTHY;
  return next;
}

async function rescueBy(course: History, process: Process): Promise<RolloutOutcome> {
  if (course.rescue === 'rollback') return rollBackNow({ ...process.base(), model: MODEL });
  if (course.rescue === 'promote' && process.world.exists && process.world.journal !== null) {
    return promoteAgain(process, QUICK).catch(async () => (await reconcile(process.base())).outcome);
  }
  return (await reconcile(process.base())).outcome;
}

interface Course {
  readonly world: World;
  readonly last: RolloutOutcome;
  readonly intruded: boolean;
  readonly longestMs: number;
}

/** Plays a history: one process, and another one after each that died; the last ones are not killed any more. */
async function play(course: History): Promise<Course> {
  const world = worldOf(course);
  const intruded = { value: false };
  let current = processOn(course, world, null, 1);
  const plan = planFor(world, QUICK);
  arm(course, world, () => current, intruded);
  let longestMs = 0;
  let last: RolloutOutcome | null = null;
  for (let attempt = 1; last === null; attempt += 1) {
    const began = world.clock.time;
    const here = current;
    last = await runUntilKilled(here, () => (attempt === 1 ? here.run(plan) : rescueBy(course, here)));
    longestMs = Math.max(longestMs, world.clock.time - began);
    if (last !== null) break;
    world.revive();
    here.watch.end();
    world.clock.pass(10_000);
    current = processOn(course, world, here, attempt + 1);
  }
  return { world, last, intruded: intruded.value, longestMs };
}

function shares(world: World): string {
  const routes = world.state.config?.routes ?? [];
  return routes
    .filter((route) => route.trafficPercentage > 0)
    .map((route) => `${route.servedEntityName} ${route.trafficPercentage}`)
    .join(', ');
}

describe('any history of servers, faults, kills, cancellations and strangers', () => {
  it('ends within its time in a terminal state, with the invariants intact', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (course) => {
        const { world, last, intruded, longestMs } = await play(course);
        expect(world.broken).toEqual([]);
        expect(longestMs).toBeLessThanOrEqual(5 * 60 * MINUTE + 10 * MINUTE);
        expect(last.action !== null || last.decision !== 'degraded' || course.first).toBe(true);
        const total = world.state.config?.routes.reduce((sum, route) => sum + route.trafficPercentage, 0) ?? 100;
        expect(total).toBe(100);
        if (intruded) return;
        if (last.decision === 'promoted') expect(shares(world)).toBe('fraud-8 100');
        if (last.decision === 'rolled-back' && !course.first) expect(shares(world)).toBe('fraud-7 100');
        if (last.rollback?.restoredAtMs) expect(shares(world)).not.toContain('fraud-8');
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });
});
