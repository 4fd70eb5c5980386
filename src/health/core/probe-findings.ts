import { mixed } from './count-test.js';
import { DEFAULT_ERROR_LIMIT, errorLimits } from './error-findings.js';
import type { Evidence, ProbeTotals } from './evidence.js';
import { alphaOf, evidenceClause, type Finding, logThreshold } from './findings.js';
import { binnedQuantile } from './probe-latency.js';
import { limitBesideBaseline, rateEvidence } from './rate-test.js';
import type { JudgeSettings } from './types.js';
import { milliseconds, ofTotal, percent } from './wording.js';

/** Failed probes below which the candidate is not condemned. */
const LEAST_FAILURES = 2;
/** Pairs of answers that may differ where agreement was asked for. */
const DISAGREEMENT_LIMIT = 0.01;

/** The tests over the Action's own requests: failures, and answers that differ from the current version's. */
export function probeFindings(evidence: Evidence, settings: JudgeSettings): Finding[] {
  const findings: Finding[] = [];
  if (evidence.candidate.probes.sent > 0) findings.push(failures(evidence, settings));
  if (evidence.agreement.pairs > 0) findings.push(agreement(evidence, settings));
  return findings;
}

function failures(evidence: Evidence, settings: JudgeSettings): Finding {
  const { candidate, current } = evidence;
  const limit = Math.min(...errorLimits(settings), DEFAULT_ERROR_LIMIT);
  const threshold = logThreshold(alphaOf('probes', settings));
  const over = (atMost: number) =>
    mixed(
      rateEvidence(shareOf(candidate.probes), atMost),
      rateEvidence(shareOf(candidate.stepProbes), atMost),
      evidence.errors.restarts,
    );
  const plain = over(limit);
  const beside = limitBesideBaseline(limit, shareOf(current.probes));
  const log = beside === limit ? plain : over(beside);
  const enough = candidate.probes.failures >= LEAST_FAILURES;
  const wrong = candidate.probes.answerFaults * 2 > candidate.probes.failures;
  return {
    status: log >= threshold ? (enough ? 'alarm' : 'pending') : plain >= threshold && enough ? 'baseline' : 'quiet',
    reason: wrong ? 'canary-answers' : 'canary-errors',
    evidence: { log, threshold },
    explanation:
      `${ofTotal(candidate.probes.failures, candidate.probes.sent, 'probes')} of the candidate failed${kinds(candidate.probes)}, where ` +
      `${percent(limit)} is the limit (${evidenceClause(log, threshold)}); of the current version ` +
      `${ofTotal(current.probes.failures, current.probes.sent, 'probes')} failed.`,
  };
}

function kinds({ failures: failed, answerFaults, transportFaults }: ProbeTotals): string {
  const parts = [];
  if (answerFaults > 0) parts.push(`${answerFaults} with a wrong answer`);
  if (transportFaults > 0) parts.push(`${transportFaults} without an answer`);
  return failed > 0 && parts.length > 0 ? `, ${parts.join(' and ')}` : '';
}

function shareOf({ failures: events, sent: trials }: ProbeTotals): { events: number; trials: number } {
  return { events, trials };
}

function agreement(evidence: Evidence, settings: JudgeSettings): Finding {
  const { pairs, disagreements } = evidence.agreement;
  const threshold = logThreshold(alphaOf('answers', settings));
  const log = rateEvidence({ events: disagreements, trials: pairs }, DISAGREEMENT_LIMIT);
  const loud = log >= threshold;
  return {
    status: loud ? (disagreements >= LEAST_FAILURES ? 'alarm' : 'pending') : 'quiet',
    reason: 'canary-answers',
    evidence: { log, threshold },
    explanation:
      `The candidate's answers differ from the current version's in ${ofTotal(disagreements, pairs, 'pairs of probes')} for which ` +
      `agreement is asked, where ${percent(DISAGREEMENT_LIMIT)} is tolerated (${evidenceClause(log, threshold)}).`,
  };
}

/** The verdict of the rank test over probe latencies. */
export function probeLatencyFinding(evidence: Evidence, tolerated: number): Finding[] {
  const { alarm, candidate, current } = evidence.probeLatency;
  if (alarm === null) return [];
  const at = (quantile: number) =>
    `${milliseconds(binnedQuantile(candidate, quantile) ?? 0)} against ${milliseconds(binnedQuantile(current, quantile) ?? 0)}`;
  return [
    {
      status: 'alarm',
      reason: 'canary-latency',
      evidence: null,
      explanation:
        `Probes of the candidate take longer than ${Number(tolerated.toPrecision(3))} times those of the current version: median ` +
        `${at(0.5)}, 90th percentile ${at(0.9)} (Mann-Whitney test over ${alarm.samples} probes each, p = ${alarm.pValue.toExponential(1)}).`,
    },
  ];
}
