import { type GitHub as GitHubServer, startGitHub } from '../../../sandbox/github/index.js';
import type { Permissions } from '../../../sandbox/github/types.js';
import type { Workspace } from '../../../sandbox/workspace/index.js';
import { preflight } from '../../../src/commands/preflight/preflight.js';
import type { Conclusion } from '../../../src/commands/types.js';
import { createGitHub } from '../../../src/github/client.js';
import type { ResultCheck } from '../../../src/report/result.js';
import { COMMIT, Stand } from '../deploy-app/stand.js';

export const MODEL = 'main.vision.digits';
export const CI = '5b2c7f1e-1111-4222-8333-aaaaaaaaaaaa';
export const LOADER = '9d8c7b6a-2222-4333-8444-bbbbbbbbbbbb';
const WORKFLOW_REF = 'acme/vision/.github/workflows/promote.yml@refs/heads/main';

const CONFIGURATION = `deployment:
  model: { name: ${MODEL} }
  endpoint: { name: digits }
  ci_cd:
    metrics_threshold: { accuracy: 0.9 }
    evaluation: { job_id: JOB }
  rollout: { promote_alias: champion, previous_alias: previous-champion }
  monitoring: { alerts: [{ metric: error_rate, threshold: 0.02 }] }
  app: { name: vision-app, source: app }
`;
const WORKFLOW = `on: push
concurrency: { group: promotion, cancel-in-progress: false }
jobs: { app: { runs-on: ubuntu-latest } }
`;

/** The world as it was set up, for a row of the matrix to take something away from. */
export interface World {
  readonly stand: Stand;
  readonly workspace: Workspace;
  readonly github: GitHubServer;
  readonly jobId: string;
  readonly endpointId: string;
  readonly experimentId: string;
  readonly runId: string;
}

export interface WorldOptions {
  readonly permissions?: Permissions;
  /** Real ms that every answer takes at least. */
  readonly roundTripMs?: number;
  readonly version?: { readonly status?: 'READY' | 'PENDING_REGISTRATION'; readonly runStatus?: 'FINISHED' | 'FAILED' };
  readonly endpoint?: Readonly<Record<string, boolean | Readonly<Record<string, unknown>>>>;
}

const ALL: Permissions = { actions: 'read', contents: 'read', deployments: 'write', 'pull-requests': 'write' };

/** A workspace in which a service principal of its own, no administrator, has exactly what it needs. */
export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const identities = [
    { userName: CI, displayName: 'promotion', groups: ['ml-ci'] },
    { userName: LOADER, displayName: 'loader' },
  ];
  const stand = await Stand.open({
    inputs: {},
    workspace: { identities, roundTripMs: options.roundTripMs ?? 0 },
    token: (workspace) => workspace.credentials.add({ userName: CI, groups: ['ml-ci'] }).token,
  });
  const { workspace } = stand;
  const seeded = workspace.seed.version({ model: MODEL, metrics: { accuracy: 0.95 }, ...options.version });
  const { securables, jobs, apps, files } = workspace.platform;
  securables.grant('catalog', 'main', 'ml-ci', 'MANAGE');
  securables.grant('catalog', 'main', CI, 'USE_CATALOG');
  securables.grant('schema', 'main.vision', CI, 'USE_SCHEMA');
  securables.grant('function', MODEL, CI, 'EXECUTE');
  for (const [type, name, privilege] of LOADER_RIGHTS) securables.grant(type, name, LOADER, privilege);
  for (const volume of ['data', 'checkpoints', 'results']) {
    securables.create({ type: 'volume', fullName: `main.vision.${volume}`, owner: CI }, workspace.clock.now());
  }
  workspace.unityCatalog.get(MODEL).owner = 'ml-ci';
  const endpoint = workspace.serving.place({
    name: 'digits',
    creator: LOADER,
    entities: [{ name: 'digits-1', model: MODEL, version: '1', traffic: 100 }],
    settings: { ...options.endpoint } as never,
  });
  const job = jobs.create('evaluate', 'admin@acme.org');
  allow(workspace, 'serving-endpoints', endpoint.id, 'CAN_MANAGE');
  allow(workspace, 'jobs', String(job.id), 'CAN_MANAGE_RUN');
  allow(workspace, 'experiments', seeded.experimentId, 'CAN_READ');
  files.mkdirs('/Workspace/Shared/app', workspace.clock.now());
  const app = apps.create('vision-app', 'admin@acme.org', false, { description: '', resources: [] });
  workspace.advance(120_000);
  const source = {
    sourceCodePath: '/Workspace/Shared/app',
    mode: 'SNAPSHOT',
    command: [],
    envNames: [],
    creator: 'admin@acme.org',
  };
  apps.deploy(app, source);
  workspace.advance(120_000);
  allow(workspace, 'apps', 'vision-app', 'CAN_MANAGE');
  stand.write('config/deployment_config.yaml', CONFIGURATION.replace('JOB', String(job.id)));
  stand.write('.github/workflows/promote.yml', WORKFLOW);
  const github = await startGitHub({ repository: 'acme/vision', permissions: options.permissions ?? ALL });
  github.seed.run({ id: 77 });
  github.seed.commit(COMMIT);
  const { experimentId, runId } = seeded;
  return { stand, workspace, github, jobId: String(job.id), endpointId: endpoint.id, experimentId, runId };
}

const LOADER_RIGHTS = [
  ['catalog', 'main', 'USE_CATALOG'],
  ['schema', 'main.vision', 'USE_SCHEMA'],
  ['function', MODEL, 'EXECUTE'],
] as const;

/** Gives the caller a level in place of what it had. */
export function allow(workspace: Workspace, type: string, id: string, level: string): void {
  workspace.permissions.grant(type, id, { kind: 'service_principal_name', principal: CI, level });
}

export async function closeWorld(world: World): Promise<void> {
  await world.stand.close();
  await world.github.close({ verify: false });
}

export interface Checked {
  readonly end: Conclusion;
  readonly lines: readonly ResultCheck[];
}

/** Runs `preflight` as the caller. */
export async function check(world: World, inputs: Readonly<Record<string, string>> = {}): Promise<Checked> {
  const github = createGitHub({
    token: world.github.token,
    baseUrl: world.github.apiUrl,
    repository: 'acme/vision',
    log: { debug: () => {}, warning: () => {} },
    retryBaseMs: 1,
  });
  const end = await world.stand.run(
    preflight,
    { command: 'preflight', ...inputs },
    { github, workflowRef: WORKFLOW_REF },
  );
  return { end, lines: world.stand.findings.checklist ?? [] };
}
