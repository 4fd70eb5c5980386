import { saveState } from '../action/state.js';
import { ActionError } from '../errors.js';
import type { Journal } from '../rollout/core/journal.js';
import type { RolloutOutcome } from '../rollout/core/types.js';
import { runRollout } from '../rollout/driver.js';
import { reconcile } from '../rollout/reconcile.js';
import { rollBackNow } from '../rollout/rollback.js';
import { Trust } from '../rollout/trust.js';
import { type Assessment, assess } from './assess.js';
import { createBookkeeping } from './bookkeeping.js';
import { CANCEL_BUDGET_MS, rolloutIdentity, rolloutSettings, sharedPorts } from './engine.js';
import { concludeGate, logVerdict } from './gate.js';
import { journalOn } from './journal.js';
import { concludeRollout, recordOutcome } from './outcome.js';
import { concludePlan, type PreparedPlan, preparePlan } from './plan.js';
import type { Conclusion, Workbench } from './types.js';
import { createWatch } from './watch.js';

/** Judges the version, rolls it out step by step, and finishes in the registry; with `dry-run` it stops at the plan. */
export function promote(bench: Workbench): Promise<Conclusion> {
  return begin(bench, true);
}

/** `mayClear`: what another rollout left behind is taken back first, once; then everything is looked at anew. */
async function begin(bench: Workbench, mayClear: boolean): Promise<Conclusion> {
  const assessment = await assess(bench);
  logVerdict(bench, assessment.verdict);
  if (assessment.verdict.kind !== 'passed') return judgedBad(bench, assessment) ?? concludeGate(bench, assessment);
  const prepared = await preparePlan(bench, assessment);
  if (bench.settings.control.dryRun) return concludePlan(bench, assessment, prepared);
  if (prepared.clearFirst !== null) {
    if (!mayClear) throw stillThere(prepared.clearFirst);
    return (await clear(bench, prepared.clearFirst)) ?? begin(bench, false);
  }
  if (prepared.plan.kind === 'already-serving') return concludePlan(bench, assessment, prepared);
  const outcome = await rollOut(bench, prepared, assessment);
  recordOutcome(bench, outcome, prepared.plan, assessment.servingVersion);
  if (outcome.decision === 'promoted') await labelEndpoint(bench, outcome);
  return concludeRollout(bench, outcome, assessment.resolved.version);
}

/** Takes back what another rollout left. `null`: done; otherwise the end of this run. */
async function clear(bench: Workbench, left: Journal): Promise<Conclusion | null> {
  bench.log.phase(`Taking back what the rollout of ${left.candidate.name} left`);
  const request = {
    settings: rolloutSettings(bench),
    ports: {
      ...sharedPorts(bench),
      health: new Trust(bench.clock),
      bookkeeping: createBookkeeping(bench, { version: '', previousVersion: null, aliases: {} }),
    },
    identity: rolloutIdentity(bench),
    signal: bench.signal,
    cancelBudgetMs: CANCEL_BUDGET_MS,
  };
  const outcome =
    left.status === 'running'
      ? (await reconcile({ ...request, direction: 'back' })).outcome
      : await rollBackNow({ ...request, model: left.candidate.entityName, because: 'plan-changed' });
  if (['rolled-back', 'promoted', 'unchanged'].includes(outcome.decision)) return null;
  recordOutcome(bench, outcome, { candidate: left.candidate }, left.previous?.version ?? null);
  return concludeRollout(bench, outcome, left.candidate.entityVersion);
}

/** Writes the configured tags that the endpoint does not have; best effort, and never one that is not configured. */
async function labelEndpoint(bench: Workbench, outcome: RolloutOutcome): Promise<void> {
  const present = outcome.live?.tags ?? {};
  const wanted = Object.entries(bench.settings.endpoint.tags).filter(([key, value]) => present[key] !== value);
  if (wanted.length === 0) return;
  const result = await bench.serving.patchTags(Object.fromEntries(wanted), [], bench.signal);
  if (result.kind !== 'accepted') bench.log.warning(`The endpoint's tags could not be written: ${result.message}`);
}

/**
 * A first deployment that failed may have been left serving, since there was nothing to go back to. That it serves does not make it
 * good: a re-run says again what was found.
 */
function judgedBad(bench: Workbench, assessment: Assessment): Conclusion | null {
  const { verdict, view, resolved } = assessment;
  const last = journalOn(view);
  const outcome = last?.outcome ?? null;
  if (verdict.kind !== 'unchanged' || last === null || outcome === null) return null;
  if (last.candidate.entityVersion !== resolved.version || !['held', 'failed'].includes(outcome.decision)) return null;
  return {
    decision: 'held',
    reason_code: outcome.reason,
    headline: `Version ${resolved.version} of ${bench.settings.model.name} serves on ${bench.settings.endpoint.name}, and its deployment was judged bad.`,
    explanation: `The last rollout ended ${outcome.decision} (${outcome.reason}); there was nothing to go back to, so the version was left where it is.`,
    next: 'Register a corrected version and promote that: it goes ahead on this endpoint.',
  };
}

function stillThere(left: Journal): ActionError {
  return new ActionError(`What the rollout of ${left.candidate.name} left on the endpoint is still there.`, {
    kind: 'remote',
    reason: 'rollout-in-progress',
    fix: 'Look at the endpoint, then run the command `reconcile` or `rollback`.',
  });
}

async function rollOut(bench: Workbench, prepared: PreparedPlan, assessment: Assessment): Promise<RolloutOutcome> {
  const { plan, resume } = prepared;
  const { name } = bench.settings.endpoint;
  saveState('rollout', { endpoint: name, model: bench.settings.model.name, plan: plan.hash });
  const smoke = await bench.smoke(assessment.resolved.version);
  bench.log.info(smoke.note);
  return runRollout({
    plan,
    settings: rolloutSettings(bench),
    ports: {
      ...sharedPorts(bench),
      health: createWatch(bench, plan.candidate, plan.previous, plan.snapshot?.servedEntities ?? [], smoke),
      bookkeeping: createBookkeeping(bench, {
        version: assessment.resolved.version,
        previousVersion: plan.previous?.entityVersion ?? null,
        aliases: assessment.resolved.aliases,
      }),
    },
    identity: rolloutIdentity(bench),
    resume,
    signal: bench.signal,
    cancelBudgetMs: CANCEL_BUDGET_MS,
  });
}
