import type { ArmFigures } from '../../health/core/types.js';
import type { ResultDocument, ResultShare, ResultStep } from '../../report/result.js';
import { configurationDiff } from '../../rollout/core/compare.js';
import type {
  EndpointConfig,
  EndpointView,
  Plan,
  RollbackReport,
  RolloutOutcome,
  StepReport,
  TimelinePoint,
} from '../../rollout/core/types.js';

function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** Who serves what share, in descending order of share. */
export function sharesOf(config: EndpointConfig | null): ResultShare[] {
  if (config === null) return [];
  return config.servedEntities
    .map((entity) => ({
      entity: entity.name,
      model: entity.entityName,
      version: entity.entityVersion,
      traffic: config.routes.find((route) => route.servedEntityName === entity.name)?.trafficPercentage ?? 0,
    }))
    .sort((a, b) => b.traffic - a.traffic || (a.entity < b.entity ? -1 : 1));
}

/** The plan as the result document holds it: each update with its diff to the one before. */
export function planSection(
  plan: Plan,
  evidence: string | null,
  exposure: string | null,
): NonNullable<ResultDocument['plan']> {
  const configs = [plan.snapshot, ...plan.updates.map((update) => update.config)];
  return {
    hash: plan.hash,
    kind: plan.kind,
    steps: plan.steps.map((step) => ({ traffic: step.traffic, bake_ms: step.bakeMs })),
    updates: plan.updates.map((update, index) => ({
      purpose: update.purpose,
      shares: sharesOf(update.config),
      diff: configurationDiff(configs[index] ?? null, update.config),
      bake_ms: update.bakeMs,
      deadline_ms: update.deadlineMs,
    })),
    start: sharesOf(plan.snapshot),
    worst_case_ms: plan.worstCaseMs,
    bake_ms: plan.bakeMs,
    exposure,
    evidence,
    notes: [...plan.notes],
  };
}

function armSection(figures: ArmFigures | undefined): ResultStep['candidate'] {
  if (figures === undefined) return null;
  return {
    requests: figures.requests,
    errors: figures.errors,
    error_rate: figures.errorRate,
    error_interval: figures.errorInterval === null ? null : [figures.errorInterval[0], figures.errorInterval[1]],
    latency_p50_ms: figures.latencyP50Ms,
    latency_ms: figures.latencyMs,
    probes: figures.probes,
    probe_failures: figures.probeFailures,
  };
}

/** A step as the result document holds it. */
export function stepSection(step: StepReport): ResultStep {
  return {
    index: step.index,
    label: step.label,
    traffic: step.traffic,
    started_at: isoTime(step.startedAtMs),
    ended_at: step.endedAtMs === null ? null : isoTime(step.endedAtMs),
    update_ms: step.updateMs,
    extensions: step.extensions,
    verdict: step.verdict,
    explanation: step.judgement?.explanation ?? null,
    candidate: armSection(step.figures?.candidate),
    current: armSection(step.figures?.current),
    evidence: step.figures?.evidence ?? null,
    evidence_threshold: step.figures?.evidenceThreshold ?? null,
    sources: [...(step.figures?.sources ?? [])],
  };
}

/** The timeline as the result document holds it, its times in ISO 8601. */
export function timelineSection(points: readonly TimelinePoint[]): NonNullable<ResultDocument['rollout']>['timeline'] {
  return points.map((point) => ({
    at: isoTime(point.atMs),
    traffic: point.traffic,
    candidate_error_rate: point.candidateErrorRate,
    current_error_rate: point.currentErrorRate,
    candidate_latency_ms: point.candidateLatencyMs,
    current_latency_ms: point.currentLatencyMs,
    evidence: point.evidence,
    evidence_threshold: point.evidenceThreshold,
  }));
}

function rollbackSection(report: RollbackReport | null): NonNullable<ResultDocument['rollout']>['rollback'] {
  if (report === null) return null;
  const restored = report.restoredAtMs;
  return {
    reason_code: report.reason,
    explanation: report.explanation,
    detected_at: isoTime(report.detectedAtMs),
    restored_at: restored === null ? null : isoTime(restored),
    seconds_to_restore: restored === null ? null : Math.max(0, restored - report.detectedAtMs) / 1000,
    requests_exposed: report.requestsExposed,
    errors_exposed: report.errorsExposed,
    updates: report.updates,
  };
}

/** How the rollout went, step by step. */
export function rolloutSection(outcome: RolloutOutcome): NonNullable<ResultDocument['rollout']> {
  return {
    outcome: outcome.decision,
    explanation: outcome.explanation,
    state: outcome.state,
    action: outcome.action,
    started_at: isoTime(outcome.startedAtMs),
    ended_at: isoTime(outcome.endedAtMs),
    steps: outcome.steps.map(stepSection),
    timeline: timelineSection(outcome.timeline),
    updates: outcome.updates,
    rollback: rollbackSection(outcome.rollback),
    warnings: [...outcome.warnings],
  };
}

/** The endpoint as last read. `model` names the promoted model, so that its share can be told apart. */
export function endpointSection(
  name: string,
  view: EndpointView | null,
  candidate: { readonly model: string; readonly version: string } | null,
  previousVersion: string | null,
): NonNullable<ResultDocument['endpoint']> {
  const shares = sharesOf(view?.config ?? null);
  const mine = shares.filter((share) => share.model === candidate?.model && share.version === candidate?.version);
  return {
    name,
    url: view?.url ?? null,
    ready: view?.ready ?? null,
    update: view?.update ?? null,
    shares,
    previous_version: previousVersion,
    traffic_percentage: candidate === null ? null : mine.reduce((sum, share) => sum + share.traffic, 0),
  };
}
