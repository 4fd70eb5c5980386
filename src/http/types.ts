import type { ActionError } from '../errors.js';

/** Time and chance as the transport needs them; injected so that no test waits. */
export interface Timing {
  /** Monotonic ms; only differences mean anything. */
  monotonic(): number;
  /** Resolves after `ms`, or rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Uniform in [0, 1). */
  random(): number;
}

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A list is sent as a repeated parameter; `undefined` is left out; booleans become `true` and `false`. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** What is sent with a request. */
export type Payload =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'form'; readonly fields: Readonly<Record<string, string>> }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array };

/** One call to one host. The path is joined to the client's base address, so a token cannot go anywhere else. */
export interface HttpRequest {
  readonly method: Method;
  /** Begins with `/`; segments are encoded already (see `encodePath`). */
  readonly path: string;
  readonly query?: Query;
  readonly payload?: Payload;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether repeating it can do harm. By default GET and HEAD are reads and everything else is a write. */
  readonly effect?: 'read' | 'write';
  /** Longest wait for one attempt, ms. */
  readonly timeoutMs?: number;
  /** Longest time for all attempts and the waits between them, ms. */
  readonly budgetMs?: number;
  /** 1: never repeated, whatever comes back. */
  readonly maxAttempts?: number;
  /** A refusal in these words is final for this call, although its status usually passes. */
  readonly finalWords?: RegExp;
  readonly signal: AbortSignal;
}

/** What came back from the server, read to its end. Header names are in lower case. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Why a call brought nothing usable. Plain data: becomes an `ActionError` only where someone wants to throw it. */
export interface Fault {
  /**
   * `refused`: the server said no, or the request surely never reached it. `unknown`: it may or may not have been
   * carried out, so whoever wrote must read back.
   */
  readonly outcome: 'refused' | 'unknown';
  readonly form: 'answer' | 'network' | 'timeout' | 'web-page' | 'redirect' | 'malformed' | 'credentials';
  /** HTTP status, or `null` when no answer came. */
  readonly status: number | null;
  /** The server's own code, such as `RESOURCE_CONFLICT`, or the network's, such as `ECONNREFUSED`. */
  readonly code?: string;
  /** What the server said, clipped, without secrets. */
  readonly message: string;
  /** Method and path, without the query. */
  readonly request: string;
  /** Scheme, host and port that it was sent to. */
  readonly origin: string;
  readonly requestId?: string;
  readonly attempts: number;
  /** From sending the last attempt to its end, ms; without the time that getting credentials took. */
  readonly elapsedMs: number;
  /** Set when credentials could not be had, so that nothing was sent: the error that says why. */
  readonly credentialsError?: ActionError;
}

export type Outcome =
  | {
      readonly kind: 'answer';
      readonly answer: Answer;
      readonly attempts: number;
      /** From sending the last attempt to the last byte of its answer, ms. */
      readonly elapsedMs: number;
    }
  | { readonly kind: 'fault'; readonly fault: Fault };

/** Puts credentials on a request. */
export interface Authorizer {
  /** Short name for the user agent: `pat`, `oauth-m2m`, `basic`, … */
  readonly authType: string;
  headers(signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
  /**
   * Called after a 401 with the headers that were refused. Returns whether new ones can be had, so that trying once
   * more makes sense.
   */
  renew(refused: Readonly<Record<string, string>>, signal: AbortSignal): Promise<boolean>;
}
