import type { Invoker, MetricsSource } from '../../src/health/ports.js';
import type { Journal } from '../../src/rollout/core/journal.js';
import { makePlan } from '../../src/rollout/core/plan.js';
import type { Plan, RolloutOutcome, ServedEntity } from '../../src/rollout/core/types.js';
import { runRollout } from '../../src/rollout/driver.js';
import { type JournalStore, sha256 } from '../../src/rollout/journal-store.js';
import type { BookkeepingPort, ProgressPort } from '../../src/rollout/ports.js';
import type { Contender } from './contenders.js';
import { Random, seedOf } from './random.js';
import type { Release } from './release.js';
import { SimulatedClock } from './world/clock.js';
import { CURRENT, SimulatedEndpoint } from './world/endpoint.js';
import { SimulatedExport } from './world/export.js';
import { SimulatedInvoker } from './world/probes.js';
import { Traffic } from './world/traffic.js';

/** The plan that all rules follow. */
export interface BenchPlan {
  /** Percent of the traffic, step by step. */
  readonly steps: readonly number[];
  readonly bakeMs: number;
  /** Pause between two looks at the evidence. */
  readonly intervalMs: number;
}

/** What a contender has to judge by. */
export interface Place {
  readonly source: MetricsSource;
  readonly invoker: Invoker;
  readonly candidate: ServedEntity;
  readonly current: ServedEntity;
  readonly traffic: Traffic;
  readonly clock: SimulatedClock;
  readonly bakeMs: number;
}

export interface Outcome {
  readonly end: 'promoted' | 'condemned' | 'no-data';
  /** Requests of callers that the candidate answered from the beginning of its fault until the old split was back. */
  readonly exposed: number;
  /** Seconds from the beginning of the fault until the old split was back, or until the rollout was over. */
  readonly seconds: number;
  /** Requests of the candidate that the judge saw in the last step. */
  readonly judged: number;
  /** Seconds from the beginning of the rollout to its end. */
  readonly wholeSeconds: number;
}

const EPOCH_MS = 1_800_000_000_000;
const NO_LIMIT_MS = 1e12;

/** Plays one release through the real engine on a virtual clock. Nothing in it depends on real time or real chance. */
export async function simulate(
  contender: Contender,
  release: Release,
  plan: BenchPlan,
  seed: number,
): Promise<Outcome> {
  const clock = new SimulatedClock(EPOCH_MS + Math.floor(new Random(seedOf(seed, 0)).next() * 60_000));
  const traffic = new Traffic(release, seed, clock);
  const endpoint = new SimulatedEndpoint(traffic, clock);
  const planned = planFor(endpoint, contender, release, plan);
  const candidate = planned.candidate;
  const place: Place = {
    source: new SimulatedExport(traffic, clock, { candidate: candidate.name, current: CURRENT.name }),
    invoker: new SimulatedInvoker(release, seed, traffic, clock, candidate.name),
    candidate,
    current: CURRENT,
    traffic,
    clock,
    bakeMs: plan.bakeMs,
  };
  const outcome = await runRollout({
    plan: planned,
    settings: { ...SETTINGS, intervalMs: plan.intervalMs },
    ports: {
      serving: endpoint,
      health: contender.watch(place),
      bookkeeping: NO_REGISTRY,
      progress: NOBODY,
      clock,
      journal: new MemoryJournal(),
    },
    identity: { repository: 'bench/bench', runId: '1', attempt: '1', nonce: 'n' },
    signal: new AbortController().signal,
    random: () => 0.5,
  });
  return measured(outcome, traffic);
}

function measured(outcome: RolloutOutcome, traffic: Traffic): Outcome {
  const { decision, reason, startedAtMs, endedAtMs } = outcome;
  if (decision !== 'promoted' && decision !== 'rolled-back') {
    throw new Error(`A simulated rollout ended as ${decision}: ${outcome.explanation}`);
  }
  const endMs = decision === 'promoted' ? endedAtMs : (traffic.restoredMs ?? endedAtMs);
  return {
    end: decision === 'promoted' ? 'promoted' : reason === 'no-data' ? 'no-data' : 'condemned',
    exposed: traffic.exposed,
    seconds: traffic.faultMs === null ? 0 : (endMs - traffic.faultMs) / 1000,
    judged: outcome.steps.at(-1)?.figures?.candidate.requests ?? 0,
    wholeSeconds: (endedAtMs - startedAtMs) / 1000,
  };
}

const SETTINGS = {
  endpointName: 'bench',
  onFailure: 'rollback',
  onNoData: 'rollback',
  onCancel: 'rollback',
  until: null,
  timeLimitMs: NO_LIMIT_MS,
} as const;

function planFor(endpoint: SimulatedEndpoint, contender: Contender, release: Release, plan: BenchPlan): Plan {
  const { probeRate } = contender;
  const made = makePlan({
    endpointName: 'bench',
    live: endpoint.view(),
    candidate: { entityName: CURRENT.entityName, version: '8', sizing: {}, environmentVars: null },
    rollout: {
      steps: plan.steps.map((traffic) => ({ traffic, bakeMs: traffic === 0 ? 0 : plan.bakeMs })),
      bakeMs: plan.bakeMs,
      finalBakeMs: 0,
      retainPrevious: false,
      minRequests: 100,
      probeRate,
    },
    rulesText: '',
    requestRate: release.rate,
    timeLimitMs: null,
    hash: sha256,
  });
  if (made.kind === 'refused') throw new Error(`The benchmark's plan was refused: ${made.message}`);
  return made.plan;
}

/** The engine's own store packs the record into tags; nothing here reads them, so it is kept as it is. */
class MemoryJournal implements JournalStore {
  private journal: Journal | null = null;

  async read() {
    return this.journal === null ? { kind: 'none' as const } : { kind: 'journal' as const, journal: this.journal };
  }

  async write(journal: Journal) {
    this.journal = journal;
    return { kind: 'accepted' as const };
  }

  tagsFor() {
    return {};
  }
}

const NO_REGISTRY: BookkeepingPort = { promote: async () => [], restore: async () => [] };
const nothing = () => undefined;
const NOBODY: ProgressPort = {
  phase: nothing,
  info: nothing,
  warning: nothing,
  debug: nothing,
  tick: nothing,
  stepChanged: nothing,
};
