import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inputVariable } from '../../../src/action/inputs.js';
import type { Log } from '../../../src/action/log.js';
import type { Transport } from '../../../src/commands/connections.js';
import { Desk } from '../../../src/commands/desk.js';
import { perform } from '../../../src/commands/perform.js';
import { openSession } from '../../../src/commands/session.js';
import type { Conclusion } from '../../../src/commands/types.js';
import { type ActionError, asActionError } from '../../../src/errors.js';

/** A run of a command inside the test's own process: everything between inputs and clients is what the bundle holds. */
export interface InProcessRun {
  /** Named as action.yml names them. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  /** Beside the runner's own variables. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly transport?: Transport;
  readonly runAttempt?: number;
}

export interface InProcessResult {
  /** `null`: the run ended with `error`. */
  readonly conclusion: Conclusion | null;
  readonly error: ActionError | null;
  /** `decision (reason)`; an error's reason under `failed`. */
  readonly ending: string;
  readonly log: string;
  readonly masked: readonly string[];
}

const NOBODY_CANCELS = { cancelled: () => false, leaving: () => undefined, disarm: () => undefined };

/** Runs a command as the Action does, without GitHub and without a process of its own. */
export async function runInProcess(run: InProcessRun): Promise<InProcessResult> {
  const folder = mkdtempSync(join(tmpdir(), 'in-process-'));
  const lines: string[] = [];
  const masked: string[] = [];
  const controller = new AbortController();
  const session = openSession(environmentOf(run, folder), logInto(lines, masked));
  const desk = new Desk(session, controller.signal);
  const watch = { ...NOBODY_CANCELS, signal: controller.signal };
  try {
    const conclusion = await perform(desk, watch, run.transport);
    const { decision, reason_code: reason, headline } = conclusion;
    lines.push(headline);
    return { conclusion, error: null, ending: `${decision} (${reason})`, log: lines.join('\n'), masked };
  } catch (thrown) {
    const error = asActionError(thrown);
    lines.push(error.message, error.fix);
    return { conclusion: null, error, ending: `failed (${error.reason})`, log: lines.join('\n'), masked };
  } finally {
    await desk.close(false);
    rmSync(folder, { recursive: true, force: true });
  }
}

function environmentOf(run: InProcessRun, folder: string): Record<string, string> {
  const workspace = join(folder, 'workspace');
  mkdirSync(workspace);
  for (const [path, content] of Object.entries(run.files ?? {})) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), content);
  }
  return {
    GITHUB_REPOSITORY: 'acme/vision',
    GITHUB_RUN_ID: '41',
    GITHUB_RUN_ATTEMPT: String(run.runAttempt ?? 1),
    GITHUB_EVENT_NAME: 'workflow_dispatch',
    GITHUB_SHA: 'b0b5eed0000000000000000000000000000000b2',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_WORKSPACE: workspace,
    RUNNER_TEMP: folder,
    ...run.environment,
    ...Object.fromEntries(Object.entries(run.inputs).map(([name, value]) => [inputVariable(name), value])),
  };
}

function logInto(lines: string[], masked: string[]): Log {
  const say = (message: string): void => {
    lines.push(message);
  };
  return {
    debug: say,
    info: say,
    notice: say,
    warning: (message) => say(`warning: ${message}`),
    error: (message) => say(`error: ${message}`),
    phase: (title) => say(`## ${title}`),
    endPhase: () => undefined,
    mask: (value) => {
      masked.push(value);
    },
  };
}
