import type { ReasonCode } from '../reasons.js';
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
  const headline = headlineOf(bench, outcome, version);
  return {
    decision: outcome.decision,
    reason_code: outcome.reason,
    headline,
    explanation: beyond(headline, outcome),
    next: nextOf(outcome),
  };
}

/**
 * What the headline does not say yet; `null` when that is nothing. A way back that succeeded is told by its cause, one that did not by
 * what stopped it.
 */
function beyond(headline: string, { decision, explanation, rollback }: RolloutOutcome): string | null {
  const cause = rollback?.explanation ?? explanation;
  const told = decision === 'rolled-back' ? [cause] : [explanation, cause];
  return told.find((text) => !headline.endsWith(text)) ?? null;
}

function headlineOf(bench: Workbench, outcome: RolloutOutcome, version: string): string {
  const name = `Version ${version} of ${bench.settings.model.name}`;
  const endpoint = bench.settings.endpoint.name;
  switch (outcome.decision) {
    case 'promoted':
      return `${name} serves all of its traffic on ${endpoint}.`;
    case 'rolled-back':
      return outcome.reason === 'ok' ? rolledBackByHand(bench, outcome) : takenBack(bench, outcome, version);
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

/** Why a version was taken back, in words for a headline. Reasons that are not listed are told by the explanation alone. */
const CAUSES: Partial<Readonly<Record<ReasonCode, string>>> = {
  'canary-errors': 'its answers failed too often',
  'canary-latency': 'it was too slow',
  'canary-answers': 'its answers were wrong',
  'canary-alert': 'it broke an alert',
  'smoke-failed': 'its smoke requests failed',
  'baseline-unhealthy': 'the version before it is not healthy either',
  'no-data': 'there was not enough evidence that it is healthy',
  'metrics-unavailable': 'its health could no longer be seen',
  'update-failed': 'an update of the endpoint failed',
  'update-timeout': 'an update of the endpoint took too long',
  'update-not-applied': 'an update of the endpoint did not take effect',
  'time-budget': 'the time for the rollout was over',
  cancelled: 'the rollout was cancelled',
};

/** `Version 4 of m was taken back at 5 % of the traffic: 36 of 154 answers failed. Version 3 serves everything again.` */
function takenBack(bench: Workbench, outcome: RolloutOutcome, version: string): string {
  const last = outcome.steps.at(-1);
  const figures = last?.figures?.candidate;
  const share =
    last === undefined
      ? ''
      : last.traffic === 0
        ? ' before any caller reached it'
        : ` at ${last.traffic} % of the traffic`;
  const counted =
    outcome.reason === 'canary-errors' && figures !== undefined && figures.errors > 0
      ? `${figures.errors} of ${figures.requests} requests to it failed`
      : (CAUSES[outcome.reason] ?? outcome.reason);
  const serving = outcome.live?.config?.servedEntities.map((entity) => entity.entityVersion) ?? [];
  const [only] = serving;
  const now =
    serving.length === 1 && only !== undefined && only !== '' ? ` Version ${only} serves everything again.` : '';
  return `Version ${version} of ${bench.settings.model.name} was taken back${share}: ${counted}.${now}`;
}

function rolledBackByHand(bench: Workbench, outcome: RolloutOutcome): string {
  const versions = (outcome.live?.config?.servedEntities ?? []).map((entity) => entity.entityVersion).join(' and ');
  return `${bench.settings.endpoint.name} was rolled back: version ${versions} serves again.`;
}

function nextOf(outcome: RolloutOutcome): string | null {
  switch (outcome.decision) {
    case 'promoted':
      return outcome.reason === 'first-deployment'
        ? 'Nothing to do. There is no version to go back to until the next promotion.'
        : 'Nothing to do. `command: rollback` puts the previous version back.';
    case 'rolled-back':
      return 'The version that served before serves again. Find the cause before you promote this version again.';
    case 'paused':
      return 'A later `promote` of the same version goes on from here.';
    case 'held':
      return afterHolding(outcome);
    case 'degraded':
      return 'Make the call that is given, or run `command: reconcile` once the cause is gone. Until then the endpoint stays as it is.';
    case 'rejected':
      return afterRejection(outcome);
    case 'failed':
      return outcome.updates === 0 ? 'Nothing has to be cleaned up: remove the cause and run again.' : null;
    default:
      return null;
  }
}

function afterHolding({ reason, action }: RolloutOutcome): string | null {
  if (reason === 'rollout-in-progress')
    return 'Nothing to do here: the run that took over brings the rollout to its end.';
  if (reason !== 'foreign-change')
    return isCall(action)
      ? 'Decide: `command: rollback`, or the call that is given, goes back; `promote` begins anew.'
      : null;
  return action === null
    ? "Give all of the model's traffic to one served entity by hand; the next `promote` starts from that."
    : 'Nothing more is sent. If the change was not meant, the call that is given puts back what served before; if it was, leave it.';
}

/** What a person has to do is a call where there is something to go back to, and a sentence otherwise. */
function isCall(action: string | null): boolean {
  return action?.startsWith('databricks ') === true;
}

function afterRejection({ reason }: RolloutOutcome): string | null {
  if (reason === 'rollout-in-progress')
    return 'Run again when that run has ended. `concurrency` in the workflow lets the runs of one repository wait for each other.';
  return reason === 'plan-changed' ? 'Run again: the plan is made anew from what the endpoint serves now.' : null;
}
