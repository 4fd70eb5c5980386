import { afterEach } from '@jest/globals';
import { type GitHub, type GitHubOptions, startGitHub } from '../../../sandbox/github/index.js';
import { createContractValidator } from '../../../sandbox/github/openapi/validator.js';

/** GitHub's descriptions as checks. */
export const contracts = {
  'github.com': createContractValidator('github.com'),
  'ghes-3.17': createContractValidator('ghes-3.17'),
};
const running: GitHub[] = [];

/** Every test ends by making sure that nothing was unrouted and nothing broke GitHub's description. */
afterEach(async () => {
  for (const github of running.splice(0)) await github.close();
});

/** Starts a stand-in under contract; a base path makes it an Enterprise Server with the description of one. */
export async function start(options: GitHubOptions = {}): Promise<GitHub> {
  const github = await startLoose({ contract: contracts[options.basePath ? 'ghes-3.17' : 'github.com'], ...options });
  running.push(github);
  return github;
}

/** Starts a stand-in whose end the test handles itself. */
export function startLoose(options: GitHubOptions = {}): Promise<GitHub> {
  return startGitHub({ now: () => Date.parse('2026-01-05T10:00:00Z'), ...options });
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed body, to be compared by matchers. */
  readonly body: unknown;
}

/** Sends one request with the workflow's token. */
export async function call(github: GitHub, method: string, path: string, body?: unknown): Promise<Reply> {
  const response = await fetch(path.startsWith('http') ? path : github.apiUrl + path, {
    method,
    headers: { authorization: `Bearer ${github.token}`, 'user-agent': 'test', connection: 'close' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}
