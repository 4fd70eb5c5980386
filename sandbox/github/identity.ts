import { randomUUID } from 'node:crypto';
import { repositoryId } from './representations/repository.js';
import type { Claims } from './types.js';

/** GitHub's issuer of identity tokens; an Enterprise Server has its own. */
const ISSUER = 'https://token.actions.githubusercontent.com';

/** Seconds that an identity token is valid. */
const LIFETIME = 300;

export interface IdentityRequest {
  readonly repository: string;
  readonly sha: string;
  readonly subject: string;
  /** Asked for; GitHub's default is the owner's address. */
  readonly audience: string | null;
  readonly claims: Claims;
  /** Set for Enterprise Server. */
  readonly enterpriseUrl: string | null;
  /** Epoch ms. */
  readonly now: number;
}

/**
 * An unsecured JWT (RFC 7519, section 6: `alg` none and an empty signature) with the claims that GitHub's identity
 * tokens carry. Whoever accepts it accepts anything; it is for stand-ins on loopback.
 */
export function identityToken(request: IdentityRequest): string {
  const owner = request.repository.split('/')[0] ?? '';
  const issuedAt = Math.floor(request.now / 1000);
  const claims = {
    jti: randomUUID(),
    iss: request.enterpriseUrl === null ? ISSUER : `${request.enterpriseUrl}/_services/token`,
    sub: request.subject,
    aud: request.audience ?? `${request.enterpriseUrl ?? 'https://github.com'}/${owner}`,
    iat: issuedAt,
    nbf: issuedAt,
    exp: issuedAt + LIFETIME,
    repository: request.repository,
    repository_owner: owner,
    repository_id: String(repositoryId(request.repository)),
    repository_visibility: 'private',
    sha: request.sha,
    ref: 'refs/heads/main',
    ref_type: 'branch',
    actor: 'octocat',
    event_name: 'push',
    workflow: 'Promote',
    job_workflow_ref: `${request.repository}/.github/workflows/promote.yml@refs/heads/main`,
    run_id: '9000000001',
    run_attempt: '1',
    runner_environment: 'github-hosted',
    ...request.claims,
  };
  return `${encode({ typ: 'JWT', alg: 'none' })}.${encode(claims)}.`;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
