import type { AppDeployment } from '../../databricks/apps.js';
import type { Conclusion } from '../types.js';
import type { Restored } from './restore.js';

/** What went wrong with the new deployment. */
export interface Setback {
  readonly reason: 'app-unhealthy' | 'app-deployment-failed';
  readonly why: string;
}

/** The app runs what would be deployed; nothing was sent. */
export function unchanged(name: string, deployment: AppDeployment): Conclusion {
  return {
    decision: 'unchanged',
    reason_code: 'ok',
    headline: `App ${name} runs this source already: nothing was deployed.`,
    explanation: `Deployment ${deployment.id} came from ${deployment.sourceCodePath}.`,
    next: null,
  };
}

/** The deployment succeeded and the app runs; `isAdopted` when another run had begun it. */
export function deployed(name: string, deploymentId: string, isAdopted: boolean): Conclusion {
  return {
    decision: 'deployed',
    reason_code: 'ok',
    headline: `App ${name} runs the source of this commit.`,
    explanation: isAdopted
      ? `Deployment ${deploymentId} of this source had been started before; it was followed to its end.`
      : `Deployment ${deploymentId} succeeded, and the app kept running.`,
    next: null,
  };
}

/** After a setback with something to go back to. */
export function afterRestore(name: string, setback: Setback, restored: Restored): Conclusion {
  if (restored.kind === 'restored') {
    return {
      decision: 'rolled-back',
      reason_code: setback.reason,
      headline: `App ${name} was put back to its previous deployment: the new one did not come up.`,
      explanation: `${setback.why} ${restored.how}`,
      next: `See the app's logs for the cause, mend it, and deploy again.`,
    };
  }
  return {
    decision: 'failed',
    reason_code: setback.reason,
    headline: `App ${name} did not come up, and its previous deployment could not be put back: a person must act now.`,
    explanation: `${setback.why} Putting the previous deployment back failed: ${restored.why}`,
    next: `Deploy a source that is known to work: databricks apps deploy ${name} --source-code-path <folder>.`,
  };
}

/** After a setback with nothing to go back to. */
export function withoutPrevious(name: string, setback: Setback): Conclusion {
  return {
    decision: 'failed',
    reason_code: setback.reason,
    headline: `App ${name} did not come up, and there is no earlier deployment to go back to.`,
    explanation: setback.why,
    next: `See the app's logs for the cause, mend it, and deploy again.`,
  };
}

/** A newer deployment took the place of this one. */
export function superseded(name: string, by: string): Conclusion {
  return {
    decision: 'failed',
    reason_code: 'foreign-change',
    headline: `App ${name} was deployed by somebody else in the meantime: theirs was left alone.`,
    explanation: `Deployment ${by} is active now, which this run did not start.`,
    next: 'Let one workflow deploy the app, with `concurrency`, and run again.',
  };
}

/** The job was cancelled or its time is over; the platform goes on with what it was given. */
export function interrupted(name: string, reason: unknown, state: string): Conclusion {
  const isLate = reason instanceof DOMException && reason.name === 'TimeoutError';
  return {
    decision: isLate ? 'failed' : 'cancelled',
    reason_code: isLate ? 'time-budget' : 'cancelled',
    headline: isLate
      ? `The time for this run was over before app ${name} was known to be healthy.`
      : `The deployment of app ${name} was cancelled.`,
    explanation: state,
    next: 'Run again: it goes on from what stands.',
  };
}
