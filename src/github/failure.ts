import { ActionError, type RemoteFacts } from '../errors.js';
import type { ReasonCode } from '../reasons.js';

interface Refusal {
  readonly status: number | null;
  readonly message: string;
  readonly requestId: string | null;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** Octokit reports a lost connection as status 500 without an answer; that is no status of GitHub's. */
function refusalOf(thrown: unknown): Refusal {
  const answer = field(thrown, 'response');
  const status = field(thrown, 'status');
  const requestId = field(field(answer, 'headers'), 'x-github-request-id');
  const said = field(field(answer, 'data'), 'message');
  return {
    status: typeof status === 'number' && answer !== undefined ? status : null,
    message: typeof said === 'string' ? said : thrown instanceof Error ? thrown.message : String(thrown),
    requestId: typeof requestId === 'string' ? requestId : null,
  };
}

function reasonOf(status: number | null): ReasonCode {
  if (status === 401) return 'credentials-rejected';
  if (status === 403) return 'permission-denied';
  if (status === 404 || status === 410) return 'not-found';
  return 'remote-error';
}

const FIXES: Readonly<Record<number, string>> = {
  401: 'Pass a valid `github-token`; the default is the token of the job.',
  403: "Grant the job the permission that this call needs under `permissions:`. A run for a fork's pull request has a read-only token.",
  404: 'Check the number and that the token can see the repository.',
  410: 'The conversation is switched off or was deleted; nothing can be written there.',
  422: 'GitHub refused the content; see its message.',
  429: 'The rate limit is used up; run again later.',
};

/**
 * What octokit threw, as an `ActionError` that names the route, the status and GitHub's own words.
 * An abort by the caller is passed on as it is, so that a cancelled run is not reported as a fault of GitHub.
 */
export function githubError(route: string, thrown: unknown): unknown {
  if (thrown instanceof ActionError) return thrown;
  if (thrown instanceof DOMException && thrown.name === 'AbortError') return thrown;
  const isLate = thrown instanceof DOMException && thrown.name === 'TimeoutError';
  const { status, message, requestId } = refusalOf(thrown);
  const remote: RemoteFacts = { status, request: route, ...(requestId === null ? {} : { requestId }) };
  const said = isLate ? 'no answer in time' : status === null ? message : `${status}: ${message}`;
  return new ActionError(`GitHub did not carry out ${route} (${said}).`, {
    kind: 'remote',
    reason: reasonOf(status),
    fix: (status === null ? undefined : FIXES[status]) ?? 'Run again; see githubstatus.com if it goes on.',
    remote,
    cause: thrown,
  });
}

/** The HTTP status of a failed call; `null` when there was no answer or it is no failure of a call. */
export function statusOf(thrown: unknown): number | null {
  return thrown instanceof ActionError ? (thrown.remote?.status ?? null) : null;
}
