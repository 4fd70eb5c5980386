import { startWorkspace, type Workspace } from '../../../sandbox/workspace/index.js';
import type { UpdateScript } from '../../../sandbox/workspace/serving/scripts.js';
import type { Behaviour } from '../../../sandbox/workspace/traffic/behaviours.js';
import type { Transport } from '../../../src/commands/connections.js';
import type { ReasonCode } from '../../../src/reasons.js';
import { type InProcessResult, runInProcess } from '../faults/in-process.js';
import { hastyTransport } from '../faults/transport.js';

const MODEL = 'main.vision.digits';
const ENDPOINT = 'digits';
/** How much faster the server's time passes than the run's. */
export const SERVER_SPEED = 60;
/** How much faster than real a run's own time passes, the sandbox's clock included. */
const FACTOR = 20;
const ANSWER_MS = 1500;
const SIGNATURE = {
  inputs: ['p0', 'p1'].map((name) => ({ type: 'double', name, required: true })),
  outputs: [{ type: 'long', required: true }],
};
const EXAMPLE = { dataframe_split: { columns: ['p0', 'p1'], data: [[0, 5]] } };

/** A run that ends with one reason. */
export interface ReasonScene {
  readonly code: ReasonCode;
  /** `decision (reason)`. */
  readonly ending: string;
  readonly command: 'gate' | 'promote' | 'monitor';
  /** Rules under `metrics_threshold`. */
  readonly rules?: string;
  /** Shares of the steps; `50, 100` unless given. */
  readonly steps?: string;
  /** Alerts as YAML in flow style; an error rate of 2 % unless given. */
  readonly alerts?: string;
  readonly inputs?: Readonly<Record<string, string>>;
  /** No version serves yet. */
  readonly first?: true;
  readonly callers?: number;
  readonly conduct?: Readonly<Record<'1' | '2', Behaviour>>;
  readonly updates?: readonly UpdateScript[];
  readonly factor?: number;
  readonly befalls?: (workspace: Workspace) => void;
  readonly transport?: (usual: Transport) => Transport;
}

function configurationOf(scene: ReasonScene): string {
  return `deployment:
  model: { name: ${MODEL} }
  endpoint: { name: ${ENDPOINT} }
  ci_cd:
    metrics_threshold: { ${scene.rules ?? 'accuracy: 0.9'} }
  rollout:
    steps: [${scene.steps ?? '50, 100'}]
    bake: 2s
    final_bake: 2s
    min_requests: 20
  monitoring:
    interval: 250ms
    alerts: [${scene.alerts ?? '{ metric: error_rate, threshold: 0.02 }'}]
`;
}

async function worldOf(scene: ReasonScene, factor: number): Promise<Workspace> {
  const workspace = await startWorkspace({
    speed: SERVER_SPEED * factor,
    seed: 11,
    updateTimes: { provisionMs: 40_000, trafficMs: 20_000 },
    metrics: { entityLabel: 'served_entity_name' },
  });
  for (const version of ['1', '2'] as const) {
    const metrics = { accuracy: 0.964 };
    workspace.seed.version({ model: MODEL, metrics, signature: SIGNATURE, example: EXAMPLE });
    const conduct = scene.conduct?.[version];
    if (conduct !== undefined) workspace.traffic.behave(MODEL, version, conduct);
  }
  if (scene.first !== true) {
    const entities = [{ name: 'digits-1', model: MODEL, version: '1', traffic: 100 }];
    workspace.serving.place({ name: ENDPOINT, entities });
  }
  const requestsPerSecond = scene.callers ?? 0;
  if (requestsPerSecond > 0) workspace.traffic.start({ endpoint: ENDPOINT, requestsPerSecond });
  for (const script of scene.updates ?? []) workspace.serving.script({ endpoint: ENDPOINT, ...script });
  scene.befalls?.(workspace);
  return workspace;
}

/** Plays the scene with the commands as the Action runs them, inside this process. */
export async function play(scene: ReasonScene): Promise<InProcessResult> {
  const factor = scene.factor ?? FACTOR;
  const workspace = await worldOf(scene, factor);
  const usual = hastyTransport({ factor, answerMs: ANSWER_MS });
  try {
    return await runInProcess({
      inputs: {
        command: scene.command,
        'databricks-host': workspace.url,
        'databricks-token': workspace.token,
        ...scene.inputs,
      },
      files: { 'config/deployment_config.yaml': configurationOf(scene) },
      transport: scene.transport?.(usual) ?? usual,
    });
  } finally {
    await workspace.stop();
  }
}
