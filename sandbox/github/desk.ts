import type { IncomingMessage, ServerResponse } from 'node:http';
import { faultyAnswer, HourlyLimit, send } from './answers.js';
import { WaitingFaults } from './fault-queue.js';
import { identityToken } from './identity.js';
import { DEFAULT_PERMISSIONS } from './permissions.js';
import { ApiRefusal, notFound } from './refusal.js';
import { Links } from './representations/links.js';
import { repositoryId } from './representations/repository.js';
import { RequestLog } from './request-log.js';
import { type Answer, Call, type Match, parseBody, Router } from './router.js';
import { commentRoutes } from './routes/comments.js';
import { deploymentRoutes } from './routes/deployments.js';
import { issueRoutes } from './routes/issues.js';
import { repositoryRoutes } from './routes/repository.js';
import { answerGraphql, viewerRoutes } from './routes/viewer.js';
import type { GitHubState } from './state.js';
import type { Fault, GitHubOptions, RecordedRequest } from './types.js';

interface DeskOptions {
  readonly options: GitHubOptions;
  readonly state: GitHubState;
  readonly origin: string;
  readonly apiUrl: string;
  readonly serverUrl: string;
  readonly token: string;
  readonly identityToken: string;
}

/** A request as far as it has been read. */
interface Incoming {
  readonly method: string;
  /** Without the base path and the query; links of later pages mapped to the repository's name. */
  readonly path: string;
  readonly url: URL;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
  readonly match: Match | null;
}

/** Takes each request from the socket to its answer: routing, faults, permissions, contract, log. */
export class RequestDesk {
  readonly faults = new WaitingFaults();
  readonly log = new RequestLog();
  private readonly router: Router;
  private readonly links: Links;
  private readonly limit: HourlyLimit;
  private readonly now: () => number;

  constructor(private readonly desk: DeskOptions) {
    const { options } = desk;
    this.now = options.now ?? Date.now;
    this.links = new Links(desk.apiUrl, desk.serverUrl);
    this.limit = new HourlyLimit(options.hourlyLimit ?? (options.basePath ? null : 1000), this.now());
    this.router = new Router([
      ...commentRoutes,
      ...issueRoutes,
      ...deploymentRoutes,
      ...repositoryRoutes,
      ...viewerRoutes,
      { operation: 'POST /graphql', undescribed: true, handle: answerGraphql },
      { operation: 'GET /_identity/token', undescribed: true, handle: (call) => this.identity(call) },
    ]);
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const incoming = await this.read(request);
    const fault = this.faults.take(incoming.method, incoming.path);
    if (fault !== null && fault.afterEffect !== true) return this.spoil(incoming, fault, response);
    const answer = this.answer(incoming);
    if (fault !== null) return this.spoil(incoming, fault, response);
    this.record(incoming, answer.status);
    send(response, answer, this.limit.headers());
  }

  /** @throws Error with the route log when a request was unrouted or broke the contract */
  verify(): void {
    this.log.verify(this.router.operations());
  }

  private async read(request: IncomingMessage): Promise<Incoming> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const url = new URL(request.url ?? '/', this.desk.origin);
    const method = request.method ?? 'GET';
    const path = this.pathOf(url.pathname);
    return {
      method,
      path,
      url,
      body: Buffer.concat(chunks).toString('utf8'),
      headers: request.headers,
      match: this.router.find(method, path),
    };
  }

  /** Enterprise Server has its REST API below the base path, and GraphQL beside it. */
  private pathOf(pathname: string): string {
    const { basePath = '', repository = 'acme/models' } = this.desk.options;
    if (pathname.startsWith('/_identity/')) return pathname;
    if (basePath !== '' && pathname === basePath.replace(/v3$/, 'graphql')) return '/graphql';
    if (!pathname.startsWith(`${basePath}/`)) return `(outside ${basePath})${pathname}`;
    const alias = `/repositories/${repositoryId(repository)}`;
    const path = pathname.slice(basePath.length);
    return path === alias || path.startsWith(`${alias}/`) ? `/repos/${repository}${path.slice(alias.length)}` : path;
  }

  private answer(incoming: Incoming): Answer {
    const operation = incoming.match?.route.operation ?? null;
    if (operation === null) this.log.unrouted.push(`${incoming.method} ${incoming.url.pathname}`);
    const answer = this.attempt(incoming);
    if (operation !== null && incoming.match?.route.undescribed !== true) this.checkAnswer(operation, answer);
    return answer;
  }

  private attempt(incoming: Incoming): Answer {
    try {
      this.admit(incoming);
      if (incoming.match === null) throw notFound();
      const { route, parameters } = incoming.match;
      const body = parseBody(incoming.body);
      if (route.undescribed !== true) this.checkRequest(route.operation, incoming, body);
      this.requireOwnRepository(parameters);
      return route.handle(this.callOf(incoming, body, parameters));
    } catch (error) {
      if (error instanceof ApiRefusal) return { status: error.status, body: error.body() };
      this.log.violations.push(`The stand-in failed at ${incoming.method} ${incoming.path}: ${String(error)}`);
      return { status: 500, body: new ApiRefusal(500, 'Server Error').body() };
    }
  }

  private callOf(
    incoming: Incoming,
    body: Readonly<Record<string, unknown>>,
    parameters: Readonly<Record<string, string>>,
  ): Call {
    const { state, options } = this.desk;
    const byNumber = incoming.path.replace(
      `/repos/${state.repository}`,
      `/repositories/${repositoryId(state.repository)}`,
    );
    const permissions = options.permissions ?? DEFAULT_PERMISSIONS;
    return new Call(
      state,
      this.links,
      permissions,
      incoming.url.searchParams,
      body,
      parameters,
      this.links.api(byNumber),
    );
  }

  private admit({ headers, path }: Incoming): void {
    if (headers['user-agent'] === undefined) throw new ApiRefusal(403, 'Request forbidden by administrative rules.');
    const isIdentity = path.startsWith('/_identity/');
    const expected = isIdentity ? this.desk.identityToken : this.desk.token;
    const given = /^(?:bearer|token) (.+)$/i.exec(headers.authorization ?? '')?.[1];
    if (given !== expected)
      throw new ApiRefusal(401, given === undefined ? 'Requires authentication' : 'Bad credentials');
    if (!isIdentity) this.limit.count();
  }

  /** Other repositories are as good as absent for a workflow's token. */
  private requireOwnRepository(parameters: Readonly<Record<string, string>>): void {
    if (parameters.owner === undefined) return;
    if (`${parameters.owner}/${parameters.repo}`.toLowerCase() !== this.desk.state.repository.toLowerCase())
      throw notFound();
  }

  private identity(call: Call): Answer {
    call.require('write', 'id-token');
    const { options, state, serverUrl } = this.desk;
    const value = identityToken({
      repository: state.repository,
      sha: state.headSha,
      subject: options.identitySubject ?? `repo:${state.repository}:ref:refs/heads/main`,
      audience: call.query.get('audience'),
      claims: options.identityClaims ?? {},
      enterpriseUrl: options.basePath ? serverUrl : null,
      now: this.now(),
    });
    return { status: 200, body: { count: value.length, value } };
  }

  private checkRequest(operation: string, incoming: Incoming, body: unknown): void {
    const query = Object.fromEntries(incoming.url.searchParams);
    const sent = incoming.body === '' ? undefined : body;
    const faults = this.desk.options.contract?.request(operation, query, sent) ?? [];
    this.log.violations.push(...faults.map((fault) => `Request ${operation}: ${fault}`));
  }

  private checkAnswer(operation: string, answer: Answer): void {
    const faults = this.desk.options.contract?.response(operation, answer.status, answer.body) ?? [];
    this.log.violations.push(...faults.map((fault) => `Our answer ${answer.status} to ${operation}: ${fault}`));
  }

  private spoil(incoming: Incoming, fault: Fault, response: ServerResponse): void {
    if (fault.hang === true || fault.reset === true) {
      this.record(incoming, fault.hang === true ? 'hang' : 'reset');
      if (fault.reset === true) response.destroy();
      return;
    }
    const answer = faultyAnswer(fault, this.now());
    this.record(incoming, answer.status);
    if ('html' in answer) response.writeHead(answer.status, { 'content-type': 'text/html' }).end(answer.html);
    else send(response, answer, this.limit.headers());
  }

  private record(incoming: Incoming, outcome: RecordedRequest['outcome']): void {
    const { method, path, url, body, match } = incoming;
    this.log.add({ method, path: path + url.search, route: match?.route.operation ?? null, body, outcome });
  }
}
