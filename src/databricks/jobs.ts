import { z } from 'zod';
import type { HttpClient } from '../http/client.js';
import type { HttpRequest } from '../http/types.js';
import { optionalId, optionalMs, optionalText } from './text-wire.js';
import { type Written, write } from './written.js';

/** One run of a job. */
export interface JobRun {
  readonly id: string;
  readonly jobId: string;
  /** Whether it has ended, however. */
  readonly ended: boolean;
  readonly succeeded: boolean;
  /** The server's words for where it stands, such as `RUNNING` or `TERMINATED FAILED`. */
  readonly state: string;
  readonly message: string;
  /** Page for people. */
  readonly url: string;
  /** Epoch ms. */
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  /** Tasks that failed of themselves, not because of others. */
  readonly failedTasks: readonly FailedTask[];
}

/** A task of a run that failed. */
export interface FailedTask {
  /** Run of the task alone. */
  readonly runId: string;
  readonly key: string;
  /** What the run says of it; often less than its error. */
  readonly message: string;
}

/** Jobs. Reads throw `ActionError`; writes never do for what the server answers. */
export interface Jobs {
  /** Name of a job; `null`: missing, or not visible. */
  name(jobId: string, signal: AbortSignal): Promise<string | null>;
  /**
   * Starts a run and gives its id. The same `token` never starts a second one (the server remembers it), so a lost answer may be
   * asked for again.
   */
  start(
    jobId: string,
    parameters: Readonly<Record<string, string>>,
    token: string,
    signal: AbortSignal,
  ): Promise<Written<string>>;
  run(runId: string, signal: AbortSignal): Promise<JobRun | null>;
  /** The error with which a task's run ended; `null` when there is none, or it cannot be seen. */
  taskError(taskRunId: string, signal: AbortSignal): Promise<string | null>;
  cancel(runId: string, signal: AbortSignal): Promise<Written<unknown>>;
}

const API = '/api/2.1/jobs';

const stateWire = z.looseObject({
  life_cycle_state: optionalText,
  result_state: optionalText,
  state_message: optionalText,
});

const taskWire = z.looseObject({ run_id: optionalId, task_key: optionalText, state: stateWire.nullish() });

const outputWire = z.looseObject({ error: optionalText });

const runWire = z.looseObject({
  run_id: optionalId,
  job_id: optionalId,
  run_page_url: optionalText,
  start_time: optionalMs,
  end_time: optionalMs,
  state: stateWire.nullish(),
  tasks: z
    .array(taskWire)
    .nullish()
    .transform((rows) => rows ?? []),
});

const jobWire = z.looseObject({ settings: z.looseObject({ name: optionalText }).nullish() });

/** Longest idempotency token that the Jobs API takes. */
const LONGEST_TOKEN = 64;

/** The client of the Jobs API 2.1. */
export function createJobs(http: HttpClient): Jobs {
  return {
    async name(jobId, signal) {
      const request = { method: 'GET', path: `${API}/get`, query: { job_id: jobId }, signal } as const;
      const wire = await readOrNull(http, `Reading job ${jobId}`, request, jobWire);
      return wire === null ? null : (wire.settings?.name ?? '');
    },
    start: (jobId, parameters, token, signal) => startRun(http, jobId, parameters, token, signal),
    async run(runId, signal) {
      const request = { method: 'GET', path: `${API}/runs/get`, query: { run_id: runId }, signal } as const;
      const wire = await readOrNull(http, `Reading job run ${runId}`, request, runWire);
      return wire === null ? null : readRun(wire);
    },
    async taskError(taskRunId, signal) {
      const request = { method: 'GET', path: `${API}/runs/get-output`, query: { run_id: taskRunId }, signal } as const;
      const reply = await http.ask(request, outputWire);
      return reply.kind === 'value' && reply.value.error !== '' ? reply.value.error : null;
    },
    cancel(runId, signal) {
      const payload = { kind: 'json', value: { run_id: Number(runId) } } as const;
      return write(http, { method: 'POST', path: `${API}/runs/cancel`, payload, signal }, z.unknown());
    },
  };
}

/** A read as far as repetition goes: the idempotency token makes the second request harmless. */
async function startRun(http: HttpClient, ...[jobId, parameters, token, signal]: Parameters<Jobs['start']>) {
  const value = { job_id: Number(jobId), job_parameters: parameters, idempotency_token: token.slice(0, LONGEST_TOKEN) };
  const payload = { kind: 'json', value } as const;
  const request = { method: 'POST', path: `${API}/run-now`, payload, effect: 'read', signal } as const;
  const written = await write(http, request, z.looseObject({ run_id: optionalId }));
  return written.kind === 'accepted' ? ({ kind: 'accepted', value: written.value.run_id } as const) : written;
}

/** The Jobs API says 400 where others say 404. */
async function readOrNull<T>(
  http: HttpClient,
  task: string,
  request: HttpRequest,
  schema: z.ZodType<T>,
): Promise<T | null> {
  const reply = await http.ask(request, schema);
  if (reply.kind === 'value') return reply.value;
  const { status, message } = reply.fault;
  if (status === 404 || (status === 400 && /does not exist/i.test(message))) return null;
  throw http.error(task, reply.fault);
}

const ENDED: ReadonlySet<string> = new Set(['TERMINATED', 'SKIPPED', 'INTERNAL_ERROR']);

/** Results of a task that failed of itself; those that waited for it in vain have others. */
const FAILED: ReadonlySet<string> = new Set(['FAILED', 'TIMEDOUT']);

function readFailedTask(wire: z.infer<typeof taskWire>): FailedTask[] {
  const { life_cycle_state: life = '', result_state: result = '', state_message: message = '' } = wire.state ?? {};
  if (!FAILED.has(result) && life !== 'INTERNAL_ERROR') return [];
  return [{ runId: wire.run_id, key: wire.task_key, message }];
}

function readRun(wire: z.infer<typeof runWire>): JobRun {
  const life = wire.state?.life_cycle_state ?? '';
  const result = wire.state?.result_state ?? '';
  return {
    id: wire.run_id,
    jobId: wire.job_id,
    ended: ENDED.has(life),
    succeeded: life === 'TERMINATED' && (result === 'SUCCESS' || result === 'SUCCESS_WITH_FAILURES'),
    state: [life, result].filter(Boolean).join(' '),
    message: wire.state?.state_message ?? '',
    url: wire.run_page_url,
    startedAtMs: wire.start_time,
    endedAtMs: wire.end_time === 0 ? null : wire.end_time,
    failedTasks: wire.tasks.flatMap(readFailedTask),
  };
}
