import { type GitHub, type GitHubOptions, startGitHub } from './github/index.js';
import { pullRequestEvent, pushEvent, type RunOptions, type RunResult, runAction } from './runner/index.js';
import { startWorkspace, type Workspace, type WorkspaceOptions } from './workspace/index.js';

/** Names that every scene uses. */
export const MODEL = 'main.vision.digits';
export const ENDPOINT = 'digits';
export const REPOSITORY = 'acme/vision';
export const PULL_REQUEST = 7;
export const HEAD_SHA = 'a11ce5eed00000000000000000000000000000a1';
export const MERGE_SHA = 'b0b5eed0000000000000000000000000000000b2';

/** A configuration with bakes of seconds, for a workspace whose minutes last a second. */
export const CONFIGURATION = `deployment:
  model:
    name: ${MODEL}
  endpoint:
    name: ${ENDPOINT}
  ci_cd:
    metrics_threshold:
      accuracy: 0.9
      f1: { min: 0.88, max_regression: 0.01 }
      val_loss: { max: 0.35 }
  rollout:
    steps: [5, 25, 50, 100]
    bake: 2s
    final_bake: 2s
    promote_alias: champion
    previous_alias: previous-champion
  monitoring:
    interval: 250ms
    alerts:
      - { metric: error_rate, threshold: 0.02 }
      - { metric: latency, threshold: 250 }
`;

/** Metrics that pass the gate of \`CONFIGURATION\`. */
export const GOOD_METRICS = { accuracy: 0.964, f1: 0.951, val_loss: 0.12 };

const EXAMPLE = {
  dataframe_split: {
    columns: ['p0', 'p1', 'p2'],
    data: [
      [0, 5, 13],
      [0, 0, 12],
    ],
  },
};
const SIGNATURE = {
  inputs: ['p0', 'p1', 'p2'].map((name) => ({ type: 'double', name, required: true })),
  outputs: [{ type: 'long', required: true }],
};

export interface StageOptions {
  readonly workspace?: WorkspaceOptions;
  readonly github?: GitHubOptions;
  /** The shipped bundle. */
  readonly entry: string;
  readonly node?: string;
}

/** The embedded workspace, GitHub and a repository, ready for runs of the shipped bundle. */
export class Stage {
  readonly #runs: RunResult[] = [];

  private constructor(
    readonly workspace: Workspace,
    readonly github: GitHub,
    private readonly options: StageOptions,
  ) {}

  static async open(options: StageOptions): Promise<Stage> {
    const workspace = await startWorkspace({
      speed: 60,
      seed: 11,
      updateTimes: { provisionMs: 40_000, trafficMs: 20_000 },
      metrics: { entityLabel: 'served_entity_name' },
      ...options.workspace,
    });
    const github = await startGitHub({ repository: REPOSITORY, ...options.github });
    github.seed.pull({ number: PULL_REQUEST, headSha: HEAD_SHA, mergeCommitSha: MERGE_SHA, title: 'A better model' });
    return new Stage(workspace, github, options);
  }

  /** Registers a version as training would have left it. Returns its number. */
  version(metrics: Readonly<Record<string, number>> = GOOD_METRICS, more: Record<string, unknown> = {}): string {
    const seeded = this.workspace.seed.version({
      model: MODEL,
      metrics,
      commit: HEAD_SHA,
      signature: SIGNATURE,
      example: EXAMPLE,
      ...more,
    });
    return seeded.version;
  }

  /** Puts the endpoint in place with one version at 100 %, and callers that never rest. */
  serve(version: string, requestsPerSecond = 20): void {
    this.workspace.serving.place({
      name: ENDPOINT,
      entities: [{ name: `digits-${version}`, model: MODEL, version, traffic: 100 }],
    });
    if (requestsPerSecond > 0) this.workspace.traffic.start({ endpoint: ENDPOINT, requestsPerSecond });
  }

  /** Runs the bundle as a step of a workflow. */
  async run(options: Partial<RunOptions> = {}): Promise<RunResult> {
    const result = await runAction({
      entry: this.options.entry,
      ...(this.options.node === undefined ? {} : { node: this.options.node }),
      repository: REPOSITORY,
      github: this.github,
      secrets: { DATABRICKS_TOKEN: this.workspace.token },
      ...options,
      inputs: { 'databricks-host': this.workspace.url, 'databricks-token': this.workspace.token, ...options.inputs },
      files: { 'config/deployment_config.yaml': CONFIGURATION, ...options.files },
    });
    this.#runs.push(result);
    return result;
  }

  onPullRequest(options: Partial<RunOptions> = {}): Promise<RunResult> {
    const event = pullRequestEvent({ repository: REPOSITORY, sha: MERGE_SHA, number: PULL_REQUEST, headSha: HEAD_SHA });
    const ref = `refs/pull/${PULL_REQUEST}/merge`;
    return this.run({ eventName: 'pull_request', event, sha: MERGE_SHA, ref, ...options });
  }

  onMerge(options: Partial<RunOptions> = {}): Promise<RunResult> {
    const event = pushEvent({ repository: REPOSITORY, sha: MERGE_SHA });
    return this.run({ eventName: 'push', event, sha: MERGE_SHA, ref: 'refs/heads/main', ...options });
  }

  byHand(inputs: Readonly<Record<string, string>>, options: Partial<RunOptions> = {}): Promise<RunResult> {
    return this.run({
      eventName: 'workflow_dispatch',
      event: {},
      sha: MERGE_SHA,
      ref: 'refs/heads/main',
      ...options,
      inputs,
    });
  }

  /** Traffic by version of the promoted model, in percent; 0 % entities included. */
  split(): Readonly<Record<string, number>> {
    const active = this.workspace.endpoints.find(ENDPOINT)?.active;
    return Object.fromEntries(
      (active?.entities ?? []).map((entity) => [
        entity.entityVersion,
        active?.routes.find((route) => route.entity === entity.name)?.traffic ?? 0,
      ]),
    );
  }

  /** Bodies of the comments that the Action wrote on the pull request. */
  comments(): readonly string[] {
    return this.github.state.comments
      .filter((comment) => comment.issue === PULL_REQUEST)
      .map((comment) => comment.body);
  }

  /** Stops everything and removes the temporary folders. */
  async close(options: { readonly keepRuns?: boolean } = {}): Promise<void> {
    if (options.keepRuns !== true) for (const run of this.#runs) run.dispose();
    await this.workspace.stop();
    await this.github.close({ verify: false });
  }
}
