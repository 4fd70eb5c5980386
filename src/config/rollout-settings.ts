import { parseDuration } from '../rollout/core/duration.js';
import type { StepEntry } from '../rollout/core/steps.js';
import { parseSteps } from '../rollout/core/steps.js';
import type { Step } from '../rollout/core/types.js';
import type { DeploymentRollout } from './schema/document.js';
import { isGiven, placeOf, refuse, type Scope } from './scope.js';
import type { Settings } from './types.js';

const DEFAULT_FINAL_BAKE_MS = 900_000;

/** How traffic moves. Durations become ms; shorthands become steps; `auto` stays for the plan to decide. */
export function rolloutSettingsOf(scope: Scope): Settings['rollout'] {
  const { rollout } = scope.deployment;
  const bakeMs = parseDuration(rollout.bake) ?? 0;
  if (rollout.promote_alias !== undefined && rollout.promote_alias === rollout.previous_alias) {
    const message = `rollout.promote_alias and previous_alias are both ${rollout.promote_alias}.`;
    refuse(
      scope,
      ['rollout', 'previous_alias'],
      message,
      'Give them different names, such as champion and previous-champion.',
    );
  }
  return {
    steps: stepsOf(scope, bakeMs),
    bakeMs,
    finalBakeMs: finalBake(scope, bakeMs),
    onFailure: rollout.on_failure,
    onNoData: rollout.on_no_data,
    retainPrevious: rollout.retain_previous,
    promoteAlias: rollout.promote_alias ?? null,
    previousAlias: rollout.previous_alias ?? null,
    minRequests: rollout.min_requests,
    probeRate: rollout.probe_rate,
  };
}

/** `final_bake`, else a bake time that was given, else 15 minutes. */
function finalBake(scope: Scope, bakeMs: number): number {
  const { final_bake: written } = scope.deployment.rollout;
  if (written !== undefined) return parseDuration(written) ?? DEFAULT_FINAL_BAKE_MS;
  return isGiven(scope, ['rollout', 'bake']) ? bakeMs : DEFAULT_FINAL_BAKE_MS;
}

function stepsOf(scope: Scope, bakeMs: number): readonly Step[] | 'auto' {
  const written = scope.deployment.rollout.steps;
  const parsed = parseSteps(typeof written === 'string' ? written : written.map(entryOf), bakeMs);
  if (parsed.kind === 'steps') {
    for (const message of parsed.notes) scope.notes.push({ level: 'info', message });
    checkUntil(scope, parsed.steps);
    return parsed.steps;
  }
  for (const fault of parsed.faults) {
    const index = fault.index === undefined || typeof written === 'string' ? [] : [fault.index];
    scope.faults.push({ message: fault.message, fix: fault.fix, ...placeOf(scope, ['rollout', 'steps', ...index]) });
  }
  return 'auto';
}

type WrittenStep = Exclude<DeploymentRollout['steps'], string>[number];

function entryOf(written: WrittenStep): number | string | StepEntry {
  if (typeof written !== 'object') return written;
  return {
    traffic: written.traffic,
    ...(written.bake === undefined ? {} : { bake: written.bake }),
    ...(written.smoke === undefined ? {} : { smoke: written.smoke }),
  };
}

function checkUntil(scope: Scope, steps: readonly Step[] | 'auto'): void {
  const { until } = scope.inputs;
  if (until === undefined || steps === 'auto' || steps.some((step) => step.traffic === until)) return;
  const shares = steps.map((step) => step.traffic).join(', ');
  const message = `The input until is ${until}, but no step of the rollout has that share.`;
  scope.faults.push({ message, fix: `Use one of the steps' shares: ${shares}.`, key: 'input:until' });
}
