import { randomUUID } from 'node:crypto';
import { defaultEvent, eventRefs } from './events.js';
import type { RunOptions, ServerConnection } from './types.js';

/** Everything about the job that stays the same from main to post. */
export interface Job {
  readonly repository: string;
  readonly sha: string;
  readonly ref: string;
  readonly headRef: string;
  readonly baseRef: string;
  readonly eventName: string;
  readonly event: Readonly<Record<string, unknown>>;
  readonly actor: string;
  readonly name: string;
  readonly workflow: string;
  readonly runId: number;
  readonly runAttempt: number;
  readonly runNumber: number;
  readonly checkRunId: number;
  readonly matrix: Readonly<Record<string, unknown>> | null;
  readonly server: ServerConnection;
  readonly runtimeToken: string;
}

/** An address that refuses every connection at once: nobody may call GitHub without a stand-in. */
const NOWHERE = 'http://127.0.0.1:9';

const OFFLINE: ServerConnection = {
  apiUrl: NOWHERE,
  serverUrl: 'https://github.com',
  token: 'ghs_offline000000000000000000000000000000',
};

/** Fills in what the caller left open, as a push to the default branch of `acme/models` by default. */
export function jobOf(options: RunOptions): Job {
  const repository = options.repository ?? 'acme/models';
  const sha = options.sha ?? '0123456789abcdef0123456789abcdef01234567';
  const eventName = options.eventName ?? 'push';
  const event = options.event ?? defaultEvent(eventName, { repository, sha });
  const refs = eventRefs(eventName, event);
  return {
    repository,
    sha,
    ref: options.ref ?? refs.ref,
    headRef: refs.headRef,
    baseRef: refs.baseRef,
    eventName,
    event,
    actor: options.actor ?? 'octocat',
    name: options.job ?? 'promote',
    workflow: options.workflow ?? 'Promote',
    runId: options.runId ?? 9_000_000_001,
    runAttempt: options.runAttempt ?? 1,
    runNumber: options.runNumber ?? 1,
    checkRunId: options.checkRunId ?? 31_000_000_001,
    matrix: options.matrix ?? null,
    server: options.github ?? OFFLINE,
    runtimeToken: `runtime-${randomUUID()}`,
  };
}
