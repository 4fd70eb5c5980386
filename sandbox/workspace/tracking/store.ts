import { ApiFailure, invalid, missing } from '../http/failure.js';
import type { MetricPoint } from '../models/types.js';
import { hex, type Random } from '../time/random.js';
import { ArtifactStore } from './artifacts.js';
import type { Experiment, LoggedModel, Run, RunStatus } from './types.js';

export interface RunInput {
  readonly experimentId: string;
  readonly name?: string;
  readonly userId?: string;
  readonly status?: RunStatus;
  readonly startTime?: number;
  readonly endTime?: number;
}

export interface LoggedModelInput {
  readonly experimentId: string;
  readonly name: string;
  readonly sourceRunId?: string;
  readonly modelType?: string;
  readonly status?: LoggedModel['status'];
  /** Made up when left out. */
  readonly id?: string;
}

/** Experiments, runs and logged models of the tracking server. */
export class TrackingStore {
  readonly artifacts = new ArtifactStore();
  readonly experiments = new Map<string, Experiment>();
  readonly runs = new Map<string, Run>();
  readonly loggedModels = new Map<string, LoggedModel>();
  readonly #random: Random;
  readonly #root: string;

  /** @param root scheme and path under which artifact addresses lie, such as `dbfs:/databricks/mlflow-tracking`. */
  constructor(random: Random, root: string) {
    this.#random = random;
    this.#root = root;
  }

  createExperiment(name: string, owner: string, now: number): Experiment {
    if (name === '') throw invalid("Missing value for required parameter 'name'.");
    if ([...this.experiments.values()].some((experiment) => experiment.name === name)) {
      throw new ApiFailure('RESOURCE_ALREADY_EXISTS', `Experiment '${name}' already exists.`, 400);
    }
    const id = String(1000 + this.experiments.size);
    const experiment: Experiment = {
      id,
      name,
      owner,
      artifactLocation: `${this.#root}/${id}`,
      lifecycle: 'active',
      tags: new Map(),
      createdAt: now,
      updatedAt: now,
    };
    this.experiments.set(id, experiment);
    return experiment;
  }

  experiment(id: string): Experiment {
    const experiment = this.experiments.get(id);
    if (experiment === undefined) throw missing(`Could not find experiment with ID ${id}`);
    return experiment;
  }

  experimentByName(name: string): Experiment | undefined {
    return [...this.experiments.values()].find((experiment) => experiment.name === name);
  }

  createRun(input: RunInput, now: number): Run {
    const experiment = this.experiment(input.experimentId);
    const id = hex(this.#random, 32);
    const run: Run = {
      id,
      experimentId: experiment.id,
      name: input.name ?? `run-${id.slice(0, 6)}`,
      userId: input.userId ?? '',
      status: input.status ?? 'RUNNING',
      startTime: input.startTime ?? now,
      endTime: input.endTime ?? null,
      lifecycle: 'active',
      artifactUri: `${experiment.artifactLocation}/${id}/artifacts`,
      metrics: [],
      params: new Map(),
      tags: new Map(input.name === undefined ? [] : [['mlflow.runName', input.name]]),
      datasets: [],
      modelOutputs: [],
    };
    this.runs.set(id, run);
    return run;
  }

  run(id: string): Run {
    const run = this.runs.get(id);
    if (run === undefined) throw missing(`Run with id=${id} not found`);
    return run;
  }

  /** A run that may be written to; a deleted one is refused with 400. */
  writableRun(id: string): Run {
    const run = this.run(id);
    if (run.lifecycle === 'deleted')
      throw invalid(`The run ${id} must be in the 'active' state. Current state is deleted.`);
    return run;
  }

  /** A point with a model id is also the logged model's, whose table cannot hold NaN and keeps 0 instead. */
  logMetric(run: Run, point: MetricPoint): void {
    run.metrics.push({ ...point, runId: run.id });
    const model = point.modelId === undefined ? undefined : this.loggedModels.get(point.modelId);
    model?.metrics.push({ ...point, runId: run.id, value: Number.isNaN(point.value) ? 0 : point.value });
  }

  createLoggedModel(input: LoggedModelInput, now: number): LoggedModel {
    const experiment = this.experiment(input.experimentId);
    const id = input.id ?? `m-${hex(this.#random, 32)}`;
    const model: LoggedModel = {
      id,
      experimentId: experiment.id,
      name: input.name,
      status: input.status ?? 'LOGGED_MODEL_PENDING',
      modelType: input.modelType ?? '',
      sourceRunId: input.sourceRunId ?? '',
      artifactUri: `${experiment.artifactLocation}/models/${id}/artifacts`,
      metrics: [],
      params: new Map(),
      tags: new Map(),
      createdAt: now,
      updatedAt: now,
    };
    this.loggedModels.set(id, model);
    this.runs.get(model.sourceRunId)?.modelOutputs.push({ modelId: id, step: 0 });
    return model;
  }

  loggedModel(id: string): LoggedModel {
    const model = this.loggedModels.get(id);
    if (model === undefined) throw missing(`Logged model with ID ${id} not found.`);
    return model;
  }
}
