import { ActionError } from '../errors.js';
import { ruleAsMap } from '../gate/print-rule.js';
import { parseExposition } from '../health/core/exposition.js';
import type { Journal } from '../rollout/core/journal.js';
import type { PlanRequest } from '../rollout/core/plan-request.js';
import { type Preparation, planAfterClearing, prepareRollout } from '../rollout/core/preparation.js';
import type { EndpointView, Plan } from '../rollout/core/types.js';
import type { Assessment } from './assess.js';
import { journalOn } from './journal.js';
import type { Workbench } from './types.js';

const MINUTE_S = 60;

/** What the plan is made with besides the settings. */
export interface PlanningInputs {
  readonly assessment: Assessment;
  /** Requests per second on the endpoint; `null` when unknown. */
  readonly requestRate: number | null;
  /** Whether there is anything to probe with. */
  readonly hasProbes: boolean;
}

/** Requests per second on the whole endpoint in its last exported minute; `null` when the export does not say. */
export async function readRequestRate(bench: Workbench, view: EndpointView | null): Promise<number | null> {
  if (view?.config === null || view === null) return null;
  const read = await bench.metrics.read(bench.signal);
  if (read.kind !== 'text') return null;
  const parsed = parseExposition(read.text);
  if (parsed.kind !== 'parsed') return null;
  const family = parsed.exposition.families.find((candidate) => /^request_count(_total)?$/.test(candidate.name));
  const samples = (family?.samples ?? []).filter((sample) => Number.isFinite(sample.value) && sample.value >= 0);
  if (samples.length === 0) return null;
  const newest = Math.max(...samples.map((sample) => sample.timestampMs ?? 0));
  const last = samples.filter((sample) => (sample.timestampMs ?? 0) === newest);
  return last.reduce((sum, sample) => sum + sample.value, 0) / MINUTE_S;
}

/** How the rollout begins with these settings on this endpoint, or an `ActionError` that says why it cannot. Nothing is written. */
export function prepare(bench: Workbench, inputs: PlanningInputs): Exclude<Preparation, { kind: 'refused' }> {
  const prepared = prepareRollout(planRequest(bench, inputs), journalOn(inputs.assessment.view));
  if (prepared.kind === 'refused') throw refusal(prepared);
  return prepared;
}

/** The plan that would follow if nothing had been left behind on the endpoint. */
export function planWithout(bench: Workbench, inputs: PlanningInputs, left: Journal): Plan {
  const cleared = planAfterClearing(planRequest(bench, inputs), left);
  if (cleared.kind === 'refused') throw refusal(cleared);
  return cleared.plan;
}

function refusal(result: Extract<Preparation, { kind: 'refused' }>): ActionError {
  return new ActionError(result.message, {
    kind: result.reason === 'configuration-invalid' || result.reason === 'time-budget' ? 'configuration' : 'remote',
    reason: result.reason,
    fix: result.fix,
    state: 'Nothing was changed.',
  });
}

function planRequest(bench: Workbench, inputs: PlanningInputs): PlanRequest {
  const { settings } = bench;
  const { sizing, environmentVars, name } = settings.endpoint;
  const { mapping: _said, ...asked } = sizing;
  return {
    endpointName: name,
    live: inputs.assessment.view,
    candidate: {
      entityName: settings.model.name,
      version: inputs.assessment.resolved.version,
      sizing: asked,
      environmentVars,
    },
    rollout: { ...settings.rollout, probeRate: inputs.hasProbes ? settings.rollout.probeRate : 0 },
    rulesText: rulesText(bench),
    requestRate: inputs.requestRate,
    timeLimitMs: settings.control.timeoutMs,
    hash: bench.sha256,
  };
}

/** The gate's rules in a form that does not depend on where or in which order they were written. */
function rulesText(bench: Workbench): string {
  const { rules, require: requirements } = bench.settings.gate;
  const printed = rules.map((rule) => JSON.stringify([rule.metric, ruleAsMap(rule)])).sort();
  return JSON.stringify({ rules: printed, requirements: Object.entries(requirements).sort() });
}
