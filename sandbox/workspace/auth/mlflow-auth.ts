import { ApiFailure } from '../http/failure.js';
import type { WorkspaceOptions } from '../options.js';
import type { Identity } from './identities.js';

/** Who calls a plain MLflow server: nobody in particular, unless it asks for credentials. */
export function mlflowCaller(
  identity: Identity,
  expected: WorkspaceOptions['mlflowAuth'],
  authorization: string | undefined,
): Identity {
  if (expected === undefined) return identity;
  const wanted =
    'token' in expected
      ? `Bearer ${expected.token}`
      : `Basic ${Buffer.from(`${expected.username}:${expected.password}`).toString('base64')}`;
  if (authorization !== wanted) throw new ApiFailure('UNAUTHENTICATED', 'You are not authenticated.');
  return identity;
}
