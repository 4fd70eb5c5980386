import { ActionError, configurationError } from '../errors.js';
import type { Journal } from '../rollout/core/journal.js';
import { planChanges } from '../rollout/core/plan-hash.js';
import type { Plan } from '../rollout/core/types.js';
import { type Assessment, assess } from './assess.js';
import { planSection } from './document/rollout.js';
import { concludeGate, logVerdict } from './gate.js';
import { planWithout, prepare, readRequestRate } from './planning.js';
import { spanOf } from './progress.js';
import type { Conclusion, Workbench } from './types.js';

/** Judges the version and prints every configuration that `promote` would send. Changes nothing. */
export async function plan(bench: Workbench): Promise<Conclusion> {
  const assessment = await assess(bench);
  logVerdict(bench, assessment.verdict);
  if (assessment.verdict.kind !== 'passed') return concludeGate(bench, assessment);
  return concludePlan(bench, assessment, await preparePlan(bench, assessment));
}

/** A plan, and how it begins on an endpoint that may hold what an earlier rollout left. */
export interface PreparedPlan {
  readonly plan: Plan;
  /** The record of this very rollout, to go on from. */
  readonly resume: Journal | null;
  /** The record of another rollout that has to be taken back first. */
  readonly clearFirst: Journal | null;
}

/** Makes the plan with what the endpoint shows now, and prints it. Throws `plan-changed` when it is not the expected one. */
export async function preparePlan(bench: Workbench, assessment: Assessment): Promise<PreparedPlan> {
  const [requestRate, smoke] = await Promise.all([
    readRequestRate(bench, assessment.view),
    bench.smoke(assessment.resolved.version),
  ]);
  const inputs = { assessment, requestRate, hasProbes: smoke.hasProbes };
  const prepared = prepare(bench, inputs);
  const isBlocked = prepared.kind === 'go-back-first';
  const made = isBlocked ? planWithout(bench, inputs, prepared.journal) : prepared.plan;
  bench.record({ plan: planSection(made, made.evidence ?? null, made.exposure ?? null) });
  printPlan(bench, made);
  if (isBlocked) bench.log.info(`First the endpoint has to be cleared: ${prepared.why}.`);
  if (prepared.kind === 'resume')
    bench.log.info('A rollout of this version by this plan was interrupted, and goes on.');
  checkExpectedPlan(bench, made);
  checkPausePoint(bench, made);
  return {
    plan: made,
    resume: prepared.kind === 'resume' ? prepared.journal : null,
    clearFirst: isBlocked ? prepared.journal : null,
  };
}

/** With `auto` the shares are known only now: a pause at a share that is no step would be a pause somewhere else. */
function checkPausePoint(bench: Workbench, made: Plan): void {
  const { until } = bench.settings.control;
  const shares = made.steps.map((step) => step.traffic);
  if (until === null || made.kind !== 'shift' || shares.includes(until)) return;
  throw configurationError([
    {
      key: 'input:until',
      message: `The input until is ${until}, but no step of the plan has that share.`,
      fix: `Use one of the shares of the plan: ${shares.filter((share) => share > 0).join(', ')}; or give the steps in words.`,
    },
  ]);
}

/** What was reviewed is what runs: another hash than the expected one is refused, saying what moved. */
function checkExpectedPlan(bench: Workbench, made: Plan): void {
  const expected = bench.settings.control.expectPlan;
  if (expected === null || expected === made.hash) return;
  const moved = planChanges(expected, made.hash);
  const what = moved.length > 0 ? `What moved: ${moved.join(', ')}.` : 'It is not the hash of a plan of this endpoint.';
  throw new ActionError(`The plan is ${made.hash} now, and ${expected} was expected. ${what}`, {
    kind: 'configuration',
    reason: 'plan-changed',
    fix: 'Run `plan` again, review it, and pass its new plan-hash as expect-plan.',
    state: 'Nothing was changed.',
  });
}

function printPlan(bench: Workbench, made: Plan): void {
  bench.log.phase(`Plan ${made.hash}`);
  for (const line of bench.settings.endpoint.sizing.mapping) bench.log.info(line);
  for (const line of made.notes) bench.log.info(line);
  made.updates.forEach((update, index) => {
    const shares = update.config.routes.map((route) => `${route.servedEntityName} ${route.trafficPercentage} %`);
    const bake = update.bakeMs > 0 ? `, then watched for ${spanOf(update.bakeMs)}` : '';
    bench.log.info(`${index + 1}. ${update.purpose}: ${shares.join(', ')}${bake}`);
  });
  if (made.evidence) bench.log.info(made.evidence);
  if (made.exposure) bench.log.info(made.exposure);
  bench.log.info(
    `Shortest: ${spanOf(made.bakeMs)} of watching; longest: ${spanOf(made.worstCaseMs)} with every wait at its limit.`,
  );
}

/** The decision of `plan`, and of `promote` with `dry-run`. */
export function concludePlan(bench: Workbench, assessment: Assessment, prepared: PreparedPlan): Conclusion {
  const made = prepared.plan;
  const name = `${bench.settings.model.name} version ${assessment.resolved.version}`;
  if (made.kind === 'already-serving') {
    return {
      decision: 'unchanged',
      reason_code: 'already-serving',
      headline: `${name} has all of the model's traffic on ${bench.settings.endpoint.name} already: nothing would change.`,
    };
  }
  const isFirst = made.kind === 'first-deployment';
  return {
    decision: 'planned',
    reason_code: isFirst ? 'first-deployment' : 'ok',
    headline: `${name} may be promoted; ${made.updates.length} updates of ${bench.settings.endpoint.name} are planned, nothing was changed.`,
    explanation: isFirst ? 'The endpoint serves nothing yet, so there is nothing to go back to.' : null,
    next: `\`promote\` with \`expect-plan: ${made.hash}\` runs exactly this plan, or refuses when the world has moved.`,
  };
}
