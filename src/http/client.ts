import type { z } from 'zod';
import type { ActionError } from '../errors.js';
import type { Advice, Dialect } from './advice.js';
import { parseJsonAnswer } from './answer.js';
import { faultError } from './fault.js';
import type { Attempts } from './send.js';
import type { Answer, Fault, HttpRequest } from './types.js';

/** A value, or why there is none. */
export type Reply<T> =
  | { readonly kind: 'value'; readonly value: T; readonly answer: Answer; readonly elapsedMs: number }
  | { readonly kind: 'fault'; readonly fault: Fault };

/** Calls to one server. Nothing here throws for what a server does except the methods that say so. */
export interface HttpClient {
  /** Base address without a trailing slash. */
  readonly baseUrl: string;
  /** JSON of the given shape, or the fault. Throws only the signal's reason. */
  ask<T>(request: HttpRequest, schema: z.ZodType<T>): Promise<Reply<T>>;
  /** JSON of the given shape. `task` begins the error's message. Throws `ActionError`. */
  json<T>(task: string, request: HttpRequest, schema: z.ZodType<T>): Promise<T>;
  /** JSON of the given shape, or `null` on 404. Throws `ActionError` for every other fault. */
  jsonOrNull<T>(task: string, request: HttpRequest, schema: z.ZodType<T>): Promise<T | null>;
  /** The body as text, or the fault. Throws only the signal's reason. */
  text(request: HttpRequest): Promise<Reply<string>>;
  /** The error for a fault that one of the methods above gave back. */
  error(task: string, fault: Fault, advice?: Advice): ActionError;
}

/** Puts reading of JSON and the server's dialect on top of sending with retries. */
export function createHttpClient(attempts: Attempts, dialect: Dialect): HttpClient {
  const error = (task: string, fault: Fault, advice?: Advice): ActionError => faultError(task, fault, dialect, advice);
  const ask = async <T>(request: HttpRequest, schema: z.ZodType<T>): Promise<Reply<T>> => {
    const outcome = await attempts.send(request, (answer) => {
      const parsed = parseJsonAnswer(answer);
      return parsed.kind === 'fault' ? parsed.fault : null;
    });
    if (outcome.kind === 'fault') return outcome;
    return typed(outcome, schema, (fault) => attempts.describe(request, fault, outcome));
  };
  return {
    baseUrl: attempts.baseUrl,
    ask,
    error,
    async json(task, request, schema) {
      const reply = await ask(request, schema);
      if (reply.kind === 'fault') throw error(task, reply.fault);
      return reply.value;
    },
    async jsonOrNull(task, request, schema) {
      const reply = await ask(request, schema);
      if (reply.kind === 'value') return reply.value;
      if (reply.fault.status === 404) return null;
      throw error(task, reply.fault);
    },
    async text(request) {
      const outcome = await attempts.send(request, () => null);
      if (outcome.kind === 'fault') return outcome;
      const { answer, elapsedMs } = outcome;
      return { kind: 'value', value: answer.text, answer, elapsedMs };
    },
  };
}

function typed<T>(
  { answer, elapsedMs }: { readonly answer: Answer; readonly elapsedMs: number },
  schema: z.ZodType<T>,
  describe: (fault: Pick<Fault, 'form' | 'status' | 'message'>) => Fault,
): Reply<T> {
  const parsed = parseJsonAnswer(answer);
  const value = parsed.kind === 'value' ? parsed.value : null;
  const checked = schema.safeParse(value);
  if (checked.success) return { kind: 'value', value: checked.data, answer, elapsedMs };
  const issue = checked.error.issues[0];
  const place = issue === undefined || issue.path.length === 0 ? 'the answer' : `\`${issue.path.join('.')}\``;
  const message = `an answer of an unexpected form: ${place}: ${issue?.message ?? 'not as documented'}`;
  return { kind: 'fault', fault: describe({ form: 'malformed', status: answer.status, message }) };
}
