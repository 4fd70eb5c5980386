import { formatDuration } from './duration.js';
import { modelShare, sharesOf } from './split.js';
import type { Plan } from './types.js';

/** Seconds from the first bad answers being visible to traffic being back, when the metrics export leads. */
export const METRICS_LATENCY_SECONDS = 150;

/** The same when probes lead. */
export const PROBES_LATENCY_SECONDS = 45;

/** What is known beforehand about the evidence that a rollout will get. */
export interface EvidenceSupply {
  /** Requests per second on the whole endpoint; `null` when unknown. */
  readonly requestRate: number | null;
  readonly minRequests: number;
  /** Probes per second, both arms together; 0 without probes. */
  readonly probeRate: number;
}

/** Whether traffic and probes can give each step its requests within its bake, in words: one line a step. */
export function evidenceInWords(plan: Pick<Plan, 'updates' | 'steps' | 'candidate'>, supply: EvidenceSupply): string {
  const shifts = plan.updates.filter((update) => update.purpose === 'shift' || update.purpose === 'create');
  return shifts
    .map((update) => stepEvidence(sharesOf(update.config).get(plan.candidate.name) ?? 0, update.bakeMs, supply))
    .join('\n');
}

function stepEvidence(share: number, bakeMs: number, supply: EvidenceSupply): string {
  const head = `At ${share} %: ${supply.minRequests} requests are needed in ${formatDuration(bakeMs)}`;
  const probes = supply.probeRate / 2;
  if (supply.requestRate === null && probes === 0) return `${head}; the endpoint's traffic is not known.`;
  const rate = ((supply.requestRate ?? 0) * share) / 100 + probes;
  const expected = Math.floor((rate * bakeMs) / 1000);
  const known = supply.requestRate === null ? 'probes alone give' : 'about';
  if (expected >= supply.minRequests) return `${head}; ${known} ${expected} are expected.`;
  const longer =
    rate === 0 ? 'no bake time is enough' : `it would take ${formatDuration((supply.minRequests / rate) * 1000)}`;
  return `${head}; ${known} ${expected} are expected, which is too few: ${longer}. The step will be extended twice.`;
}

/**
 * Requests expected to reach a bad version before it is taken back: those that must be seen to know it, and those that
 * arrive at its share while the rollback is under way (m + w·rate·L).
 */
export function exposureInWords(plan: Pick<Plan, 'updates' | 'candidate'>, supply: EvidenceSupply): string {
  const first = plan.updates.find((update) => (sharesOf(update.config).get(plan.candidate.name) ?? 0) > 0);
  if (first === undefined) return 'No traffic moves.';
  const share = sharesOf(first.config).get(plan.candidate.name) ?? 0;
  const total = modelShare(first.config, plan.candidate.entityName);
  if (supply.requestRate === null)
    return `The endpoint's traffic is not known; the first step exposes ${share} % of it.`;
  const latency = supply.probeRate > 0 ? PROBES_LATENCY_SECONDS : METRICS_LATENCY_SECONDS;
  const at = (percent: number): number => Math.ceil(10 + (percent / 100) * (supply.requestRate ?? 0) * latency);
  return (
    `A version that fails every request would reach about ${at(share)} of them if it fails in the first step (${share} %) ` +
    `and about ${at(total)} if it fails only at ${total} %, with ${latency} s from the first failure to traffic being back.`
  );
}
