/** Word for the state of a version; UC and MLflow spell the first three alike. */
export type VersionStatus = 'READY' | 'PENDING_REGISTRATION' | 'FAILED_REGISTRATION';

export type Stage = 'None' | 'Staging' | 'Production' | 'Archived';

/** One point of a metric. `value` may be any double; how it is written is the dialect's business. */
export interface MetricPoint {
  readonly key: string;
  readonly value: number;
  /** Epoch ms. */
  readonly timestamp: number;
  readonly step: number;
  readonly modelId?: string;
  readonly datasetName?: string;
  readonly datasetDigest?: string;
  readonly runId?: string;
}

/** A Unity Catalog deployment job's view of one version. */
export interface DeploymentJobState {
  readonly jobId: string;
  readonly runId: string;
  readonly runState: string;
  readonly currentTaskName: string;
}

export interface ModelVersion {
  readonly version: number;
  readonly id: string;
  status: VersionStatus;
  statusMessage: string;
  stage: Stage;
  description: string;
  readonly source: string;
  readonly runId: string;
  /** Workspace in which the run lives; the sandbox's own unless a test says otherwise. */
  readonly runWorkspaceId: string;
  readonly modelId: string;
  readonly tags: Map<string, string>;
  /** Metrics as the MLflow-style Unity Catalog API copies them onto the version. */
  readonly metrics: readonly MetricPoint[];
  readonly params: Readonly<Record<string, string>>;
  deploymentJob: DeploymentJobState | null;
  readonly createdAt: number;
  readonly createdBy: string;
  updatedAt: number;
}

export interface RegisteredModel {
  /** As the registry returns it: lower-case for Unity Catalog. */
  name: string;
  readonly id: string;
  description: string;
  owner: string;
  readonly tags: Map<string, string>;
  /** Alias -> version. */
  readonly aliases: Map<string, number>;
  readonly versions: Map<number, ModelVersion>;
  /** Greatest number ever given; numbers are never given twice. */
  lastVersion: number;
  deploymentJobId: string;
  readonly createdAt: number;
  updatedAt: number;
}

/** What a test or a client may say about a new version. */
export interface VersionInput {
  /** Number to take; the next free one when left out. */
  readonly version?: number;
  readonly status?: VersionStatus;
  readonly source?: string;
  readonly runId?: string;
  readonly runWorkspaceId?: string;
  readonly modelId?: string;
  readonly description?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly metrics?: readonly MetricPoint[];
  readonly params?: Readonly<Record<string, string>>;
  readonly deploymentJob?: DeploymentJobState;
}
