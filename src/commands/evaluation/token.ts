/** What makes one evaluation: the same of all this is the same evaluation. */
export interface EvaluationIdentity {
  readonly repository: string;
  /** Workflow run that asks, whatever its attempt. */
  readonly workflowRun: string;
  readonly jobId: string;
  readonly model: string;
  readonly version: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * The idempotency token under which the job is started: 64 hexadecimal digits, which is as long as the Jobs API allows. A
 * second start with the same token gives the run that is there. `attempt` 1 is shared by all attempts of a workflow run; later
 * ones are for attempts that follow a run that failed.
 */
export function evaluationToken(
  identity: EvaluationIdentity,
  attempt: number,
  sha256: (text: string) => string,
): string {
  const { repository, workflowRun, jobId, model, version } = identity;
  const parameters = Object.entries(identity.parameters).sort(([a], [b]) => (a < b ? -1 : 1));
  return sha256(JSON.stringify([repository, workflowRun, attempt, jobId, model, version, parameters])).slice(0, 64);
}
