import type { ReasonCode } from '../reasons.js';

/** Whether a greater value is better. */
export type Direction = 'higher' | 'lower';

export type Comparison = '>=' | '>' | '<=' | '<' | '==';

/** A difference to the baseline: an absolute amount in the metric's unit, or a share of the baseline's magnitude. */
export interface Change {
  readonly kind: 'absolute' | 'relative';
  /** Not negative. 0.05 means 5 % when `kind` is `relative`. */
  readonly amount: number;
}

/** One condition of a rule. All conditions of a rule must hold. */
export type Condition =
  | { readonly kind: 'bound'; readonly operator: Comparison; readonly value: number; readonly tolerance?: number }
  /** `value <operator> baseline * factor + offset`. */
  | { readonly kind: 'baseline'; readonly operator: Comparison; readonly factor: number; readonly offset: number }
  /** At least this much better than the baseline. */
  | { readonly kind: 'improvement'; readonly change: Change }
  /** At most this much worse than the baseline. */
  | { readonly kind: 'regression'; readonly change: Change };

/** Which point of a metric's history is "the" value. */
export type PointChoice =
  | { readonly kind: 'last' }
  | { readonly kind: 'best' }
  | { readonly kind: 'mean'; readonly of: number };

/** What a rule says about a case in which there is nothing to compare. */
export type MissingPolicy = 'fail' | 'pass' | 'warn';

/** One rule of the gate, whatever form it was written in. */
export interface Rule {
  /** A metric name, or a pattern in which `*` stands for any characters. */
  readonly metric: string;
  readonly isPattern: boolean;
  readonly conditions: readonly Condition[];
  /** `undefined`: taken from the table of known metric names, and a fault if the name is not in it and it is needed. */
  readonly direction?: Direction;
  readonly dataset?: string;
  readonly point: PointChoice;
  readonly severity: 'error' | 'warn';
  /** Confidence asked of a comparison with the baseline, as a share (0.95). */
  readonly confidence?: number;
  readonly onMissingMetric: MissingPolicy;
  readonly onMissingBaseline: MissingPolicy;
  readonly onMissingBaselineMetric: MissingPolicy;
  /** What to do when `confidence` is asked for and the evidence is too thin for any interval. `undefined`: fail. */
  readonly onThinEvidence?: MissingPolicy;
  /** Where the rule was written, for messages: `deployment.ci_cd.metrics_threshold.f1` or `input:metrics-threshold`. */
  readonly origin: string;
}

/** Where a number came from. */
export interface Provenance {
  readonly source: 'run' | 'logged-model' | 'version';
  /** Run id, logged-model id or version. */
  readonly id: string;
  readonly dataset?: string;
  readonly datasetDigest?: string;
  readonly step?: number;
  /** Epoch ms. */
  readonly loggedAtMs?: number;
}

/** One logged point of a metric. `value` may be NaN or infinite: the readers never coerce. */
export interface MetricPoint {
  readonly name: string;
  readonly value: number;
  readonly provenance: Provenance;
}

/** A column or tensor of a model signature. */
export interface SignatureField {
  /** Column name; tensors without a name have the empty string. */
  readonly name: string;
  /** MLflow type such as `double`, or `tensor(float32, [-1, 64])`, or a nested type as JSON text. */
  readonly type: string;
  readonly required: boolean;
}

export interface Signature {
  readonly inputs: readonly SignatureField[];
  readonly outputs: readonly SignatureField[];
  readonly params: readonly SignatureField[];
}

/** What is known of a model version and of the run that trained it, all fetched before the gate decides. */
export interface VersionFacts {
  readonly model: string;
  /** Decimal integer as text. */
  readonly version: string;
  readonly status: 'READY' | 'PENDING' | 'FAILED' | 'UNKNOWN';
  readonly createdAtMs?: number;
  readonly createdBy?: string;
  readonly description?: string;
  readonly aliases: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly source?: string;
  readonly loggedModelId?: string;
  readonly deploymentJobState?: string;
  readonly run?: RunFacts;
  /** Every point that could be read, of all sources; the gate chooses. Histories are included only where a rule asks. */
  readonly metrics: readonly MetricPoint[];
  /** `undefined`: could not be read; `null`: read, and the model has none. */
  readonly signature?: Signature | null;
  readonly signatureNote?: string;
  /** Pages for people. */
  readonly url?: string;
}

export interface RunFacts {
  readonly id: string;
  readonly status: string;
  readonly lifecycle: 'active' | 'deleted' | 'unknown';
  readonly startedAtMs?: number;
  readonly endedAtMs?: number;
  readonly params: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly datasets: readonly { readonly name: string; readonly digest: string }[];
  readonly url?: string;
}

/** What the candidate is compared with. */
export type Baseline =
  | { readonly kind: 'version'; readonly facts: VersionFacts; readonly chosenBy: string }
  /** Nothing serves yet, or the alias does not exist. */
  | { readonly kind: 'absent'; readonly why: string }
  /** The user asked for no comparison. */
  | { readonly kind: 'none' };

export type RuleStatus = 'pass' | 'fail' | 'warn' | 'note';

/** One line of the verdict that a metric rule gave. A pattern gives one line per matching metric. */
export interface RuleResult {
  readonly metric: string;
  readonly status: RuleStatus;
  /** `ok` when it passed. */
  readonly reason: ReasonCode;
  /** The rule in words with its computed bound, such as `at least 0.9` or `at least 0.893 (baseline 0.903 - 0.01)`. */
  readonly required: string;
  /** `undefined` when the metric is missing. */
  readonly value?: number;
  readonly baseline?: number;
  /** The bound that was decisive, in the metric's unit. */
  readonly bound?: number;
  /** How far the value is on the good side of the decisive bound; negative when it is missed. */
  readonly margin?: number;
  readonly provenance?: Provenance;
  readonly baselineProvenance?: Provenance;
  /** The reason in words, always present. */
  readonly explanation: string;
  readonly severity: 'error' | 'warn';
  readonly origin: string;
  /** Nothing was logged that the rule could look at, so that an evaluation may still bring it. */
  readonly isAbsent?: true;
  /** The interval that was used, where a rule asked for confidence. */
  readonly interval?: {
    readonly method: string;
    readonly confidence: number;
    readonly low: number;
    readonly high: number;
  };
}

/** What `require:` asks for besides metrics. */
export interface Requirements {
  readonly signature?: 'compatible' | 'identical' | 'ignore';
  readonly maxAgeMs?: number;
  /** `false`: a run that is not FINISHED, or was deleted, is only noted. `undefined` and `true`: it rejects. */
  readonly runFinished?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string>>;
  readonly sameCommit?: boolean;
  readonly sameDataset?: boolean;
  readonly deploymentJob?: 'approved';
  readonly registeredBy?: readonly string[];
}

export interface RequirementResult {
  readonly name: string;
  readonly status: RuleStatus;
  readonly reason: ReasonCode;
  readonly explanation: string;
  /** One finding a line, such as each changed column of a signature. */
  readonly details: readonly string[];
  /** What was asked for is not there at all, so that an evaluation may still bring it. */
  readonly isAbsent?: true;
  /** Page for people. */
  readonly url?: string;
}

/** How the evaluation on Databricks stands when the gate decides. */
export interface EvaluationState {
  /**
   * `ahead`: it would only start if the version passes without it, so what it may bring is left open. `elsewhere`: this
   * command does not start it. `late`: it did not end in time.
   */
  readonly stage: 'ahead' | 'elsewhere' | 'succeeded' | 'failed' | 'late';
  /** For the verdict: which job, and what became of it. */
  readonly explanation: string;
  readonly details: readonly string[];
  /** Page of the job run. */
  readonly url?: string;
}

export interface VerdictCommon {
  readonly rules: readonly RuleResult[];
  readonly requirements: readonly RequirementResult[];
  /** One sentence. */
  readonly summary: string;
  readonly notes: readonly string[];
}

/** What the gate decided. Every rule and requirement is listed, whatever the first one said. */
export type Verdict =
  | (VerdictCommon & { readonly kind: 'passed'; readonly reason: 'ok' | 'first-deployment' })
  | (VerdictCommon & { readonly kind: 'rejected'; readonly reason: ReasonCode })
  /** The candidate is what serves already. */
  | (VerdictCommon & { readonly kind: 'unchanged'; readonly reason: 'already-serving' });

/** Everything that the gate looks at besides candidate and baseline. */
export interface GateContext {
  /** Epoch ms by the server's clock. */
  readonly nowMs: number;
  /** Commits that count as "this workflow's": the head commit, and the merge commit where there is one. */
  readonly commits: readonly string[];
  /** The entity that has most traffic now is this version of this model. */
  readonly servingVersion?: string;
  /** `false`: other versions still have traffic, so that there is something to finish even if the candidate is `servingVersion`. */
  readonly servedAlone?: boolean;
  /** Facts of the version that serves, where they were fetched and the baseline is another one. Its signature counts. */
  readonly serving?: VersionFacts;
  /** The user said on purpose that nothing is checked (`metrics_threshold: {}`). Without it, a gate that is asked nothing rejects. */
  readonly emptyOnPurpose?: boolean;
  /** Only where an evaluation is configured. */
  readonly evaluation?: EvaluationState;
}
