import type { MetricPoint } from '../models/types.js';

export interface Experiment {
  readonly id: string;
  name: string;
  readonly owner: string;
  readonly artifactLocation: string;
  lifecycle: 'active' | 'deleted';
  readonly tags: Map<string, string>;
  readonly createdAt: number;
  updatedAt: number;
}

export type RunStatus = 'RUNNING' | 'SCHEDULED' | 'FINISHED' | 'FAILED' | 'KILLED';

export interface DatasetInput {
  readonly name: string;
  readonly digest: string;
  readonly context?: string;
}

export interface Run {
  readonly id: string;
  readonly experimentId: string;
  name: string;
  readonly userId: string;
  status: RunStatus;
  readonly startTime: number;
  endTime: number | null;
  lifecycle: 'active' | 'deleted';
  readonly artifactUri: string;
  /** Every point ever logged, in order of arrival. */
  readonly metrics: MetricPoint[];
  readonly params: Map<string, string>;
  readonly tags: Map<string, string>;
  readonly datasets: DatasetInput[];
  /** Ids of logged models that the run brought forth. */
  readonly modelOutputs: { readonly modelId: string; readonly step: number }[];
}

export type LoggedModelStatus = 'LOGGED_MODEL_PENDING' | 'LOGGED_MODEL_READY' | 'LOGGED_MODEL_UPLOAD_FAILED';

export interface LoggedModel {
  readonly id: string;
  readonly experimentId: string;
  readonly name: string;
  status: LoggedModelStatus;
  readonly modelType: string;
  readonly sourceRunId: string;
  readonly artifactUri: string;
  readonly metrics: MetricPoint[];
  readonly params: Map<string, string>;
  readonly tags: Map<string, string>;
  readonly createdAt: number;
  updatedAt: number;
}
