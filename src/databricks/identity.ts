import { z } from 'zod';
import type { HttpClient } from '../http/client.js';

/** Who the calls are made as. */
export interface Identity {
  readonly id: string;
  /** E-mail of a user, application id of a service principal: the principal's name in grants. */
  readonly userName: string;
  readonly displayName: string;
  readonly groups: readonly string[];
  /** From the answer's header; `null` when the workspace did not say. */
  readonly workspaceId: string | null;
}

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

const meAnswer = z.looseObject({
  id: text,
  userName: text,
  displayName: text,
  groups: z
    .array(z.looseObject({ display: text }))
    .nullish()
    .transform((rows) => (rows ?? []).map((row) => row.display).filter((name) => name !== '')),
});

/** The caller's own account: also the cheapest check of credentials. Throws `ActionError`. */
export async function readIdentity(http: HttpClient, signal: AbortSignal): Promise<Identity> {
  const reply = await http.ask({ method: 'GET', path: '/api/2.0/preview/scim/v2/Me', signal }, meAnswer);
  if (reply.kind === 'fault') throw http.error('Asking the workspace who this job runs as', reply.fault);
  const { id, userName, displayName, groups } = reply.value;
  return { id, userName, displayName, groups, workspaceId: reply.answer.headers['x-databricks-org-id'] ?? null };
}
