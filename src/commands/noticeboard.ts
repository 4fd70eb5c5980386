import type { Settings } from '../config/types.js';
import type { GitHub } from '../github/client.js';
import { type CommentOutcome, writeComment } from '../github/comment.js';
import { commentWish } from '../github/comment-mode.js';
import { createDeployment, type DeploymentRecord, deploymentStateOf } from '../github/deployments.js';
import type { EventContext } from '../github/event.js';
import { createLiveComment, type LiveComment } from '../github/live-comment.js';
import type { FoundPullRequest } from '../github/pull-request.js';
import { renderComment } from '../report/markdown/comment.js';
import { commentMarker } from '../report/marker.js';
import type { ResultDocument } from '../report/result.js';
import type { CommandLog } from './types.js';

export interface NoticeboardOptions {
  readonly github: GitHub;
  readonly event: EventContext;
  readonly reporting: Settings['reporting'];
  readonly log: CommandLog;
  readonly now: () => number;
  /** The pull request that belongs to this run; looked up once, on first use. */
  readonly findPullRequest: () => Promise<FoundPullRequest>;
  readonly signal: AbortSignal;
  /** A deployment was opened: the post stage closes it when this one cannot. */
  onDeployment(id: string): void;
}

const NOT_LOOKED_UP = 'No pull request was looked up.';

/** What was left on GitHub. */
export interface Notices {
  readonly commentUrl: string | null;
  readonly deploymentId: string | null;
}

/**
 * What people see on GitHub while and after a run: the keyed comment and the deployment. Nothing here throws: a notice
 * that cannot be written never changes what happened.
 */
export class Noticeboard {
  readonly #options: NoticeboardOptions;
  readonly #marker: string;
  readonly #found: Promise<FoundPullRequest | null>;
  #live: LiveComment | null = null;
  #deployment: Promise<DeploymentRecord | null> | null = null;

  constructor(options: NoticeboardOptions) {
    this.#options = options;
    this.#marker = commentMarker([options.reporting.commentKey]);
    this.#found = options.reporting.comment === 'never' ? Promise.resolve(null) : options.findPullRequest();
  }

  /** The pull request that is reported to; `null` when there is none. */
  async pullRequest(): Promise<number | null> {
    return (await this.#found)?.number ?? null;
  }

  /** Opens the deployment, where an environment is set, and shows the rollout's newest state with restraint. */
  async show(step: string, traffic: number | null, document: ResultDocument): Promise<void> {
    const { event, reporting, signal, now, github } = this.#options;
    // What goes on before a rollout is no deployment.
    if (document.rollout !== null) this.#openDeployment(document);
    if (traffic !== null) await (await this.#deployment)?.progress(`${traffic} % of traffic`, signal);
    const wish = commentWish(reporting.comment, this.#circumstances(false));
    const pullRequest = await this.pullRequest();
    if (wish.kind !== 'write' || pullRequest === null || event.isFork) return;
    this.#live ??= createLiveComment(github, { pullRequest, marker: this.#marker, now });
    const outcome = await this.#live.show(step, () => renderComment(document, { marker: this.#marker }), signal);
    if (outcome.kind === 'failed') this.#options.log.debug(outcome.message);
  }

  /** Writes the last word: comment and deployment status, within `limitMs`, also after a cancellation. */
  async finish(document: ResultDocument, failed: boolean, limitMs: number): Promise<Notices> {
    const signal = AbortSignal.timeout(limitMs);
    const deployment = await this.#deployment;
    const [comment] = await Promise.all([
      this.#comment(document, failed, signal),
      deployment?.close(deploymentStateOf(document.decision), document.headline, signal),
    ]);
    if (comment.kind === 'failed') this.#options.log.warning(`The comment could not be written. ${comment.message}`);
    else if (comment.kind === 'skipped') this.#options.log.info(`No comment: ${comment.message}`);
    return {
      commentUrl: comment.kind === 'written' || comment.kind === 'unchanged' ? comment.url : null,
      deploymentId: deployment?.id ?? null,
    };
  }

  #circumstances(failed: boolean) {
    const { event, reporting } = this.#options;
    return { event: event.event, failed, givenPullRequest: reporting.pullRequest !== null };
  }

  async #comment(document: ResultDocument, failed: boolean, signal: AbortSignal): Promise<CommentOutcome> {
    const { github, reporting, event } = this.#options;
    const wish = commentWish(reporting.comment, this.#circumstances(failed));
    if (wish.kind === 'skip') return { kind: 'skipped', message: wish.message };
    if (event.isFork) return { kind: 'skipped', message: 'The token is read-only on the pull request of a fork.' };
    const pullRequest = await this.pullRequest();
    if (pullRequest === null) return { kind: 'skipped', message: (await this.#found)?.note ?? NOT_LOOKED_UP };
    const body = renderComment(document, { marker: this.#marker });
    if (this.#live !== null) return this.#live.finish(body, signal);
    const updateOnly = wish.kind === 'update-only';
    return writeComment(github, { pullRequest, marker: this.#marker, body, updateOnly, signal });
  }

  #openDeployment(document: ResultDocument): void {
    const { reporting, github, event, signal, log, onDeployment } = this.#options;
    if (reporting.environment === null || this.#deployment !== null) return;
    const environment = reporting.environment;
    const model = document.model;
    this.#deployment = createDeployment(
      github,
      {
        ref: event.headSha,
        environment,
        description: document.headline,
        payload: {
          model: model?.name ?? '',
          version: model?.version ?? '',
          endpoint: document.endpoint?.name ?? '',
        },
        logUrl: event.runUrl,
        environmentUrl: document.endpoint?.url ?? null,
      },
      signal,
    ).then((outcome) => {
      if (outcome.kind === 'created') {
        onDeployment(outcome.deployment.id);
        return outcome.deployment;
      }
      log.warning(`No deployment was recorded under ${environment}. ${outcome.message}`);
      return null;
    });
  }
}
