import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { type ActionMetadata, findActionFile, readActionMetadata } from './action-metadata.js';
import { environmentOf, type Inheritance, type StagePaths } from './environment.js';
import { evaluateCondition } from './expressions.js';
import { type Job, jobOf } from './job.js';
import { findLeaks, findLeaksInFiles } from './leaks.js';
import { SecretMasker } from './masking.js';
import { createCommandFiles, type FinishedStage, runStage, type StageRequest } from './stage.js';
import type { Interruption, JobStatus, RunOptions, RunResult, StageName } from './types.js';

export { pullRequestEvent, pushEvent } from './events.js';
export type * from './types.js';

/** Characters of all outputs of a job that GitHub keeps, in UTF-16 units. */
const OUTPUTS_LIMIT = 1024 * 1024;

/** A run that broke a rule of the runner or showed a secret; `result` is what came of it. */
export class RunnerFaultsError extends Error {
  override readonly name = 'RunnerFaultsError';

  constructor(
    readonly faults: readonly string[],
    readonly result: RunResult,
  ) {
    super(`The run broke the runner's rules:\n${faults.map((fault) => `- ${fault}`).join('\n')}`);
  }
}

/**
 * Runs a JavaScript action as GitHub's runner does: main, then post, each in a process of its own with an explicit
 * environment, fresh command files and the workspace as working directory.
 * @throws RunnerFaultsError when a command file is malformed, a disabled command is used, the outputs are over the
 *   limit, or a secret would show unmasked in the log, the summary, an annotation, an output, the state, a file or a
 *   request body
 */
export async function runAction(options: RunOptions): Promise<RunResult> {
  const metadata = readActionMetadata(options.actionFile ?? findActionFile(options.entry));
  const folder = mkdtempSync(join(tmpdir(), 'runner-'));
  try {
    return await new ActionRun(options, metadata, folder).run();
  } catch (error) {
    if (!(error instanceof RunnerFaultsError)) rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

class ActionRun {
  private readonly job: Job;
  private readonly masker = new SecretMasker();
  private readonly workspace: string;
  private readonly temp: string;
  private readonly eventFile: string;
  private readonly given = new Set<string>();

  constructor(
    private readonly options: RunOptions,
    private readonly metadata: ActionMetadata,
    private readonly folder: string,
  ) {
    this.job = jobOf(options);
    this.workspace = options.workspace ?? join(folder, 'workspace');
    this.temp = join(folder, 'temp');
    this.eventFile = join(this.temp, '_github_workflow', 'event.json');
    this.registerSecrets();
  }

  async run(): Promise<RunResult> {
    this.prepareFolders();
    const main = await this.stage('main', resolve(this.options.entry), 'success', null);
    const post = await this.post(main);
    const stages = post === null ? [main] : [main, post];
    const faults = this.faultsOf(stages);
    const result: RunResult = {
      ...main.result,
      post: post?.result ?? null,
      workspace: this.workspace,
      temp: this.temp,
      faults,
      dispose: () => rmSync(this.folder, { recursive: true, force: true }),
    };
    if (faults.length > 0) throw new RunnerFaultsError(faults, result);
    return result;
  }

  private registerSecrets(): void {
    for (const [name, value] of Object.entries(this.options.secrets ?? {})) this.masker.add(value, `secret ${name}`);
    this.masker.add(this.job.server.token, 'the job token');
    this.masker.add(this.job.runtimeToken, 'the runtime token');
    const identity = this.job.server.identity;
    if (identity !== undefined) this.masker.add(identity.requestToken, 'the identity request token');
  }

  private prepareFolders(): void {
    mkdirSync(this.workspace, { recursive: true });
    mkdirSync(dirname(this.eventFile), { recursive: true });
    writeFileSync(this.eventFile, JSON.stringify(this.job.event, null, 2));
    this.given.add(this.eventFile);
    for (const [path, content] of Object.entries(this.options.files ?? {})) {
      const file = resolve(this.workspace, path);
      if (relative(this.workspace, file).startsWith('..')) throw new Error(`${path} is outside the workspace.`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      this.given.add(file);
    }
  }

  private async post(main: FinishedStage): Promise<FinishedStage | null> {
    const script = this.postScript();
    const status = this.options.finalStatus ?? main.result.conclusion;
    if (script === null || this.machineGone(main) || this.options.abort?.aborted === true) return null;
    if (!evaluateCondition(this.metadata.postCondition, status)) return null;
    return this.stage('post', script, status, main);
  }

  private async stage(
    name: StageName,
    script: string,
    status: JobStatus,
    earlier: FinishedStage | null,
  ): Promise<FinishedStage> {
    const paths: StagePaths = {
      workspace: this.workspace,
      temp: this.temp,
      eventFile: this.eventFile,
      commandFiles: createCommandFiles(this.temp),
    };
    const inherited: Inheritance = {
      state: earlier?.result.state ?? {},
      env: earlier?.env ?? {},
      path: earlier?.path ?? [],
    };
    const request: StageRequest = {
      name,
      node: this.options.node ?? defaultNode(this.metadata.folder),
      script,
      paths,
      env: environmentOf(this.options, this.metadata, this.job, paths, status, inherited),
      masker: this.masker,
      options: this.options,
      interruptions: name === 'main' ? interruptionsOf(this.options) : [],
    };
    return runStage(request);
  }

  /** The bundle under test stands in for the one that action.yml names, also where both stages share it. */
  private postScript(): string | null {
    const { main, post } = this.metadata;
    return post === main ? resolve(this.options.entry) : post;
  }

  private machineGone(main: FinishedStage): boolean {
    const last = main.result.sent.at(0);
    return last === 'SIGKILL' && !interruptionsOf(this.options).some(({ post }) => post === true);
  }

  private faultsOf(stages: readonly FinishedStage[]): readonly string[] {
    const bodies = this.job.server.requestBodies?.() ?? [];
    const grammar = stages.filter((stage) => !stage.killed).flatMap((stage) => stage.faults);
    const size = stages
      .flatMap(({ result }) => Object.values(result.outputs))
      .reduce((sum, value) => sum + value.length, 0);
    const oversize =
      size > OUTPUTS_LIMIT ? [`The outputs are ${size} characters long; a job keeps ${OUTPUTS_LIMIT}`] : [];
    const unexpected = Object.keys(this.options.inputs ?? {})
      .filter((name) => !this.metadata.inputs.has(name))
      .map((name) => `Unexpected input '${name}': action.yml does not declare it`);
    // A workspace of the caller's may hold anything; one of our own holds what was given and what the run wrote.
    const folders = this.options.workspace === undefined ? [this.temp, this.workspace] : [this.temp];
    const leaks = findLeaks(stages, bodies, this.masker);
    return [...unexpected, ...grammar, ...oversize, ...leaks, ...findLeaksInFiles(folders, this.given, this.masker)];
  }
}

function interruptionsOf(options: RunOptions): readonly Interruption[] {
  const signals = options.signals ?? [];
  return 'when' in signals ? [signals] : signals;
}

/** Node 24 where the action's folder has it installed, as runners do. */
function defaultNode(actionFolder: string): string {
  const installed = join(actionFolder, 'node_modules', 'node', 'bin', 'node');
  return existsSync(installed) ? installed : process.execPath;
}
