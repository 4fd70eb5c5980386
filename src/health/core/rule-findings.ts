import type { Evidence, Recent } from './evidence.js';
import type { Finding } from './findings.js';
import type { Alert, JudgeSettings } from './types.js';
import { percent } from './wording.js';

/** Minutes of a step from which its throughput can be told. */
const LEAST_MINUTES = 2;

/** The alerts that are plain rules over exported minutes: throughput, CPU and memory. */
export function ruleFindings(evidence: Evidence, settings: JudgeSettings): Finding[] {
  return settings.alerts.flatMap((alert) => {
    const finding =
      alert.metric === 'throughput'
        ? throughput(evidence, alert)
        : alert.metric === 'cpu' || alert.metric === 'memory'
          ? load(evidence, alert, alert.metric)
          : null;
    return finding === null ? [] : [finding];
  });
}

/**
 * A minimum of requests per second on the endpoint. Each version owes its share of it; when the current version owes as well, the callers
 * stay away from both and the candidate is not to blame.
 */
function throughput(evidence: Evidence, { threshold }: Alert): Finding | null {
  const { candidate, current, step } = evidence;
  if (threshold === undefined || step === null || step.candidateTraffic <= 0) return null;
  if (candidate.stepTraffic.minutes < LEAST_MINUTES) return null;
  const share = step.candidateTraffic / 100;
  const rate = (requests: number, minutes: number) => requests / (60 * Math.max(1, minutes));
  const ofCandidate = rate(candidate.stepTraffic.requests, candidate.stepTraffic.minutes);
  const beside = share < 1 ? current.stepTraffic : current.traffic;
  const ofCurrent = rate(beside.requests, beside.minutes);
  const currentOwes = share < 1 ? threshold * (1 - share) : threshold * bestShareOfCurrent(evidence);
  const missed = ofCandidate < threshold * share;
  const excused = beside.minutes === 0 || ofCurrent < currentOwes;
  return {
    status: missed ? (excused ? 'baseline' : 'alarm') : 'quiet',
    reason: 'canary-alert',
    evidence: null,
    explanation:
      `The candidate answered ${round(ofCandidate)} requests per second over ${candidate.stepTraffic.minutes} minutes; with ${percent(share)} of the ` +
      `traffic at least ${round(threshold * share)} are required. The current version answered ${round(ofCurrent)} per second.`,
  };
}

/** Earlier steps gave the current version between half and all of the traffic; half is what it owes at least. */
function bestShareOfCurrent(evidence: Evidence): number {
  return evidence.current.traffic.minutes > 0 ? 0.5 : 1;
}

/** Both of the last two minutes above the limit. */
function load(evidence: Evidence, { threshold }: Alert, metric: 'cpu' | 'memory'): Finding | null {
  if (threshold === undefined) return null;
  const above = (recent: Recent) => recent.length >= 2 && recent.every((value) => value > threshold);
  const [candidate, current] = [evidence.candidate[metric], evidence.current[metric]];
  if (candidate.length === 0) return null;
  const name = metric === 'cpu' ? 'CPU' : 'memory';
  const values = (recent: Recent) =>
    recent.length === 0 ? 'not known' : recent.map((value) => `${value} %`).join(', before it ');
  return {
    status: above(candidate) ? (above(current) ? 'baseline' : 'alarm') : 'quiet',
    reason: 'canary-alert',
    evidence: null,
    explanation:
      `The candidate's ${name} load was ${values(candidate)} in its last minutes, where ${threshold} % is the limit; the current version's was ` +
      `${values(current)} (source: metrics export).`,
  };
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
