import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { PythonEnvironment } from '../../../sandbox/digits/python.js';
import { freePort, Supervised } from '../../../sandbox/digits/supervised.js';
import { pause } from '../../../src/commands/session.js';
import { createConnections } from '../../../src/http/exchange.js';
import { createSecrets } from '../../../src/http/redaction.js';
import { chooseMlflow, type MlflowCredentials } from '../../../src/mlflow/authentication.js';
import { createMlflowClient, type MlflowClient } from '../../../src/mlflow/client.js';

/** What a server is made of. */
export interface ServerKind {
  readonly major: 2 | 3;
  readonly python: Extract<PythonEnvironment, { kind: 'ready' }>;
  /** Ends the server when this process ends. */
  readonly supervisor: string;
  /** Registers the models with MLflow's own client. */
  readonly script: string;
}

/** What the script left on the server. */
const registeredSchema = z.object({
  mlflow: z.string(),
  runs: z.tuple([z.string(), z.string()]),
  model_id: z.string().nullable(),
  digest: z.string(),
  copied: z.string(),
});
export type Registered = z.output<typeof registeredSchema>;

/** The administrator that the server creates by itself; newer ones refuse the password that older ones came with. */
export const ADMINISTRATOR = { username: 'admin', password: 'only-for-this-suite' } as const;

/** A real MLflow server on loopback, with models on it. */
export class PlainServer {
  protected constructor(
    readonly kind: ServerKind,
    readonly url: string,
    readonly registered: Registered,
    private readonly process: Supervised,
  ) {}

  /** For messages. */
  get name(): string {
    return `MLflow ${this.registered.mlflow}`;
  }

  /** What a client that may do everything is given. */
  get credentials(): MlflowCredentials {
    return {};
  }

  static async start(kind: ServerKind, folder: string): Promise<PlainServer> {
    const running = await startServer(kind, folder, []);
    const registered = await register(kind, running, {}, []);
    return new PlainServer(kind, running.url, registered, running.process);
  }

  /** Our client. `given`: credentials as inputs have them; the server's own unless told otherwise. */
  client(given: MlflowCredentials = this.credentials): MlflowClient {
    const chosen = chooseMlflow({ trackingUri: this.url, ...given }, {});
    if (chosen.kind !== 'server') throw new Error(`The credentials were not taken: ${JSON.stringify(chosen)}`);
    return createMlflowClient({
      ...chosen,
      exchange: createConnections({}).exchange,
      timing: { monotonic: () => performance.now(), sleep: pause, random: Math.random },
      secrets: createSecrets(() => undefined),
      agent: { version: '0.0.0', nodeVersion: process.versions.node, platform: process.platform, onGitHub: false },
      startEpochMs: Date.now(),
    });
  }

  /** Ends the server with everything that it started. */
  stop(): Promise<void> {
    return this.process.stop();
  }
}

/** The same with MLflow's own logins: an administrator, a reader, and a stranger without any right on the model. */
export class LoginServer extends PlainServer {
  override get name(): string {
    return `${super.name} with logins`;
  }

  override get credentials(): MlflowCredentials {
    return ADMINISTRATOR;
  }

  static override async start(kind: ServerKind, folder: string): Promise<LoginServer> {
    const settings = [
      '[mlflow]',
      'default_permission = READ',
      `database_uri = sqlite:///${join(folder, 'logins.db')}`,
      `admin_username = ${ADMINISTRATOR.username}`,
      `admin_password = ${ADMINISTRATOR.password}`,
      'authorization_function = mlflow.server.auth:authenticate_request_basic_auth',
    ];
    const file = join(folder, 'logins.ini');
    writeFileSync(file, settings.join('\n'));
    const env = { MLFLOW_AUTH_CONFIG_PATH: file, MLFLOW_FLASK_SERVER_SECRET_KEY: 'only-for-this-test' };
    const running = await startServer(
      { ...kind, python: { ...kind.python, env: { ...kind.python.env, ...env } } },
      folder,
      ['--app-name', 'basic-auth'],
    );
    const { username, password } = ADMINISTRATOR;
    const login = { MLFLOW_TRACKING_USERNAME: username, MLFLOW_TRACKING_PASSWORD: password };
    const registered = await register(kind, running, { ...env, ...login }, ['people']);
    return new LoginServer(kind, running.url, registered, running.process);
  }
}

interface Running {
  readonly url: string;
  readonly folder: string;
  readonly process: Supervised;
}

/** SQLite, artifacts in a folder, one worker. */
async function startServer(
  { python, supervisor, major }: ServerKind,
  folder: string,
  more: readonly string[],
): Promise<Running> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const store = ['--backend-store-uri', `sqlite:///${join(folder, 'mlflow.db')}`];
  const artifacts = ['--artifacts-destination', join(folder, 'artifacts')];
  const place = ['--host', '127.0.0.1', '--port', String(port), '--workers', '1'];
  const server = await Supervised.start({
    name: `MLflow ${major}`,
    python: python.python,
    supervisor,
    command: [join(python.folder, 'bin', 'mlflow'), 'server', ...store, ...artifacts, ...place, ...more],
    env: python.env,
    logFile: join(folder, 'server.log'),
    healthUrl: `${url}/health`,
  });
  return { url, folder, process: server };
}

async function register(
  { python, script }: ServerKind,
  running: Running,
  env: NodeJS.ProcessEnv,
  more: readonly string[],
): Promise<Registered> {
  try {
    const options = { env: { ...python.env, ...env, MLFLOW_TRACKING_URI: running.url }, cwd: running.folder };
    const { stdout } = await promisify(execFile)(python.python, [script, ...more], options);
    return registeredSchema.parse(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? ''));
  } catch (thrown) {
    await running.process.stop();
    throw thrown;
  }
}
