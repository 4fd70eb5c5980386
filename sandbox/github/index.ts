import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { RequestDesk } from './desk.js';
import { isAllowed } from './permissions.js';
import { Seed } from './seed.js';
import { GitHubState } from './state.js';
import type { FaultQueue, GitHubOptions, RecordedRequest } from './types.js';

export { FORK_PERMISSIONS } from './permissions.js';
export type * from './state.js';
export { BOT } from './state.js';
export type * from './types.js';

/** A running stand-in for GitHub. It fits `RunOptions.github` of the runner emulator as it is. */
export interface GitHub {
  /** `GITHUB_API_URL`. */
  readonly apiUrl: string;
  /** `GITHUB_SERVER_URL`. */
  readonly serverUrl: string;
  readonly token: string;
  /** Absent when the token lacks `id-token: write`. */
  readonly identity?: { readonly requestUrl: string; readonly requestToken: string };
  readonly state: GitHubState;
  readonly seed: Seed;
  readonly faults: FaultQueue;
  readonly requests: readonly RecordedRequest[];
  /** Requests that no route serves. */
  readonly unrouted: readonly string[];
  /** Where a request or one of our own answers departs from GitHub's published description. */
  readonly violations: readonly string[];
  /** Address and body of every request, to be searched for secrets. */
  requestBodies(): readonly string[];
  /** Resolves with the next request whose method and path match; for triggers. */
  seen(method: string, path: RegExp): Promise<RecordedRequest>;
  /**
   * Stops the server.
   * @throws Error with the route log when a request was unrouted or broke the contract, unless `verify` is false
   */
  close(options?: { readonly verify?: boolean }): Promise<void>;
}

/** Starts a strict, stateful GitHub on loopback, for one repository and one workflow token. */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHub> {
  const state = new GitHubState(options);
  const server = createServer();
  const origin = await listen(server);
  const basePath = options.basePath ?? '';
  const serverUrl = basePath === '' ? 'https://github.com' : origin;
  const apiUrl = origin + basePath;
  const token = options.token ?? `ghs_${'sandbox'.repeat(5)}0`;
  const identityToken = 'sandbox-identity-request-token';
  const desk = new RequestDesk({ options, state, origin, apiUrl, serverUrl, token, identityToken });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    // The only failure is a caller that hangs up while it is still sending.
    desk.serve(request, response).catch(() => response.destroy());
  });
  const mayIdentify = options.permissions === undefined || isAllowed(options.permissions, 'id-token', 'write');
  const requestUrl = `${origin}/_identity/token?api-version=2.0`;
  return {
    apiUrl,
    serverUrl,
    token,
    ...(mayIdentify ? { identity: { requestUrl, requestToken: identityToken } } : {}),
    state,
    seed: new Seed(state),
    faults: desk.faults,
    requests: desk.log.requests,
    unrouted: desk.log.unrouted,
    violations: desk.log.violations,
    requestBodies: () => desk.log.requests.map(({ method, path, body }) => `${method} ${path}\n${body}`),
    seen: (method, path) => desk.log.seen(method, path),
    close: async ({ verify = true } = {}) => {
      await stop(server);
      if (verify) desk.verify();
    },
  };
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('The server has no port.'));
      else resolve(`http://127.0.0.1:${address.port}`);
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });
}
