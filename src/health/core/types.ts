/** Whose figures these are: the version being rolled out, or the one that served before. */
export type Arm = 'candidate' | 'current';

/** One request that the Action itself sent to one served entity. Never retried: the failure is the datum. */
export interface ProbeSample {
  readonly arm: Arm;
  /** Epoch ms by the server's clock (estimated from its `Date` headers). */
  readonly sentAtMs: number;
  readonly latencyMs: number;
  /** `null`: no answer came. */
  readonly status: number | null;
  readonly ok: boolean;
  /** Why it is not ok, in words. */
  readonly fault?: string;
  /** What kind of fault: the request did not get through, the server failed, or the answer was wrong. */
  readonly faultKind?: 'transport' | 'server' | 'client' | 'answer';
  /** Index of the payload in the smoke file. */
  readonly payload: number;
  /** For pairs of the same payload: whether candidate and current gave the same answer within tolerance. */
  readonly agrees?: boolean;
}

/** A histogram of one minute: `buckets` are not cumulative; `le` is the upper bound in ms, the last is Infinity. */
export interface LatencyHistogram {
  readonly buckets: readonly { readonly le: number; readonly count: number }[];
  readonly sumMs: number | null;
  readonly count: number;
}

/** One exported minute. `null` means that the exporter did not give the figure: absent is not 0. */
export interface MinuteSample {
  /** The timestamp that the exporter gave, epoch ms: the end of the minute that the gauge covers. */
  readonly endMs: number;
  /** Where the figures begin, epoch ms, if not a minute before `endMs` (figures made from running totals). */
  readonly startMs?: number;
  /** `endpoint`: the series carry no label that names a served entity. */
  readonly scope: Arm | 'endpoint' | 'other';
  readonly requests: number | null;
  readonly errors5xx: number | null;
  readonly errors4xx: number | null;
  readonly latency: LatencyHistogram | null;
  readonly cpuPercent: number | null;
  readonly memoryPercent: number | null;
  readonly provisionedConcurrency: number | null;
}

/** A rule over the evidence, from `monitoring.alerts`. */
export interface Alert {
  readonly metric: 'error_rate' | 'latency' | 'throughput' | 'cpu' | 'memory';
  /** error_rate: share 0..1; latency: ms; throughput: requests per second, a minimum; cpu and memory: percent. */
  readonly threshold?: number;
  /** Share 0..1 by which the candidate may be worse than the current version in the same window. */
  readonly maxRegression?: number;
  /** For latency; 0.95 unless given. */
  readonly quantile: number;
}

export interface JudgeSettings {
  readonly alerts: readonly Alert[];
  /** Requests (traffic and probes together) that the candidate must have seen before a step may advance. */
  readonly minRequests: number;
  /** Chance of condemning a healthy version in a rollout, all tests together. */
  readonly alpha: number;
  /** Error-rate ratio candidate : current that is still tolerated. */
  readonly toleratedRatio: number;
  /** Silence of all sources, in ms of the server's clock, from which on the judge is blind; 3 minutes unless given. */
  readonly blindAfterMs?: number;
}

/** The window that a step's evidence must come from. */
export interface StepWindow {
  /** Epoch ms, server clock; when the step's split was verified live. */
  readonly startedAtMs: number;
  /** Share of the endpoint's traffic that the candidate has, 0..100. */
  readonly candidateTraffic: number;
  /** Index of the step in the plan; the final bake has its own index after the last. */
  readonly index: number;
}

/** Figures of one arm in one step, for people and for the report. `null`: not known. */
export interface ArmFigures {
  readonly requests: number;
  readonly errors: number;
  readonly errorRate: number | null;
  /** 95 % Wilson interval of the error rate. */
  readonly errorInterval: readonly [number, number] | null;
  readonly latencyP50Ms: number | null;
  /** At the quantile of the first latency alert, 0.95 without one. */
  readonly latencyMs: number | null;
  readonly probes: number;
  readonly probeFailures: number;
}

export interface StepFigures {
  readonly candidate: ArmFigures;
  readonly current: ArmFigures;
  /** Greatest e-value so far and the value at which the version is condemned (1/alpha). */
  readonly evidence: number;
  readonly evidenceThreshold: number;
  /** Where the figures came from and what could not be seen, in words. */
  readonly sources: readonly string[];
}

/**
 * What the evidence says at this look.
 * - `healthy`: no alarm, and enough evidence to advance.
 * - `insufficient`: no alarm, but not enough evidence to advance.
 * - `unhealthy`: the candidate is worse than it may be.
 * - `baseline-unhealthy`: an absolute alert is broken by both arms alike; the candidate is not to blame.
 * - `suspect`: the figures do not fit the split (sample-ratio check); hold, never advance.
 * - `blind`: the sources have given nothing for too long; hold, never advance.
 */
export type Judgement =
  | { readonly kind: 'healthy'; readonly explanation: string }
  | { readonly kind: 'insufficient'; readonly have: number; readonly need: number; readonly explanation: string }
  | {
      readonly kind: 'unhealthy';
      readonly reason: 'canary-errors' | 'canary-latency' | 'canary-answers' | 'canary-alert';
      readonly explanation: string;
    }
  | { readonly kind: 'baseline-unhealthy'; readonly explanation: string }
  | { readonly kind: 'suspect'; readonly explanation: string }
  | { readonly kind: 'blind'; readonly explanation: string };
