import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How to start a server. */
export interface ServerCommand {
  readonly name: string;
  /** Python of the environment. */
  readonly python: string;
  /** Path of `supervise.py`. */
  readonly supervisor: string;
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
  /** Answers 2xx once the server is up. */
  readonly healthUrl: string;
}

const UP_LIMIT_MS = 120_000;
const LOG_TAIL_LINES = 15;

/**
 * A server that cannot outlive this process: its supervisor ends it as soon as the pipe between the two closes, however
 * that comes about.
 */
export class Supervised {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #exited = false;

  private constructor(private readonly server: ServerCommand) {
    const log = createWriteStream(server.logFile);
    this.#child = spawn(server.python, [server.supervisor, ...server.command], {
      env: server.env,
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    this.#child.stdout?.pipe(log, { end: false });
    this.#child.stderr?.pipe(log, { end: false });
    this.#ended = new Promise((resolve) => {
      this.#child.once('close', () => {
        this.#exited = true;
        log.end(resolve);
      });
    });
  }

  /** Starts the server and waits until it answers. */
  static async start(server: ServerCommand): Promise<Supervised> {
    const started = new Supervised(server);
    try {
      await started.#up();
      return started;
    } catch (thrown) {
      await started.stop();
      throw thrown;
    }
  }

  /** Ends the server with everything that it started. */
  async stop(): Promise<void> {
    this.#child.stdin?.end();
    await this.#ended;
  }

  async #up(): Promise<void> {
    const deadline = performance.now() + UP_LIMIT_MS;
    while (performance.now() < deadline && !this.#exited) {
      const answer = await fetch(this.server.healthUrl, { signal: AbortSignal.timeout(2000) }).catch(() => null);
      if (answer?.ok === true) return;
      await sleep(200);
    }
    const tail = readFileSync(this.server.logFile, 'utf8').trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n');
    throw new Error(`${this.server.name} did not come up. The end of its log:\n${tail}`);
  }
}

/** A port of 127.0.0.1 that nobody uses now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = address === null || typeof address === 'string' ? 0 : address.port;
      server.close(() => resolve(port));
    });
  });
}
