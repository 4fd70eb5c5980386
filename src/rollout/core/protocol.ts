import type { StepWindow } from '../../health/core/types.js';
import type { ReasonCode } from '../../reasons.js';
import type { Look, SmokeOutcome, WriteResult } from './answers.js';
import type { Journal, Lease } from './journal.js';
import type { RolloutState } from './state.js';
import type { EndpointConfig, EndpointView, RolloutOutcome } from './types.js';

/** The one thing that the driver does next. */
export type Effect =
  | { readonly kind: 'read' }
  | { readonly kind: 'journal'; readonly journal: Journal }
  | { readonly kind: 'create'; readonly config: EndpointConfig; readonly journal: Journal }
  | { readonly kind: 'update'; readonly config: EndpointConfig }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'smoke'; readonly smoke: string | undefined }
  | {
      readonly kind: 'begin';
      readonly window: StepWindow;
      readonly smoke: string | undefined;
      /** Evidence of an earlier process to go on from. */
      readonly restore: { readonly evidence: unknown } | null;
    }
  | { readonly kind: 'look' }
  | { readonly kind: 'rest'; readonly ms: number }
  | { readonly kind: 'promote' }
  | { readonly kind: 'restore' }
  | { readonly kind: 'end'; readonly outcome: RolloutOutcome };

/** Time as it was when something happened. */
export interface Moment {
  /** Monotonic ms. */
  readonly now: number;
  /** Epoch ms by the server's clock. */
  readonly serverNow: number;
  /** The run has been asked to stop. */
  readonly cancelled: boolean;
}

/** What came of an effect. */
export type Happening =
  | { readonly kind: 'started' }
  /** `lease`: as the journal holds it; `unreadable` when the journal is damaged or cannot be had. */
  | { readonly kind: 'read'; readonly view: EndpointView | null; readonly lease: Lease | null | 'unreadable' }
  | { readonly kind: 'read-failed'; readonly message: string; readonly reason: ReasonCode }
  | { readonly kind: 'journaled'; readonly result: 'accepted' | 'refused' | 'unknown'; readonly message: string }
  | { readonly kind: 'written'; readonly result: WriteResult }
  | { readonly kind: 'waited' }
  | { readonly kind: 'smoked'; readonly outcome: SmokeOutcome }
  | { readonly kind: 'smoke-failed-to-run'; readonly message: string }
  /** `restored`: the evidence of the earlier process could be read. */
  | { readonly kind: 'began'; readonly restored: boolean }
  | { readonly kind: 'looked'; readonly look: Look }
  | { readonly kind: 'rested' }
  | { readonly kind: 'booked'; readonly warnings: readonly string[]; readonly undo: unknown }
  | { readonly kind: 'restored'; readonly warnings: readonly string[] }
  /** The effect was broken off since the run has been asked to stop. */
  | { readonly kind: 'interrupted' };

export type EngineEvent = Happening & Moment;

/** Where a handler leads: to an effect, or into another part of the machine. */
export type Next =
  | { readonly state: RolloutState; readonly effect: Effect }
  | { readonly state: RolloutState; readonly enter: Entry };

export type Entry =
  /** Work on the update after the present one. */
  | { readonly to: 'next-update' }
  /** The configuration of the present update is verified live. */
  | { readonly to: 'verified' }
  | { readonly to: 'bake'; readonly final: boolean; readonly resumed: boolean }
  /** The present step has passed. */
  | { readonly to: 'advance' }
  /** Send the present update once more, after a fresh look at the endpoint. */
  | { readonly to: 'resend' }
  /** The candidate is bad, or cannot be judged: rollback or hold, as the settings say. */
  | { readonly to: 'condemn'; readonly reason: ReasonCode; readonly explanation: string }
  /** Go back, whatever the settings say. */
  | { readonly to: 'turn'; readonly reason: ReasonCode; readonly explanation: string }
  /** Someone else changed the endpoint. */
  | { readonly to: 'foreign'; readonly explanation: string }
  /** Every bake has passed: the old version goes, then the registry follows. */
  | { readonly to: 'after-bakes' }
  | { readonly to: 'finish' }
  | { readonly to: 'close' };
