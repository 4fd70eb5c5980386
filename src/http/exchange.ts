import { setMaxListeners } from 'node:events';
import { Agent, type Dispatcher, ProxyAgent, request as undiciRequest } from 'undici';
import { classifyNetworkFault, type NetworkFault } from './network-fault.js';
import { type Environment, proxyFor } from './proxy.js';
import type { Answer, Method } from './types.js';

/** One request as it goes over the wire. */
export interface WireRequest {
  readonly method: Method;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
  /** From sending to the last byte of the answer, ms. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export type WireOutcome =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'network'; readonly fault: NetworkFault };

/** Sends once and reads the answer to its end. Follows no redirect. Throws only the signal's reason. */
export type Exchange = (request: WireRequest) => Promise<WireOutcome>;

export interface Connections {
  readonly exchange: Exchange;
  /** Closes every kept-alive connection. */
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 15_000;
/** An answer beyond this is not one that this program asks for. */
const LARGEST_ANSWER_BYTES = 128 * 1024 * 1024;

/**
 * Opens the pool of connections. `environment` gives the proxy settings (`https_proxy`, `http_proxy`, `no_proxy` in
 * either case).
 */
export function createConnections(environment: Environment): Connections {
  const direct = new Agent({ connect: { timeout: CONNECT_TIMEOUT_MS } });
  const proxies = new Map<string, ProxyAgent>();
  const dispatcherFor = (url: URL): Dispatcher => {
    const proxy = proxyFor(url, environment);
    if (proxy === null) return direct;
    const known = proxies.get(proxy);
    if (known !== undefined) return known;
    const agent = new ProxyAgent({ uri: proxy, connect: { timeout: CONNECT_TIMEOUT_MS } });
    proxies.set(proxy, agent);
    return agent;
  };
  return {
    exchange: (request) => exchangeOnce(request, dispatcherFor),
    async close() {
      await Promise.all([direct, ...proxies.values()].map((agent) => agent.destroy()));
    },
  };
}

async function exchangeOnce(request: WireRequest, dispatcherFor: (url: URL) => Dispatcher): Promise<WireOutcome> {
  request.signal.throwIfAborted();
  const deadline = armDeadline(request);
  try {
    const answer = await undiciRequest(request.url, {
      method: request.method,
      headers: { ...request.headers },
      body: request.body,
      dispatcher: dispatcherFor(request.url),
      signal: deadline.signal,
      headersTimeout: request.timeoutMs,
      bodyTimeout: request.timeoutMs,
    });
    const text = await readText(answer.body);
    return { kind: 'answer', answer: { status: answer.statusCode, headers: flatten(answer.headers), text } };
  } catch (error) {
    request.signal.throwIfAborted();
    return { kind: 'network', fault: classifyNetworkFault(error, deadline.expired() ? request.timeoutMs : null) };
  } finally {
    deadline.disarm();
  }
}

interface Deadline {
  readonly signal: AbortSignal;
  expired(): boolean;
  disarm(): void;
}

/** One signal out of the caller's and the time limit; the listener is taken off again, for signals that live for hours. */
function armDeadline(request: WireRequest): Deadline {
  const controller = new AbortController();
  let expired = false;
  const timer = setTimeout(() => {
    expired = true;
    controller.abort();
  }, request.timeoutMs);
  const onAbort = (): void => controller.abort();
  // Many requests side by side share one signal; Node would warn of a leak at the eleventh.
  setMaxListeners(0, request.signal);
  request.signal.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    expired: () => expired,
    disarm() {
      clearTimeout(timer);
      request.signal.removeEventListener('abort', onAbort);
    },
  };
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > LARGEST_ANSWER_BYTES) throw new Error(`the answer is larger than ${LARGEST_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function flatten(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}
