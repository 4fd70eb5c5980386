import { BOT, type GitHubState, type StoredDeployment, type StoredStatus } from '../state.js';
import { accountJson, appJson } from './account.js';
import type { Links } from './links.js';

/** `deployment` of GitHub's description. */
export function deploymentJson(
  deployment: StoredDeployment,
  state: GitHubState,
  links: Links,
): Record<string, unknown> {
  const url = deploymentUrl(deployment, state, links);
  return {
    id: deployment.id,
    node_id: links.node('DE', deployment.id),
    url,
    sha: deployment.sha,
    ref: deployment.ref,
    task: deployment.task,
    payload: deployment.payload,
    original_environment: deployment.environment,
    environment: deployment.environment,
    description: deployment.description,
    creator: accountJson(BOT, links),
    created_at: deployment.createdAt,
    updated_at: deployment.updatedAt,
    statuses_url: `${url}/statuses`,
    repository_url: links.api(`/repos/${state.repository}`),
    transient_environment: deployment.transient,
    production_environment: deployment.production,
    performed_via_github_app: appJson(BOT, links),
  };
}

/** `deployment-status` of GitHub's description. */
export function statusJson(
  status: StoredStatus,
  deployment: StoredDeployment,
  state: GitHubState,
  links: Links,
): Record<string, unknown> {
  const url = deploymentUrl(deployment, state, links);
  return {
    id: status.id,
    node_id: links.node('DES', status.id),
    url: `${url}/statuses/${status.id}`,
    state: status.state,
    creator: accountJson(BOT, links),
    description: status.description,
    environment: status.environment,
    target_url: status.targetUrl,
    log_url: status.logUrl,
    environment_url: status.environmentUrl,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    deployment_url: url,
    repository_url: links.api(`/repos/${state.repository}`),
    performed_via_github_app: appJson(BOT, links),
  };
}

function deploymentUrl(deployment: StoredDeployment, state: GitHubState, links: Links): string {
  return links.api(`/repos/${state.repository}/deployments/${deployment.id}`);
}
