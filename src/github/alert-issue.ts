import { z } from 'zod';
import type { GitHub } from './client.js';
import { statusOf } from './failure.js';
import { isSameLogin, loginOf } from './identity.js';

/** By this label the listing stays one page, however many issues the repository has. */
const LABEL = 'model-promotion';

const issueSchema = z.object({
  number: z.number(),
  html_url: z.string(),
  title: z.string(),
  body: z.string().nullish(),
  user: z.object({ login: z.string() }).nullish(),
  pull_request: z.unknown().optional(),
});
type Issue = z.infer<typeof issueSchema>;

/** What became of the issue that tells of an alert. */
export type IssueOutcome =
  | { readonly kind: 'opened' | 'updated' | 'unchanged' | 'closed'; readonly url: string; readonly number: number }
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly message: string };

export interface AlertIssueRequest {
  /** The hidden first line that makes the issue ours; `body` starts with it. */
  readonly marker: string;
  /** Whether an alert is raised now: `true` opens or updates the issue, `false` closes it. */
  readonly alerting: boolean;
  readonly title: string;
  readonly body: string;
  readonly signal: AbortSignal;
}

const CREATE = 'POST /repos/{owner}/{repo}/issues';
const UPDATE = 'PATCH /repos/{owner}/{repo}/issues/{issue_number}';
const LIST = 'GET /repos/{owner}/{repo}/issues';

async function openIssue(github: GitHub, request: AlertIssueRequest): Promise<Issue | undefined> {
  const { signal, marker } = request;
  const listed = await github.list(LIST, { state: 'open', labels: LABEL }, issueSchema, { signal });
  const marked = listed.filter((issue) => !issue.pull_request && issue.body?.startsWith(marker));
  if (marked.length === 0) return undefined;
  const login = await loginOf(github, signal);
  return marked
    .filter((issue) => issue.user && isSameLogin(issue.user.login, login))
    .toSorted((a, b) => a.number - b.number)[0];
}

function outcome(kind: 'opened' | 'updated' | 'unchanged' | 'closed', issue: Issue): IssueOutcome {
  return { kind, url: issue.html_url, number: issue.number };
}

async function raise(github: GitHub, found: Issue | undefined, request: AlertIssueRequest): Promise<IssueOutcome> {
  const { title, body, signal } = request;
  if (!found) {
    const created = await github.request(CREATE, { title, body, labels: [LABEL] }, issueSchema, { signal, retries: 0 });
    return outcome('opened', created);
  }
  const isSame = found.title === title && (found.body ?? '').replace(/\r\n/g, '\n').trimEnd() === body.trimEnd();
  if (isSame) return outcome('unchanged', found);
  await github.request(UPDATE, { issue_number: found.number, title, body }, issueSchema, { signal });
  return outcome('updated', found);
}

/**
 * Keeps one issue for as long as an alert is raised: opened once, updated in place (an update notifies nobody), closed when the
 * alert is over. Never throws. Needs `issues: write`.
 */
export async function keepAlertIssue(github: GitHub, request: AlertIssueRequest): Promise<IssueOutcome> {
  try {
    const found = await openIssue(github, request);
    if (request.alerting) return await raise(github, found, request);
    if (!found) return { kind: 'none' };
    const { body, signal } = request;
    const parameters = { issue_number: found.number, body, state: 'closed', state_reason: 'completed' };
    await github.request(UPDATE, parameters, issueSchema, { signal });
    return outcome('closed', found);
  } catch (thrown) {
    const said = thrown instanceof Error ? thrown.message : String(thrown);
    const status = statusOf(thrown);
    if (status === 410) return { kind: 'failed', message: `Issues are switched off in this repository. ${said}` };
    const permission = status === 403 || status === 404 ? ' Keeping an issue needs `permissions: issues: write`.' : '';
    return { kind: 'failed', message: `${said}${permission}` };
  }
}
