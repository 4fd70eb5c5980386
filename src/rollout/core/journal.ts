import type { Decision, ReasonCode } from '../../reasons.js';
import type { Phase, Plan, ServedEntity } from './types.js';

/** Who works on a rollout. A run takes over from another attempt or job of itself at once, from another run only when that is dead. */
export interface Holder {
  /** `owner/name`. */
  readonly repository: string;
  readonly runId: string;
  readonly attempt: string;
  /** Tells two processes of one attempt apart. */
  readonly nonce: string;
}

/** A holder with its term. A greater generation fences off all smaller ones. */
export interface Lease extends Holder {
  readonly generation: number;
  /** Grows with every heartbeat; a lease whose count stands still for its term is dead. */
  readonly heartbeat: number;
}

/** The write that is about to be sent. After a crash the live endpoint says whether it was. */
export interface Intent {
  readonly purpose: 'create' | 'provision' | 'shift' | 'cleanup' | 'rollback' | 'bookkeeping';
  /** Index into the plan's updates; `null` for a rollback and for the registry. */
  readonly update: number | null;
}

/** What a rollout leaves behind so that a later rollback can bring back an entity that was removed. */
export interface RemovedEntity {
  readonly name: string;
  readonly entityName: string;
  readonly entityVersion: string;
  /** Fields that differ from the candidate's, with their values. */
  readonly set: Readonly<Record<string, unknown>>;
  /** Fields that the candidate has and this entity had not. */
  readonly unset: readonly string[];
  /** Environment variables whose literal values are not recorded. */
  readonly omitted: readonly string[];
}

/** What a promotion leaves behind for a later rollback. */
export interface PromotionTrace {
  /** Name of the served entity that was promoted. */
  readonly promoted: string;
  readonly version: string;
  readonly previous: { readonly name: string; readonly version: string } | null;
  /** The routes before the promotion. */
  readonly routes: readonly (readonly [name: string, percent: number])[];
  readonly removed: readonly RemovedEntity[];
  /** Names of entities that were left at 0 % for an instant rollback. */
  readonly retained: readonly string[];
  /** What the registry's side needs in order to put back what it moved. */
  readonly undo: unknown;
}

/**
 * The compact record of a rollout that stays on the endpoint: enough for another process to go on, or to go back. Times are
 * epoch ms by the server's clock, never countdowns.
 */
export interface Journal {
  readonly schema: 1;
  readonly rolloutId: string;
  readonly planHash: string;
  readonly kind: Plan['kind'];
  /** `paused`: stopped on request, healthy; `held`: stopped for a person; `ended`: nothing left to do. */
  readonly status: 'running' | 'paused' | 'held' | 'ended';
  readonly outcome: { readonly decision: Decision; readonly reason: ReasonCode } | null;
  readonly candidate: Pick<ServedEntity, 'name' | 'entityName' | 'entityVersion'>;
  readonly previous: { readonly name: string; readonly version: string } | null;
  readonly phase: Phase;
  /** Index into the plan's updates of the one that was verified last; -1 before the first. */
  readonly update: number;
  /** The step that is being watched has passed; the next update comes. */
  readonly passed: boolean;
  readonly steps: readonly (readonly [traffic: number, bakeMs: number, smoke: string | null])[];
  readonly finalBakeMs: number;
  readonly retainPrevious: boolean;
  readonly startedAtMs: number;
  /** When the present split was verified live; `null` before the first bake. */
  readonly stepStartedAtMs: number | null;
  readonly heartbeatAtMs: number;
  /** Watched time of the present bake up to the heartbeat; time in which nobody looked is not in it. */
  readonly creditedMs: number;
  readonly extensions: number;
  readonly intent: Intent | null;
  readonly turn: { readonly reason: ReasonCode } | null;
  readonly lease: Lease | null;
  /** Kept when the lease is given back, so that the next holder counts on. */
  readonly generation: number;
  readonly snapshot: {
    readonly routes: readonly (readonly [name: string, percent: number])[];
    readonly fingerprint: string;
  } | null;
  /** The last promotion on this endpoint: this one from its removal of the old entities on, an earlier one until then. */
  readonly record: PromotionTrace | null;
  /** Opaque state of the watch; `null` when there is none or it had no room. */
  readonly evidence: unknown;
}
