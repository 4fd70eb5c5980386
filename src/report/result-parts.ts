import { z } from 'zod';
import { DECISIONS, REASON_CODES } from '../reasons.js';

export const nullableNumber = z.number().nullable();
export const nullableText = z.string().nullable();
/** Metric values as JSON can hold them: a number, or `NaN`, `Infinity`, `-Infinity` as text. */
export const metricValue = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]);
const status = z.enum(['pass', 'fail', 'warn', 'note']);

const provenance = z.object({
  source: z.enum(['run', 'logged-model', 'version']),
  id: z.string(),
  dataset: nullableText,
  dataset_digest: nullableText,
  step: nullableNumber,
});

export const ruleResult = z.object({
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

export const requirementResult = z.object({
  name: z.string(),
  status,
  reason_code: z.enum(REASON_CODES),
  explanation: z.string(),
  details: z.array(z.string()),
  url: z.string().optional().describe('Page for people, where there is one.'),
});

export const share = z.object({ entity: z.string(), model: z.string(), version: z.string(), traffic: z.number() });

export const armFigures = z.object({
  requests: z.number(),
  errors: z.number(),
  error_rate: nullableNumber,
  error_interval: z.tuple([z.number(), z.number()]).nullable(),
  latency_p50_ms: nullableNumber,
  latency_ms: nullableNumber,
  probes: z.number(),
  probe_failures: z.number(),
});

export const stepReport = z.object({
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

export const timelinePoint = z.object({
  at: z.string(),
  traffic: z.number(),
  candidate_error_rate: nullableNumber,
  current_error_rate: nullableNumber,
  candidate_latency_ms: nullableNumber,
  current_latency_ms: nullableNumber,
  evidence: nullableNumber,
  evidence_threshold: nullableNumber,
});

export const plan = z.object({
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

export const rollout = z.object({
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

export const modelVersion = z.object({
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

export const alertResult = z.object({
  metric: z.string(),
  subject: z.string().describe('Entity or endpoint that the figure belongs to.'),
  status,
  required: z.string(),
  value: nullableNumber,
  explanation: z.string(),
});

export const checkLine = z.object({
  group: z.string(),
  name: z.string(),
  status: z.enum(['ok', 'missing', 'unknown']),
  evidence: z.string(),
  fix: nullableText,
  /** Lines of the go-live checklist name themselves; others are detail. */
  checklist: z.boolean(),
});
