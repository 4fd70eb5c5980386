import type { Evidence } from './evidence.js';
import { count, percent } from './wording.js';

/** Standard deviations of the split beyond which labels, routing or fallback do not do what they should. */
const SIGMAS = 4;
/** Smaller deviations do not matter to a judgement, however sure they are. */
const LEAST_DEVIATION = 0.01;
const LEAST_RELATIVE_DEVIATION = 0.2;
/** Requests that either side must be expected to have before the normal approximation holds that far out. */
const LEAST_EXPECTED = 20;

/**
 * Sample-ratio check: the candidate's share of the requests seen in this step against its share of the traffic. Returns what is
 * wrong, or `null`. Needs figures per version; probes do not count, as they do not go through the split.
 */
export function ratioFault({ step, candidate, current, otherStepRequests }: Evidence): string | null {
  if (step === null || step.candidateTraffic <= 0 || step.candidateTraffic >= 100) return null;
  const seen = candidate.stepTraffic.requests;
  const total = seen + current.stepTraffic.requests + otherStepRequests;
  if (total === 0 || current.stepTraffic.minutes === 0) return null;
  const share = step.candidateTraffic / 100;
  if (total * Math.min(share, 1 - share) < LEAST_EXPECTED) return null;
  const deviation = Math.abs(seen / total - share);
  const sigma = Math.sqrt((share * (1 - share)) / total);
  const matters = deviation >= Math.max(LEAST_DEVIATION, LEAST_RELATIVE_DEVIATION * Math.min(share, 1 - share));
  if (!matters || deviation <= SIGMAS * sigma) return null;
  return (
    `The candidate answered ${count(seen)} of ${count(total)} requests (${percent(seen / total)}) in this step, but the split gives it ` +
    `${percent(share)}; that is ${(deviation / sigma).toFixed(1)} standard deviations off. The labels of the metrics export, sticky routing or ` +
    "the AI gateway's fallback may be the cause; the figures cannot be trusted."
  );
}
