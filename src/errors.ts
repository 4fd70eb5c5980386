import type { ReasonCode } from './reasons.js';

/** Whose fault it is: the user's configuration, the remote side, or ourselves. */
export type FaultKind = 'configuration' | 'remote' | 'internal';

/** One mistake in what the user gave us: the place, what is wrong and how to mend it. */
export interface ConfigurationFault {
  /** What is wrong, as a sentence that names the key and the value. */
  readonly message: string;
  /** What to write instead. */
  readonly fix: string;
  /** `input:<name>`, an environment variable, or a dotted path in the file such as `deployment.rollout.steps[1].bake`. */
  readonly key: string;
  /** Path of the file, relative to the workspace, when the mistake stands in one. */
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based. */
  readonly column?: number;
}

/** What a remote side said when it refused, for the message, the log and the report. Never holds a secret. */
export interface RemoteFacts {
  /** HTTP status, or `null` when no answer came. */
  readonly status: number | null;
  /** The server's own code, such as `RESOURCE_CONFLICT`. */
  readonly code?: string;
  /** Method and path, without the query. */
  readonly request: string;
  readonly requestId?: string;
  /** How many times it was tried. */
  readonly attempts?: number;
}

export interface ActionErrorOptions {
  readonly kind: FaultKind;
  readonly reason: ReasonCode;
  /** What to do about it, as one imperative sentence. */
  readonly fix: string;
  /** What state things are in now, where that matters. */
  readonly state?: string;
  readonly faults?: readonly ConfigurationFault[];
  readonly remote?: RemoteFacts;
  readonly cause?: unknown;
}

/**
 * The one error of this project. Its message says what was tried and what came back; `fix` says what to do;
 * `reason` is the stable code that ends up in the outputs.
 */
export class ActionError extends Error {
  override readonly name = 'ActionError';
  readonly kind: FaultKind;
  readonly reason: ReasonCode;
  readonly fix: string;
  readonly state: string | undefined;
  readonly faults: readonly ConfigurationFault[];
  readonly remote: RemoteFacts | undefined;

  constructor(message: string, options: ActionErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = options.kind;
    this.reason = options.reason;
    this.fix = options.fix;
    this.state = options.state;
    this.faults = options.faults ?? [];
    this.remote = options.remote;
  }
}

/** All mistakes of a configuration at once, as one error. `faults` must not be empty. */
export function configurationError(faults: readonly ConfigurationFault[]): ActionError {
  const first = faults[0];
  const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
  return new ActionError(`The configuration has ${count}: ${faults.map((fault) => fault.message).join(' ')}`, {
    kind: 'configuration',
    reason: 'configuration-invalid',
    fix: first?.fix ?? 'Correct the configuration.',
    faults,
  });
}

/** Whatever was thrown, as an `ActionError`; unknown things become internal errors with their cause kept. */
export function asActionError(thrown: unknown): ActionError {
  if (thrown instanceof ActionError) return thrown;
  if (thrown instanceof Error && thrown.name === 'TimeoutError') return outOfTime(thrown);
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new ActionError(message, {
    kind: 'internal',
    reason: 'internal-error',
    fix: 'This is a fault of the Action itself: please report it with the log of a run with step debugging on.',
    cause: thrown,
  });
}

/** The time limit of the whole command is over; its abort signal gives this as its reason. */
function outOfTime(cause: Error): ActionError {
  return new ActionError('The time limit for the whole command was over before it came to its end.', {
    kind: 'configuration',
    reason: 'time-budget',
    fix: 'Raise the input timeout, or find out why the servers answer slowly.',
    cause,
  });
}
