import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { type RunnerContext, readRunnerContext } from '../action/environment.js';
import { type EnvironmentRecord, readInputs, secretValues } from '../action/inputs.js';
import type { Log } from '../action/log.js';
import type { InputValues } from '../action/registry.js';
import { type ReadWorkspaceFile, workspaceReader } from '../action/workspace.js';
import { credentialsOf, secretsOf } from '../config/credentials.js';
import { type EventContext, readEvent } from '../github/event.js';
import type { Caller } from './types.js';

/** What a run knows before it has read its settings. */
export interface Session {
  readonly environment: EnvironmentRecord;
  readonly runner: RunnerContext;
  readonly event: EventContext;
  readonly inputs: InputValues;
  readonly log: Log;
  readonly caller: Caller;
  readonly readFile: ReadWorkspaceFile;
  /** Epoch ms, for the report alone. */
  readonly startedAtMs: number;
  /** Monotonic ms. */
  readonly started: number;
}

/** Reads the runner's variables, the event and the inputs; every secret among them is masked before anything is printed. */
export function openSession(environment: EnvironmentRecord, log: Log): Session {
  const inputs = readInputs(environment);
  for (const secret of [...secretValues(inputs), ...secretsOf(credentialsOf(inputs, environment))]) log.mask(secret);
  const runner = readRunnerContext(environment);
  const event = readEvent(readPayload(runner.eventPath), environment);
  return {
    environment,
    runner,
    event,
    inputs,
    log,
    caller: callerOf(runner, event),
    readFile: workspaceReader(runner.workspace),
    startedAtMs: Date.now(),
    started: performance.now(),
  };
}

function readPayload(path: string): unknown {
  if (path === '') return {};
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return {};
  }
}

function callerOf(runner: RunnerContext, event: EventContext): Caller {
  return {
    serverUrl: runner.serverUrl,
    repository: runner.repository,
    runId: runner.runId,
    runAttempt: runner.runAttempt,
    runUrl: runner.runUrl,
    job: runner.job,
    event: runner.event,
    sha: event.headSha,
    ref: runner.ref,
    actor: runner.actor,
    workspace: runner.workspace,
    commits: event.commits,
    isFork: event.isFork,
    workflowRef: runner.workflowRef,
  };
}

/** Longest delay that a timer takes (ms); a longer one would fire at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** Ends after `ms` with a `TimeoutError` as reason; limits beyond what a timer can hold (24 days) never come. */
export function timeLimit(ms: number): AbortSignal {
  return ms > LONGEST_TIMER_MS ? new AbortController().signal : AbortSignal.timeout(ms);
}

/** Resolves after `ms`, or rejects with the signal's reason as soon as it is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  for (let left = ms; left > 0; left -= LONGEST_TIMER_MS) await pauseOnce(Math.min(left, LONGEST_TIMER_MS), signal);
  signal.throwIfAborted();
}

function pauseOnce(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}
