import { ActionError } from '../errors.js';
import { type AnswerFault, answerFault } from './answer.js';
import { parseErrorBody } from './error-body.js';
import type { Exchange, WireOutcome } from './exchange.js';
import { joinUrl } from './path.js';
import type { Secrets } from './redaction.js';
import { DEFAULT_RETRY, decideRetry, type Finding, findingOf, type RetryPolicy, retryAfterMs } from './retry.js';
import type { ServerClock } from './server-clock.js';
import type { Answer, Authorizer, Fault, HttpRequest, Outcome, Timing } from './types.js';

export interface AttemptsOptions {
  /** Scheme, host, port and path prefix. */
  readonly baseUrl: string;
  readonly exchange: Exchange;
  readonly authorizer: Authorizer;
  readonly userAgent: string;
  readonly timing: Timing;
  readonly clock: ServerClock;
  readonly secrets: Secrets;
  /** Sent with every request, such as a gateway's own headers. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly retry?: RetryPolicy;
  /** One line per repeated attempt, for the debug log. */
  readonly onRetry?: (message: string) => void;
}

/** How a call went, apart from what came back. */
export interface Sent {
  readonly attempts: number;
  /** From sending the last attempt to its end, ms. */
  readonly elapsedMs: number;
}

/** What one attempt brought and how long it took. */
type Timed = WireOutcome & { readonly elapsedMs: number };

/** The one place that repeats requests. */
export interface Attempts {
  readonly baseUrl: string;
  /**
   * Sends until it succeeds or there is no sense in another try. `flawOf` may find fault with a successful answer
   * (broken JSON); that is repeated for reads and unknown for writes. Throws only the signal's reason.
   */
  send(request: HttpRequest, flawOf: (answer: Answer) => AnswerFault | null): Promise<Outcome>;
  /** Completes a fault with the facts of the call. */
  describe(request: HttpRequest, fault: AnswerFault, sent: Sent): Fault;
}

const TIMEOUT_MS = 60_000;
const READ_BUDGET_MS = 120_000;
const WRITE_BUDGET_MS = 60_000;

/** Sends requests, each attempt under its deadline, and repeats those that may be repeated. */
export function createAttempts(options: AttemptsOptions): Attempts {
  return {
    baseUrl: options.baseUrl.replace(/\/+$/, ''),
    send: (request, flawOf) => sendUntilSettled(options, request, flawOf),
    describe: (request, fault, sent) => completeFault(options, request, fault, 'refused', sent),
  };
}

async function sendUntilSettled(
  options: AttemptsOptions,
  request: HttpRequest,
  flawOf: (answer: Answer) => AnswerFault | null,
): Promise<Outcome> {
  const effect = effectOf(request);
  const started = options.timing.monotonic();
  const budget = request.budgetMs ?? (effect === 'read' ? READ_BUDGET_MS : WRITE_BUDGET_MS);
  for (let number = 1; ; number += 1) {
    const wire = await sendAuthorized(options, request);
    if (wire.kind === 'no-credentials') {
      const sent = { attempts: number, elapsedMs: 0 };
      return { kind: 'fault', fault: completeFault(options, request, credentialsFlaw(wire.error), 'refused', sent) };
    }
    const trial = judge(wire, flawOf, options.clock.now(), request.finalWords ?? null);
    const decision = decideRetry(
      trial.finding,
      {
        effect,
        number,
        budgetLeftMs: budget - (options.timing.monotonic() - started),
        maxAttempts: request.maxAttempts ?? Number.POSITIVE_INFINITY,
        chance: options.timing.random(),
      },
      trial.askedMs,
      options.retry ?? DEFAULT_RETRY,
    );
    const sent = { attempts: number, elapsedMs: wire.elapsedMs };
    if (decision.kind === 'done' && wire.kind === 'answer') return { kind: 'answer', answer: wire.answer, ...sent };
    const outcome = decision.kind === 'give-up' ? decision.outcome : 'refused';
    const fault = completeFault(options, request, trial.flaw, outcome, sent);
    if (decision.kind !== 'again') return { kind: 'fault', fault };
    options.onRetry?.(`${fault.request}: ${fault.message}; trying again in ${decision.waitMs} ms`);
    await options.timing.sleep(decision.waitMs, request.signal);
  }
}

interface NoCredentials {
  readonly kind: 'no-credentials';
  readonly error: ActionError;
}

/** Sends with credentials, and once more with renewed ones after a 401 (which says that nothing was done). */
async function sendAuthorized(options: AttemptsOptions, request: HttpRequest): Promise<Timed | NoCredentials> {
  try {
    const credentials = await options.authorizer.headers(request.signal);
    const first = await sendOnce(options, request, credentials);
    if (!tokenRefused(first)) return first;
    const renewed = await options.authorizer.renew(credentials, request.signal);
    if (!renewed) return first;
    return await sendOnce(options, request, await options.authorizer.headers(request.signal));
  } catch (error) {
    // Only the authorizer throws these; what was sent before, if anything, was refused with a 401.
    if (error instanceof ActionError) return { kind: 'no-credentials', error };
    throw error;
  }
}

/** 401, and the 403 with which Databricks meets a token that it does not know (any more). */
function tokenRefused(outcome: WireOutcome): boolean {
  if (outcome.kind === 'network') return false;
  const { status, text } = outcome.answer;
  return status === 401 || (status === 403 && /invalid access token|token (has |is )?expired/i.test(text));
}

async function sendOnce(
  options: AttemptsOptions,
  request: HttpRequest,
  credentials: Readonly<Record<string, string>>,
): Promise<Timed> {
  const { body, contentType } = encode(request);
  const sentAt = options.timing.monotonic();
  const outcome = await options.exchange({
    method: request.method,
    url: joinUrl(options.baseUrl, request.path, request.query),
    headers: {
      accept: 'application/json',
      'user-agent': options.userAgent,
      ...(contentType === null ? {} : { 'content-type': contentType }),
      ...options.headers,
      ...request.headers,
      ...credentials,
    },
    body,
    timeoutMs: request.timeoutMs ?? TIMEOUT_MS,
    signal: request.signal,
  });
  const endedAt = options.timing.monotonic();
  if (outcome.kind === 'answer' && outcome.answer.headers.age === undefined) {
    options.clock.observe(outcome.answer.headers.date, sentAt, endedAt);
  }
  return { ...outcome, elapsedMs: endedAt - sentAt };
}

function encode(request: HttpRequest): { body: string | Uint8Array | null; contentType: string | null } {
  const { payload } = request;
  if (payload === undefined) return { body: null, contentType: null };
  if (payload.kind === 'json') return { body: JSON.stringify(payload.value), contentType: 'application/json' };
  if (payload.kind === 'bytes') return { body: payload.bytes, contentType: 'application/octet-stream' };
  return { body: new URLSearchParams(payload.fields).toString(), contentType: 'application/x-www-form-urlencoded' };
}

/** The token provider has tried long enough by itself; nothing is gained by trying again here. */
function credentialsFlaw(error: ActionError): AnswerFault {
  const status = error.remote?.status ?? null;
  return {
    form: 'credentials',
    status: null,
    code: 'NO_CREDENTIALS',
    message: `${error.message} (${status ?? 'no answer'})`,
    credentialsError: error,
  };
}

interface Trial {
  readonly finding: Finding;
  readonly flaw: AnswerFault;
  readonly askedMs: number | null;
}

const NO_FLAW: AnswerFault = { form: 'answer', status: null, message: '' };

function judge(
  wire: WireOutcome,
  flawOf: (answer: Answer) => AnswerFault | null,
  nowMs: number,
  finalWords: RegExp | null,
): Trial {
  if (wire.kind === 'network') {
    const { timedOut, code, message } = wire.fault;
    const flaw: AnswerFault = { form: timedOut ? 'timeout' : 'network', status: null, code, message };
    return { finding: findingOf(wire, null), flaw, askedMs: null };
  }
  const { answer } = wire;
  if (answer.status < 300) return judgeSuccess(flawOf(answer));
  const body = parseErrorBody(answer.status, answer.text);
  const finding = findingOf(wire, body);
  const final = finding.kind === 'failure' && finalWords?.test(body.message) === true;
  const asked = [retryAfterMs(answer.headers['retry-after'], nowMs), body.retryAfterMs ?? null];
  const known = asked.filter((ms) => ms !== null);
  return {
    finding: final ? { ...finding, passing: 'no' } : finding,
    flaw: answerFault(answer),
    askedMs: known.length === 0 ? null : Math.max(...known),
  };
}

/** A success whose body is broken: worth another try for a read, unless it is a web page, which stays one. */
function judgeSuccess(flaw: AnswerFault | null): Trial {
  if (flaw === null) return { finding: { kind: 'success' }, flaw: NO_FLAW, askedMs: null };
  const passing = flaw.form === 'web-page' ? 'no' : 'doubtful';
  return { finding: { kind: 'failure', acted: 'maybe', passing }, flaw, askedMs: null };
}

function completeFault(
  options: AttemptsOptions,
  request: HttpRequest,
  flaw: AnswerFault,
  outcome: 'refused' | 'unknown',
  sent: Sent,
): Fault {
  const { pathname, origin } = joinUrl(options.baseUrl, request.path, undefined);
  const message = options.secrets.redact(flaw.message);
  return { ...flaw, outcome, message, request: `${request.method} ${pathname}`, origin, ...sent };
}

function effectOf(request: HttpRequest): 'read' | 'write' {
  return request.effect ?? (request.method === 'GET' || request.method === 'HEAD' ? 'read' : 'write');
}
