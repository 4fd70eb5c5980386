import type { Step } from './types.js';

/** Growth from step to step: evidence adds up, so shares may grow exponentially (as AppConfig's exponential strategy). */
const GROWTH = 4;

/** Greatest and least first share, percent. */
const LARGEST_FIRST_SHARE = 25;
const SMALLEST_FIRST_SHARE = 1;

/** Greatest share below 100: half the traffic is seen by the new version before all of it is. */
const HALF = 50;

export interface AutoStepsRequest {
  /** Requests per second that the model gets on the endpoint; `null` when unknown. */
  readonly requestRate: number | null;
  /** Requests that the candidate must have seen in a step. */
  readonly minRequests: number;
  /** Seconds from a bad answer to traffic being back: detection, one update, propagation. */
  readonly controlLatencySeconds: number;
  readonly bakeMs: number;
}

/**
 * Chooses the steps for `auto`. The first share is m / (rate × control latency), between 1 % and 25 %: below it a rollout
 * gets slower without exposing fewer requests, since m requests must be spent in any case; above it the requests that
 * arrive while the rollback is under way dominate. Shares then grow fourfold up to 50 %, and end with 100 %.
 * With an unknown rate: 5, 25, 50, 100.
 */
export function autoSteps(request: AutoStepsRequest): readonly Step[] {
  const { requestRate, bakeMs } = request;
  const shares = requestRate === null ? [5, 25, HALF] : growing(firstShare(requestRate, request));
  return [{ traffic: 0, bakeMs: 0 }, ...[...shares, 100].map((traffic) => ({ traffic, bakeMs }))];
}

function firstShare(requestRate: number, request: AutoStepsRequest): number {
  const exact = (100 * request.minRequests) / Math.max(requestRate * request.controlLatencySeconds, 1e-9);
  return Math.min(LARGEST_FIRST_SHARE, Math.max(SMALLEST_FIRST_SHARE, Math.round(exact)));
}

function growing(first: number): number[] {
  const shares = [first];
  for (let share = first * GROWTH; share < HALF; share *= GROWTH) shares.push(share);
  return [...shares, HALF];
}
