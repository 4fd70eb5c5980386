import { type GitHub, startGitHub } from '../../../sandbox/github/index.js';
import type { FederationPolicy } from '../../../sandbox/workspace/auth/oauth.js';
import { startWorkspace, type Workspace, type WorkspaceOptions } from '../../../sandbox/workspace/index.js';
import { type InProcessResult, runInProcess } from '../faults/in-process.js';
import { hastyTransport } from '../faults/transport.js';
import { APPLICATION, APPLICATION_SECRET, type LoginStandIn, startLogin, TENANT } from './login-stand-in.js';

export const REGISTRIES = ['unity-catalog', 'workspace', 'mlflow'] as const;
export type Registry = (typeof REGISTRIES)[number];
export const COMMANDS = ['gate', 'plan', 'promote'] as const;
export type Command = (typeof COMMANDS)[number];

/** Ways to authenticate to a workspace, in the words of the documentation. */
export const WORKSPACE_CREDENTIALS = [
  'personal access token',
  'OAuth service principal',
  'GitHub OIDC',
  'Entra secret',
  'Entra by GitHub OIDC',
] as const;
export const MLFLOW_CREDENTIALS = ['none', 'basic', 'bearer', 'extra header'] as const;
export type Credential = (typeof WORKSPACE_CREDENTIALS)[number] | (typeof MLFLOW_CREDENTIALS)[number];

const FACTOR = 20;
const ENDPOINT = 'digits';
const GOOD = { accuracy: 0.964, val_loss: 0.12 };
const REPOSITORY = 'acme/vision';
/** What the identity tokens of the stand-in for GitHub say. */
export const ISSUER = 'https://token.actions.githubusercontent.com';
export const SUBJECT = `repo:${REPOSITORY}:ref:refs/heads/main`;

const configuration = (alias: string): string => `deployment:
  endpoint: { name: ${ENDPOINT} }
  ci_cd: { metrics_threshold: { accuracy: 0.9, val_loss: { max: 0.35 } } }
  rollout: { steps: [50, 100], bake: 2s, final_bake: 2s, min_requests: 20, promote_alias: ${alias} }
  monitoring: { interval: 250ms, alerts: [{ metric: error_rate, threshold: 0.02 }] }
`;

/** A workspace, an MLflow server, GitHub and Entra, with a model whose second version may be promoted. */
export class CredentialWorld {
  private constructor(
    readonly registry: Registry,
    readonly workspace: Workspace,
    readonly server: Workspace,
    readonly github: GitHub,
    readonly login: LoginStandIn,
    /** Of the account; more may be added while it goes on. */
    readonly policies: FederationPolicy[],
  ) {}

  static async open(
    registry: Registry,
    more: Pick<WorkspaceOptions, 'tokenLifetimes' | 'mlflowAuth' | 'ucMlflowPaths'> = {},
  ): Promise<CredentialWorld> {
    const policies: FederationPolicy[] = [];
    const { mlflowAuth, ...ofWorkspace } = more;
    const workspace = await startWorkspace({
      speed: 60 * FACTOR,
      seed: 5,
      updateTimes: { provisionMs: 40_000, trafficMs: 20_000 },
      metrics: { entityLabel: 'served_entity_name' },
      federation: policies,
      ...ofWorkspace,
    });
    const server =
      registry === 'mlflow'
        ? await startWorkspace({ kind: 'mlflow', speed: 1, ...(mlflowAuth === undefined ? {} : { mlflowAuth }) })
        : workspace;
    const github = await startGitHub({ repository: REPOSITORY });
    const login = await startLogin(workspace);
    const world = new CredentialWorld(registry, workspace, server, github, login, policies);
    world.#setUp();
    return world;
  }

  get model(): string {
    return this.registry === 'unity-catalog' ? 'main.vision.digits' : 'digits';
  }

  #setUp(): void {
    const { workspace, server, model } = this;
    for (const side of new Set([workspace, server])) {
      for (const _version of [1, 2]) side.seed.version({ model, metrics: GOOD });
    }
    workspace.serving.place({ name: ENDPOINT, entities: [{ name: 'digits-1', model, version: '1', traffic: 100 }] });
    workspace.traffic.start({ endpoint: ENDPOINT, requestsPerSecond: 1 });
    const audiences = [`${workspace.url}/oidc/v1/token`];
    this.policies.push({ issuer: ISSUER, subject: SUBJECT, audiences, clientId: workspace.clientId });
  }

  /** Runs a command with these inputs and variables, and nothing else that could authenticate it; `factor` times faster than real. */
  run(
    command: Command,
    inputs: Readonly<Record<string, string>>,
    environment: Readonly<Record<string, string>> = {},
    factor = FACTOR,
  ): Promise<InProcessResult> {
    const alias = { 'unity-catalog': 'champion', workspace: 'Production', mlflow: 'champion' }[this.registry];
    return runInProcess({
      inputs: { command, registry: this.registry, 'model-name': this.model, ...inputs },
      files: { 'config/deployment_config.yaml': configuration(alias) },
      environment,
      transport: hastyTransport({ factor, answerMs: 2000 }),
    });
  }

  /** Inputs and variables of a credential. */
  credential(name: Credential): { inputs: Record<string, string>; environment: Record<string, string> } {
    const { workspace, server, login, github } = this;
    const host = { 'databricks-host': workspace.url };
    const pat = { ...host, 'databricks-token': workspace.token };
    const tracking = { ...pat, 'mlflow-tracking-uri': server.url };
    const entra = { ...host, 'azure-client-id': APPLICATION, 'azure-tenant-id': TENANT };
    const identity = {
      ACTIONS_ID_TOKEN_REQUEST_URL: github.identity?.requestUrl ?? '',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: github.identity?.requestToken ?? '',
    };
    const cloud = { ARM_ENVIRONMENT: login.url };
    switch (name) {
      case 'personal access token':
        return { inputs: pat, environment: {} };
      case 'OAuth service principal': {
        const client = {
          'databricks-client-id': workspace.clientId,
          'databricks-client-secret': workspace.clientSecret,
        };
        return { inputs: { ...host, ...client }, environment: {} };
      }
      case 'GitHub OIDC':
        return { inputs: { ...host, 'databricks-client-id': workspace.clientId }, environment: identity };
      case 'Entra secret':
        return { inputs: { ...entra, 'azure-client-secret': APPLICATION_SECRET }, environment: cloud };
      case 'Entra by GitHub OIDC':
        return { inputs: entra, environment: { ...identity, ...cloud } };
      case 'none':
        return { inputs: tracking, environment: {} };
      case 'basic':
        return {
          inputs: { ...tracking, 'mlflow-tracking-username': 'ci', 'mlflow-tracking-password': 'pa55word-of-ci' },
          environment: {},
        };
      case 'bearer':
        return { inputs: { ...tracking, 'mlflow-tracking-token': 'token-of-the-gateway' }, environment: {} };
      case 'extra header':
        return { inputs: tracking, environment: { MLFLOW_TRACKING_HEADERS: '{"X-Api-Key": "key-of-the-gateway"}' } };
    }
  }

  /** Traffic by version, in percent. */
  split(): Readonly<Record<string, number>> {
    const active = this.workspace.endpoints.find(ENDPOINT)?.active;
    return Object.fromEntries(
      (active?.entities ?? []).map((entity) => [
        entity.entityVersion,
        active?.routes.find((route) => route.entity === entity.name)?.traffic ?? 0,
      ]),
    );
  }

  async close(): Promise<void> {
    await this.workspace.stop();
    if (this.server !== this.workspace) await this.server.stop();
    await this.github.close({ verify: false });
    await this.login.close();
  }
}

/** What the MLflow server of a cell asks for. */
export function serverAuth(name: Credential): WorkspaceOptions['mlflowAuth'] {
  if (name === 'basic') return { username: 'ci', password: 'pa55word-of-ci' };
  return name === 'bearer' ? { token: 'token-of-the-gateway' } : undefined;
}
