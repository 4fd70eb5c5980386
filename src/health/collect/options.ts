import type { Clock } from '../../rollout/ports.js';
import type { SmokeCase } from '../core/assertions.js';
import type { Subjects } from '../core/scope.js';
import type { JudgeSettings } from '../core/types.js';
import type { Invoker, MetricsSource } from '../ports.js';

/** The requests that a step's `smoke` setting stands for. */
export type SmokeChoice =
  | {
      readonly kind: 'cases';
      readonly cases: readonly SmokeCase[] /** Where they come from, for messages. */;
      readonly origin: string;
    }
  | { readonly kind: 'none'; readonly why: string };

/** Everything that the watch over a candidate needs. */
export interface HealthOptions {
  /** The endpoint's metrics export; `null` when it cannot be used. */
  readonly source: MetricsSource | null;
  /** Sends requests to one served entity; `null` when that cannot be done. */
  readonly invoker: Invoker | null;
  /** What a step's `smoke` setting means: a path, `none`, or undefined for the default. */
  readonly smoke: (setting: string | undefined) => SmokeChoice;
  readonly settings: JudgeSettings;
  /** Probes a second, both versions together. */
  readonly probeRate: number;
  readonly subjects: Subjects;
  readonly clock: Clock;
  /** How long an entity that is still starting may refuse smoke requests; 10 minutes unless given. */
  readonly warmUpMs?: number;
  /** 30 s for probes and 120 s for smoke requests unless given. */
  readonly probeTimeoutMs?: number;
  readonly smokeTimeoutMs?: number;
  readonly debug?: (message: string) => void;
}
