import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { LogLine, ProcessEnd } from './types.js';

/** Waits of the runner in ms (`ProcessInvoker.cs`): after SIGINT, after SIGTERM, and for streams held open by an orphan. */
export const RUNNER_GRACES = { interrupt: 7_500, terminate: 2_500, streams: 5_000 } as const;

export interface ProcessRequest {
  readonly node: string;
  readonly script: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly graces: { readonly interrupt: number; readonly terminate: number; readonly streams: number };
  readonly onLine: (text: string, stream: LogLine['stream']) => void;
  readonly abort?: AbortSignal | undefined;
}

/** A running stage. */
export interface RunningProcess {
  /** Starts the ladder at the given rung; later calls of a lower rung do nothing. */
  interrupt(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): void;
  readonly ended: Promise<ProcessEnd>;
}

/** Starts a JavaScript stage as the runner does: its own process group, both streams read line by line, no stdin. */
export function startProcess(request: ProcessRequest): RunningProcess {
  const startedAt = performance.now();
  const child = spawn(request.node, [request.script], {
    cwd: request.cwd,
    env: { ...request.env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ladder = new SignalLadder(child, request.graces);
  const streams = [
    readLines(child.stdout, (text) => request.onLine(text, 'stdout')),
    readLines(child.stderr, (text) => request.onLine(text, 'stderr')),
  ];
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    ladder.start('SIGINT');
  }, request.timeoutMs);
  const kill = () => ladder.start('SIGKILL');
  request.abort?.addEventListener('abort', kill);
  if (request.abort?.aborted === true) kill();
  const ended = exitOf(child)
    .then(async (exit) => {
      ladder.stop();
      await within(Promise.all(streams), request.graces.streams);
      killGroup(child);
      return { ...exit, sent: ladder.sent, timedOut, durationMs: performance.now() - startedAt };
    })
    .finally(() => {
      clearTimeout(timer);
      request.abort?.removeEventListener('abort', kill);
      child.stdout.destroy();
      child.stderr.destroy();
    });
  return { interrupt: (signal) => ladder.start(signal), ended };
}

type Rung = 'SIGINT' | 'SIGTERM' | 'SIGKILL';
const RUNGS: readonly Rung[] = ['SIGINT', 'SIGTERM', 'SIGKILL'];

class SignalLadder {
  readonly sent: Rung[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly child: ChildProcess,
    private readonly graces: { readonly interrupt: number; readonly terminate: number },
  ) {}

  start(rung: Rung): void {
    const last = this.sent.at(-1);
    if (last !== undefined && RUNGS.indexOf(rung) <= RUNGS.indexOf(last)) return;
    this.stop();
    this.sent.push(rung);
    if (rung === 'SIGKILL') killGroup(this.child);
    else this.child.kill(rung);
    if (rung === 'SIGINT') this.timer = setTimeout(() => this.start('SIGTERM'), this.graces.interrupt);
    if (rung === 'SIGTERM') this.timer = setTimeout(() => this.start('SIGKILL'), this.graces.terminate);
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}

function exitOf(child: ChildProcess): Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
  });
}

/** The tree: the child leads its own process group. Gone already is fine. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // No process of the group is left.
  }
}

/** Splits at CR, LF and CRLF alone, as the runner does; other Unicode line separators stay inside a line. */
function readLines(stream: Readable, onLine: (text: string) => void): Promise<void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  stream.on('data', (chunk: Buffer) => {
    // A CR at the very end waits for the next chunk, which may begin with its LF.
    const parts = (rest + decoder.write(chunk)).split(/\r\n|\n|\r(?!$)/);
    rest = parts.pop() ?? '';
    for (const part of parts) onLine(part);
  });
  return new Promise((resolve) => {
    stream.once('close', () => {
      const last = (rest + decoder.end()).replace(/\r$/, '');
      if (last !== '') onLine(last);
      resolve();
    });
  });
}

function within(work: Promise<unknown>, ms: number): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}
