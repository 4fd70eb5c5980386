import { autoSteps } from './auto-steps.js';
import { canonicalSpec, canonicalText } from './canonical.js';
import { worstCase, worstCaseInWords } from './deadlines.js';
import { formatDuration } from './duration.js';
import { evidenceInWords, exposureInWords, METRICS_LATENCY_SECONDS, PROBES_LATENCY_SECONDS } from './expectations.js';
import { type HashedParts, planHash } from './plan-hash.js';
import type { PlanRequest } from './plan-request.js';
import { modelShare } from './split.js';
import { type Refusal, type StartingPoint, startingPoint } from './starting-point.js';
import type { Plan, Step } from './types.js';
import { plannedUpdates } from './updates.js';

export type { PlanRequest } from './plan-request.js';
export type { Refusal } from './starting-point.js';

export type PlanResult = { readonly kind: 'plan'; readonly plan: Plan } | Refusal;

/**
 * Makes the plan of a rollout: every configuration that will be sent, in order, or why there can be none. Decides nothing by
 * itself that the request does not say, and reads nothing.
 */
export function makePlan(request: PlanRequest): PlanResult {
  const start = startingPoint(request);
  if (start.kind === 'refused') return start;
  const plan = assemble(request, start);
  const worst = worstCase(plan.updates, plan.finalBakeMs ?? 0, plan.snapshot !== null);
  if (plan.updates.length > 0 && request.timeLimitMs !== null && worst.totalMs > request.timeLimitMs) {
    return {
      kind: 'refused',
      reason: 'time-budget',
      message: `The plan may take ${worstCaseInWords(worst)}, and the time limit is ${formatDuration(request.timeLimitMs)}.`,
      fix: 'Shorten the bakes, give fewer steps, or raise `timeout` (and the time limit of the job).',
    };
  }
  return { kind: 'plan', plan };
}

function assemble(request: PlanRequest, start: StartingPoint): Plan {
  const given = start.kind === 'already-serving' ? [] : chosenSteps(request, start);
  const built = plannedUpdates(start, given, request.record?.retained ?? [], request.rollout.retainPrevious);
  const finalBakeMs = start.kind === 'already-serving' ? 0 : request.rollout.finalBakeMs;
  const supply = { ...request.rollout, requestRate: request.requestRate };
  const worst = worstCase(built.updates, start.kind === 'first-deployment' ? 0 : finalBakeMs, start.snapshot !== null);
  const plan: Plan = {
    hash: planHash(hashedParts(request, start, built.steps), request.hash),
    kind: start.kind,
    candidate: start.candidate,
    previous: start.previous,
    steps: built.steps,
    updates: built.updates,
    snapshot: start.snapshot,
    start: start.live,
    worstCaseMs: start.kind === 'already-serving' ? 0 : worst.totalMs,
    bakeMs: built.updates.reduce((sum, update) => sum + update.bakeMs, start.kind === 'shift' ? finalBakeMs : 0),
    notes: [...start.notes, ...built.notes],
    finalBakeMs: start.kind === 'shift' ? finalBakeMs : 0,
    retainPrevious: request.rollout.retainPrevious,
  };
  if (plan.updates.length === 0) return plan;
  return { ...plan, evidence: evidenceInWords(plan, supply), exposure: exposureInWords(plan, supply) };
}

/** A first deployment has one step, which is its final bake; `auto` is chosen from the traffic. */
function chosenSteps(request: PlanRequest, start: StartingPoint): readonly Step[] {
  const { steps, bakeMs, finalBakeMs, minRequests, probeRate } = request.rollout;
  const smoke = steps === 'auto' ? undefined : steps.find((step) => step.smoke !== undefined)?.smoke;
  if (start.kind === 'first-deployment') {
    return [{ traffic: 100, bakeMs: finalBakeMs, ...(smoke === undefined ? {} : { smoke }) }];
  }
  if (steps !== 'auto') return steps;
  const share = start.snapshot === null ? 100 : modelShare(start.snapshot, start.candidate.entityName);
  return autoSteps({
    requestRate: request.requestRate === null ? null : (request.requestRate * share) / 100,
    minRequests,
    controlLatencySeconds: probeRate > 0 ? PROBES_LATENCY_SECONDS : METRICS_LATENCY_SECONDS,
    bakeMs,
  });
}

function hashedParts(request: PlanRequest, start: StartingPoint, steps: readonly Step[]): HashedParts {
  const { name, entityName, entityVersion, spec } = start.candidate;
  return {
    version: [request.endpointName, name, entityName, entityVersion, canonicalSpec(spec)],
    rules: request.rulesText,
    steps: [
      steps.map((step) => [step.traffic, step.bakeMs, step.smoke ?? null]),
      request.rollout.finalBakeMs,
      request.rollout.retainPrevious,
    ],
    endpoint: canonicalText(start.live),
  };
}
