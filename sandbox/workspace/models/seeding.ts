import type { Json } from '../json.js';
import type { ServerClock } from '../time/clock.js';
import { hex, type Random } from '../time/random.js';
import type { TrackingStore } from '../tracking/store.js';
import type { DatasetInput, Run, RunStatus } from '../tracking/types.js';
import type { ModelStore } from './store.js';
import type { DeploymentJobState, MetricPoint, ModelVersion, VersionStatus } from './types.js';

/** Columns of a signature as `MLmodel` writes them: a list of `{type, name, required}`. */
export interface SeedSignature {
  readonly inputs: Json;
  readonly outputs?: Json;
}

export interface SeedDataset extends DatasetInput {
  /** Metrics that were measured on this dataset. */
  readonly metrics?: Readonly<Record<string, number>>;
}

/** A model version as training and registration would have left it, with its run and its files. */
export interface SeedVersion {
  readonly model: string;
  readonly version?: number;
  readonly status?: VersionStatus;
  /** Metrics of the run, one point each. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** Further points, for histories. */
  readonly history?: readonly Pick<MetricPoint, 'key' | 'value' | 'step'>[];
  readonly params?: Readonly<Record<string, string>>;
  readonly runTags?: Readonly<Record<string, string>>;
  readonly runStatus?: RunStatus;
  readonly runDeleted?: boolean;
  /** How long ago the run ended, server ms. */
  readonly ageMs?: number;
  readonly commit?: string;
  readonly datasets?: readonly SeedDataset[];
  /** Metrics belong to an MLflow 3 logged model, from which the version was registered. */
  readonly loggedModel?: boolean;
  /** Metrics also stand on the version itself, as Unity Catalog's MLflow-style API gives them. */
  readonly versionMetrics?: boolean;
  readonly signature?: SeedSignature;
  /** A body for `/invocations`, kept as `serving_input_example.json`. */
  readonly example?: Json;
  readonly tags?: Readonly<Record<string, string>>;
  readonly description?: string;
  readonly aliases?: readonly string[];
  readonly runWorkspaceId?: string;
  readonly deploymentJob?: DeploymentJobState;
  readonly createdBy?: string;
  readonly experiment?: string;
  /** The version has no run. */
  readonly withoutRun?: boolean;
}

export interface Seeded {
  readonly model: string;
  readonly version: string;
  readonly runId: string;
  readonly modelId: string;
  readonly experimentId: string;
}

function quoted(value: Json): string {
  return `'${JSON.stringify(value).replaceAll("'", "''")}'`;
}

/** An `MLmodel` file: YAML whose signature parts are JSON in strings. */
function mlModelFile(ids: { runId: string; modelId: string; uuid: string }, seed: SeedVersion): string {
  const lines = [
    'artifact_path: model',
    'flavors:',
    '  python_function:',
    '    loader_module: mlflow.sklearn',
    '    model_path: model.pkl',
    '    python_version: 3.11.7',
    '  sklearn:',
    '    pickled_model: model.pkl',
    '    sklearn_version: 1.5.2',
    'mlflow_version: 3.6.0',
    ...(ids.modelId === '' ? [] : [`model_id: ${ids.modelId}`]),
    `model_uuid: ${ids.uuid}`,
    `run_id: ${ids.runId}`,
  ];
  if (seed.example !== undefined) {
    lines.push('saved_input_example_info:', '  artifact_path: input_example.json');
    lines.push('  serving_input_path: serving_input_example.json', '  type: dataframe');
  }
  if (seed.signature !== undefined) {
    lines.push('signature:', `  inputs: ${quoted(seed.signature.inputs)}`);
    lines.push(
      `  outputs: ${seed.signature.outputs === undefined ? 'null' : quoted(seed.signature.outputs)}`,
      '  params: null',
    );
  }
  return `${lines.join('\n')}\n`;
}

/** Fills registry and tracking server for tests and the demo. */
export class Seeding {
  readonly #registryOf: (model: string) => ModelStore;
  readonly #tracking: TrackingStore;
  readonly #clock: ServerClock;
  readonly #random: Random;
  readonly #owner: string;
  readonly #prepare: (model: string, now: number) => void;

  /** @param prepare makes the catalog and schema of a three-part name. */
  constructor(
    registryOf: (model: string) => ModelStore,
    tracking: TrackingStore,
    clock: ServerClock,
    random: Random,
    owner: string,
    prepare: (model: string, now: number) => void,
  ) {
    this.#registryOf = registryOf;
    this.#tracking = tracking;
    this.#clock = clock;
    this.#random = random;
    this.#owner = owner;
    this.#prepare = prepare;
  }

  version(seed: SeedVersion): Seeded {
    const now = this.#clock.now();
    this.#prepare(seed.model, now);
    const registry = this.#registryOf(seed.model);
    const model = registry.find(seed.model) ?? registry.create(seed.model, this.#owner, now);
    const experimentId = this.#experiment(seed.experiment ?? `/Shared/${seed.model}`, now);
    const run = seed.withoutRun === true ? null : this.#run(seed, experimentId, now);
    const modelId = seed.loggedModel === true ? this.#loggedModel(seed, experimentId, run, now) : '';
    if (run !== null) this.#metrics(seed, run, modelId, now);
    const version = registry.addVersion(model, this.#input(seed, run, modelId), seed.createdBy ?? this.#owner, now);
    this.#files(seed, version, run, modelId);
    for (const alias of seed.aliases ?? []) registry.setAlias(model, alias, version.version);
    return { model: model.name, version: String(version.version), runId: run?.id ?? '', modelId, experimentId };
  }

  #experiment(name: string, now: number): string {
    return (this.#tracking.experimentByName(name) ?? this.#tracking.createExperiment(name, this.#owner, now)).id;
  }

  #run(seed: SeedVersion, experimentId: string, now: number): Run {
    const end = now - (seed.ageMs ?? 60_000);
    const status = seed.runStatus ?? 'FINISHED';
    const run = this.#tracking.createRun(
      { experimentId, name: `train-${seed.model}`, userId: this.#owner, status, startTime: end - 60_000, endTime: end },
      now,
    );
    for (const [key, value] of Object.entries(seed.params ?? {})) run.params.set(key, value);
    if (seed.commit !== undefined) run.tags.set('mlflow.source.git.commit', seed.commit);
    for (const [key, value] of Object.entries(seed.runTags ?? {})) run.tags.set(key, value);
    for (const { name, digest, context } of seed.datasets ?? [])
      run.datasets.push({ name, digest, ...(context === undefined ? {} : { context }) });
    if (seed.runDeleted === true) run.lifecycle = 'deleted';
    return run;
  }

  #loggedModel(seed: SeedVersion, experimentId: string, run: Run | null, now: number): string {
    const model = this.#tracking.createLoggedModel(
      { experimentId, name: 'model', sourceRunId: run?.id ?? '', status: 'LOGGED_MODEL_READY' },
      now,
    );
    for (const [key, value] of Object.entries(seed.params ?? {})) model.params.set(key, value);
    return model.id;
  }

  #metrics(seed: SeedVersion, run: Run, modelId: string, now: number): void {
    const timestamp = run.endTime ?? now;
    const about = modelId === '' ? {} : { modelId };
    for (const [key, value] of Object.entries(seed.metrics ?? {})) {
      this.#tracking.logMetric(run, { key, value, timestamp, step: 0, ...about });
    }
    for (const point of seed.history ?? []) {
      this.#tracking.logMetric(run, { ...point, timestamp: timestamp + point.step, ...about });
    }
    for (const dataset of seed.datasets ?? []) {
      const on = { ...about, datasetName: dataset.name, datasetDigest: dataset.digest };
      for (const [key, value] of Object.entries(dataset.metrics ?? {})) {
        this.#tracking.logMetric(run, { key, value, timestamp, step: 0, ...on });
      }
    }
  }

  #input(seed: SeedVersion, run: Run | null, modelId: string): Parameters<ModelStore['addVersion']>[1] {
    const source =
      modelId !== '' ? `models:/${modelId}` : run === null ? 'dbfs:/elsewhere/model' : `${run.artifactUri}/model`;
    const metrics = seed.versionMetrics === true ? (run?.metrics ?? []) : [];
    return {
      ...(seed.version === undefined ? {} : { version: seed.version }),
      ...(seed.status === undefined ? {} : { status: seed.status }),
      ...(seed.runWorkspaceId === undefined ? {} : { runWorkspaceId: seed.runWorkspaceId }),
      ...(seed.deploymentJob === undefined ? {} : { deploymentJob: seed.deploymentJob }),
      source,
      runId: run?.id ?? '',
      modelId,
      description: seed.description ?? '',
      tags: seed.tags ?? {},
      metrics,
      params: seed.params ?? {},
    };
  }

  /** Files of a logged model lie at its own address, those of an older model in its run. */
  #files(seed: SeedVersion, version: ModelVersion, run: Run | null, modelId: string): void {
    const root = modelId !== '' ? this.#tracking.loggedModel(modelId).artifactUri : version.source;
    const ids = { runId: run?.id ?? '', modelId, uuid: hex(this.#random, 32) };
    const { artifacts } = this.#tracking;
    artifacts.put(root, 'MLmodel', mlModelFile(ids, seed));
    artifacts.put(root, 'model.pkl', 'pickled');
    if (seed.example !== undefined) artifacts.put(root, 'serving_input_example.json', JSON.stringify(seed.example));
    const model = this.#tracking.loggedModels.get(modelId);
    model?.tags.set('mlflow.modelVersions', JSON.stringify([{ name: seed.model, version: version.version }]));
  }
}
