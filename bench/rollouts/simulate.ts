import { Random } from './random.js';
import { latencyOf, minuteOf, type Release } from './release.js';
import type { DecisionRule, RuleRun } from './rules/rule.js';

/** The plan that all rules follow. */
export interface BenchPlan {
  /** Percent of the traffic, step by step. */
  readonly steps: readonly number[];
  readonly bakeMinutes: number;
  /** Probes of the candidate a second (and as many of the current version); 0: none. */
  readonly probeRate: number;
}

export interface Outcome {
  readonly rolledBack: 'condemned' | 'no-data' | null;
  /** Requests of callers that the candidate answered until the old split was back. */
  readonly exposed: number;
  /** Requests of the candidate in the minutes that the rule has seen. */
  readonly judged: number;
  /** From the first request on the candidate until the old split was back, or until the last step was over. */
  readonly seconds: number;
  /** Step at which it ended. */
  readonly step: number;
}

/** From sending an update until its split is live and verified. */
export const UPDATE_MS = 35_000;
/** Age of a minute when the export shows it, and the interval at which it is read. */
const EXPORT_LAG_MS = 10_000;
const POLL_MS = 15_000;
const MINUTE_MS = 60_000;

/** Plays one release by one rule on a virtual clock. The same seed gives every rule the same luck as long as it does the same. */
export function simulate(rule: DecisionRule, release: Release, plan: BenchPlan, seed: number): Outcome {
  return new Rollout(rule.start(), release, plan, new Random(seed)).run();
}

class Rollout {
  private nowMs: number;
  private exposed = 0;
  private judged = 0;
  private firstMs = 0;

  constructor(
    private readonly decisions: RuleRun,
    private readonly release: Release,
    private readonly plan: BenchPlan,
    private readonly random: Random,
  ) {
    this.nowMs = Math.floor(random.next() * MINUTE_MS) + MINUTE_MS;
  }

  run(): Outcome {
    for (const [index, traffic] of this.plan.steps.entries()) {
      this.nowMs += UPDATE_MS;
      if (index === 0) this.firstMs = this.nowMs;
      this.decisions.begin({ index, traffic }, this.nowMs);
      for (;;) {
        if (this.bake(traffic / 100) === 'roll-back') return this.ended('condemned', index, traffic / 100);
        const decision = this.decisions.stepEnd(this.nowMs);
        if (decision === 'no-data') return this.ended('no-data', index, traffic / 100);
        if (decision === 'roll-back') return this.ended('condemned', index, traffic / 100);
        if (decision === 'advance') break;
      }
    }
    return this.ended(null, this.plan.steps.length, 0);
  }

  private bake(share: number): 'go-on' | 'roll-back' {
    const endMs = this.nowMs + this.plan.bakeMinutes * MINUTE_MS;
    let minuteEnd = Math.ceil(this.nowMs / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
    // Requests before the first whole minute are answered, but are no evidence.
    this.expose(share, minuteEnd - MINUTE_MS - this.nowMs);
    for (; minuteEnd <= endMs; minuteEnd += MINUTE_MS) {
      const probed = this.probe(minuteEnd, share);
      if (probed === 'roll-back') return probed;
      const candidate = minuteOf(this.random, this.release, 'candidate', share);
      const current = minuteOf(this.random, this.release, 'current', 1 - share);
      this.exposed += candidate.requests;
      this.judged += candidate.requests;
      this.nowMs = minuteEnd;
      if (this.decisions.minute({ endMs: minuteEnd, candidate, current }) === 'roll-back') {
        this.wait(share, EXPORT_LAG_MS + this.random.next() * POLL_MS);
        return 'roll-back';
      }
    }
    this.wait(share, Math.max(0, endMs - this.nowMs));
    return 'go-on';
  }

  /** The probes of one minute, one pair after the other; stops at the one that condemns. */
  private probe(minuteEnd: number, share: number): 'go-on' | 'roll-back' {
    const { probeRate } = this.plan;
    if (probeRate <= 0 || this.decisions.probes === undefined) return 'go-on';
    const { candidateErrors, currentErrors, slowdown } = this.release;
    for (let atMs = this.nowMs; atMs < minuteEnd; atMs += 1000 / probeRate) {
      const candidate = {
        atMs,
        ok: this.random.next() >= candidateErrors,
        latencyMs: latencyOf(this.random, slowdown),
      };
      const current = { atMs, ok: this.random.next() >= currentErrors, latencyMs: latencyOf(this.random, 1) };
      if (this.decisions.probes(candidate, current) === 'roll-back') {
        this.wait(share, Math.max(0, atMs - this.nowMs));
        return 'roll-back';
      }
    }
    return 'go-on';
  }

  private expose(share: number, ms: number): void {
    this.exposed += this.random.poisson((this.release.rate * share * ms) / 1000);
  }

  private wait(share: number, ms: number): void {
    this.expose(share, ms);
    this.nowMs += ms;
  }

  private ended(rolledBack: Outcome['rolledBack'], step: number, share: number): Outcome {
    if (rolledBack !== null) this.wait(share, UPDATE_MS);
    return {
      rolledBack,
      exposed: this.exposed,
      judged: this.judged,
      seconds: (this.nowMs - this.firstMs) / 1000,
      step,
    };
  }
}
