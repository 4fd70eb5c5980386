import type { RolloutOutcome, ServedEntity } from '../rollout/core/types.js';
import { endpointSection, rolloutSection } from './document/rollout.js';
import type { Conclusion, Workbench } from './types.js';

/** Keeps what the engine reports: the rollout, and the endpoint as last read. */
export function recordOutcome(
  bench: Workbench,
  outcome: RolloutOutcome,
  plan: { readonly candidate: Pick<ServedEntity, 'entityName' | 'entityVersion'> },
  previousVersion: string | null,
): void {
  const candidate = { model: plan.candidate.entityName, version: plan.candidate.entityVersion };
  bench.record({
    rollout: rolloutSection(outcome),
    endpoint: endpointSection(bench.settings.endpoint.name, outcome.live, candidate, previousVersion),
  });
  for (const warning of outcome.warnings) bench.log.warning(warning);
}

/** The decision of a command over the engine. */
export function concludeRollout(bench: Workbench, outcome: RolloutOutcome, version: string): Conclusion {
  return {
    decision: outcome.decision,
    reason_code: outcome.reason,
    headline: headlineOf(bench, outcome, version),
    explanation: outcome.explanation,
    next: outcome.action ?? nextOf(outcome),
  };
}

function headlineOf(bench: Workbench, outcome: RolloutOutcome, version: string): string {
  const name = `Version ${version} of ${bench.settings.model.name}`;
  const endpoint = bench.settings.endpoint.name;
  switch (outcome.decision) {
    case 'promoted':
      return `${name} serves all of its traffic on ${endpoint}.`;
    case 'rolled-back':
      return `${name} was taken back: ${outcome.rollback?.explanation ?? outcome.explanation}`;
    case 'paused':
      return `${name} is healthy and paused, as asked.`;
    case 'held':
      return `${name} is held where it is: ${outcome.explanation}`;
    case 'cancelled':
      return `The rollout of version ${version} was cancelled.`;
    case 'degraded':
      return `${endpoint} could not be brought to a verified state: a person must act now.`;
    case 'unchanged':
      return `${name} serves already: nothing was changed.`;
    default:
      return `${name} was not rolled out: ${outcome.explanation}`;
  }
}

function nextOf(outcome: RolloutOutcome): string | null {
  switch (outcome.decision) {
    case 'promoted':
      return 'Nothing to do. `command: rollback` puts the previous version back.';
    case 'rolled-back':
      return 'The version that served before serves again. Find the cause before you promote this version again.';
    case 'paused':
      return 'A later `promote` of the same version goes on from here.';
    case 'held':
      return 'Decide: `promote` goes on, `rollback` goes back.';
    default:
      return null;
  }
}
