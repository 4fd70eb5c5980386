import { performance } from 'node:perf_hooks';
import { annotateFaults } from '../action/log.js';
import { writeOutputs } from '../action/outputs.js';
import { saveState } from '../action/state.js';
import { writeSummary } from '../action/summary.js';
import type { PartialSettings } from '../config/settings.js';
import type { Settings } from '../config/types.js';
import type { ActionError } from '../errors.js';
import { createGitHub, type GitHub } from '../github/client.js';
import { type FoundPullRequest, findPullRequest } from '../github/pull-request.js';
import type { Command } from '../reasons.js';
import { verdictAnnotation } from '../report/annotation.js';
import { renderSummary } from '../report/markdown/summary.js';
import type { ResultDocument } from '../report/result.js';
import { renderLogTail } from '../report/tail.js';
import { ACTION } from '../version.js';
import { isFailure, makeReportFolder, outputValues, writeReports } from './deliver.js';
import { composeDocument } from './document/base.js';
import { Noticeboard } from './noticeboard.js';
import { pause, type Session } from './session.js';
import type { Findings } from './types.js';

/** A cancelled job has 7.5 s in all; this much of it may go into the last words to GitHub (ms). */
const LAST_WORDS_CANCELLED_MS = 2_500;
const LAST_WORDS_MS = 60_000;

/** What the run was asked to do, as far as it could be read. */
export type Known = Settings | PartialSettings;

/** Gathers what a run finds and writes it to every place where people and workflows look, on every path. */
export class Desk {
  readonly session: Session;
  readonly signal: AbortSignal;
  #known: Known | null = null;
  #command: Command = 'gate';
  #findings: Findings = {};
  #error: ActionError | null = null;
  #isConcluded = false;
  #board: Noticeboard | null = null;
  #github: GitHub | null = null;
  #pullRequest: Promise<FoundPullRequest> | null = null;
  readonly #closers: (() => Promise<void>)[] = [];

  constructor(session: Session, signal: AbortSignal) {
    this.session = session;
    this.signal = signal;
  }

  /** The settings are known: from here on GitHub can be told what happens. */
  adopt(known: Known): void {
    this.#known = known;
    if (known.command !== null) this.#command = known.command;
    const { runner, event, log } = this.session;
    const [owner, name] = runner.repository.split('/');
    if (known.githubToken === '' || !owner || !name) return;
    this.#github = createGitHub({
      token: known.githubToken,
      baseUrl: runner.apiUrl,
      repository: runner.repository,
      log,
    });
    this.#board = new Noticeboard({
      github: this.#github,
      event,
      reporting: known.reporting,
      log,
      now: () => performance.now(),
      findPullRequest: () => this.findPullRequest(),
      signal: this.signal,
      onDeployment: (id) => saveState('deployment', id),
    });
  }

  /** Something to let go of when the run ends. */
  atClose(close: () => Promise<void>): void {
    this.#closers.push(close);
  }

  /** The repository's client; `null` without a token. */
  get github(): GitHub | null {
    return this.#github;
  }

  /** The pull request that belongs to this run; looked up once. Never throws. */
  findPullRequest(): Promise<FoundPullRequest> {
    this.#pullRequest ??= this.#lookUpPullRequest();
    return this.#pullRequest;
  }

  async #lookUpPullRequest(): Promise<FoundPullRequest> {
    const { event, log } = this.session;
    const given = this.#known?.reporting.pullRequest ?? null;
    if (this.#github === null) return { number: null, how: 'none', note: 'There is no token for the repository.' };
    try {
      const found = await findPullRequest(this.#github, { given, event, signal: this.signal, sleep: pause });
      log.debug(found.note);
      return found;
    } catch {
      return { number: event.pullRequest, how: 'event', note: 'The lookup of the pull request was broken off.' };
    }
  }

  /** Keeps what is known so far; later findings replace earlier ones, key by key. */
  record(findings: Findings): void {
    this.#findings = { ...this.#findings, ...findings };
    if (findings.decision !== undefined) this.#isConcluded = true;
  }

  /** The run ended with an error; what was known before stays in the report. */
  recordError(error: ActionError, findings: Findings): void {
    this.#error = error;
    this.record(findings);
  }

  /** Shows how a rollout goes, with restraint. Never throws. */
  async show(findings: Findings, step: string, traffic: number | null): Promise<void> {
    this.#findings = { ...this.#findings, ...findings };
    try {
      await this.#board?.show(step, traffic, { ...(await this.#document()), in_progress: true });
    } catch (thrown) {
      this.session.log.debug(`The progress could not be shown: ${String(thrown)}`);
    }
  }

  /**
   * Writes everything: report files, comment and deployment, outputs, summary, annotations and the last lines of the log.
   * Returns why the job fails, or `null`. A stage that concluded nothing writes nothing.
   */
  async close(isCancelled: boolean): Promise<string | null> {
    const failure = this.#isConcluded ? await this.#deliver(isCancelled) : null;
    await Promise.allSettled(this.#closers.map((close) => close()));
    return failure;
  }

  async #deliver(isCancelled: boolean): Promise<string | null> {
    const { log, runner, environment } = this.session;
    const failed = isFailure(
      this.#command,
      (await this.#document()).decision,
      this.#known?.reporting.failOnRejection ?? true,
    );
    const folder = makeReportFolder(runner.temporary);
    const notices = await this.#board?.finish(
      await this.#document(),
      failed,
      isCancelled ? LAST_WORDS_CANCELLED_MS : LAST_WORDS_MS,
    );
    this.record({
      github: { comment_url: notices?.commentUrl ?? null, deployment_id: notices?.deploymentId ?? null },
    });
    const document = await this.#document();
    const files = writeReports(document, folder);
    if (files.problem !== null) log.warning(`The report files could not be written: ${files.problem}`);
    writeOutputs(outputValues(document, files));
    const summary = await writeSummary([renderSummary(document)], environment);
    if (summary.kind === 'failed') log.warning(`The job summary could not be written: ${summary.message}`);
    saveState('decision', document.decision);
    return this.#lastWords(document, failed, files.html);
  }

  #lastWords(document: ResultDocument, failed: boolean, html: string | null): string | null {
    const { log } = this.session;
    log.endPhase();
    if (this.#error !== null && this.#error.faults.length > 0) annotateFaults(log, this.#error.faults);
    log.info(renderLogTail(document));
    if (html !== null) log.info(`Report: ${html}`);
    const annotation = verdictAnnotation(document);
    if (failed) return `${annotation.title}: ${annotation.message}`;
    if (annotation.level === 'notice') log.notice(annotation.message, { title: annotation.title });
    else log.warning(annotation.message, { title: annotation.title });
    return null;
  }

  async #document(): Promise<ResultDocument> {
    const { session } = this;
    return composeDocument(
      {
        action: ACTION,
        command: this.#command,
        caller: session.caller,
        pullRequest: session.event.pullRequest ?? (await this.#board?.pullRequest()) ?? null,
        target: this.#known?.target ?? null,
        startedAtMs: session.startedAtMs,
        finishedAtMs: session.startedAtMs + (performance.now() - session.started),
      },
      { notes: (this.#known?.notes ?? []).map((note) => ({ ...note })), ...this.#findings },
    );
  }
}
