import { type ArmMinute, interpolatedQuantile } from '../release.js';
import {
  type DecisionRule,
  ERROR_LIMIT,
  LATENCY_LIMIT_MS,
  LATENCY_QUANTILE,
  type RuleRun,
  type SeenMinute,
} from './rule.js';

/** What a check of a fixed limit over the last minute says; `no-data` without requests. */
type Check = 'pass' | 'fail' | 'no-data';

function check({ requests, errors, latencies }: ArmMinute): Check {
  if (requests === 0) return 'no-data';
  const slow = (interpolatedQuantile(latencies, LATENCY_QUANTILE) ?? 0) > LATENCY_LIMIT_MS;
  return errors / requests > ERROR_LIMIT || slow ? 'fail' : 'pass';
}

/** A rule that counts checks of single minutes; `condemns` sees the outcomes so far, newest last. */
function byChecks(name: string, description: string, condemns: (checks: readonly Check[]) => boolean): DecisionRule {
  return { name, description, start: () => new CheckRun(condemns) };
}

class CheckRun implements RuleRun {
  private readonly checks: Check[] = [];
  constructor(private readonly condemns: (checks: readonly Check[]) => boolean) {}

  minute({ candidate }: SeenMinute): 'go-on' | 'roll-back' {
    this.checks.push(check(candidate));
    return this.condemns(this.checks) ? 'roll-back' : 'go-on';
  }

  stepEnd(): 'advance' {
    return 'advance';
  }
}

function countOf(checks: readonly Check[], which: Check): number {
  return checks.filter((one) => one === which).length;
}

/**
 * Flagger: a check a minute; a failed check, and one without data, adds to a counter that successes never lower and that spans all steps;
 * rollback at `threshold` (5, as in its examples).
 */
export const flagger = byChecks(
  'Flagger',
  'a check a minute, 5 failed checks in the whole rollout; no data fails a check',
  (checks) => {
    return countOf(checks, 'fail') + countOf(checks, 'no-data') >= 5;
  },
);

/**
 * Argo Rollouts, background analysis: a measurement a minute; more failures than `failureLimit` (0, its default, would condemn at the
 * first; 3 is what its examples use) or more than 4 consecutive errors (no data makes the query fail) abort.
 */
export const argo = byChecks(
  'Argo Rollouts',
  'background analysis a minute, more than 3 failures, or more than 4 measurements in a row without data',
  (checks) => {
    const last = checks.slice(-5);
    return countOf(checks, 'fail') > 3 || (last.length === 5 && countOf(last, 'no-data') === 5);
  },
);

/** SageMaker guardrails: an alarm over minutes; in alarm when two minutes in a row are above the limit; missing data is not a breach. */
export const sagemaker = byChecks(
  'SageMaker-style alarm',
  'an alarm on two minutes in a row above the limit; missing data is no breach',
  (checks) => {
    const last = checks.slice(-2);
    return last.length === 2 && countOf(last, 'fail') === 2;
  },
);
