/** A level at which the runner shows a line of the log. */
export type LineKind = 'text' | 'debug' | 'notice' | 'warning' | 'error' | 'group' | 'endgroup' | 'command';

/** One line of the job log as a person would read it: secrets masked, workflow commands parsed. */
export interface LogLine {
  readonly kind: LineKind;
  /** The masked text; for a workflow command its message alone. May hold line breaks (an unescaped `%0A`). */
  readonly text: string;
  readonly stream: 'stdout' | 'stderr';
  readonly stage: StageName;
  /** Title of the group the line stands in. */
  readonly group?: string;
}

export type StageName = 'main' | 'post';
export type JobStatus = 'success' | 'failure' | 'cancelled';

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  /** At most 4,096 characters, masked. */
  readonly message: string;
  readonly title?: string;
  readonly file?: string;
  readonly line?: number;
  readonly endLine?: number;
  readonly column?: number;
  readonly endColumn?: number;
}

export interface Group {
  readonly title: string;
  readonly lines: readonly LogLine[];
}

/** A stage's end as the operating system saw it. */
export interface ProcessEnd {
  /** `null`: ended by a signal. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Signals that the emulator sent, in order. */
  readonly sent: readonly NodeJS.Signals[];
  readonly timedOut: boolean;
  readonly durationMs: number;
}

export interface StageResult extends ProcessEnd {
  readonly conclusion: JobStatus;
  /** The masked log, commands shown as the runner shows them (`##[error]…`). */
  readonly log: string;
  readonly lines: readonly LogLine[];
  /** What the process wrote, unmasked; for tests of the masking itself. */
  readonly raw: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  /** The masked job summary; empty when it was over the limit. */
  readonly summary: string;
  /** At most ten per level, as the runner keeps them. */
  readonly annotations: readonly Annotation[];
  readonly droppedAnnotations: number;
  readonly groups: readonly Group[];
}

export interface RunResult extends StageResult {
  /** `null`: the action has no post step, its condition was false, or the machine was gone. */
  readonly post: StageResult | null;
  readonly workspace: string;
  /** RUNNER_TEMP. */
  readonly temp: string;
  /** Everything that a real runner or a careful reader would object to. `runAction` throws unless it is empty. */
  readonly faults: readonly string[];
  /** Removes the temporary folders. A workspace given by the caller stays. */
  dispose(): void;
}

/**
 * When to interrupt the main step: on the first line that matches (or for which the callback says so), or as soon as
 * the promise resolves.
 */
export type Trigger = RegExp | ((line: LogLine) => boolean) | PromiseLike<unknown>;

/**
 * `SIGINT` is a cancelled job: SIGINT, after 7.5 s SIGTERM, after 2.5 s more the process tree is killed, then the post
 * step runs with `job.status` cancelled. `SIGTERM` starts that ladder at its second rung. `SIGKILL` is a machine that is
 * gone: the tree is killed at once and no post step runs.
 */
export interface Interruption {
  readonly when: Trigger;
  readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL';
  /** Runs the post step also after SIGKILL, as for a process that ran out of memory on a healthy machine. */
  readonly post?: boolean;
}

/** What the runner knows of the server it belongs to; the GitHub stand-in offers one. */
export interface ServerConnection {
  /** `GITHUB_API_URL`, without a slash at the end. */
  readonly apiUrl: string;
  readonly serverUrl: string;
  /** `${{ github.token }}`. */
  readonly token: string;
  /** Only with `id-token: write`. */
  readonly identity?: { readonly requestUrl: string; readonly requestToken: string };
  /** Bodies of every request that the server has received, to be searched for secrets. */
  requestBodies?(): readonly string[];
}

export interface RunOptions {
  /** The bundle that action.yml names as `main` (and `post`), for instance `dist/index.js`. */
  readonly entry: string;
  /** Default: the nearest `action.yml` above the entry. */
  readonly actionFile?: string;
  /** The Node binary. Default: Node 24 of the action's own `node_modules`, or else the one that runs this. */
  readonly node?: string;
  /** `with:`. */
  readonly inputs?: Readonly<Record<string, string>>;
  readonly eventName?: string;
  /** The webhook payload. */
  readonly event?: Readonly<Record<string, unknown>>;
  readonly sha?: string;
  readonly ref?: string;
  readonly repository?: string;
  readonly actor?: string;
  readonly job?: string;
  readonly workflow?: string;
  readonly runId?: number;
  readonly runAttempt?: number;
  readonly runNumber?: number;
  /** `job.check_run_id`. */
  readonly checkRunId?: number;
  /** The matrix leg; `null` or absent: no matrix. */
  readonly matrix?: Readonly<Record<string, unknown>> | null;
  /** `env:` of workflow, job and step. */
  readonly env?: Readonly<Record<string, string>>;
  /** The job's secrets by name: masked from the first line, and searched for everywhere. They reach the action only by `inputs` or `env`. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly github?: ServerConnection;
  /** An existing folder as GITHUB_WORKSPACE. Default: an empty temporary one. */
  readonly workspace?: string;
  /** Files to write into the workspace, by relative path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly signals?: Interruption | readonly Interruption[];
  /** Step debugging: `RUNNER_DEBUG=1`, and debug lines are shown. */
  readonly debug?: boolean;
  /** `job.status` that the post step sees. Default: as the main step ended. */
  readonly finalStatus?: JobStatus;
  /** `timeout-minutes` of the step, here in ms: the same signals, status failure. Default 120,000. */
  readonly timeoutMs?: number;
  /** Waits of the ladder in ms, for tests of the emulator itself. */
  readonly graces?: { readonly interrupt: number; readonly terminate: number; readonly streams: number };
  /** Kills everything when aborted. */
  readonly abort?: AbortSignal;
  /** Called with every line as it appears. */
  readonly onLine?: (line: LogLine) => void;
}
