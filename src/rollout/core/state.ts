import type { Judgement } from '../../health/core/types.js';
import type { ReasonCode } from '../../reasons.js';
import type { Holder, Intent, Journal, PromotionTrace } from './journal.js';
import type { EndpointConfig, EndpointView, Phase, Plan, RolloutOutcome, StepReport, TimelinePoint } from './types.js';

/** How long the engine waits for what. All in ms. */
export interface Timings {
  /** First and longest pause between two reads while an update runs. */
  readonly pollFirstMs: number;
  readonly pollMostMs: number;
  /** The same while going back: it must not be late. */
  readonly turnPollMostMs: number;
  readonly heartbeatMs: number;
  /** For how long a read that shows the old configuration after an accepted update is taken for a late one. */
  readonly staleGraceMs: number;
  /** For how long an update is awaited that someone else had started before the rollout. */
  readonly startWaitMs: number;
  readonly blindTimeoutMs: number;
  readonly reserveMs: number;
}

export interface EngineSettings {
  readonly endpointName: string;
  readonly onFailure: 'rollback' | 'hold';
  readonly onNoData: 'rollback' | 'hold' | 'continue';
  readonly onCancel: 'rollback' | 'hold';
  /** Stop, healthy and journaled, once the step with this share has passed. */
  readonly until: number | null;
  /** Pause between two looks at the evidence. */
  readonly intervalMs: number;
  readonly timeLimitMs: number;
  /** After a cancellation: how long there is to send the rollback; `null`: as long as its verification takes. */
  readonly cancelBudgetMs: number | null;
  readonly timings: Timings;
}

/** What does not change during a rollout. */
export interface Context {
  readonly plan: Plan;
  readonly settings: EngineSettings;
  readonly holder: Holder;
  readonly generation: number;
  readonly rolloutId: string;
  /** How long to wait after claiming the lease before reading it back; drawn at random by the driver. */
  readonly settleMs: number;
  readonly resume: Journal | null;
  /** What the last promotion on this endpoint left behind. */
  readonly earlier: PromotionTrace | null;
  /** SHA-256 of a text in hexadecimal digits. */
  readonly hash: (text: string) => string;
  /** What is brought up was taken back to: at its end no trace is left by which a second rollback would undo the first. */
  readonly forgets?: boolean;
}

/** What the engine is waiting for. */
export type Stage =
  | 'starting'
  | 'claiming'
  | 'settling'
  | 'confirming'
  | 'intending'
  | 'guarding'
  | 'sending'
  | 'polling'
  | 'poll-journaling'
  | 'smoking'
  | 'beginning'
  | 'marking'
  | 'looking'
  | 'resting'
  | 'beat-reading'
  | 'beat-journaling'
  | 'turn-journaling'
  | 'turn-reading'
  | 'turn-sending'
  | 'turn-booking'
  | 'finish-reading'
  | 'book-journaling'
  | 'booking'
  | 'closing'
  | 'ended';

/** An update that was sent, or is about to be, and is not verified yet. */
export interface Flight {
  readonly desired: EndpointConfig;
  /** What was live before it. */
  readonly before: EndpointConfig | null;
  /** State of the endpoint's last update before it: a failure that was there already is not ours. */
  readonly stateBefore: string;
  readonly sentNow: number;
  readonly sentAtMs: number;
  /** When it was last known to be under way: sent, or seen running. */
  readonly aliveNow: number;
  /** Since when reads have shown the old configuration, with nothing running; `null`: they do not. */
  readonly unchangedNow: number | null;
  /** The server said that it took it, or a read showed it running. */
  readonly accepted: boolean;
  /** Reads since it was sent. */
  readonly reads: number;
  /** How often it was sent. */
  readonly sends: number;
}

/** A watch over one step; the final bake has the index after the last step. */
export interface Bake {
  readonly index: number;
  readonly share: number;
  readonly startedAtMs: number;
  readonly startedNow: number;
  readonly bakeMs: number;
  /** Watched time that counts towards the bake. */
  readonly creditedMs: number;
  /** Time in which the sources were silent or did not fit. */
  readonly unseenMs: number;
  readonly extensions: number;
  readonly lookedNow: number;
  readonly blindSinceNow: number | null;
  readonly suspectSinceNow: number | null;
  readonly judgement: Judgement | null;
}

/** The decision to go back. Sticky: nothing but its own end follows. */
export interface Turn {
  readonly reason: ReasonCode;
  readonly explanation: string;
  readonly detectedAtMs: number;
  readonly deadlineNow: number;
  readonly updates: number;
  readonly restoredAtMs: number | null;
}

export interface RolloutState {
  readonly stage: Stage;
  readonly phase: Phase;
  readonly now: number;
  readonly serverNow: number;
  readonly startedNow: number;
  readonly startedAtMs: number;
  /** Index into the plan's updates: the one in work, or the one that is live. -1 before the first. */
  readonly update: number;
  /** Configuration that was last verified live, as it was read back. */
  readonly expected: EndpointConfig | null;
  readonly expectedVersion: number | null;
  readonly live: EndpointView | null;
  readonly flight: Flight | null;
  /** Forward configuration that was sent last and may have come into force. */
  readonly forward: EndpointConfig | null;
  /** An update of ours has been taken, or may have been. */
  readonly touched: boolean;
  /** A forward update that was under way when the rollout turned back, until its end is known. */
  readonly unsettled: { readonly sentNow: number; readonly seen: boolean } | null;
  readonly intent: Intent | null;
  readonly bake: Bake | null;
  readonly passed: boolean;
  readonly turn: Turn | null;
  readonly ending: Ending | null;
  readonly cancelledNow: number | null;
  readonly polls: number;
  readonly stageSinceNow: number;
  readonly retries: number;
  readonly beatNow: number;
  readonly heartbeat: number;
  readonly steps: readonly StepReport[];
  readonly timeline: readonly TimelinePoint[];
  readonly warnings: readonly string[];
  readonly updates: number;
  readonly evidence: unknown;
  readonly exposure: { readonly requests: number; readonly errors: number } | null;
  readonly undo: unknown;
  readonly booked: boolean;
  /** The lease is ours: the last word goes into the journal. */
  readonly claimed: boolean;
  /** Everything of an earlier process that this one goes on from has been taken over. */
  readonly resumed: boolean;
  /** The old entities were removed. */
  readonly cleaned: boolean;
}

/** How the rollout is about to end, before the last journal entry. */
export interface Ending {
  readonly decision: RolloutOutcome['decision'];
  readonly reason: ReasonCode;
  readonly explanation: string;
  readonly action: string | null;
  readonly status: Journal['status'];
}
