import { z } from 'zod';
import type { GitHub } from './client.js';

/** Who the job's own `GITHUB_TOKEN` writes as. */
const ACTIONS_LOGIN = 'github-actions[bot]';

const user = z.object({ login: z.string() });
const viewer = z.object({ viewer: user });

/**
 * The login that this token writes as. Installation tokens are refused at `GET /user`, so they ask GraphQL; where
 * neither answers it is taken for the job's own token. Never throws except when aborted.
 */
export async function loginOf(github: GitHub, signal: AbortSignal): Promise<string> {
  try {
    if (!github.isInstallationToken) return (await github.request('GET /user', {}, user, { signal, retries: 1 })).login;
    return (await github.graphql('{ viewer { login } }', viewer, { signal, retries: 1 })).viewer.login;
  } catch {
    signal.throwIfAborted();
    return ACTIONS_LOGIN;
  }
}

/** Whether two logins are the same account: GraphQL leaves out the `[bot]` of apps, and logins ignore case. */
export function isSameLogin(a: string, b: string): boolean {
  const plain = (login: string): string => login.toLowerCase().replace(/\[bot\]$/, '');
  return plain(a) === plain(b);
}
