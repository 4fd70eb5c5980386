import type { Settings } from '../config/types.js';
import type { DatabricksClient } from '../databricks/client.js';
import type { GitHub } from '../github/client.js';
import type { SmokeChoice } from '../health/collect/options.js';
import type { Invoker, MetricsSource } from '../health/ports.js';
import type { ModelRegistry } from '../registry/types.js';
import type { ResultDocument } from '../report/result.js';
import type { Clock, ServingPort } from '../rollout/ports.js';

/** What a command found and decided: parts of the result document. What it does not give stays empty. */
export type Findings = Partial<
  Omit<
    ResultDocument,
    'schema_version' | 'action' | 'command' | 'workflow' | 'started_at' | 'finished_at' | 'duration_ms'
  >
>;

/** Findings of a command that came to its end. */
export type Conclusion = Findings & Pick<ResultDocument, 'decision' | 'reason_code' | 'headline'>;

/** The workflow run that asks, as far as commands care. */
export interface Caller {
  readonly serverUrl: string;
  readonly repository: string;
  readonly runId: string;
  readonly runAttempt: string;
  readonly runUrl: string;
  readonly job: string;
  readonly event: string;
  readonly sha: string;
  readonly ref: string;
  readonly actor: string;
  readonly workspace: string;
  /** Commits that count as this workflow's own, the head commit first. */
  readonly commits: readonly string[];
  readonly isFork: boolean;
  /** The workflow file of this run, such as `acme/vision/.github/workflows/promote.yml@refs/heads/main`. */
  readonly workflowRef?: string;
}

/** The part of the log that commands write to. */
export interface CommandLog {
  info(message: string): void;
  warning(message: string): void;
  debug(message: string): void;
  /** Opens a named group; the one before is closed. */
  phase(title: string): void;
}

/** The requests of a run: what each `smoke` setting stands for. */
export interface SmokeLibrary {
  choose(setting: string | undefined): SmokeChoice;
  /** Whether a step without a setting of its own has anything to send. */
  readonly hasProbes: boolean;
  /** In words, for plan and log. */
  readonly note: string;
}

/** Everything that a command works with. Built once for each run; commands build no client themselves. */
export interface Workbench {
  readonly settings: Settings;
  readonly caller: Caller;
  readonly log: CommandLog;
  /** Aborted when the job is cancelled or the time for the whole command is over. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** `null`: a gate on an MLflow server without an endpoint needs no workspace. */
  readonly databricks: DatabricksClient | null;
  /** `null`: there is no token for the repository. */
  readonly github: GitHub | null;
  readonly registry: ModelRegistry;
  readonly serving: ServingPort;
  readonly metrics: MetricsSource;
  readonly invoker: Invoker;
  /** Reads a file of the workspace as text; rejects with a configuration error that names the file. */
  readFile(path: string): Promise<string>;
  sha256(text: string): string;
  /** Commits that count as this workflow's own: on a push also the last one of the branch that was merged. */
  commits(): Promise<readonly string[]>;
  /** Keeps what is known so far, so that a run that fails later still reports it. */
  record(findings: Findings): void;
  /** Findings changed while the command goes on: comment and deployment may be refreshed. `traffic`: the candidate's share. */
  progress(findings: Findings, step: string, traffic: number | null): void;
  /** What a second signal would leave behind, for the last line of the log. */
  leaving(state: string): void;
  /** The smoke requests for a version; read once. */
  smoke(version: string): Promise<SmokeLibrary>;
}
