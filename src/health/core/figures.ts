import type { ArmEvidence, Evidence } from './evidence.js';
import { wilson } from './intervals.js';
import { findings } from './judge.js';
import { bucketQuantile, sum } from './latency.js';
import { binnedQuantile, countOf, type LatencyBins } from './probe-latency.js';
import type { ArmFigures, JudgeSettings, StepFigures } from './types.js';

/** E-values beyond this are shown as this. */
const GREATEST = 1e9;

/** The figures of the step so far, for the report. Latencies are those of callers where a histogram gives them, else of probes. */
export function figures(evidence: Evidence, settings: JudgeSettings): StepFigures {
  const quantile = settings.alerts.find(({ metric }) => metric === 'latency')?.quantile ?? 0.95;
  const { latency, probeLatency } = evidence;
  return {
    candidate: armFigures(evidence.candidate, latency.bounds, latency.candidateStep, probeLatency.candidate, quantile),
    current: armFigures(evidence.current, latency.bounds, latency.currentStep, probeLatency.current, quantile),
    ...strongest(evidence, settings),
    sources: sources(evidence),
  };
}

function armFigures(
  arm: ArmEvidence,
  bounds: readonly number[] | null,
  counts: readonly number[],
  bins: LatencyBins,
  quantile: number,
): ArmFigures {
  const { stepTraffic: traffic, stepProbes: probes } = arm;
  const at = (which: number) =>
    bounds !== null && sum(counts) > 0
      ? (bucketQuantile(bounds, counts, which)?.estimate ?? null)
      : binnedQuantile(bins, which);
  return {
    requests: traffic.requests,
    errors: traffic.errors,
    errorRate: traffic.judged > 0 ? traffic.errors / traffic.judged : null,
    errorInterval: wilson(traffic.errors, traffic.judged),
    latencyP50Ms: at(0.5),
    latencyMs: at(quantile),
    probes: probes.sent,
    probeFailures: probes.failures,
  };
}

/** The strongest evidence of all tests, scaled so that every test condemns at 1/alpha. */
function strongest(evidence: Evidence, settings: JudgeSettings): { evidence: number; evidenceThreshold: number } {
  const evidenceThreshold = 1 / settings.alpha;
  const logs = findings(evidence, settings).map((one) =>
    one.evidence === null ? Number.NEGATIVE_INFINITY : one.evidence.log - one.evidence.threshold,
  );
  const greatest = Math.max(Number.NEGATIVE_INFINITY, ...logs);
  return { evidence: Math.min(GREATEST, evidenceThreshold * Math.exp(greatest)), evidenceThreshold };
}

/** Where the figures came from and what could not be seen. */
function sources(evidence: Evidence): string[] {
  const { seen, candidate, current, latency, step } = evidence;
  const told: string[] = [];
  const minutes = candidate.stepTraffic.minutes;
  if (seen.perVersion) told.push(`metrics export, per version: ${minutes} whole minutes in this step`);
  else if (seen.endpointWide) told.push(endpointWide(step?.candidateTraffic ?? 0, minutes));
  else told.push('metrics export: nothing seen');
  if (latency.bounds === null) told.push('latency of callers: no histogram is exported');
  if (seen.otherBuckets) told.push('latency of callers: minutes with other buckets were left out');
  const { sent } = candidate.stepProbes;
  told.push(
    sent > 0
      ? `probes: ${sent} to the candidate, ${current.stepProbes.sent} to the current version`
      : 'probes: none sent',
  );
  const bins = countOf(evidence.probeLatency.candidate);
  if (bins > 0 && sum(latency.candidateStep) === 0)
    told.push(`latency of ${bins} probes, measured from the runner, network included, in place of that of callers`);
  if (candidate.stepTraffic.judged < candidate.stepTraffic.requests)
    told.push('errors (5xx): not exported for some minutes, which do not count');
  return told;
}

function endpointWide(traffic: number, minutes: number): string {
  return traffic >= 100
    ? `metrics export, endpoint-wide with all traffic on the candidate: ${minutes} whole minutes in this step`
    : 'metrics export, endpoint-wide: it does not tell the versions apart, so the candidate is judged by probes alone';
}

/**
 * Callers' requests and errors that the candidate answered since the rollout began; `null` when they could not be seen. Figures
 * of the whole endpoint are the candidate's only once it has all traffic, so they would leave out every step before.
 */
export function exposure(evidence: Evidence): { readonly requests: number; readonly errors: number } | null {
  const { requests, errors } = evidence.exposure;
  return evidence.seen.perVersion ? { requests, errors } : null;
}
