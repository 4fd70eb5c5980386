import { z } from 'zod';
import { COMMANDS, DECISIONS, REASON_CODES } from '../reasons.js';
import {
  alertResult,
  type armFigures,
  checkLine,
  metricValue,
  modelVersion,
  nullableNumber,
  nullableText,
  plan,
  requirementResult,
  rollout,
  ruleResult,
  share,
  type stepReport,
  type timelinePoint,
} from './result-parts.js';

/** Version of the result document. Raised only when a reader of the older form would be misled. */
export const SCHEMA_VERSION = 1;

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
