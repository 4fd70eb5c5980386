import type { EnvironmentRecord } from './inputs.js';

/** The run, as the runner's own variables describe it. Texts that the runner did not give are empty. */
export interface RunnerContext {
  readonly serverUrl: string;
  readonly apiUrl: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly runId: string;
  readonly runAttempt: string;
  /** Page of this attempt of the run. */
  readonly runUrl: string;
  readonly workflowRef: string;
  /** Id of the job in the workflow file; matrix legs share it. */
  readonly job: string;
  readonly event: string;
  /** File that holds the event's payload as JSON. */
  readonly eventPath: string;
  readonly ref: string;
  readonly actor: string;
  /** Absolute path of the checked-out repository. */
  readonly workspace: string;
  /** Absolute path of a folder that is emptied after the job. */
  readonly temporary: string;
}

/** Reads the runner's variables. Falls back to github.com, and to the current folder, as on a developer's machine. */
export function readRunnerContext(environment: EnvironmentRecord): RunnerContext {
  const text = (name: string, fallback = ''): string => environment[name] || fallback;
  const serverUrl = text('GITHUB_SERVER_URL', 'https://github.com').replace(/\/+$/, '');
  const repository = text('GITHUB_REPOSITORY');
  const runId = text('GITHUB_RUN_ID');
  const runAttempt = text('GITHUB_RUN_ATTEMPT', '1');
  return {
    serverUrl,
    apiUrl: text('GITHUB_API_URL', 'https://api.github.com').replace(/\/+$/, ''),
    repository,
    runId,
    runAttempt,
    runUrl: runId === '' ? '' : `${serverUrl}/${repository}/actions/runs/${runId}/attempts/${runAttempt}`,
    workflowRef: text('GITHUB_WORKFLOW_REF'),
    job: text('GITHUB_JOB'),
    event: text('GITHUB_EVENT_NAME'),
    eventPath: text('GITHUB_EVENT_PATH'),
    ref: text('GITHUB_REF'),
    actor: text('GITHUB_ACTOR'),
    workspace: text('GITHUB_WORKSPACE', '.'),
    temporary: text('RUNNER_TEMP', '.'),
  };
}
