import type { IncomingHttpHeaders } from 'node:http';
import type { Identity } from '../auth/identities.js';
import type { Fields } from './fields.js';
import type { Reply } from './reply.js';

/** One request as a handler sees it. */
export interface Call {
  readonly method: string;
  readonly path: string;
  /** Decoded values of the `{name}` parts of the route's path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The JSON body, or no members where there was none. */
  readonly body: Fields;
  readonly rawBody: Buffer;
  readonly headers: IncomingHttpHeaders;
  readonly identity: Identity;
  /** Server time of the request, epoch ms. */
  readonly now: number;
}

export type Handler = (call: Call) => Reply | Promise<Reply>;

export interface RouteTraits {
  /** Changes nothing although its method is not GET. */
  readonly reads?: boolean;
  /** Answers without credentials. */
  readonly open?: boolean;
}

export interface Route extends RouteTraits {
  readonly method: string;
  readonly pattern: string;
  readonly segments: readonly string[];
  readonly handler: Handler;
}

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** A part `{name}` takes one segment, `{name...}` takes all that are left. Parts are decoded after the split. */
function paramsOf(segments: readonly string[], given: readonly string[]): Record<string, string> | null {
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const value = given[index];
    if (segment.endsWith('...}')) {
      params[segment.slice(1, -4)] = given.slice(index).map(decodeURIComponent).join('/');
      return params;
    }
    if (value === undefined) return null;
    if (segment.startsWith('{')) params[segment.slice(1, -1)] = decodeURIComponent(value);
    else if (segment !== value) return null;
  }
  return segments.length === given.length ? params : null;
}

/** Segments of a path; one slash too many at its end, as MLflow's deployment client sends, makes no difference. */
function segmentsOf(path: string): readonly string[] {
  const segments = path.split('/').slice(1);
  return segments.length > 1 && segments.at(-1) === '' ? segments.slice(0, -1) : segments;
}

/** The table of all routes. The first that fits wins, so literal paths are registered before those with parts. */
export class Router {
  readonly #routes: Route[] = [];

  on(method: string, pattern: string, handler: Handler, traits: RouteTraits = {}): void {
    this.#routes.push({ method, pattern, segments: pattern.split('/').slice(1), handler, ...traits });
  }

  /** Throws `URIError` for a path that is not valid percent-encoding. */
  find(method: string, path: string): Match | null {
    const given = segmentsOf(path);
    for (const route of this.#routes) {
      if (route.method !== method) continue;
      const params = paramsOf(route.segments, given);
      if (params !== null) return { route, params };
    }
    return null;
  }

  /** Whether any method is served on this path. */
  knows(path: string): boolean {
    const given = segmentsOf(path);
    return this.#routes.some((route) => paramsOf(route.segments, given) !== null);
  }
}
