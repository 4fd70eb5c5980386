import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StagePaths } from './environment.js';
import { CommandFileError, parseCommandFile, parsePathFile } from './file-commands.js';
import type { SecretMasker } from './masking.js';
import { RUNNER_GRACES, type RunningProcess, startProcess } from './process.js';
import { StepLog } from './step-log.js';
import type { Interruption, JobStatus, LogLine, ProcessEnd, RunOptions, StageName, StageResult } from './types.js';

/** Bytes of a job summary that the runner uploads; more is not uploaded at all. */
const SUMMARY_LIMIT = 1024 * 1024;

export interface StageRequest {
  readonly name: StageName;
  readonly node: string;
  readonly script: string;
  readonly paths: StagePaths;
  readonly env: Readonly<Record<string, string>>;
  readonly masker: SecretMasker;
  readonly options: RunOptions;
  readonly interruptions: readonly Interruption[];
}

/** A stage's result and what only the next stage and the checks need. */
export interface FinishedStage {
  readonly name: StageName;
  readonly result: StageResult;
  readonly env: Readonly<Record<string, string>>;
  readonly path: readonly string[];
  /** Set off by an interruption, not by the action. */
  readonly killed: boolean;
  readonly faults: readonly string[];
}

/** Creates the five command files of a stage, empty, with names that nobody can guess. */
export function createCommandFiles(temp: string): StagePaths['commandFiles'] {
  const folder = join(temp, '_runner_file_commands');
  mkdirSync(folder, { recursive: true });
  const suffix = randomUUID();
  const create = (prefix: string): string => {
    const file = join(folder, `${prefix}_${suffix}`);
    writeFileSync(file, '');
    return file;
  };
  return {
    output: create('set_output'),
    state: create('save_state'),
    env: create('set_env'),
    path: create('add_path'),
    summary: create('step_summary'),
  };
}

/** Runs one stage to its end and reads what it left. */
export async function runStage(request: StageRequest): Promise<FinishedStage> {
  const { options } = request;
  const raw: string[] = [];
  const watch = new InterruptionWatch(request.interruptions);
  const log = new StepLog({
    stage: request.name,
    masker: request.masker,
    debug: options.debug === true,
    onLine: (line) => {
      options.onLine?.(line);
      watch.see(line);
    },
  });
  const running = startProcess({
    node: request.node,
    script: request.script,
    cwd: request.paths.workspace,
    env: request.env,
    timeoutMs: options.timeoutMs ?? 120_000,
    graces: options.graces ?? RUNNER_GRACES,
    abort: options.abort,
    onLine: (text, stream) => {
      raw.push(text);
      log.take(text, stream);
    },
  });
  watch.attach(running);
  const end = await running.ended;
  return collect(request, log, raw.join('\n'), end);
}

class InterruptionWatch {
  private running: RunningProcess | null = null;

  constructor(private readonly interruptions: readonly Interruption[]) {}

  attach(running: RunningProcess): void {
    this.running = running;
    for (const { when, signal } of this.interruptions) {
      if (!(when instanceof RegExp) && typeof when !== 'function') {
        when.then(
          () => running.interrupt(signal),
          () => undefined,
        );
      }
    }
  }

  see(line: LogLine): void {
    for (const { when, signal } of this.interruptions) {
      const hit = when instanceof RegExp ? when.test(line.text) : typeof when === 'function' && when(line);
      if (hit) this.running?.interrupt(signal);
    }
  }
}

function collect(request: StageRequest, log: StepLog, raw: string, end: ProcessEnd): FinishedStage {
  const files = request.paths.commandFiles;
  const faults = [...log.faults];
  const parse = (file: string, name: string): Record<string, string> => {
    try {
      return existsSync(file) ? parseCommandFile(readFileSync(file, 'utf8')) : {};
    } catch (error) {
      if (!(error instanceof CommandFileError)) throw error;
      log.say('error', `Unable to process file command '${name}' successfully. ${error.message}`);
      faults.push(`${request.name}: file command '${name}': ${error.message}`);
      return {};
    }
  };
  const outputs = parse(files.output, 'output');
  const state = parse(files.state, 'state');
  const env = allowedEnvironment(parse(files.env, 'env'), request.name, faults);
  const path = existsSync(files.path) ? parsePathFile(readFileSync(files.path, 'utf8')) : [];
  const result: StageResult = {
    ...end,
    conclusion: conclusionOf(end, faults.length > 0),
    log: log.text(),
    lines: log.lines,
    raw,
    outputs,
    state,
    summary: maskLines(readSummary(files.summary, log), request.masker),
    annotations: log.annotations,
    droppedAnnotations: log.droppedAnnotations,
    groups: log.closedGroups(),
  };
  return { name: request.name, result, env, path, killed: end.sent.includes('SIGKILL'), faults };
}

function allowedEnvironment(env: Record<string, string>, stage: StageName, faults: string[]): Record<string, string> {
  const { NODE_OPTIONS: refused, ...allowed } = env;
  if (refused !== undefined)
    faults.push(`${stage}: Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.`);
  return allowed;
}

function readSummary(file: string, log: StepLog): string {
  if (!existsSync(file)) return '';
  const content = readFileSync(file);
  if (content.length <= SUMMARY_LIMIT) return content.toString('utf8');
  const size = Math.floor(content.length / 1024);
  log.say('error', `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got ${size}k.`);
  return '';
}

function maskLines(text: string, masker: SecretMasker): string {
  return text
    .split('\n')
    .map((line) => masker.mask(line))
    .join('\n');
}

function conclusionOf(end: ProcessEnd, faulty: boolean): JobStatus {
  if (end.timedOut) return 'failure';
  if (end.sent.includes('SIGINT') || end.sent.includes('SIGTERM')) return 'cancelled';
  return end.exitCode === 0 && !faulty ? 'success' : 'failure';
}
