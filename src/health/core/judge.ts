import { addProbes as takeProbes } from './add-probes.js';
import { errorFindings, errorLimits } from './error-findings.js';
import type { Evidence } from './evidence.js';
import { alphaOf, type Finding } from './findings.js';
import { latencyFindings, probeTolerance } from './latency-findings.js';
import { probeFindings } from './probe-findings.js';
import { ratioFault } from './ratio-check.js';
import { ruleFindings } from './rule-findings.js';
import type { Judgement, JudgeSettings, ProbeSample } from './types.js';
import { blindAlerts, lateAlerts } from './unjudged.js';
import { count, percent } from './wording.js';

export { addExposures, addMinutes } from './add-minutes.js';
export { beginStep, type Evidence, emptyEvidence } from './evidence.js';

/** Two missed minutes and the export's own delay. */
const BLIND_AFTER_MS = 180_000;

/** Takes in probes that were sent inside the step. */
export function addProbes(evidence: Evidence, probes: readonly ProbeSample[], settings: JudgeSettings): Evidence {
  const rule = { tolerated: probeTolerance(settings), alpha: alphaOf('probeLatency', settings) };
  return takeProbes(evidence, probes, rule);
}

/** What every test says about the evidence so far, whatever the first one says. */
export function findings(evidence: Evidence, settings: JudgeSettings): Finding[] {
  return [
    ...errorFindings(evidence, settings),
    ...probeFindings(evidence, settings),
    ...latencyFindings(evidence, settings),
    ...ruleFindings(evidence, settings),
  ];
}

/**
 * Judges the evidence at this look (`serverNowMs`: epoch ms by the server's clock). A condemned candidate beats everything; figures that
 * cannot be trusted, silence and evidence that awaits its confirmation never let a step advance.
 */
export function judge(evidence: Evidence, settings: JudgeSettings, serverNowMs: number): Judgement {
  const found = findings(evidence, settings);
  const alarm = loudest(found.filter(({ status }) => status === 'alarm'));
  if (alarm !== null) return { kind: 'unhealthy', reason: alarm.reason, explanation: alarm.explanation };
  const baseline = loudest(found.filter(({ status }) => status === 'baseline'));
  if (baseline !== null)
    return { kind: 'baseline-unhealthy', explanation: `${baseline.explanation} ${excuse(evidence)}` };
  const ratio = ratioFault(evidence);
  if (ratio !== null) return { kind: 'suspect', explanation: ratio };
  const silence = silenceFault(evidence, settings, serverNowMs);
  if (silence !== null) return { kind: 'blind', explanation: silence };
  return enough(evidence, settings, loudest(found.filter(({ status }) => status === 'pending')));
}

function excuse({ seen, candidate }: Evidence): string {
  return seen.perVersion || candidate.stepProbes.sent > 0
    ? 'Both versions break the limit alike.'
    : 'The limit is broken without the candidate as well.';
}

function loudest(found: readonly Finding[]): Finding | null {
  const over = ({ evidence }: Finding) => (evidence === null ? 0 : evidence.log - evidence.threshold);
  return found.reduce<Finding | null>((best, one) => (best === null || over(one) > over(best) ? one : best), null);
}

function silenceFault(evidence: Evidence, settings: JudgeSettings, serverNowMs: number): string | null {
  const { step, freshMs } = evidence;
  if (step === null || step.candidateTraffic <= 0) return null;
  const silentMs = serverNowMs - Math.max(freshMs, step.startedAtMs);
  if (silentMs <= (settings.blindAfterMs ?? BLIND_AFTER_MS)) return null;
  return `Neither the metrics export nor a probe has brought anything new for ${Math.round(silentMs / 1000)} seconds.`;
}

function enough(evidence: Evidence, settings: JudgeSettings, pending: Finding | null): Judgement {
  const have = evidence.candidate.stepTraffic.judged + evidence.candidate.stepProbes.sent;
  const need = evidence.step !== null && evidence.step.candidateTraffic <= 0 ? 0 : settings.minRequests;
  if (pending !== null) {
    return {
      kind: 'insufficient',
      have,
      need,
      explanation: `Waiting for another minute to confirm or refute: ${pending.explanation}`,
    };
  }
  if (have < need) {
    return {
      kind: 'insufficient',
      have,
      need,
      explanation: `The candidate has been seen answering ${count(have)} of the ${count(need)} requests that a step needs${blindSpot(evidence)}.`,
    };
  }
  const late = lateAlerts(evidence, settings);
  if (late !== null) return { kind: 'insufficient', have, need, explanation: late };
  const blind = blindAlerts(evidence, settings);
  const text = healthyText(evidence, settings, have);
  return { kind: 'healthy', explanation: blind === null ? text : `${text} ${blind}` };
}

function blindSpot(evidence: Evidence): string {
  const step = evidence.step?.candidateTraffic ?? 0;
  const unlabelled = evidence.seen.endpointWide && !evidence.seen.perVersion && step < 100;
  return unlabelled ? '; the metrics export does not tell the versions apart, so only probes count' : '';
}

function healthyText(evidence: Evidence, settings: JudgeSettings, have: number): string {
  const { stepTraffic, stepProbes } = evidence.candidate;
  if (have === 0) return 'No traffic goes to the candidate in this step, and nothing speaks against it.';
  const broken = errorLimits(settings).filter((limit) => stepTraffic.errors > limit * stepTraffic.judged);
  const figures =
    `${count(have)} requests: ${count(stepTraffic.errors)} errors in ${count(stepTraffic.judged)} of its callers' ` +
    `requests, ${count(stepProbes.failures)} failures in ${count(stepProbes.sent)} probes`;
  if (broken.length === 0) return `Nothing speaks against the candidate in ${figures}.`;
  return `No test condemns the candidate in ${figures}; that is above the alert at ${percent(Math.min(...broken))}, but not beyond chance.`;
}
