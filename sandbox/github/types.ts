/** The permissions of a workflow token that the stand-in knows, by their names in YAML. `metadata: read` is always there. */
export type Scope = 'actions' | 'contents' | 'deployments' | 'id-token' | 'issues' | 'pull-requests';
export type Access = 'none' | 'read' | 'write';
export type Permissions = Readonly<Partial<Record<Scope, Access>>>;

/** Claims of the identity token beside those that every token has. */
export type Claims = Readonly<Record<string, string>>;

export interface GitHubOptions {
  /** `owner/name`; default `acme/models`. */
  readonly repository?: string;
  /** The default branch's head commit. */
  readonly headSha?: string;
  /** `/api/v3` makes it an Enterprise Server; default: github.com, without a base path. */
  readonly basePath?: string;
  readonly token?: string;
  /** Default: what the promotion's job asks for (see `DEFAULT_PERMISSIONS`). */
  readonly permissions?: Permissions;
  /** Issues switched off in the repository's settings. */
  readonly issuesDisabled?: boolean;
  /** Requests an hour; default 1,000 on github.com and none on Enterprise Server. */
  readonly hourlyLimit?: number;
  /** `sub` of identity tokens; default `repo:<repository>:ref:refs/heads/main`. */
  readonly identitySubject?: string;
  readonly identityClaims?: Claims;
  /** Checks requests and answers against GitHub's published description; absent: not checked. */
  readonly contract?: ContractValidator;
  /** Epoch ms; default the wall clock. */
  readonly now?: () => number;
}

/** A path template and method such as `POST /repos/{owner}/{repo}/issues`, as GitHub's description names it. */
export type OperationName = string;

/** Checks against GitHub's published description of its API. Each answer is a list of faults, empty when all is well. */
export interface ContractValidator {
  request(operation: OperationName, query: Readonly<Record<string, string>>, body: unknown): readonly string[];
  response(operation: OperationName, status: number, body: unknown): readonly string[];
}

/** One request as the stand-in saw it. */
export interface RecordedRequest {
  readonly method: string;
  /** Without the base path; with the query. */
  readonly path: string;
  /** The route's template, or `null` when nothing serves it. */
  readonly route: OperationName | null;
  /** The body as text; empty when there was none. */
  readonly body: string;
  /** The status answered, or how the connection was ended. */
  readonly outcome: number | 'reset' | 'hang';
}

/** What goes wrong, once, with the `nth` matching request from now on. Exactly one of the last group is given. */
export interface Fault {
  readonly method?: string;
  /** A path without the base path, a template (`/repos/{owner}/{repo}/issues`), or an expression. */
  readonly path: string | RegExp;
  /** 1 is the next matching request. */
  readonly nth?: number;
  /** How many in a row; default 1. */
  readonly times?: number;
  /** Carries the request out and then spoils the answer: the writer cannot know. */
  readonly afterEffect?: boolean;

  /** Answers with this status and GitHub's shape of an error. */
  readonly status?: number;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Cuts the connection. */
  readonly reset?: true;
  /** Never answers. */
  readonly hang?: true;
  /** Answers with an HTML page and this status, as a proxy or a load balancer does. */
  readonly html?: number;
  /** The hourly limit is used up, or too much was asked at once; for `retryAfter` seconds (default 1). */
  readonly rateLimit?: 'primary' | 'secondary';
  readonly retryAfter?: number;
}

export interface FaultQueue {
  add(fault: Fault): void;
  /** Faults that have not happened yet. */
  pending(): number;
}
