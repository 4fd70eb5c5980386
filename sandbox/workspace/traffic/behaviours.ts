import { normal, type Random } from '../time/random.js';

/** Log-normal latency in real ms: what clients measure and the metrics export shows. */
export interface LatencyShape {
  readonly median: number;
  /** Standard deviation of the logarithm; 0 is constant. */
  readonly sigma?: number;
}

/** Errors in clumps: in every period of `everyMs` server time, for `lastingMs`, the error rate is `errorRate`. */
export interface ErrorBursts {
  readonly everyMs: number;
  readonly lastingMs: number;
  readonly errorRate: number;
}

/**
 * What a version answers to one row.
 * - `agree`: a class 0 to 9 that depends on the row alone, so that all versions agree.
 * - `permuted`: the same, moved on by one: well-formed, fast and wrong.
 * - `nan`, `null`, `short` (one prediction too few), `not-json`, `other-shape`: answers that a check of form catches.
 * - a function: any prediction for a row.
 */
export type Answers =
  | 'agree'
  | 'permuted'
  | 'nan'
  | 'null'
  | 'short'
  | 'not-json'
  | 'other-shape'
  | ((row: unknown) => unknown);

export interface Conduct {
  /** Share of requests that end with status 500. */
  readonly errorRate?: number;
  /** Share of requests that end with status 400. */
  readonly clientErrorRate?: number;
  readonly latencyMs?: LatencyShape;
  readonly bursts?: ErrorBursts;
  readonly answers?: Answers;
}

/** A change of conduct, once its condition holds. Several conditions must all hold; the last change that holds counts. */
export interface ConductChange extends Conduct {
  /** Server time, epoch ms. */
  readonly at?: number;
  /** Server ms after the version first took traffic. */
  readonly afterTrafficMs?: number;
  /** The version's share of the endpoint's traffic is above this percentage. */
  readonly trafficAbove?: number;
}

export interface Behaviour extends Conduct {
  readonly after?: readonly ConductChange[];
  /** Base URL of a real scoring server; HTTP invocations are forwarded to its `/invocations`. */
  readonly backend?: string;
  /** Server ms after it was brought up during which calls end with 503, as an entity that scales from zero answers. */
  readonly coldStartMs?: number;
}

/** What matters for the choice of the conduct in force. */
export interface ConductMoment {
  readonly now: number;
  /** Percent. */
  readonly traffic: number;
  /** When the version first took traffic; `null` if it never did. */
  readonly firstTrafficAt: number | null;
}

export interface Outcome {
  readonly status: 200 | 400 | 500 | 503;
  readonly latencyMs: number;
}

const DEFAULT_LATENCY: LatencyShape = { median: 20, sigma: 0.3 };

function holds(change: ConductChange, moment: ConductMoment): boolean {
  if (change.at !== undefined && moment.now < change.at) return false;
  if (change.trafficAbove !== undefined && moment.traffic <= change.trafficAbove) return false;
  if (change.afterTrafficMs === undefined) return true;
  return moment.firstTrafficAt !== null && moment.now - moment.firstTrafficAt >= change.afterTrafficMs;
}

/** The conduct in force at a moment. */
export function conductAt(behaviour: Behaviour, moment: ConductMoment): Conduct {
  let conduct: Conduct = behaviour;
  for (const change of behaviour.after ?? []) if (holds(change, moment)) conduct = { ...conduct, ...change };
  return conduct;
}

function errorRateAt(conduct: Conduct, now: number): number {
  const { bursts } = conduct;
  if (bursts !== undefined && now % bursts.everyMs < bursts.lastingMs) return bursts.errorRate;
  return conduct.errorRate ?? 0;
}

/** Draws the outcome of one request. */
export function drawOutcome(conduct: Conduct, now: number, random: Random): Outcome {
  const { median, sigma = 0.3 } = conduct.latencyMs ?? DEFAULT_LATENCY;
  const latencyMs = sigma === 0 ? median : median * Math.exp(sigma * normal(random));
  const draw = random();
  const errors = errorRateAt(conduct, now);
  if (draw < errors) return { status: 500, latencyMs };
  return { status: draw < errors + (conduct.clientErrorRate ?? 0) ? 400 : 200, latencyMs };
}
