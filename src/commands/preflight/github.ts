import { z } from 'zod';
import type { ActionError } from '../../errors.js';
import type { GitHub } from '../../github/client.js';
import { statusOf } from '../../github/failure.js';
import type { Workbench } from '../types.js';
import { asRight, attempt, type Check, checksOf } from './check.js';
import { shellWord } from './quoting.js';

const write = checksOf('GitHub');

/** A read that shows whether the token has a permission at all; that it may write as well no read can show. */
interface Probe {
  readonly title: string;
  readonly permission: string;
  readonly route: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** What the permission is for; `null`: reading is all that is needed. */
  readonly writes: string | null;
}

/** What can be told of the repository's token without writing anything. */
export async function githubChecks(bench: Workbench): Promise<Check[]> {
  const { github, settings } = bench;
  const { comment, environment } = settings.reporting;
  if (github === null) {
    if (comment === 'never' && environment === null) return [];
    return [write.unknown('Token for the repository', 'No github-token was given: nothing is written to GitHub.')];
  }
  const probes = probesFor(bench);
  const [environmentLine, ...lines] = await Promise.all([
    environment === null ? null : checkEnvironment(github, environment, bench.signal),
    ...probes.map((probe) => ask(github, probe, bench.signal)),
  ]);
  return [...lines.flat(), ...(environmentLine === null ? [] : [environmentLine])];
}

function probesFor({ caller, settings }: Workbench): readonly Probe[] {
  const { comment, environment } = settings.reporting;
  const run: Probe = {
    title: 'Token may read workflow runs',
    permission: 'actions: read',
    route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}',
    parameters: { run_id: Number(caller.runId) },
    writes: null,
  };
  const pulls: Probe = {
    title: 'Token may see pull requests',
    permission: 'pull-requests: write',
    route: 'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls',
    parameters: { commit_sha: caller.sha },
    writes: 'Comments on pull requests can be written',
  };
  const deployments: Probe = {
    title: 'Token may see deployments',
    permission: 'deployments: write',
    route: 'GET /repos/{owner}/{repo}/deployments',
    parameters: { per_page: 1 },
    writes: 'Deployments can be recorded',
  };
  return [
    ...(/^\d+$/.test(caller.runId) ? [run] : []),
    ...(comment === 'never' ? [] : [pulls]),
    ...(environment === null ? [] : [deployments]),
  ];
}

async function ask(github: GitHub, probe: Probe, signal: AbortSignal): Promise<Check[]> {
  const { title, permission, route, parameters, writes } = probe;
  const tried = await attempt(signal, () => github.request(route, parameters, z.unknown(), { signal }));
  const line =
    tried.kind === 'value' ? write.ok(title, `${route} was answered.`) : refused(title, permission, tried.error);
  if (writes === null || line.status !== 'ok') return [asRight(line)];
  const evidence = `Reading works; that ${permission} was granted shows only when it is used.`;
  return [asRight(line), asRight(write.unknown(writes, evidence, permissionFix(permission)))];
}

function refused(title: string, permission: string, error: ActionError): Check {
  return statusOf(error) === 403
    ? write.missing(title, error.message, permissionFix(permission))
    : write.unknown(title, error.message, permissionFix(permission));
}

function permissionFix(permission: string): string {
  return `Give the job \`permissions: { ${permission} }\`.`;
}

async function checkEnvironment(github: GitHub, name: string, signal: AbortSignal): Promise<Check> {
  const title = `Environment ${name}`;
  const route = 'GET /repos/{owner}/{repo}/environments/{environment_name}';
  const tried = await attempt(signal, () => github.request(route, { environment_name: name }, z.unknown(), { signal }));
  if (tried.kind === 'value') return write.ok(title, 'It exists.');
  if (statusOf(tried.error) !== 404) return write.unknown(title, tried.error.message);
  const path = `repos/${github.owner}/${github.repo}/environments/${encodeURIComponent(name)}`;
  const evidence = 'It does not exist: GitHub would make one without any protection rule.';
  return write.missing(title, evidence, `gh api -X PUT ${shellWord(path)}`);
}
