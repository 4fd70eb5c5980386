import { type CountTest, newCountTest, restart } from './count-test.js';
import { type LatencyEvidence, noLatency } from './latency.js';
import { NO_PROBE_LATENCY, type ProbeLatency } from './probe-latency.js';
import type { Alert, JudgeSettings, StepWindow } from './types.js';

/** Callers' requests that one version answered. */
export interface TrafficTotals {
  readonly minutes: number;
  readonly requests: number;
  /** Requests of the minutes in which the number of errors is known. */
  readonly judged: number;
  readonly errors: number;
  /** The minute with most errors: how many, of how many requests. */
  readonly worstErrors: number;
  readonly worstRequests: number;
}

export interface ProbeTotals {
  readonly sent: number;
  readonly failures: number;
  /** Failures that were answers with wrong content. */
  readonly answerFaults: number;
  /** Failures without any answer. */
  readonly transportFaults: number;
}

/** The last two minutes of a gauge, newest first; percent. */
export type Recent = readonly number[];

export interface ArmEvidence {
  readonly traffic: TrafficTotals;
  readonly stepTraffic: TrafficTotals;
  readonly probes: ProbeTotals;
  readonly stepProbes: ProbeTotals;
  readonly cpu: Recent;
  readonly memory: Recent;
  /** End of the newest minute that was counted, epoch ms; 0: none. */
  readonly countedMs: number;
}

export interface EndpointEvidence {
  readonly before: TrafficTotals;
  readonly step: TrafficTotals;
  /** Steps begun so far. */
  readonly steps: number;
  /** End of the newest minute that was counted, epoch ms; 0: none. */
  readonly countedMs: number;
}

/** Everything that the judge remembers. Plain numbers; sums are kept rounded, so that a restart changes nothing. */
export interface Evidence {
  readonly step: StepWindow | null;
  /** Since when the split has been what it is in this step, epoch ms: no update lies between full traffic and the final bake. */
  readonly splitSinceMs: number;
  /** Endpoint-wide figures: of minutes before the candidate had traffic, and of this step while both versions serve. */
  readonly endpoint: EndpointEvidence;
  /** Server time of the newest fresh figure or probe, epoch ms; 0: none yet. */
  readonly freshMs: number;
  readonly candidate: ArmEvidence;
  readonly current: ArmEvidence;
  readonly errors: CountTest;
  readonly clientErrors: CountTest;
  readonly latency: LatencyEvidence;
  readonly probeLatency: ProbeLatency;
  readonly agreement: { readonly pairs: number; readonly disagreements: number };
  /** Requests of entities that are neither, in this step. */
  readonly otherStepRequests: number;
  /** What could be seen since the rollout began. */
  readonly seen: { readonly perVersion: boolean; readonly endpointWide: boolean; readonly otherBuckets: boolean };
  /** Callers' requests that the candidate answered, also between steps. */
  readonly exposure: { readonly requests: number; readonly errors: number; readonly untilMs: number };
}

const NO_TRAFFIC: TrafficTotals = { minutes: 0, requests: 0, judged: 0, errors: 0, worstErrors: 0, worstRequests: 0 };
const NO_PROBES: ProbeTotals = { sent: 0, failures: 0, answerFaults: 0, transportFaults: 0 };
const NO_ARM: ArmEvidence = {
  traffic: NO_TRAFFIC,
  stepTraffic: NO_TRAFFIC,
  probes: NO_PROBES,
  stepProbes: NO_PROBES,
  cpu: [],
  memory: [],
  countedMs: 0,
};

/** Ratio of slow answers that is tolerated at the frozen boundary when no latency alert says otherwise. */
const SLOW_RATIO = 1.5;
/** Ratio of 4xx answers that is tolerated: callers differ, a changed input schema shows as many more. */
const CLIENT_ERROR_RATIO = 2;

/** The ratio of error rates that is tolerated: a `max_regression` alert on `error_rate` beats the general setting. */
function toleratedErrorRatio(settings: JudgeSettings): number {
  const alert = settings.alerts.find((one: Alert) => one.metric === 'error_rate' && one.maxRegression !== undefined);
  return alert?.maxRegression === undefined ? settings.toleratedRatio : 1 + alert.maxRegression;
}

/** Evidence of a rollout that has seen nothing yet. */
export function emptyEvidence(settings: JudgeSettings): Evidence {
  return {
    step: null,
    splitSinceMs: 0,
    endpoint: { before: NO_TRAFFIC, step: NO_TRAFFIC, steps: 0, countedMs: 0 },
    freshMs: 0,
    candidate: NO_ARM,
    current: NO_ARM,
    errors: newCountTest(toleratedErrorRatio(settings)),
    clientErrors: newCountTest(CLIENT_ERROR_RATIO * settings.toleratedRatio),
    latency: noLatency(SLOW_RATIO),
    probeLatency: NO_PROBE_LATENCY,
    agreement: { pairs: 0, disagreements: 0 },
    otherStepRequests: 0,
    seen: { perVersion: false, endpointWide: false, otherBuckets: false },
    exposure: { requests: 0, errors: 0, untilMs: 0 },
  };
}

/**
 * A new split was verified live. Figures of the step start at zero, those of the rollout go on. The same step again, as after a
 * restart, keeps what it has and only moves the start of its window.
 */
export function beginStep(evidence: Evidence, window: StepWindow): Evidence {
  const { step } = evidence;
  if (step !== null && step.index === window.index && step.candidateTraffic === window.candidateTraffic) {
    return { ...evidence, step: window, splitSinceMs: window.startedAtMs };
  }
  const fresh = (arm: ArmEvidence): ArmEvidence => ({
    ...arm,
    stepTraffic: NO_TRAFFIC,
    stepProbes: NO_PROBES,
    cpu: [],
    memory: [],
  });
  return {
    ...evidence,
    step: window,
    splitSinceMs: keepsFullTraffic(step, window) ? evidence.splitSinceMs : window.startedAtMs,
    endpoint: { ...evidence.endpoint, step: NO_TRAFFIC, steps: evidence.endpoint.steps + 1 },
    candidate: fresh(evidence.candidate),
    current: fresh(evidence.current),
    errors: restart(evidence.errors),
    clientErrors: restart(evidence.clientErrors),
    latency: { ...evidence.latency, candidateStep: [], currentStep: [], test: restart(evidence.latency.test) },
    otherStepRequests: 0,
  };
}

/** Whether the candidate had all traffic and keeps it, as in the final bake: nothing was updated in between. */
export function keepsFullTraffic(before: StepWindow | null, window: StepWindow): boolean {
  return before !== null && before.candidateTraffic >= 100 && window.candidateTraffic >= 100;
}
