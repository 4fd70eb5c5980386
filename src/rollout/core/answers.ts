import type { Judgement, StepFigures } from '../../health/core/types.js';
import type { EndpointView, TimelinePoint } from './types.js';

/** A request whose effect is unknown: no answer came, so it may or may not have been carried out. */
export interface UnknownOutcome {
  readonly kind: 'unknown';
  readonly message: string;
}

export type WriteResult =
  /** Accepted; the endpoint as the answer showed it. */
  | { readonly kind: 'accepted'; readonly view: EndpointView }
  /** 409: another update is running. */
  | { readonly kind: 'busy'; readonly message: string }
  /** Refused for good: 400, 403, 404 and the like. */
  | { readonly kind: 'refused'; readonly status: number; readonly code: string; readonly message: string }
  /** 429 or 5xx that the transport has given up on without the server having acted, as far as can be told. */
  | UnknownOutcome;

/** What one look at the evidence brought. */
export interface Look {
  readonly judgement: Judgement;
  readonly figures: StepFigures;
  /** Opaque to the engine, JSON-able, kept in the journal so that another process can go on judging. */
  readonly evidence: unknown;
  readonly point: Omit<TimelinePoint, 'traffic'>;
  /** Callers' requests and errors that the candidate answered since the rollout began; `null`: cannot be seen. */
  readonly exposure: { readonly requests: number; readonly errors: number } | null;
}

export type SmokeOutcome =
  | { readonly kind: 'passed'; readonly sent: number; readonly explanation: string }
  | { readonly kind: 'skipped'; readonly explanation: string }
  | { readonly kind: 'failed'; readonly sent: number; readonly failed: number; readonly explanation: string };
