import type { CandidateSizing } from './sizing.js';
import type { EndpointView, Step } from './types.js';

/** Everything that a plan is made of. */
export interface PlanRequest {
  readonly endpointName: string;
  /** The endpoint as read now; `null` when there is none. */
  readonly live: EndpointView | null;
  readonly candidate: {
    readonly entityName: string;
    /** Decimal integer as text. */
    readonly version: string;
    readonly sizing: CandidateSizing;
    /** `null`: as the current version has them. */
    readonly environmentVars: Readonly<Record<string, string>> | null;
  };
  readonly rollout: {
    readonly steps: readonly Step[] | 'auto';
    readonly bakeMs: number;
    readonly finalBakeMs: number;
    readonly retainPrevious: boolean;
    readonly minRequests: number;
    /** Probes per second that will really be sent; 0 when there is nothing to send. */
    readonly probeRate: number;
  };
  /** Text that stands for the gate's rules in the plan's hash. */
  readonly rulesText: string;
  /** Requests per second on the whole endpoint; `null` when unknown. */
  readonly requestRate: number | null;
  /** `null`: no limit. */
  readonly timeLimitMs: number | null;
  /** What the last rollout on this endpoint recorded, where there is a record. */
  readonly record?: { readonly stableEntity: string | null; readonly retained: readonly string[] } | null;
  /** SHA-256 of a text in hexadecimal digits. */
  readonly hash: (text: string) => string;
}
