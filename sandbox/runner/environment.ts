import { delimiter, dirname, join } from 'node:path';
import type { ActionMetadata } from './action-metadata.js';
import { type ExpressionContexts, evaluateTemplate } from './expressions.js';
import type { Job } from './job.js';
import type { JobStatus, RunOptions } from './types.js';

/** The folders and files of one stage. */
export interface StagePaths {
  readonly workspace: string;
  readonly temp: string;
  readonly eventFile: string;
  readonly commandFiles: {
    readonly output: string;
    readonly state: string;
    readonly env: string;
    readonly path: string;
    readonly summary: string;
  };
}

/** What earlier stages of the step have left for this one. */
export interface Inheritance {
  readonly state: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly path: readonly string[];
}

type Variables = Record<string, string>;

/** The contexts that defaults of inputs may use. */
export function contextsOf(job: Job, paths: StagePaths, status: JobStatus): ExpressionContexts {
  const { owner } = splitRepository(job.repository);
  return {
    github: {
      token: job.server.token,
      api_url: job.server.apiUrl,
      server_url: job.server.serverUrl,
      repository: job.repository,
      repository_owner: owner,
      sha: job.sha,
      ref: job.ref,
      ref_name: refName(job.ref),
      head_ref: job.headRef,
      base_ref: job.baseRef,
      event_name: job.eventName,
      event: job.event,
      actor: job.actor,
      job: job.name,
      workflow: job.workflow,
      run_id: String(job.runId),
      run_attempt: String(job.runAttempt),
      run_number: String(job.runNumber),
      workspace: paths.workspace,
    },
    job: { status, check_run_id: job.checkRunId },
    matrix: job.matrix,
    strategy: { 'fail-fast': true, 'job-index': 0, 'job-total': 1, 'max-parallel': 1 },
    runner: { os: 'Linux', arch: 'X64', name: 'sandbox', temp: paths.temp, environment: 'github-hosted' },
  };
}

/**
 * The whole environment of a stage. Nothing is inherited from this process but PATH and HOME.
 * Source of the list: the runner's own (`Runner.Worker`), see the documentation of default environment variables.
 */
export function environmentOf(
  options: RunOptions,
  metadata: ActionMetadata,
  job: Job,
  paths: StagePaths,
  status: JobStatus,
  inherited: Inheritance,
): Variables {
  return {
    ...hostVariables(inherited.path),
    ...options.env,
    ...inherited.env,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    ...githubVariables(metadata, job, paths),
    ...runnerVariables(paths, options.debug === true),
    ...serviceVariables(job),
    ...stateVariables(inherited.state),
    ...inputVariables(options, metadata, contextsOf(job, paths, status)),
  };
}

function hostVariables(prepended: readonly string[]): Variables {
  const path = [...prepended, process.env.PATH ?? ''].join(delimiter);
  return { PATH: path, HOME: process.env.HOME ?? '/root' };
}

function inputVariables(options: RunOptions, metadata: ActionMetadata, contexts: ExpressionContexts): Variables {
  const variables: Variables = {};
  for (const [name, fallback] of metadata.inputs) {
    variables[inputVariable(name)] = options.inputs?.[name] ?? evaluateTemplate(fallback ?? '', contexts);
  }
  for (const [name, value] of Object.entries(options.inputs ?? {})) variables[inputVariable(name)] = value;
  return variables;
}

/** Spaces become underscores, hyphens stay, which is why a shell cannot export such a name. */
function inputVariable(name: string): string {
  return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
}

function stateVariables(state: Readonly<Record<string, string>>): Variables {
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]));
}

function githubVariables(metadata: ActionMetadata, job: Job, paths: StagePaths): Variables {
  return {
    GITHUB_ACTION: '__self',
    GITHUB_ACTION_PATH: metadata.folder,
    GITHUB_ACTION_REF: '',
    GITHUB_ACTION_REPOSITORY: '',
    ...identityVariables(job),
    GITHUB_API_URL: job.server.apiUrl,
    GITHUB_GRAPHQL_URL: graphqlUrl(job.server.apiUrl),
    GITHUB_SERVER_URL: job.server.serverUrl,
    GITHUB_ENV: paths.commandFiles.env,
    GITHUB_EVENT_PATH: paths.eventFile,
    GITHUB_OUTPUT: paths.commandFiles.output,
    GITHUB_PATH: paths.commandFiles.path,
    GITHUB_STATE: paths.commandFiles.state,
    GITHUB_STEP_SUMMARY: paths.commandFiles.summary,
    GITHUB_RETENTION_DAYS: '90',
    GITHUB_WORKSPACE: paths.workspace,
  };
}

function identityVariables(job: Job): Variables {
  const workflowRef = `${job.repository}/.github/workflows/${job.workflow.toLowerCase()}.yml@${job.ref}`;
  return {
    GITHUB_ACTOR: job.actor,
    GITHUB_ACTOR_ID: '583231',
    GITHUB_TRIGGERING_ACTOR: job.actor,
    GITHUB_BASE_REF: job.baseRef,
    GITHUB_HEAD_REF: job.headRef,
    GITHUB_EVENT_NAME: job.eventName,
    GITHUB_JOB: job.name,
    GITHUB_REF: job.ref,
    GITHUB_REF_NAME: refName(job.ref),
    GITHUB_REF_PROTECTED: 'false',
    GITHUB_REF_TYPE: job.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    GITHUB_REPOSITORY: job.repository,
    GITHUB_REPOSITORY_ID: '41000001',
    GITHUB_REPOSITORY_OWNER: splitRepository(job.repository).owner,
    GITHUB_REPOSITORY_OWNER_ID: '40000001',
    GITHUB_RUN_ATTEMPT: String(job.runAttempt),
    GITHUB_RUN_ID: String(job.runId),
    GITHUB_RUN_NUMBER: String(job.runNumber),
    GITHUB_SHA: job.sha,
    GITHUB_WORKFLOW: job.workflow,
    GITHUB_WORKFLOW_REF: workflowRef,
    GITHUB_WORKFLOW_SHA: job.sha,
  };
}

function runnerVariables(paths: StagePaths, debug: boolean): Variables {
  return {
    RUNNER_OS: 'Linux',
    RUNNER_ARCH: 'X64',
    RUNNER_NAME: 'sandbox',
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_TEMP: paths.temp,
    RUNNER_TOOL_CACHE: join(paths.temp, 'tool-cache'),
    RUNNER_WORKSPACE: dirname(paths.workspace),
    ...(debug ? { RUNNER_DEBUG: '1' } : {}),
  };
}

function serviceVariables(job: Job): Variables {
  const identity = job.server.identity;
  return {
    ACTIONS_RUNTIME_URL: 'http://127.0.0.1:9/',
    ACTIONS_RUNTIME_TOKEN: job.runtimeToken,
    ACTIONS_RESULTS_URL: 'http://127.0.0.1:9/',
    ACTIONS_CACHE_URL: 'http://127.0.0.1:9/',
    ACTIONS_ORCHESTRATION_ID: `sandbox.${job.name}.__default`,
    ...(identity === undefined
      ? {}
      : { ACTIONS_ID_TOKEN_REQUEST_URL: identity.requestUrl, ACTIONS_ID_TOKEN_REQUEST_TOKEN: identity.requestToken }),
  };
}

/** Enterprise Server has `/api/v3` beside `/api/graphql`; github.com has `/graphql`. */
function graphqlUrl(apiUrl: string): string {
  return apiUrl.endsWith('/api/v3') ? apiUrl.replace(/v3$/, 'graphql') : `${apiUrl}/graphql`;
}

/** `refs/heads/main` is `main`; `refs/pull/7/merge` is `7/merge`. */
function refName(ref: string): string {
  return ref.replace(/^refs\/(heads|tags|pull)\//, '');
}

function splitRepository(repository: string): { owner: string; name: string } {
  const [owner = '', name = ''] = repository.split('/');
  return { owner, name };
}
