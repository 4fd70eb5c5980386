import type { Judgement, StepFigures } from '../../health/core/types.js';
import type { Decision, ReasonCode } from '../../reasons.js';

/**
 * One served entity, as much of it as can be sent back. `spec` holds every writable field exactly as the server
 * returned it (sizing, environment variables, …) without `name`, `entity_name`, `entity_version` and without
 * output-only fields.
 */
export interface ServedEntity {
  readonly name: string;
  readonly entityName: string;
  /** Decimal integer as text; empty for entities that have no version (external models, feature specs). */
  readonly entityVersion: string;
  readonly spec: Readonly<Record<string, unknown>>;
  /** Why this entity could not be put back exactly from what the server returns, if so (write-only secrets). */
  readonly notReproducible?: string;
}

export interface Route {
  readonly servedEntityName: string;
  /** Whole percent, 0..100; all routes together make 100. */
  readonly trafficPercentage: number;
}

/** What an endpoint serves: always sent whole. */
export interface EndpointConfig {
  readonly servedEntities: readonly ServedEntity[];
  readonly routes: readonly Route[];
  /** Parts of the configuration that are carried over untouched, such as `auto_capture_config`. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

export interface EntityState {
  readonly name: string;
  /** `DEPLOYMENT_READY`, `DEPLOYMENT_FAILED`, … or `DEPLOYMENT_UNKNOWN`. */
  readonly deployment: string;
  readonly message: string;
}

/** An endpoint as one read showed it. */
export interface EndpointView {
  readonly name: string;
  readonly id: string;
  readonly creator: string;
  readonly ready: boolean;
  /** Both spellings of the field are read; unknown words are kept. */
  readonly update: 'NOT_UPDATING' | 'IN_PROGRESS' | 'UPDATE_FAILED' | 'UPDATE_CANCELED' | (string & {});
  readonly stopped: boolean;
  /** What serves now; `null` when nothing was ever deployed. */
  readonly config: (EndpointConfig & { readonly version: number | null }) | null;
  readonly pending: (EndpointConfig & { readonly version: number | null }) | null;
  /** States of the entities of the active configuration, and of the pending one where there is one. */
  readonly entityStates: readonly EntityState[];
  readonly pendingEntityStates: readonly EntityState[];
  readonly tags: Readonly<Record<string, string>>;
  readonly permissionLevel: string | null;
  readonly routeOptimized: boolean;
  /** AI gateway's fallback is on: failed calls are retried on other entities and would hide a bad canary. */
  readonly gatewayFallback: boolean;
  /** Page for people. */
  readonly url: string;
}

/** One step of a rollout, as the configuration gives it. */
export interface Step {
  /** Share of the promoted model's own traffic, 0..100. */
  readonly traffic: number;
  readonly bakeMs: number;
  /** Path of a smoke file, `none`, or undefined for the default. */
  readonly smoke?: string;
}

/** One update that the rollout would send, in order. */
export interface PlannedUpdate {
  readonly purpose: 'create' | 'provision' | 'shift' | 'cleanup';
  /** Index into `Plan.steps` where the update belongs to one. */
  readonly step: number | null;
  readonly config: EndpointConfig;
  /** Longest the platform may take for it before the rollout gives up on it. */
  readonly deadlineMs: number;
  /** How long its result is watched before the next update. */
  readonly bakeMs: number;
}

export interface Plan {
  /** First 16 hex digits of SHA-256 over candidate, gate rules, steps and the configuration it starts from. */
  readonly hash: string;
  readonly kind: 'first-deployment' | 'shift' | 'already-serving';
  readonly candidate: ServedEntity;
  /** The entity that has most of the model's traffic today. */
  readonly previous: ServedEntity | null;
  readonly steps: readonly Step[];
  readonly updates: readonly PlannedUpdate[];
  /** What is put back when the version turns out bad; `null` for a first deployment. */
  readonly snapshot: EndpointConfig | null;
  /** All bakes extended twice, all updates at their deadline, and the rollback reserve. */
  readonly worstCaseMs: number;
  /** All bakes, no update time. */
  readonly bakeMs: number;
  readonly notes: readonly string[];
  /** What must be live when the rollout begins; the snapshot when absent. They differ where a leftover is taken back first. */
  readonly start?: EndpointConfig | null;
  /** How long the version is watched at 100 % before the old one is removed; 0 when absent. */
  readonly finalBakeMs?: number;
  /** The old version stays on the endpoint at 0 %. */
  readonly retainPrevious?: boolean;
  /** Requests expected to reach a bad version before it is taken back, in words. */
  readonly exposure?: string | null;
  /** Whether traffic and probes can give enough evidence in each step, in words. */
  readonly evidence?: string | null;
}

/** Where a rollout stands; what the journal records and the report shows. */
export type Phase =
  | 'starting'
  | 'provisioning'
  | 'smoke'
  | 'shifting'
  | 'baking'
  | 'final-bake'
  | 'cleaning-up'
  | 'finishing'
  | 'rolling-back'
  | 'ended';

/** How one step went, for the report. Times are epoch ms by the server's clock. */
export interface StepReport {
  readonly index: number;
  readonly label: string;
  /** Share of the endpoint that the candidate had, 0..100. */
  readonly traffic: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  /** From sending the update until it was verified live. */
  readonly updateMs: number | null;
  readonly extensions: number;
  readonly verdict: 'passed' | 'failed' | 'no-data' | 'stopped' | 'running';
  readonly judgement: Judgement | null;
  readonly figures: StepFigures | null;
}

/** One point of the timeline, for the charts. */
export interface TimelinePoint {
  readonly atMs: number;
  readonly traffic: number;
  readonly candidateErrorRate: number | null;
  readonly currentErrorRate: number | null;
  readonly candidateLatencyMs: number | null;
  readonly currentLatencyMs: number | null;
  readonly evidence: number | null;
  readonly evidenceThreshold: number | null;
}

/** What a bad version cost and how fast production was put back. */
export interface RollbackReport {
  readonly reason: ReasonCode;
  readonly explanation: string;
  /** When the judgement fell. */
  readonly detectedAtMs: number;
  /** When the recorded configuration was verified live again; `null` if it never was. */
  readonly restoredAtMs: number | null;
  /** Callers' requests that the candidate answered, as far as the sources show; `null`: could not be seen. */
  readonly requestsExposed: number | null;
  readonly errorsExposed: number | null;
  /** Update calls that were sent to get back. 0 when the candidate never had anything to take back. */
  readonly updates: number;
}

/** How a rollout ended and everything that the report needs. */
export interface RolloutOutcome {
  readonly decision: Extract<
    Decision,
    'promoted' | 'rolled-back' | 'unchanged' | 'paused' | 'held' | 'cancelled' | 'degraded' | 'rejected' | 'failed'
  >;
  readonly reason: ReasonCode;
  /** One or two sentences: what happened. */
  readonly explanation: string;
  /** What state the endpoint is in now, as last read. */
  readonly state: string;
  /** What a person must do, as an exact command, where there is something to do. */
  readonly action: string | null;
  readonly steps: readonly StepReport[];
  readonly timeline: readonly TimelinePoint[];
  readonly rollback: RollbackReport | null;
  /** Configuration that was last read from the endpoint. */
  readonly live: EndpointView | null;
  readonly warnings: readonly string[];
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** Update calls sent to the endpoint's configuration. */
  readonly updates: number;
}
