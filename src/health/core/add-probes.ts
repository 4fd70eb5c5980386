import type { Evidence, ProbeTotals } from './evidence.js';
import { addLatency, testProbeLatency } from './probe-latency.js';
import type { ProbeSample } from './types.js';

/** Probes of each version in a step whose latencies are warm-up, unless the warm-up's time is over sooner. */
const WARM_UP_PROBES = 20;
const WARM_UP_MS = 60_000;
/** Refused for want of capacity: our own sending caused it, so it tells nothing about the version. */
const TOO_MANY_REQUESTS = 429;

/** How probe latencies are tested: the slowdown that is tolerated, and the test's share of the error budget. */
export interface ProbeLatencyRule {
  readonly tolerated: number;
  readonly alpha: number;
}

/** Takes in probes that were sent inside the step; others, and those refused with 429, are left out. */
export function addProbes(evidence: Evidence, probes: readonly ProbeSample[], rule: ProbeLatencyRule): Evidence {
  const { step } = evidence;
  if (step === null) return evidence;
  return probes
    .filter((probe) => probe.sentAtMs >= step.startedAtMs && probe.status !== TOO_MANY_REQUESTS)
    .reduce((known, probe) => addProbe(known, probe, rule), evidence);
}

function addProbe(evidence: Evidence, probe: ProbeSample, rule: ProbeLatencyRule): Evidence {
  const arm = evidence[probe.arm];
  const warm = isWarm(evidence, probe);
  const next: Evidence = {
    ...evidence,
    freshMs: Math.max(evidence.freshMs, probe.sentAtMs),
    [probe.arm]: { ...arm, probes: count(arm.probes, probe), stepProbes: count(arm.stepProbes, probe) },
    agreement: agree(evidence.agreement, probe),
  };
  if (!warm || !probe.ok) return next;
  const bins = addLatency(evidence.probeLatency[probe.arm], probe.latencyMs);
  const latency = { ...evidence.probeLatency, [probe.arm]: bins };
  return { ...next, probeLatency: testProbeLatency(latency, rule.tolerated, rule.alpha) };
}

function isWarm(evidence: Evidence, probe: ProbeSample): boolean {
  const startedAtMs = evidence.step?.startedAtMs ?? 0;
  const { sent } = evidence[probe.arm].stepProbes;
  return sent >= WARM_UP_PROBES || probe.sentAtMs >= startedAtMs + WARM_UP_MS;
}

function count(totals: ProbeTotals, probe: ProbeSample): ProbeTotals {
  return {
    sent: totals.sent + 1,
    failures: totals.failures + (probe.ok ? 0 : 1),
    answerFaults: totals.answerFaults + (!probe.ok && probe.faultKind === 'answer' ? 1 : 0),
    transportFaults: totals.transportFaults + (!probe.ok && probe.status === null ? 1 : 0),
  };
}

function agree(agreement: Evidence['agreement'], probe: ProbeSample): Evidence['agreement'] {
  if (probe.agrees === undefined) return agreement;
  return { pairs: agreement.pairs + 1, disagreements: agreement.disagreements + (probe.agrees ? 0 : 1) };
}
