import type { Plan } from '../rollout/core/types.js';
import { type Assessment, assess } from './assess.js';
import { concludeGate, logVerdict } from './gate.js';
import { planFor, readRequestRate } from './planning.js';
import { spanOf } from './progress.js';
import type { Conclusion, Workbench } from './types.js';

/** Judges the version and prints every configuration that `promote` would send. Changes nothing. */
export async function plan(bench: Workbench): Promise<Conclusion> {
  const assessment = await assess(bench);
  logVerdict(bench, assessment.verdict);
  if (assessment.verdict.kind !== 'passed') return concludeGate(bench, assessment);
  return concludePlan(bench, assessment, await preparePlan(bench, assessment));
}

/** Makes the plan with what the endpoint shows now, and prints it. */
export async function preparePlan(bench: Workbench, assessment: Assessment): Promise<Plan> {
  const [requestRate, smoke] = await Promise.all([
    readRequestRate(bench, assessment.view),
    bench.smoke(assessment.resolved.version),
  ]);
  const made = planFor(bench, { assessment, requestRate, hasProbes: smoke.hasProbes, record: null });
  printPlan(bench, made);
  return made;
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
export function concludePlan(bench: Workbench, assessment: Assessment, made: Plan): Conclusion {
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
