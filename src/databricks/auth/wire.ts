import { z } from 'zod';
import type { MintedToken } from './cached.js';

/** An answer of a token endpoint; `expires_in` comes as a number or as text (Entra's v1 endpoint, some proxies). */
export const tokenAnswer = z.looseObject({
  access_token: z.string().min(1),
  expires_in: z.union([z.number(), z.string()]).optional(),
});

/** The identity token that GitHub gives to a job. */
export const identityAnswer = z.looseObject({ value: z.string().min(1) });

export const discoveryAnswer = z.looseObject({ token_endpoint: z.string().min(1) });

/** `GET /.well-known/databricks-config`, as far as it is used. */
export const hostMetadataAnswer = z.looseObject({
  token_federation_default_oidc_audiences: z.array(z.string()).optional(),
  account_id: z.string().optional(),
});

/** Lifetime in ms; a missing or senseless `expires_in` is `null`. */
export function mintedFrom(answer: z.infer<typeof tokenAnswer>): MintedToken {
  const seconds = Number(answer.expires_in ?? Number.NaN);
  return { value: answer.access_token, lifetimeMs: seconds > 0 ? seconds * 1000 : null };
}
