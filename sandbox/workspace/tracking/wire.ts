import { compact, type JsonObject } from '../json.js';
import type { MetricPoint } from '../models/types.js';
import { latestPoints, metricJson } from './numbers.js';
import type { Experiment, LoggedModel, Run } from './types.js';

export function pairs(map: ReadonlyMap<string, string>): readonly JsonObject[] {
  return [...map].map(([key, value]) => ({ key, value }));
}

export function metricBody(point: MetricPoint, withRun: boolean): JsonObject {
  return compact({
    key: point.key,
    value: metricJson(point.value),
    timestamp: point.timestamp,
    step: point.step,
    dataset_name: point.datasetName,
    dataset_digest: point.datasetDigest,
    model_id: point.modelId,
    run_id: withRun ? point.runId : undefined,
  });
}

export function experimentBody(experiment: Experiment): JsonObject {
  return compact({
    experiment_id: experiment.id,
    name: experiment.name,
    artifact_location: experiment.artifactLocation,
    lifecycle_stage: experiment.lifecycle,
    creation_time: experiment.createdAt,
    last_update_time: experiment.updatedAt,
    tags: pairs(experiment.tags),
  });
}

export function runInfo(run: Run): JsonObject {
  return compact({
    run_id: run.id,
    run_uuid: run.id,
    run_name: run.name,
    experiment_id: run.experimentId,
    user_id: run.userId,
    status: run.status,
    start_time: run.startTime,
    end_time: run.endTime ?? undefined,
    artifact_uri: run.artifactUri,
    lifecycle_stage: run.lifecycle,
  });
}

export function runBody(run: Run): JsonObject {
  const inputs = run.datasets.map((dataset) => ({
    tags: dataset.context === undefined ? [] : [{ key: 'mlflow.data.context', value: dataset.context }],
    dataset: { name: dataset.name, digest: dataset.digest, source_type: 'local', source: '{}' },
  }));
  const outputs = run.modelOutputs.map((output) => ({ model_id: output.modelId, step: output.step }));
  return {
    info: runInfo(run),
    data: compact({
      metrics: latestPoints(run.metrics).map((point) => metricBody(point, false)),
      params: pairs(run.params),
      tags: pairs(run.tags),
    }),
    inputs: compact({ dataset_inputs: inputs }),
    ...(outputs.length === 0 ? {} : { outputs: { model_outputs: outputs } }),
  };
}

/** All points ever logged, unlike a run's. */
export function loggedModelBody(model: LoggedModel): JsonObject {
  return {
    info: compact({
      model_id: model.id,
      experiment_id: model.experimentId,
      name: model.name,
      creation_timestamp_ms: model.createdAt,
      last_updated_timestamp_ms: model.updatedAt,
      artifact_uri: model.artifactUri,
      status: model.status,
      model_type: model.modelType,
      source_run_id: model.sourceRunId,
      tags: pairs(model.tags),
    }),
    data: compact({
      params: pairs(model.params),
      metrics: model.metrics.map((point) => metricBody(point, true)),
    }),
  };
}
