import { ActionError } from '../errors.js';
import { ruleAsMap } from '../gate/print-rule.js';
import { parseExposition } from '../health/core/exposition.js';
import { makePlan, type PlanRequest, type PlanResult } from '../rollout/core/plan.js';
import type { EndpointView, Plan } from '../rollout/core/types.js';
import type { Assessment } from './assess.js';
import { planSection } from './document/rollout.js';
import type { Workbench } from './types.js';

const MINUTE_S = 60;

/** What the plan is made with besides the settings. */
export interface PlanningInputs {
  readonly assessment: Assessment;
  /** Requests per second on the endpoint; `null` when unknown. */
  readonly requestRate: number | null;
  /** Whether there is anything to probe with. */
  readonly hasProbes: boolean;
  readonly record: NonNullable<PlanRequest['record']> | null;
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

/** The plan for these settings, or an `ActionError` that says why there can be none. Nothing is written. */
export function planFor(bench: Workbench, inputs: PlanningInputs): Plan {
  const result = makePlan(planRequest(bench, inputs));
  if (result.kind === 'refused') throw refusal(result);
  const { plan } = result;
  bench.record({ plan: planSection(plan, plan.evidence ?? null, plan.exposure ?? null) });
  return plan;
}

function refusal(result: Extract<PlanResult, { kind: 'refused' }>): ActionError {
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
    record: inputs.record,
    hash: bench.sha256,
  };
}

/** The gate's rules in a form that does not depend on where or in which order they were written. */
function rulesText(bench: Workbench): string {
  const { rules, require: requirements } = bench.settings.gate;
  const printed = rules.map((rule) => JSON.stringify([rule.metric, ruleAsMap(rule)])).sort();
  return JSON.stringify({ rules: printed, requirements: Object.entries(requirements).sort() });
}
