import { templateExpression } from './fault-queue.js';
import { type Page, pageOf } from './pagination.js';
import { requireAny } from './permissions.js';
import { ApiRefusal, invalid, notFound } from './refusal.js';
import type { Links } from './representations/links.js';
import type { GitHubState } from './state.js';
import type { Access, Permissions, Scope } from './types.js';

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request on its way to a route. */
export class Call {
  constructor(
    readonly state: GitHubState,
    readonly links: Links,
    readonly permissions: Permissions,
    readonly query: URLSearchParams,
    readonly body: Readonly<Record<string, unknown>>,
    private readonly parameters: Readonly<Record<string, string>>,
    private readonly linkUrl: string,
  ) {}

  /** Refuses unless the token has one of the scopes. */
  require(access: Access, ...scopes: readonly Scope[]): void {
    requireAny(this.permissions, scopes, access);
  }

  parameter(name: string): string {
    const value = this.parameters[name];
    if (value === undefined) throw new Error(`The route has no parameter '${name}'.`);
    return decodeURIComponent(value);
  }

  /** A numeric path parameter; anything else does not exist. */
  number(name: string): number {
    const text = this.parameter(name);
    if (!/^\d+$/.test(text)) throw notFound();
    return Number(text);
  }

  /** A string of the body, or `null` when it is absent or null. */
  text(name: string, resource: string): string | null {
    const value = this.body[name] ?? null;
    if (value !== null && typeof value !== 'string')
      throw invalid(resource, name, 'invalid', `${name} is not a string`);
    return value;
  }

  /** Answers one page of a list, each item rendered. */
  list<Item>(items: readonly Item[], render: (item: Item) => unknown): Answer {
    const page: Page<Item> = pageOf(items, this.query, this.linkUrl);
    const headers: Record<string, string> = page.link === null ? {} : { link: page.link };
    return { status: 200, body: page.items.map(render), headers };
  }
}

export interface Route {
  /** Method and template, as GitHub's description names the operation. */
  readonly operation: string;
  /** Not part of GitHub's published description (the identity service, GraphQL). */
  readonly undescribed?: boolean;
  readonly handle: (call: Call) => Answer;
}

export interface Match {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Finds the route of a request. */
export class Router {
  private readonly entries: readonly { route: Route; method: string; path: RegExp }[];

  constructor(routes: readonly Route[]) {
    this.entries = routes.map((route) => {
      const [method = '', template = ''] = route.operation.split(' ');
      return { route, method, path: templateExpression(template) };
    });
  }

  find(method: string, path: string): Match | null {
    for (const entry of this.entries) {
      const found = entry.method === method ? entry.path.exec(path) : null;
      if (found !== null) return { route: entry.route, parameters: { ...found.groups } };
    }
    return null;
  }

  operations(): readonly string[] {
    return this.entries.map(({ route }) => route.operation);
  }
}

/** Reads a JSON object; GitHub answers 400 for anything else. */
export function parseBody(text: string): Readonly<Record<string, unknown>> {
  if (text === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ApiRefusal(400, 'Problems parsing JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ApiRefusal(400, 'Body should be a JSON object');
  }
  return { ...value };
}
