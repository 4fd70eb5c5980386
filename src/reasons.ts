/**
 * The closed vocabularies of every run: what was decided, and why.
 * Both are part of the public contract (outputs `decision` and `reason-code`); a code is added only together with
 * its cause and fix in `docs/reasons.md`.
 */

export const COMMANDS = [
  'gate',
  'plan',
  'promote',
  'rollback',
  'reconcile',
  'monitor',
  'preflight',
  'deploy-app',
] as const;

/** One of the things that the Action can be asked to do. */
export type Command = (typeof COMMANDS)[number];

export const DECISIONS = [
  'passed',
  'rejected',
  'planned',
  'promoted',
  'rolled-back',
  'unchanged',
  'paused',
  'held',
  'reconciled',
  'healthy',
  'alerting',
  'ready',
  'not-ready',
  'deployed',
  'skipped',
  'cancelled',
  'degraded',
  'failed',
] as const;

/** How a run ended. */
export type Decision = (typeof DECISIONS)[number];

export const REASON_CODES = [
  'ok',
  'first-deployment',
  'already-serving',
  'nothing-to-reconcile',
  'threshold-missed',
  'metric-missing',
  'metric-not-finite',
  'baseline-missing',
  'baseline-metric-missing',
  'pattern-unmatched',
  'signature-incompatible',
  'signature-unknown',
  'run-too-old',
  'run-unfinished',
  'commit-mismatch',
  'dataset-mismatch',
  'tag-missing',
  'evaluation-failed',
  'evaluation-missing',
  'version-not-ready',
  'version-not-found',
  'plan-changed',
  'smoke-failed',
  'canary-errors',
  'canary-latency',
  'canary-answers',
  'canary-alert',
  'baseline-unhealthy',
  'no-data',
  'metrics-unavailable',
  'update-failed',
  'update-timeout',
  'update-not-applied',
  'foreign-change',
  'rollout-in-progress',
  'approval-pending',
  'time-budget',
  'cancelled',
  'nothing-to-roll-back-to',
  'restore-unverified',
  'alert-raised',
  'checklist-incomplete',
  'app-unhealthy',
  'app-deployment-failed',
  'fork-pull-request',
  'configuration-invalid',
  'credentials-missing',
  'credentials-rejected',
  'permission-denied',
  'not-found',
  'remote-error',
  'internal-error',
] as const;

/** Why a run ended as it did: one stable code of a closed list. */
export type ReasonCode = (typeof REASON_CODES)[number];
