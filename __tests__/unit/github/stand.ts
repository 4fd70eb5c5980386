import {
  type GitHub as StandIn,
  type GitHubOptions as StandInOptions,
  startGitHub,
} from '../../../sandbox/github/index.js';
import { createContractValidator } from '../../../sandbox/github/openapi/validator.js';
import { createGitHub, type GitHub } from '../../../src/github/client.js';

export interface Stand {
  readonly standIn: StandIn;
  readonly github: GitHub;
  readonly log: string[];
}

/** A client of the strict stand-in that checks every request against GitHub's published description. */
export async function stand(options: StandInOptions = {}, deadlineMs = 20_000): Promise<Stand> {
  const server = options.basePath === '/api/v3' ? 'ghes-3.17' : 'github.com';
  const standIn = await startGitHub({ contract: createContractValidator(server), ...options });
  const log: string[] = [];
  return { standIn, github: clientOf(standIn, log, deadlineMs), log };
}

/** Another job's client of the same stand-in. */
export function clientOf(standIn: StandIn, log: string[] = [], deadlineMs = 20_000): GitHub {
  return createGitHub({
    token: standIn.token,
    baseUrl: standIn.apiUrl,
    repository: standIn.state.repository,
    retryBaseMs: 5,
    deadlineMs,
    log: { debug: (line) => log.push(line), warning: (line) => log.push(line) },
  });
}

export const SIGNAL: AbortSignal = new AbortController().signal;
