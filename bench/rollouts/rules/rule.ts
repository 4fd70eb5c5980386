import type { ArmMinute } from '../release.js';

/** One step of the plan that all rules follow. */
export interface BenchStep {
  readonly index: number;
  /** Percent of the traffic. */
  readonly traffic: number;
}

/** A whole minute inside a step, as the metrics of both versions show it. Times are ms of the virtual clock. */
export interface SeenMinute {
  readonly endMs: number;
  readonly candidate: ArmMinute;
  readonly current: ArmMinute;
}

/** One probe of each version, where a rule uses probes. */
export interface SeenProbe {
  readonly atMs: number;
  readonly ok: boolean;
  readonly latencyMs: number;
}

/** The decisions of one rollout by one rule. */
export interface RuleRun {
  begin(step: BenchStep, startedAtMs: number): void;
  /** A minute was exported: go on, or take the candidate back. */
  minute(seen: SeenMinute): 'go-on' | 'roll-back';
  /** A pair of probes was answered. Rules without probes leave it out. */
  probes?(candidate: SeenProbe, current: SeenProbe): 'go-on' | 'roll-back';
  /** The bake is over. `no-data`: back for want of evidence, not because of it. */
  stepEnd(nowMs: number): 'advance' | 'extend' | 'roll-back' | 'no-data';
}

export interface DecisionRule {
  readonly name: string;
  /** How it decides, in one line for the table's legend. */
  readonly description: string;
  start(): RuleRun;
}

/** What the rules with a fixed limit are configured to: errors above 1 %, 95th percentile above 300 ms (it is 228 ms). */
export const ERROR_LIMIT = 0.01;
export const LATENCY_LIMIT_MS = 300;
export const LATENCY_QUANTILE = 0.95;
