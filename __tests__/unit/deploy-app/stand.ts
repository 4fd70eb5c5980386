import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startWorkspace, type Workspace, type WorkspaceOptions } from '../../../sandbox/workspace/index.js';
import { inputVariable, readInputs } from '../../../src/action/inputs.js';
import { workspaceReader } from '../../../src/action/workspace.js';
import type { Conclusion, Findings, Workbench } from '../../../src/commands/types.js';
import { loadSettings } from '../../../src/config/settings.js';
import type { Settings } from '../../../src/config/types.js';
import { createStaticProvider } from '../../../src/databricks/auth/cached.js';
import { createDatabricksClient, type DatabricksClient } from '../../../src/databricks/client.js';
import type { GitHub } from '../../../src/github/client.js';
import { type Connections, createConnections } from '../../../src/http/exchange.js';
import { createSecrets } from '../../../src/http/redaction.js';

export const COMMIT = 'a11ce5eed00000000000000000000000000000a1';

export interface StandOptions {
  readonly workspace?: WorkspaceOptions;
  /** `with:`, besides the host. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Files of the repository. */
  readonly files?: Readonly<Record<string, string>>;
  /** Token of another identity than the main one. */
  readonly token?: (workspace: Workspace) => string;
  readonly github?: GitHub | null;
}

/** Time that passes only when somebody sleeps; the sandbox's clock goes with it. */
class VirtualTime {
  now = 0;
  onSleep: () => void = () => {};
  onWrite: () => void = () => {};

  constructor(private readonly workspace: Workspace) {}

  async sleep(ms: number): Promise<void> {
    this.onSleep();
    this.now += ms;
    this.workspace.advance(ms);
  }
}

/** A sandbox whose clock stands still until a command sleeps, and a workbench in front of it. */
export class Stand {
  readonly findings: Findings = {};
  readonly log: string[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), 'stand-'));

  private constructor(
    readonly workspace: Workspace,
    readonly databricks: DatabricksClient,
    private readonly connections: Connections,
    private readonly time: VirtualTime,
  ) {}

  static async open(options: StandOptions): Promise<Stand> {
    const workspace = await startWorkspace({ speed: 0, tickMs: 0, seed: 5, ...options.workspace });
    const connections = createConnections({});
    const secrets = createSecrets(() => {});
    const time = new VirtualTime(workspace);
    const stand = new Stand(
      workspace,
      createDatabricksClient({
        host: workspace.url,
        workspaceId: null,
        tokens: createStaticProvider(options.token?.(workspace) ?? workspace.token, () => {}),
        exchange: async (request) => {
          const outcome = await connections.exchange(request);
          if (request.method !== 'GET') time.onWrite();
          return outcome;
        },
        timing: { monotonic: () => time.now, sleep: (ms) => time.sleep(ms), random: () => 0.5 },
        secrets,
        agent: { version: '0.1.0', nodeVersion: '24.0.0', platform: 'linux', onGitHub: true },
        startEpochMs: 0,
      }),
      connections,
      time,
    );
    for (const [path, text] of Object.entries(options.files ?? {})) stand.write(path, text);
    return stand;
  }

  /** Writes a file of the repository. */
  write(path: string, text: string | Uint8Array): void {
    const target = join(this.folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }

  /** Called whenever the command is about to wait. */
  whenWaiting(act: () => void): void {
    this.time.onSleep = act;
  }

  /** Called whenever a write has been answered. */
  whenWritten(act: () => void): void {
    this.time.onWrite = act;
  }

  async settings(inputs: Readonly<Record<string, string>>): Promise<Settings> {
    const all = { 'databricks-host': this.workspace.url, 'databricks-token': 'unused', ...inputs };
    const environment = Object.fromEntries(
      Object.entries(all).map(([name, value]) => [inputVariable(name), value] as const),
    );
    const loaded = await loadSettings({
      inputs: readInputs(environment),
      eventName: 'workflow_dispatch',
      readFile: workspaceReader(this.folder),
      environment,
    });
    if (loaded.kind === 'settings') return loaded.settings;
    throw new Error(loaded.faults.map((fault) => fault.message).join('\n'));
  }

  /** Runs a command as a job of `commit` would. */
  async run(
    command: (bench: Workbench) => Promise<Conclusion>,
    inputs: Readonly<Record<string, string>>,
    more: {
      readonly commit?: string;
      readonly signal?: AbortSignal;
      readonly github?: GitHub | null;
      readonly workflowRef?: string;
    } = {},
  ): Promise<Conclusion> {
    return command(await this.bench(inputs, more));
  }

  async bench(
    inputs: Readonly<Record<string, string>>,
    more: {
      readonly commit?: string;
      readonly signal?: AbortSignal;
      readonly github?: GitHub | null;
      readonly workflowRef?: string;
    } = {},
  ): Promise<Workbench> {
    const settings = await this.settings(inputs);
    const { databricks, log } = this;
    const signal = more.signal ?? new AbortController().signal;
    const sha = more.commit ?? COMMIT;
    const endpoint = databricks.serving(settings.endpoint.name || 'none');
    const nothing = async (): Promise<never> => {
      throw new Error('Not part of this command.');
    };
    return {
      settings,
      commits: async () => [sha],
      caller: {
        serverUrl: 'https://github.com',
        repository: 'acme/vision',
        runId: '77',
        runAttempt: '1',
        runUrl: 'https://github.com/acme/vision/actions/runs/77',
        job: 'app',
        event: 'push',
        sha,
        ref: 'refs/heads/main',
        actor: 'ada',
        workspace: this.folder,
        commits: [sha],
        isFork: false,
        ...(more.workflowRef === undefined ? {} : { workflowRef: more.workflowRef }),
      },
      log: {
        info: (message) => log.push(message),
        warning: (message) => log.push(`warning: ${message}`),
        debug: (message) => log.push(`debug: ${message}`),
        phase: (title) => log.push(`== ${title}`),
      },
      signal,
      clock: {
        now: () => this.time.now,
        serverNow: () => this.workspace.clock.now(),
        sleep: async (ms, given) => {
          given.throwIfAborted();
          await this.time.sleep(ms);
          given.throwIfAborted();
        },
      },
      databricks,
      github: more.github ?? null,
      registry: settings.model.registry === 'workspace' ? databricks.workspaceRegistry : databricks.unityCatalog,
      serving: settings.endpoint.name === '' ? { ...endpoint, read: async () => null } : endpoint,
      metrics: databricks.metrics(settings.endpoint.name || 'none'),
      invoker: databricks.invoker(settings.endpoint.name || 'none'),
      readFile: async (path) => {
        const read = await workspaceReader(this.folder)(path);
        if (read.kind === 'text') return read.text;
        throw new Error(`There is no file ${path}.`);
      },
      sha256: (text) => createHash('sha256').update(text).digest('hex'),
      record: (findings) => void Object.assign(this.findings, findings),
      progress: () => {},
      leaving: () => {},
      smoke: nothing,
    };
  }

  async close(): Promise<void> {
    await this.connections.close();
    await this.workspace.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Plays one scene on a stand of its own. */
export async function onStand(options: StandOptions, play: (stand: Stand) => Promise<void>): Promise<void> {
  const stand = await Stand.open(options);
  try {
    await play(stand);
  } finally {
    await stand.close();
  }
}
