import { startWorkspace, type Workspace, type WorkspaceOptions } from '../../../sandbox/workspace/index.js';
import type { Json } from '../../../sandbox/workspace/json.js';
import { type InProcessResult, runInProcess } from './in-process.js';
import { hastyTransport } from './transport.js';

/** How much faster than real everything goes, the sandbox's own clock included. */
const FACTOR = 10;
const SERVER_SPEED = 60;
/** Longest wait for one answer, real ms: long enough for a busy machine, short where a call is known to hang. */
const ANSWER_MS = 20_000;
export const HANGING_ANSWER_MS = 1_500;
const ENDPOINT = 'digits';
const MOVING: ReadonlySet<Scene['command']> = new Set(['promote', 'rollback']);

const GOOD = { accuracy: 0.964, f1: 0.951, val_loss: 0.12 };
const signatureOf = (...names: readonly string[]): { readonly inputs: Json; readonly outputs: Json } => ({
  inputs: names.map((name) => ({ type: 'double', name, required: true })),
  outputs: [{ type: 'long', required: true }],
});
const SIGNATURE = signatureOf('p0', 'p1');
const EXAMPLE = { dataframe_split: { columns: ['p0', 'p1'], data: [[0, 5]] } };

const CONFIGURATION = `deployment:
  endpoint: { name: ${ENDPOINT} }
  ci_cd:
    metrics_threshold:
      accuracy: 0.9
      f1: { min: 0.88, max_regression: 0.01 }
      val_loss: { max: 0.35, point: best }
    require: { signature: compatible }
  rollout:
    steps: [50, 100]
    bake: 2s
    final_bake: 2s
    min_requests: 20
    promote_alias: PROMOTED
    previous_alias: PREVIOUS
  monitoring:
    interval: 250ms
    alerts: [{ metric: error_rate, threshold: 0.02 }]
`;

/** What a run finds and does. Everything about it is fixed but the fault. */
export interface Scene {
  readonly name: string;
  readonly model: string;
  readonly registry: 'unity-catalog' | 'workspace' | 'mlflow';
  readonly command: 'gate' | 'plan' | 'promote' | 'rollback';
  /** How it ends when nothing goes wrong: `decision (reason)`. */
  readonly ending: string;
  /** The version that serves all traffic at its end. */
  readonly serves: '1' | '2' | 'nothing';
  readonly candidate?: 'good' | 'failing-callers' | 'other-signature';
  /** Nothing serves yet. */
  readonly first?: true;
  /** The candidate has been promoted already. */
  readonly promoted?: true;
  readonly loggedModel?: true;
}

const UC = { registry: 'unity-catalog', model: 'main.vision.digits' } as const;
const LEGACY = { registry: 'workspace', model: 'digits' } as const;
const PLAIN = { registry: 'mlflow', model: 'digits' } as const;

/** One for every path through the calls of the Action; together they make every call that it knows for a model and an endpoint. */
export const SCENES: readonly Scene[] = [
  { name: 'gate', ...UC, command: 'gate', ending: 'passed (ok)', serves: '1', loggedModel: true },
  {
    name: 'gate that rejects',
    ...UC,
    command: 'gate',
    ending: 'rejected (signature-incompatible)',
    serves: '1',
    candidate: 'other-signature',
  },
  { name: 'gate, workspace registry', ...LEGACY, command: 'gate', ending: 'passed (ok)', serves: '1' },
  {
    name: 'gate, MLflow server',
    ...PLAIN,
    command: 'gate',
    ending: 'passed (ok)',
    serves: 'nothing',
    loggedModel: true,
  },
  { name: 'plan', ...UC, command: 'plan', ending: 'planned (ok)', serves: '1' },
  { name: 'promotion', ...UC, command: 'promote', ending: 'promoted (ok)', serves: '2' },
  { name: 'promotion, workspace registry', ...LEGACY, command: 'promote', ending: 'promoted (ok)', serves: '2' },
  {
    name: 'first deployment',
    ...UC,
    command: 'promote',
    ending: 'promoted (first-deployment)',
    serves: '2',
    first: true,
  },
  {
    name: 'promotion that goes back',
    ...UC,
    command: 'promote',
    ending: 'rolled-back (canary-errors)',
    serves: '1',
    candidate: 'failing-callers',
  },
  { name: 'rollback', ...UC, command: 'rollback', ending: 'rolled-back (ok)', serves: '1', promoted: true },
];

/** A sandbox with a scene set up in it. */
export class World {
  private constructor(
    readonly scene: Scene,
    readonly workspace: Workspace,
    /** The MLflow server of a scene that has one; else the workspace. */
    readonly server: Workspace,
  ) {}

  static async open(scene: Scene): Promise<World> {
    const options: WorkspaceOptions = {
      speed: SERVER_SPEED * FACTOR,
      seed: 11,
      updateTimes: { provisionMs: 40_000, trafficMs: 20_000 },
      metrics: { entityLabel: 'served_entity_name' },
    };
    const workspace = await startWorkspace(options);
    const server =
      scene.registry === 'mlflow'
        ? await startWorkspace({ kind: 'mlflow', speed: 1, mlflowAuth: { username: 'ci', password: 'pa55word' } })
        : workspace;
    const world = new World(scene, workspace, server);
    await world.#setUp();
    return world;
  }

  async #setUp(): Promise<void> {
    const { scene, workspace } = this;
    const stage = scene.registry === 'unity-catalog';
    const first = this.#version(SIGNATURE, stage ? ['champion'] : []);
    if (scene.registry === 'workspace') this.#inStage(first);
    this.#version(scene.candidate === 'other-signature' ? signatureOf('p0', 'p1', 'p2') : SIGNATURE, []);
    if (scene.first !== true) {
      const entity = { name: `digits-${first}`, model: scene.model, version: first, traffic: 100 };
      if (scene.registry !== 'mlflow') workspace.serving.place({ name: ENDPOINT, entities: [entity] });
    }
    // One caller a second is enough evidence; more would cost the machine more time than the run has.
    if (MOVING.has(scene.command)) workspace.traffic.start({ endpoint: ENDPOINT, requestsPerSecond: 1 });
    if (scene.candidate === 'failing-callers') {
      workspace.traffic.behave(scene.model, '2', { after: [{ trafficAbove: 0, errorRate: 0.5 }] });
    }
    if (scene.promoted === true) {
      const { ending } = await this.run('promote');
      if (ending !== 'promoted (ok)') throw new Error(`The scene could not be set up: ${ending}.`);
    }
    for (const side of [this.workspace, this.server]) side.requests.clear();
  }

  #version(signature: typeof SIGNATURE, aliases: readonly string[]): string {
    const { model, loggedModel } = this.scene;
    const more = loggedModel === true ? { loggedModel, versionMetrics: true } : {};
    return this.server.seed.version({ model, metrics: GOOD, signature, example: EXAMPLE, aliases, ...more }).version;
  }

  #inStage(version: string): void {
    const found = this.workspace.registry.get(this.scene.model).versions.get(Number(version));
    if (found === undefined) throw new Error('The version is not there.');
    found.stage = 'Production';
  }

  /** Runs a command. Every run but the first is another attempt of the same workflow run. */
  run(command: string, attempt = 1, answerMs = ANSWER_MS): Promise<InProcessResult> {
    return runInProcess({
      inputs: { command, ...this.#inputs() },
      files: { 'config/deployment_config.yaml': this.#configuration() },
      runAttempt: attempt,
      transport: hastyTransport({ factor: FACTOR, answerMs }),
    });
  }

  #inputs(): Record<string, string> {
    const { workspace, server, scene } = this;
    const common = { registry: scene.registry, 'model-name': scene.model, 'model-version': 'latest' };
    if (scene.registry === 'mlflow') {
      const credentials = { 'mlflow-tracking-username': 'ci', 'mlflow-tracking-password': 'pa55word' };
      return { ...common, baseline: '1', 'mlflow-tracking-uri': server.url, ...credentials };
    }
    return {
      ...common,
      'databricks-host': workspace.url,
      'databricks-client-id': workspace.clientId,
      'databricks-client-secret': workspace.clientSecret,
    };
  }

  #configuration(): string {
    const { registry } = this.scene;
    const staged = CONFIGURATION.replace('PROMOTED', registry === 'workspace' ? 'Production' : 'champion');
    const named =
      registry === 'unity-catalog'
        ? staged.replace('PREVIOUS', 'previous-champion')
        : staged.replace(/ +previous_alias: PREVIOUS\n/, '');
    return registry === 'mlflow' ? named.replace(/ {2}endpoint: .*\n/, '') : named;
  }

  /** Traffic by version, in percent; entities without traffic are left out. */
  split(): string {
    const active = this.workspace.endpoints.find(ENDPOINT)?.active;
    const shares = (active?.entities ?? []).map((entity) => ({
      version: entity.entityVersion,
      traffic: active?.routes.find((route) => route.entity === entity.name)?.traffic ?? 0,
    }));
    const live = shares.filter(({ traffic }) => traffic > 0);
    return live.map(({ version, traffic }) => `${version}: ${traffic} %`).join(', ') || 'nothing';
  }

  /** Where alias or stage of the promoted version points. */
  pointer(): string {
    const { scene, workspace } = this;
    if (scene.registry === 'unity-catalog') {
      return String(workspace.unityCatalog.get(scene.model).aliases.get('champion') ?? 'nothing');
    }
    if (scene.registry === 'mlflow') return 'not asked';
    const versions = [...workspace.registry.get(scene.model).versions.values()];
    return String(versions.find((version) => version.stage === 'Production')?.version ?? 'nothing');
  }

  /** Everything that must hold at every moment and did not. */
  violations(): readonly string[] {
    const { invariants, complaints, traffic } = this.workspace;
    const unserved = traffic.ledger.unserved.slice(0, 1).map(({ why }) => `unserved: ${why}`);
    return [...invariants.violations.map(({ rule, message }) => `${rule}: ${message}`), ...complaints, ...unserved];
  }

  async close(): Promise<void> {
    await this.workspace.stop();
    if (this.server !== this.workspace) await this.server.stop();
  }
}
