import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Identity } from '../auth/identities.js';
import { isObject, parseJson } from '../json.js';
import type { Simulation } from '../time/simulation.js';
import { ApiFailure } from './failure.js';
import { type Disturbance, disturbanceOf } from './fault-replies.js';
import type { Faults } from './faults.js';
import { Fields } from './fields.js';
import { html, json, type Reply } from './reply.js';
import { loggableHeaders, type RequestLog } from './request-log.js';
import type { Match, Router } from './router.js';

export interface ServerParts {
  readonly router: Router;
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly simulation: Simulation;
  readonly authenticate: (authorization: string | undefined) => Identity;
  /** Real ms that every answer takes at least, as a network would. */
  readonly roundTripMs: number;
  /** How unknown paths are answered: JSON as Databricks does, or the HTML of a plain MLflow server. */
  readonly unknownPaths: 'json' | 'html';
  /** Headers of every answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** Called after each request that the server acted on. */
  readonly afterRequest: () => void;
}

const NOBODY: Identity = {
  id: '',
  kind: 'user',
  userName: '',
  displayName: '',
  groups: [],
  admin: false,
  active: true,
};

/** Everything known about one request while it is being answered. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Buffer;
  readonly entry: number;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** A JSON body must be declared as such; other bodies are for the handlers that read them raw. */
function fieldsOf(body: Buffer, contentType: string | undefined): Fields {
  if (body.length === 0 || contentType === undefined || !contentType.includes('json')) return new Fields({});
  try {
    const parsed = parseJson(body.toString('utf8'));
    if (isObject(parsed)) return new Fields(parsed);
  } catch {
    throw new ApiFailure(
      'MALFORMED_REQUEST',
      'Invalid JSON given in the body of the request - failed to parse given JSON',
    );
  }
  throw new ApiFailure('MALFORMED_REQUEST', 'Invalid JSON given in the body of the request - expected a map');
}

/** The HTTP side of the sandbox: one request at a time through clock, faults, credentials, handler and log. */
export class WorkspaceServer {
  readonly #parts: ServerParts;
  readonly #server: Server;

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
    this.#server.keepAliveTimeout = 5000;
  }

  /** Listens on a free port of 127.0.0.1 (or on `port`) and gives back the base URL. */
  async listen(port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', resolve);
    });
    return `http://127.0.0.1:${this.#port()}`;
  }

  #port(): number {
    const address: AddressInfo | string | null = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Closes at once, also connections that hang. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedReal = performance.now();
    const body = await bodyOf(request);
    this.#parts.simulation.settle();
    const method = request.method ?? 'GET';
    const url = new URL(request.url ?? '/', 'http://localhost');
    const found = this.#find(method, url.pathname);
    const path = decoded(url.pathname);
    const entry = this.#parts.log.begin({
      method,
      path,
      query: Object.fromEntries(url.searchParams),
      body: path.startsWith('/oidc/') ? '' : body.toString('utf8'),
      headers: loggableHeaders(request.headers),
      identity: '',
      at: this.#parts.simulation.now,
      writes: method !== 'GET' && method !== 'HEAD' && found?.route.reads !== true,
      acted: false,
      status: null,
      startedReal,
      endedReal: null,
    });
    const exchange = { request, response, method, path, query: url.searchParams, body, entry };
    await this.#disturb(exchange, url.pathname, found);
  }

  #find(method: string, path: string): Match | null {
    try {
      return this.#parts.router.find(method, path);
    } catch {
      return null;
    }
  }

  async #disturb(exchange: Exchange, rawPath: string, found: Match | null): Promise<void> {
    const { method, path, body } = exchange;
    const subject = { method, path, body: body.toString('utf8'), now: this.#parts.simulation.now };
    const disturbance = disturbanceOf(this.#parts.faults.strike(subject));
    const pause = this.#parts.roundTripMs + disturbance.delayMs;
    if (pause > 0) await sleep(pause);
    const reply = disturbance.prevented ? undefined : await this.#answer(exchange, rawPath, found);
    this.#finish(exchange, disturbance, reply);
  }

  async #answer(exchange: Exchange, rawPath: string, found: Match | null): Promise<Reply> {
    const { request, entry, method, path } = exchange;
    const { simulation, log } = this.#parts;
    simulation.settle();
    try {
      const open = found?.route.open === true;
      const identity = open ? NOBODY : this.#parts.authenticate(request.headers.authorization);
      log.end(entry, { identity: identity.userName });
      if (found === null) return this.#unknown(method, rawPath);
      const { query, body } = exchange;
      const fields = fieldsOf(body, request.headers['content-type']);
      const call = {
        method,
        path,
        params: found.params,
        query,
        body: fields,
        rawBody: body,
        headers: request.headers,
        identity,
      };
      log.end(entry, { acted: true });
      const reply = await found.route.handler({ ...call, now: simulation.now });
      this.#parts.afterRequest();
      return reply;
    } catch (thrown) {
      return this.#refusal(thrown);
    }
  }

  #unknown(method: string, path: string): Reply {
    if (this.#parts.unknownPaths === 'html') {
      return this.#parts.router.knows(path) ? html(405, 'Method Not Allowed') : html(404, 'Not Found');
    }
    return json({ error_code: 'ENDPOINT_NOT_FOUND', message: `No API found for '${method} ${path}'` }, 404);
  }

  #refusal(thrown: unknown): Reply {
    if (thrown instanceof ApiFailure) {
      return json({ error_code: thrown.code, message: thrown.message, ...thrown.extra }, thrown.status);
    }
    const message = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    return json({ error_code: 'INTERNAL_ERROR', message: `Fault of the sandbox itself: ${message}` }, 500);
  }

  #finish(exchange: Exchange, disturbance: Disturbance, answered: Reply | undefined): void {
    const { response, entry } = exchange;
    if (disturbance.ending === 'reset') {
      this.#parts.log.end(entry, { endedReal: performance.now() });
      response.socket?.resetAndDestroy();
      return;
    }
    if (disturbance.ending === 'hang') return;
    const reply = disturbance.reply ?? answered ?? { status: 500, headers: {}, body: '' };
    this.#parts.log.end(entry, { status: reply.status, endedReal: performance.now() });
    this.#write(response, reply, disturbance.ending === 'truncate');
  }

  #write(response: ServerResponse, reply: Reply, truncated: boolean): void {
    const body = Buffer.from(reply.body);
    response.sendDate = false;
    response.writeHead(reply.status, {
      ...this.#parts.headers,
      ...reply.headers,
      date: new Date(this.#parts.simulation.now).toUTCString(),
      'content-length': String(body.length),
    });
    if (!truncated) {
      response.end(body);
      return;
    }
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
  }
}
