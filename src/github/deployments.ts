import type { RestEndpointMethodTypes } from '@octokit/rest';
import { z } from 'zod';
import type { Decision } from '../reasons.js';
import type { GitHub } from './client.js';
import { statusOf } from './failure.js';

type CreateParameters = Omit<RestEndpointMethodTypes['repos']['createDeployment']['parameters'], 'owner' | 'repo'>;
type StatusParameters = Omit<
  RestEndpointMethodTypes['repos']['createDeploymentStatus']['parameters'],
  'owner' | 'repo'
>;

/** States that GitHub knows and we use. All but `in_progress` close a deployment. */
export type DeploymentState = 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';

/** GitHub refuses longer descriptions. */
const LONGEST_DESCRIPTION = 140;

const deploymentSchema = z.object({ id: z.number() });

export interface DeploymentOptions {
  /** Commit, branch or tag that is deployed. */
  readonly ref: string;
  readonly environment: string;
  readonly description: string;
  /** Model, version and endpoint, for whoever reads the API. */
  readonly payload: Readonly<Record<string, string>>;
  readonly isProduction?: boolean;
  /** Page of the job. */
  readonly logUrl: string;
  /** Page of the serving endpoint. */
  readonly environmentUrl: string | null;
}

type StatusOutcome =
  | { readonly kind: 'written' }
  | { readonly kind: 'skipped' }
  | { readonly kind: 'failed'; readonly message: string };

/** One GitHub deployment. After `close` nothing more is written. None of its methods throws. */
export interface DeploymentRecord {
  readonly id: string;
  /** A step of the rollout, such as "25 % of traffic". */
  progress(description: string, signal: AbortSignal): Promise<StatusOutcome>;
  close(
    state: Exclude<DeploymentState, 'in_progress'>,
    description: string,
    signal: AbortSignal,
  ): Promise<StatusOutcome>;
}

export type DeploymentOutcome =
  | { readonly kind: 'created'; readonly deployment: DeploymentRecord }
  | { readonly kind: 'failed'; readonly message: string };

/** Cut at a code point, so that no half character is sent. */
function shortened(description: string): string {
  const points = [...description.replace(/\s+/g, ' ').trim()];
  return points.length <= LONGEST_DESCRIPTION
    ? points.join('')
    : `${points.slice(0, LONGEST_DESCRIPTION - 1).join('')}…`;
}

function explain(thrown: unknown): string {
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  const status = statusOf(thrown);
  if (status === 403 || status === 404)
    return `${said} Recording a deployment needs \`permissions: deployments: write\`.`;
  return said;
}

/** How a finished run closes its deployment. A pause is a success of this run; the next one opens its own. */
export function deploymentStateOf(decision: Decision): Exclude<DeploymentState, 'in_progress'> {
  if (['promoted', 'paused', 'unchanged', 'reconciled', 'passed', 'planned', 'deployed'].includes(decision))
    return 'success';
  return ['failed', 'degraded', 'cancelled'].includes(decision) ? 'error' : 'failure';
}

/**
 * Writes one status of a deployment by its id; the post stage closes with it what the main stage left open. Never throws.
 * `auto_inactive` stays on, so that the environment shows the newest success alone.
 */
export async function writeDeploymentStatus(
  github: GitHub,
  status: {
    readonly id: string;
    readonly state: DeploymentState;
    readonly description: string;
    readonly logUrl: string;
    readonly environmentUrl: string | null;
    readonly signal: AbortSignal;
  },
): Promise<StatusOutcome> {
  const parameters: StatusParameters = {
    deployment_id: Number(status.id),
    state: status.state,
    description: shortened(status.description),
    log_url: status.logUrl,
    ...(status.environmentUrl === null ? {} : { environment_url: status.environmentUrl }),
  };
  try {
    const route = 'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses';
    await github.request(route, parameters, z.unknown(), { signal: status.signal });
    return { kind: 'written' };
  } catch (thrown) {
    return { kind: 'failed', message: explain(thrown) };
  }
}

function recordOf(github: GitHub, id: string, options: DeploymentOptions): DeploymentRecord {
  let isClosed = false;
  let last = '';
  const write = async (state: DeploymentState, description: string, signal: AbortSignal): Promise<StatusOutcome> => {
    if (isClosed || `${state}:${description}` === last) return { kind: 'skipped' };
    last = `${state}:${description}`;
    const { logUrl, environmentUrl } = options;
    const outcome = await writeDeploymentStatus(github, { id, state, description, logUrl, environmentUrl, signal });
    if (state !== 'in_progress' && outcome.kind === 'written') isClosed = true;
    return outcome;
  };
  return {
    id,
    progress: (description, signal) => write('in_progress', description, signal),
    close: (state, description, signal) => write(state, description, signal),
  };
}

/**
 * Opens a GitHub deployment and marks it as in progress. Never merges into the ref and waits for no check, both of which
 * GitHub does unless told otherwise. Never throws: a deployment that cannot be recorded fails no promotion.
 */
export async function createDeployment(
  github: GitHub,
  options: DeploymentOptions,
  signal: AbortSignal,
): Promise<DeploymentOutcome> {
  const parameters: CreateParameters = {
    ref: options.ref,
    environment: options.environment,
    description: shortened(options.description),
    payload: options.payload,
    task: 'deploy:model',
    auto_merge: false,
    required_contexts: [],
    transient_environment: false,
    ...(options.isProduction === undefined ? {} : { production_environment: options.isProduction }),
  };
  try {
    const route = 'POST /repos/{owner}/{repo}/deployments';
    const { id } = await github.request(route, parameters, deploymentSchema, { signal, retries: 0 });
    const deployment = recordOf(github, String(id), options);
    await deployment.progress(options.description, signal);
    return { kind: 'created', deployment };
  } catch (thrown) {
    return { kind: 'failed', message: explain(thrown) };
  }
}
