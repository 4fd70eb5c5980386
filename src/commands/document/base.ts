import type { ActionError } from '../../errors.js';
import type { Command } from '../../reasons.js';
import { type ResultDocument, SCHEMA_VERSION } from '../../report/result.js';
import type { Caller, Findings } from '../types.js';

export interface DocumentContext {
  readonly action: ResultDocument['action'];
  readonly command: Command;
  readonly caller: Omit<Caller, 'workspace' | 'commits' | 'isFork'>;
  readonly pullRequest: number | null;
  readonly target: string | null;
  /** Epoch ms. */
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
}

function workflowSection(context: DocumentContext): ResultDocument['workflow'] {
  const { caller } = context;
  return {
    server_url: caller.serverUrl,
    repository: caller.repository,
    run_id: caller.runId,
    run_attempt: caller.runAttempt,
    run_url: caller.runUrl,
    job: caller.job,
    event: caller.event,
    sha: caller.sha,
    ref: caller.ref,
    actor: caller.actor,
    pull_request: context.pullRequest,
  };
}

const EMPTY: Omit<
  ResultDocument,
  'schema_version' | 'action' | 'command' | 'workflow' | 'started_at' | 'finished_at' | 'duration_ms' | 'target'
> = {
  decision: 'failed',
  reason_code: 'internal-error',
  headline: 'The run ended before anything was decided.',
  explanation: null,
  next: null,
  model: null,
  baseline: null,
  gate: null,
  metrics: {},
  plan: null,
  rollout: null,
  endpoint: null,
  health: null,
  checklist: null,
  app: null,
  faults: [],
  error: null,
  notes: [],
  github: { comment_url: null, deployment_id: null },
};

/** The whole document from what is known: every field is always there, unknown ones are `null` or empty. */
export function composeDocument(context: DocumentContext, findings: Findings): ResultDocument {
  return {
    ...EMPTY,
    schema_version: SCHEMA_VERSION,
    action: context.action,
    command: context.command,
    started_at: new Date(context.startedAtMs).toISOString(),
    finished_at: new Date(context.finishedAtMs).toISOString(),
    duration_ms: Math.round(context.finishedAtMs - context.startedAtMs),
    workflow: workflowSection(context),
    target: context.target,
    ...findings,
  };
}

/** A job that was cancelled before a rollout began. */
export const CANCELLED: Findings = {
  decision: 'cancelled',
  reason_code: 'cancelled',
  headline: 'The job was cancelled before anything was changed.',
  next: 'Run the workflow again.',
};

/** An error as findings: what was tried, what came back, what to do. */
export function errorFindings(error: ActionError): Findings {
  return {
    decision: error.reason === 'plan-changed' ? 'rejected' : 'failed',
    reason_code: error.reason,
    headline: errorHeadline(error),
    explanation: error.message,
    next: error.fix,
    faults: error.faults.map((fault) => ({
      message: fault.message,
      fix: fault.fix,
      key: fault.key,
      file: fault.file ?? null,
      line: fault.line ?? null,
      column: fault.column ?? null,
    })),
    error: {
      kind: error.kind,
      message: error.message,
      fix: error.fix,
      state: error.state ?? null,
      request: error.remote?.request ?? null,
      status: error.remote?.status ?? null,
      code: error.remote?.code ?? null,
      request_id: error.remote?.requestId ?? null,
    },
  };
}

function errorHeadline(error: ActionError): string {
  if (error.faults.length === 1) return 'The configuration has a fault; nothing was done.';
  if (error.faults.length > 1) return `The configuration has ${error.faults.length} faults; nothing was done.`;
  const first = error.message.split('\n', 1)[0] ?? error.message;
  return first.length > 160 ? `${first.slice(0, 157)}…` : first;
}
