import { z } from 'zod';
import { COMMANDS, DECISIONS, REASON_CODES } from '../reasons.js';

/** Version of the result document. Raised only when a reader of the older form would be misled. */
export const SCHEMA_VERSION = 1;

const nullableNumber = z.number().nullable();
const nullableText = z.string().nullable();
/** Metric values as JSON can hold them: a number, or `NaN`, `Infinity`, `-Infinity` as text. */
const metricValue = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]);
const status = z.enum(['pass', 'fail', 'warn', 'note']);

const provenance = z.object({
  source: z.enum(['run', 'logged-model', 'version']),
  id: z.string(),
  dataset: nullableText,
  dataset_digest: nullableText,
  step: nullableNumber,
});

const ruleResult = z.object({
  metric: z.string(),
  status,
  reason_code: z.enum(REASON_CODES),
  required: z.string().describe('The rule in words, with its computed bound.'),
  value: metricValue.nullable(),
  baseline: metricValue.nullable(),
  bound: nullableNumber,
  margin: nullableNumber.describe('How far the value is on the good side of the bound; negative when missed.'),
  severity: z.enum(['error', 'warn']),
  explanation: z.string(),
  origin: z.string(),
  provenance: provenance.nullable(),
  baseline_provenance: provenance.nullable(),
  interval: z.object({ method: z.string(), confidence: z.number(), low: z.number(), high: z.number() }).nullable(),
});

const requirementResult = z.object({
  name: z.string(),
  status,
  reason_code: z.enum(REASON_CODES),
  explanation: z.string(),
  details: z.array(z.string()),
  url: z.string().optional().describe('Page for people, where there is one.'),
});

const share = z.object({ entity: z.string(), model: z.string(), version: z.string(), traffic: z.number() });

const armFigures = z.object({
  requests: z.number(),
  errors: z.number(),
  error_rate: nullableNumber,
  error_interval: z.tuple([z.number(), z.number()]).nullable(),
  latency_p50_ms: nullableNumber,
  latency_ms: nullableNumber,
  probes: z.number(),
  probe_failures: z.number(),
});

const stepReport = z.object({
  index: z.number(),
  label: z.string(),
  traffic: z.number().describe('Share of the endpoint that the candidate had, 0 to 100.'),
  started_at: z.string(),
  ended_at: nullableText,
  update_ms: nullableNumber,
  extensions: z.number(),
  verdict: z.enum(['passed', 'failed', 'no-data', 'stopped', 'running']),
  explanation: nullableText,
  candidate: armFigures.nullable(),
  current: armFigures.nullable(),
  evidence: nullableNumber,
  evidence_threshold: nullableNumber,
  sources: z.array(z.string()),
});

const timelinePoint = z.object({
  at: z.string(),
  traffic: z.number(),
  candidate_error_rate: nullableNumber,
  current_error_rate: nullableNumber,
  candidate_latency_ms: nullableNumber,
  current_latency_ms: nullableNumber,
  evidence: nullableNumber,
  evidence_threshold: nullableNumber,
});

const plan = z.object({
  hash: z.string(),
  kind: z.enum(['first-deployment', 'shift', 'already-serving']),
  steps: z.array(z.object({ traffic: z.number(), bake_ms: z.number() })),
  updates: z.array(
    z.object({
      purpose: z.enum(['create', 'provision', 'shift', 'cleanup']),
      shares: z.array(share),
      diff: z.string().describe('Unified diff to the configuration before this update.'),
      bake_ms: z.number(),
      deadline_ms: z.number(),
    }),
  ),
  start: z.array(share),
  worst_case_ms: z.number(),
  bake_ms: z.number(),
  exposure: nullableText.describe('Requests expected to reach a bad version before it is taken back, in words.'),
  evidence: nullableText.describe('Whether traffic and probes can give enough evidence in each step, in words.'),
  notes: z.array(z.string()),
});

const rollout = z.object({
  outcome: z.enum(DECISIONS),
  explanation: z.string(),
  state: z.string().describe('What state the endpoint is in now.'),
  action: nullableText.describe('The exact call that a person must make, where there is one.'),
  started_at: z.string(),
  ended_at: nullableText,
  steps: z.array(stepReport),
  timeline: z.array(timelinePoint),
  updates: z.number(),
  rollback: z
    .object({
      reason_code: z.enum(REASON_CODES),
      explanation: z.string(),
      detected_at: z.string(),
      restored_at: nullableText,
      seconds_to_restore: nullableNumber,
      requests_exposed: nullableNumber,
      errors_exposed: nullableNumber,
      updates: z.number(),
    })
    .nullable(),
  warnings: z.array(z.string()),
});

const modelVersion = z.object({
  name: z.string(),
  registry: z.enum(['unity-catalog', 'workspace', 'mlflow']),
  version: nullableText,
  requested: z.string(),
  url: nullableText,
  description: nullableText,
  aliases: z.array(z.string()),
  run_id: nullableText,
  run_url: nullableText,
  created_at: nullableText,
  passed_over: z.array(z.object({ version: z.string(), why: z.string() })),
});

const alertResult = z.object({
  metric: z.string(),
  subject: z.string().describe('Entity or endpoint that the figure belongs to.'),
  status,
  required: z.string(),
  value: nullableNumber,
  explanation: z.string(),
});

const checkLine = z.object({
  group: z.string(),
  name: z.string(),
  status: z.enum(['ok', 'missing', 'unknown']),
  evidence: z.string(),
  fix: nullableText,
  /** Lines of the go-live checklist name themselves; others are detail. */
  checklist: z.boolean(),
});

/**
 * The result document: everything that a run found, decided and did. All renderings (comment, summary, HTML, log tail)
 * are made from it and from nothing else. Times are ISO 8601 in UTC, durations ms, shares of traffic whole percent.
 */
export const resultSchema = z
  .object({
    schema_version: z.literal(SCHEMA_VERSION),
    action: z.object({ name: z.string(), version: z.string() }),
    command: z.enum(COMMANDS),
    decision: z.enum(DECISIONS),
    reason_code: z.enum(REASON_CODES),
    headline: z.string().describe('The verdict in one line that can be understood without knowing the tool.'),
    explanation: nullableText,
    next: nullableText.describe('What happens next, or what to do.'),
    started_at: z.string(),
    finished_at: z.string(),
    duration_ms: z.number(),
    workflow: z.object({
      server_url: z.string(),
      repository: z.string(),
      run_id: z.string(),
      run_attempt: z.string(),
      run_url: z.string(),
      job: z.string(),
      event: z.string(),
      sha: z.string(),
      ref: z.string(),
      actor: z.string(),
      pull_request: nullableNumber,
    }),
    target: nullableText,
    model: modelVersion.nullable(),
    baseline: z
      .object({ kind: z.enum(['version', 'absent', 'none']), version: nullableText, note: z.string() })
      .nullable(),
    gate: z
      .object({
        verdict: z.enum(['passed', 'rejected', 'unchanged']),
        reason_code: z.enum(REASON_CODES),
        summary: z.string(),
        rules: z.array(ruleResult),
        requirements: z.array(requirementResult),
        notes: z.array(z.string()),
      })
      .nullable(),
    metrics: z.record(z.string(), metricValue),
    plan: plan.nullable(),
    rollout: rollout.nullable(),
    endpoint: z
      .object({
        name: z.string(),
        url: nullableText,
        ready: z.boolean().nullable(),
        update: nullableText,
        shares: z.array(share),
        previous_version: nullableText,
        traffic_percentage: nullableNumber,
      })
      .nullable(),
    health: z.object({ alerts: z.array(alertResult), looks: z.number(), notes: z.array(z.string()) }).nullable(),
    checklist: z.array(checkLine).nullable(),
    app: z
      .object({
        name: z.string(),
        url: nullableText,
        deployment_id: nullableText,
        previous_deployment_id: nullableText,
        source: nullableText,
        compute: nullableText,
        state: nullableText,
        log_tail: z.array(z.string()),
      })
      .nullable(),
    faults: z.array(
      z.object({
        message: z.string(),
        fix: z.string(),
        key: z.string(),
        file: nullableText,
        line: nullableNumber,
        column: nullableNumber,
      }),
    ),
    error: z
      .object({
        kind: z.enum(['configuration', 'remote', 'internal']),
        message: z.string(),
        fix: z.string(),
        state: nullableText,
        request: nullableText,
        status: nullableNumber,
        code: nullableText,
        request_id: nullableText,
      })
      .nullable(),
    notes: z.array(z.object({ level: z.enum(['info', 'warning']), message: z.string() })),
    github: z.object({ comment_url: nullableText, deployment_id: nullableText }),
    in_progress: z
      .boolean()
      .optional()
      .describe('True only in what is shown while a rollout goes on; never in a report.'),
    cut: z.array(z.string()).optional().describe('Parts that were left out to fit an output; the report has them.'),
  })
  .describe('Result document of Databricks Model Promotion.');

export type ResultDocument = z.infer<typeof resultSchema>;
export type ResultStep = z.infer<typeof stepReport>;
export type ResultRule = z.infer<typeof ruleResult>;
export type ResultRequirement = z.infer<typeof requirementResult>;
export type ResultCheck = z.infer<typeof checkLine>;
export type ResultShare = z.infer<typeof share>;
export type ResultArm = z.infer<typeof armFigures>;
export type ResultTimelinePoint = z.infer<typeof timelinePoint>;
export type ResultPlan = z.infer<typeof plan>;
export type ResultRollout = z.infer<typeof rollout>;
export type ResultAlert = z.infer<typeof alertResult>;
