import type { StepWindow } from '../health/core/types.js';
import type { Look, SmokeOutcome, UnknownOutcome, WriteResult } from './core/answers.js';
import type { EndpointConfig, EndpointView, StepReport, TimelinePoint } from './core/types.js';

export type { Look, SmokeOutcome, UnknownOutcome, WriteResult } from './core/answers.js';

/** Time as the driver sees it. Durations come from the monotonic clock, places in time from the server. */
export interface Clock {
  /** Monotonic ms; only differences mean anything. */
  now(): number;
  /** Epoch ms by the server's clock, estimated from the `Date` header of its latest answer. */
  serverNow(): number;
  /** Resolves after `ms`, or rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The endpoint, as the driver needs it. Never retries a write; reads are retried by the transport. */
export interface ServingPort {
  /** `null`: there is no such endpoint (or it cannot be seen). */
  read(signal: AbortSignal): Promise<EndpointView | null>;
  create(config: EndpointConfig, tags: Readonly<Record<string, string>>, signal: AbortSignal): Promise<WriteResult>;
  update(config: EndpointConfig, signal: AbortSignal): Promise<WriteResult>;
  /** Tags are written apart from the configuration and may be refused; `remove` of an absent key is not an error. */
  patchTags(
    add: Readonly<Record<string, string>>,
    remove: readonly string[],
    signal: AbortSignal,
  ): Promise<{ readonly kind: 'accepted' } | { readonly kind: 'refused'; readonly message: string } | UnknownOutcome>;
}

/** The watch over the candidate, as the driver needs it. */
export interface HealthPort {
  /** Sends every smoke request to the candidate through its own path. `smoke` is the step's setting. */
  smoke(smoke: string | undefined, signal: AbortSignal): Promise<SmokeOutcome>;
  /** A new split was verified live: evidence from now on belongs to this step. Starts probing if there are probes. */
  begin(window: StepWindow, smoke: string | undefined): void;
  /** Collects what is new and judges. Quick: at most one round of reads, side by side. Never throws for a blind source. */
  look(signal: AbortSignal): Promise<Look>;
  /** Resolves when a probe failed, so that the driver can look at once; or when `ms` have passed. */
  rest(ms: number, signal: AbortSignal): Promise<void>;
  /** No evidence from now on (an update is being sent). Stops probing. */
  end(): void;
  /** Goes on from a journaled state. Returns false when it cannot be read, so that evidence starts fresh. */
  restore(evidence: unknown): boolean;
}

/** The registry's side of a promotion, after the traffic has moved. Every call is idempotent. */
export interface BookkeepingPort {
  /** Moves aliases (or stage, or tags) to the candidate, after re-reading them. Returns warnings, never throws for a refusal. */
  promote(signal: AbortSignal): Promise<readonly string[]>;
  /** Puts back what `promote` moved, if it moved anything. */
  restore(signal: AbortSignal): Promise<readonly string[]>;
  /** What `restore` needs in another process, JSON-able and small; kept in the journal once `promote` has returned. */
  record?(): unknown;
  /** Takes over what another process recorded, before `restore` or `promote` is called. */
  resume?(record: unknown): void;
}

/** What people see while it goes on. Must not throw. */
export interface ProgressPort {
  phase(title: string): void;
  info(message: string): void;
  warning(message: string): void;
  debug(message: string): void;
  /** One line a tick: traffic, requests, error rate, latency, time left. */
  tick(step: StepReport, remainingMs: number, look: Look): void;
  /** A step began, ended or the rollout turned back. */
  stepChanged(steps: readonly StepReport[], timeline: readonly TimelinePoint[]): void;
}
