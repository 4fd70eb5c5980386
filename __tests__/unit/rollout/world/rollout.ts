import { makePlan } from '../../../../src/rollout/core/plan.js';
import type { PlanRequest } from '../../../../src/rollout/core/plan-request.js';
import type { Plan, RolloutOutcome, Step } from '../../../../src/rollout/core/types.js';
import { runRollout } from '../../../../src/rollout/driver.js';
import { sha256 } from '../../../../src/rollout/journal-store.js';
import type { RolloutRequest, RolloutSettings } from '../../../../src/rollout/options.js';
import { viewOf } from './endpoint.js';
import { Onlooker, Registry, Watch } from './watch.js';
import { MODEL, NAME, World } from './world.js';

export const MINUTE = 60_000;

export const STEPS: readonly Step[] = [
  { traffic: 0, bakeMs: 0 },
  { traffic: 5, bakeMs: 5 * MINUTE },
  { traffic: 25, bakeMs: 5 * MINUTE },
  { traffic: 50, bakeMs: 5 * MINUTE },
  { traffic: 100, bakeMs: 5 * MINUTE },
];

export const SETTINGS: RolloutSettings = {
  endpointName: NAME,
  onFailure: 'rollback',
  onNoData: 'rollback',
  onCancel: 'rollback',
  until: null,
  intervalMs: 15_000,
  timeLimitMs: 5 * 60 * MINUTE,
};

export function planRequest(world: World, change: Partial<PlanRequest['rollout']> = {}): PlanRequest {
  return {
    endpointName: NAME,
    live: world.exists ? viewOf(NAME, world.state) : null,
    candidate: { entityName: MODEL, version: '8', sizing: {}, environmentVars: null },
    rollout: {
      steps: STEPS,
      bakeMs: 5 * MINUTE,
      finalBakeMs: 15 * MINUTE,
      retainPrevious: false,
      minRequests: 100,
      probeRate: 2,
      ...change,
    },
    rulesText: 'accuracy >= 0.9',
    requestRate: 50,
    timeLimitMs: 5 * 60 * MINUTE,
    hash: sha256,
  };
}

export function planFor(world: World, change: Partial<PlanRequest['rollout']> = {}): Plan {
  const result = makePlan(planRequest(world, change));
  if (result.kind === 'refused') throw new Error(result.message);
  return result.plan;
}

/** One process with a world to work on. */
export class Process {
  readonly world: World;
  readonly watch: Watch;
  readonly registry: Registry;
  readonly onlooker = new Onlooker();
  readonly controller = new AbortController();
  settings: RolloutSettings = SETTINGS;
  nonce = 'n1';
  runId = '100';
  attempt = '1';
  cancelBudgetMs: number | null = null;
  isRunActive: NonNullable<RolloutRequest['ports']['isRunActive']> | null = null;

  constructor(world: World = new World(), registry?: Registry, watch?: Watch) {
    this.world = world;
    this.watch = watch ?? new Watch(world);
    this.registry = registry ?? new Registry(world);
  }

  /** What every command is given. */
  base(): Omit<RolloutRequest, 'plan' | 'resume'> {
    this.world.holderNonce = this.nonce;
    return {
      settings: this.settings,
      ports: {
        serving: this.world,
        health: this.watch,
        bookkeeping: this.registry,
        progress: this.onlooker,
        clock: this.world.clock,
        ...(this.isRunActive === null ? {} : { isRunActive: this.isRunActive }),
      },
      identity: { repository: 'bank/models', runId: this.runId, attempt: this.attempt, nonce: this.nonce },
      signal: this.controller.signal,
      cancelBudgetMs: this.cancelBudgetMs,
      random: () => 0.5,
    };
  }

  run(plan: Plan = planFor(this.world), more: Partial<RolloutRequest> = {}): Promise<RolloutOutcome> {
    return runRollout({ ...this.base(), plan, ...more });
  }

  cancelAt(time: number): void {
    this.world.clock.at(time, () => this.controller.abort(new Error('cancelled')));
  }
}
