import { getOctokit } from '@actions/github';
import { retry } from '@octokit/plugin-retry';
import { type ThrottlingOptions, throttling } from '@octokit/plugin-throttling';
import type { z } from 'zod';
import { ActionError } from '../errors.js';
import { githubError } from './failure.js';

/** Longest one call may take, its retries and waits included. */
const CALL_DEADLINE_MS = 60_000;
/** A wait that GitHub asks for is granted up to here (s); longer ones end in an explained failure. */
const LONGEST_RATE_WAIT_S = 20;
const RATE_LIMIT_RETRIES = 2;
/** Pages of 100 that a listing reads at most. */
const LARGEST_LISTING_PAGES = 50;
/** Statuses that a second try cannot change; 429 belongs to the throttling plugin alone. */
const NOT_RETRIED = [400, 401, 403, 404, 409, 410, 422, 429, 451];

/** Where the client tells about waits and retries. */
interface GitHubLog {
  debug(message: string): void;
  warning(message: string): void;
}

export interface GitHubOptions {
  readonly token: string;
  /** `GITHUB_API_URL`: `https://api.github.com`, or `https://host/api/v3` on an Enterprise Server. */
  readonly baseUrl: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly log: GitHubLog;
  readonly userAgent?: string;
  /** Seconds between retries are multiplied with this (ms); 1000 unless a test hurries. */
  readonly retryBaseMs?: number;
  /** Longest one call may take (ms), its retries included. */
  readonly deadlineMs?: number;
}

interface CallOptions {
  readonly signal: AbortSignal;
  /** How often a 5xx or a lost connection is tried again. 0 for what must not happen twice. */
  readonly retries?: number;
}

/** Parameters of a route: placeholders of the path, query and body, as octokit takes them. */
type RouteParameters = Readonly<Record<string, unknown>>;

/** GitHub as this project uses it: one repository, typed answers, bounded calls. */
export interface GitHub {
  readonly owner: string;
  readonly repo: string;
  /** `{owner}` and `{repo}` in the route are filled in. Throws `ActionError` (see `githubError`). */
  request<T>(route: string, parameters: RouteParameters, schema: z.ZodType<T>, options: CallOptions): Promise<T>;
  /** All items of a listing, page by page (100 each, at most 5,000). */
  list<T>(route: string, parameters: RouteParameters, schema: z.ZodType<T>, options: CallOptions): Promise<T[]>;
  /** A GraphQL query; what is optional sugar only, since some servers switch it off. */
  graphql<T>(query: string, schema: z.ZodType<T>, options: CallOptions): Promise<T>;
  /** The token is one of an app installation (`GITHUB_TOKEN` is), which cannot ask `GET /user`. */
  readonly isInstallationToken: boolean;
}

type Octokit = ReturnType<typeof getOctokit>;
type PacedGroup = NonNullable<ThrottlingOptions['write']>;

/**
 * The plugin spaces writes one second apart, three where they notify, for programs that write in bulk. A run writes a
 * handful and must not dawdle when it is being cancelled, so its writes go at once; limits that GitHub reports still hold.
 */
const UNPACED = {
  key: () => ({
    schedule: (_options: unknown, call: (...given: readonly unknown[]) => unknown, ...given: readonly unknown[]) =>
      call(...given),
  }),
} as unknown as PacedGroup;

let clients = 0;

function createOctokit(options: GitHubOptions): Octokit {
  clients += 1;
  const baseMs = options.retryBaseMs ?? 1000;
  const onLimit =
    (kind: string) =>
    (retryAfter: number, request: { method: string; url: string }, _octokit: unknown, tries: number): boolean => {
      const again = tries < RATE_LIMIT_RETRIES && retryAfter <= LONGEST_RATE_WAIT_S;
      const then = again ? `trying again in ${retryAfter} s` : 'giving up';
      options.log.debug(`GitHub ${kind} limit at ${request.method} ${request.url}: ${then}.`);
      return again;
    };
  return getOctokit(
    options.token,
    {
      baseUrl: options.baseUrl.replace(/\/+$/, ''),
      userAgent: options.userAgent ?? 'databricks-model-promotion',
      log: { debug: () => {}, info: () => {}, warn: options.log.debug, error: options.log.debug },
      retry: { doNotRetry: NOT_RETRIED, retries: 2, retryAfterBaseValue: baseMs },
      throttle: {
        id: `client-${clients}`,
        retryAfterBaseValue: baseMs,
        write: UNPACED,
        notifications: UNPACED,
        onRateLimit: onLimit('rate'),
        onSecondaryRateLimit: onLimit('secondary rate'),
      },
    },
    retry,
    throttling,
  );
}

/** Ends with the call, or as soon as the signal is aborted: the plugins' waits do not listen to it. */
async function bounded<T>(signal: AbortSignal, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([call(signal), aborted]);
  } finally {
    if (stop) signal.removeEventListener('abort', stop);
  }
}

function typed<T>(route: string, schema: z.ZodType<T>, data: unknown): T {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map((issue) => issue.path.join('.') || 'the whole').join(', ');
  throw new ActionError(`GitHub answered ${route} in a form that is not known (${where}).`, {
    kind: 'remote',
    reason: 'remote-error',
    fix: 'Check that GITHUB_API_URL is the REST API of GitHub or of a supported Enterprise Server.',
  });
}

function splitRepository(repository: string): { owner: string; repo: string } {
  const [owner, repo, more] = repository.split('/');
  if (owner && repo && more === undefined) return { owner, repo };
  throw new ActionError(`"${repository}" is not a repository of the form owner/name.`, {
    kind: 'configuration',
    reason: 'configuration-invalid',
    fix: 'Run inside GitHub Actions, which sets GITHUB_REPOSITORY.',
  });
}

/** A call under the client's deadline and the caller's signal; what it throws becomes an `ActionError`. */
async function guarded<T>(
  deadlineMs: number,
  what: string,
  signal: AbortSignal,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  try {
    return await bounded(AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]), call);
  } catch (thrown) {
    throw githubError(what, thrown);
  }
}

/** The items of all pages, up to the limit. */
async function readPages(octokit: Octokit, route: string, query: Record<string, unknown>): Promise<unknown[]> {
  const items: unknown[] = [];
  let pages = 0;
  for await (const page of octokit.paginate.iterator(route, query)) {
    items.push(...page.data);
    pages += 1;
    if (pages >= LARGEST_LISTING_PAGES) break;
  }
  return items;
}

/**
 * The one way to GitHub: `@actions/github` (base URL, proxy) with octokit's retry and throttling plugins.
 * Every call has a deadline and listens to the caller's signal; failures are `ActionError`s that say what to do.
 */
export function createGitHub(options: GitHubOptions): GitHub {
  const octokit = createOctokit(options);
  const { owner, repo } = splitRepository(options.repository);
  const deadlineMs = options.deadlineMs ?? CALL_DEADLINE_MS;
  const parametersOf = (parameters: RouteParameters, given: CallOptions, signal: AbortSignal) => {
    const retries = given.retries === undefined ? {} : { retries: given.retries };
    return { owner, repo, ...parameters, request: { signal, ...retries } };
  };
  return {
    owner,
    repo,
    isInstallationToken: options.token.startsWith('ghs_'),
    request: (route, parameters, schema, given) =>
      guarded(deadlineMs, route, given.signal, async (signal) => {
        const answer = await octokit.request(route, parametersOf(parameters, given, signal));
        return typed(route, schema, answer.data);
      }),
    list: (route, parameters, schema, given) =>
      guarded(deadlineMs, route, given.signal, async (signal) => {
        const query = parametersOf({ ...parameters, per_page: 100 }, given, signal);
        return typed(route, schema.array(), await readPages(octokit, route, query));
      }),
    graphql: (query, schema, given) =>
      guarded(deadlineMs, 'POST /graphql', given.signal, async (signal) =>
        typed('POST /graphql', schema, await octokit.graphql(query, { request: { signal } })),
      ),
  };
}
