import type { ArmMinute } from '../release.js';

/** A whole minute inside a step, as the metrics of both versions show it. */
export interface SeenMinute {
  readonly candidate: ArmMinute;
  readonly current: ArmMinute;
}

/** The decisions of one rollout by one rule. */
export interface RuleRun {
  /** A minute was exported: go on, or take the candidate back. */
  minute(seen: SeenMinute): 'go-on' | 'roll-back';
  /** The bake of a step is over. */
  stepEnd(): 'advance' | 'roll-back';
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
