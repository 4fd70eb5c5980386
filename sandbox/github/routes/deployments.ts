import { ApiRefusal, invalid, notFound } from '../refusal.js';
import { deploymentJson, statusJson } from '../representations/deployment.js';
import type { Answer, Call, Route } from '../router.js';
import type { StoredDeployment, StoredStatus } from '../state.js';

/** Longest description of a deployment's status. */
const LONGEST_DESCRIPTION = 140;

const STATES: ReadonlySet<string> = new Set([
  'error',
  'failure',
  'inactive',
  'in_progress',
  'queued',
  'pending',
  'success',
]);
const FILTERS = ['sha', 'ref', 'task', 'environment'] as const;

/** Deployments and their statuses, with the defaults that hurt. */
export const deploymentRoutes: readonly Route[] = [
  { operation: 'GET /repos/{owner}/{repo}/deployments', handle: list },
  { operation: 'POST /repos/{owner}/{repo}/deployments', handle: create },
  {
    operation: 'GET /repos/{owner}/{repo}/deployments/{deployment_id}',
    handle: (call) => {
      call.require('read', 'deployments');
      return { status: 200, body: deploymentJson(deploymentOf(call), call.state, call.links) };
    },
  },
  {
    operation: 'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
    handle: (call) => {
      call.require('read', 'deployments');
      const deployment = deploymentOf(call);
      return call.list([...deployment.statuses].reverse(), (status) =>
        statusJson(status, deployment, call.state, call.links),
      );
    },
  },
  { operation: 'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses', handle: createStatus },
];

function list(call: Call): Answer {
  call.require('read', 'deployments');
  const found = call.state.deployments.filter((deployment) =>
    FILTERS.every((name) => (call.query.get(name) ?? deployment[name]) === deployment[name]),
  );
  return call.list([...found].reverse(), (deployment) => deploymentJson(deployment, call.state, call.links));
}

function create(call: Call): Answer {
  call.require('write', 'deployments');
  const { state, links } = call;
  const ref = call.text('ref', 'Deployment');
  if (ref === null) throw invalid('Deployment', 'ref', 'missing_field');
  const sha = state.resolve(ref);
  if (sha === null) throw new ApiRefusal(422, `No ref found for: ${ref}`);
  // Unless told otherwise GitHub first merges the default branch into the ref, and then makes no deployment.
  if (call.body.auto_merge !== false && sha !== state.headSha) {
    return { status: 202, body: { message: `Auto-merged main into ${ref} on deployment.` } };
  }
  refusePendingChecks(call, ref, sha);
  const environment = call.text('environment', 'Deployment') ?? 'production';
  const at = state.timestamp();
  const deployment: StoredDeployment = {
    id: state.nextId(),
    sha,
    ref,
    task: call.text('task', 'Deployment') ?? 'deploy',
    environment,
    description: call.text('description', 'Deployment') ?? '',
    payload: call.body.payload ?? {},
    transient: call.body.transient_environment === true,
    production: booleanOf(call.body.production_environment) ?? environment === 'production',
    createdAt: at,
    updatedAt: at,
    statuses: [],
  };
  state.deployments.push(deployment);
  return { status: 201, body: deploymentJson(deployment, state, links) };
}

/** Without `required_contexts` every check must have succeeded, the one that is asking included. */
function refusePendingChecks(call: Call, ref: string, sha: string): void {
  const required = call.body.required_contexts;
  const pending = call.state.pendingChecks.get(sha) ?? ['promote'];
  const blocking = Array.isArray(required) ? required.filter((context) => pending.includes(String(context))) : pending;
  if (blocking.length === 0) return;
  throw new ApiRefusal(409, `Conflict: Commit status checks failed for ${ref}.`, [
    { resource: 'Deployment', field: 'required_contexts', code: 'invalid' },
  ]);
}

function createStatus(call: Call): Answer {
  call.require('write', 'deployments');
  const deployment = deploymentOf(call);
  const status = statusOf(call, deployment);
  if (status.state === 'success' && call.body.auto_inactive !== false) retireOthers(call, deployment, status);
  deployment.statuses.push(status);
  deployment.updatedAt = status.createdAt;
  return { status: 201, body: statusJson(status, deployment, call.state, call.links) };
}

function statusOf(call: Call, deployment: StoredDeployment): StoredStatus {
  const text = (name: string): string => call.text(name, 'DeploymentStatus') ?? '';
  const description = text('description');
  if (!STATES.has(text('state'))) throw invalid('DeploymentStatus', 'state', 'invalid');
  if (description.length > LONGEST_DESCRIPTION) {
    const message = `description is too long (maximum is ${LONGEST_DESCRIPTION} characters)`;
    throw invalid('DeploymentStatus', 'description', 'custom', message);
  }
  const logUrl = text('log_url') === '' ? text('target_url') : text('log_url');
  return {
    id: call.state.nextId(),
    state: text('state'),
    description,
    environment: text('environment') === '' ? deployment.environment : text('environment'),
    targetUrl: logUrl,
    logUrl,
    environmentUrl: text('environment_url'),
    createdAt: call.state.timestamp(),
  };
}

/** A success makes earlier successful deployments of the same environment inactive, unless it is transient or production. */
function retireOthers(call: Call, deployment: StoredDeployment, success: StoredStatus): void {
  for (const other of call.state.deployments) {
    const same = other !== deployment && other.environment === success.environment;
    if (!same || other.transient || other.production || other.statuses.at(-1)?.state !== 'success') continue;
    other.statuses.push({ ...success, id: call.state.nextId(), state: 'inactive', description: '' });
  }
}

function deploymentOf(call: Call): StoredDeployment {
  const id = call.number('deployment_id');
  const deployment = call.state.deployments.find((candidate) => candidate.id === id);
  if (deployment === undefined) throw notFound();
  return deployment;
}

function booleanOf(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}
