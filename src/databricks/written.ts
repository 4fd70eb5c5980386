import type { z } from 'zod';
import type { HttpClient, Reply } from '../http/client.js';
import { faultText } from '../http/fault.js';
import type { Fault, HttpRequest } from '../http/types.js';

/** How a write ended. Whoever meets `unknown` reads back before doing anything else. */
export type Written<T> =
  | { readonly kind: 'accepted'; readonly value: T }
  | { readonly kind: 'refused'; readonly status: number; readonly code: string; readonly message: string }
  | { readonly kind: 'unknown'; readonly message: string };

/** Sends a write and sorts what came back. Throws only the signal's reason. */
export async function write<T>(http: HttpClient, request: HttpRequest, schema: z.ZodType<T>): Promise<Written<T>> {
  const reply: Reply<T> = await http.ask(request, schema);
  if (reply.kind === 'value') return { kind: 'accepted', value: reply.value };
  const { fault } = reply;
  const message = faultText(fault);
  if (!isRefusal(fault)) return { kind: 'unknown', message };
  return { kind: 'refused', status: fault.status ?? 0, code: fault.code ?? '', message };
}

/** The server answered no, for good: 3xx and 4xx except "later" and "took too long". */
export function isRefusal(fault: Fault): boolean {
  const { status, outcome, form } = fault;
  if (outcome === 'unknown' || status === null || form === 'malformed') return false;
  return (status >= 300 && status < 500 && status !== 408 && status !== 429) || status === 501;
}
