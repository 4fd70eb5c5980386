import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { PythonEnvironment } from './python.js';
import { freePort, Supervised } from './supervised.js';

type Ready = Extract<PythonEnvironment, { kind: 'ready' }>;

/** Images as the model takes them: rows of 64 grey values from 0 to 16. */
export type Images = readonly (readonly number[])[];

const trainedSchema = z.object({
  versions: z.array(
    z.object({ name: z.string(), version: z.string(), run_id: z.string(), metrics: z.record(z.string(), z.number()) }),
  ),
  images: z.array(z.array(z.array(z.number()))),
});
const answerSchema = z.object({ predictions: z.array(z.number()) });
const aliasSchema = z.object({ model_version: z.object({ version: z.string() }) });

/** What training left: registered versions with measured metrics, and batches of test images. */
export type Trained = z.output<typeof trainedSchema>;

/** A real MLflow tracking server with its registry, and real scoring servers, in one folder and on loopback only. */
export class Mlflow {
  readonly #servers: Supervised[] = [];
  #url = '';

  constructor(
    private readonly python: Ready,
    /** Folder of `train.py` and `supervise.py`. */
    private readonly scripts: string,
    private readonly folder: string,
  ) {}

  /** Address of the tracking server. */
  get url(): string {
    return this.#url;
  }

  /** Starts the tracking server: SQLite, artifacts in a folder, one worker. */
  async startTracking(): Promise<void> {
    const port = await freePort();
    const store = ['--backend-store-uri', `sqlite:///${join(this.folder, 'mlflow.db')}`];
    const artifacts = ['--artifacts-destination', join(this.folder, 'artifacts')];
    await this.#start('tracking', port, '/health', ['server', ...store, ...artifacts, '--workers', '1']);
    this.#url = `http://127.0.0.1:${port}`;
  }

  /** Trains and registers the versions with MLflow's own client. */
  async train(model: string, commit: string): Promise<Trained> {
    const script = [join(this.scripts, 'train.py'), '--model', model, '--commit', commit];
    const options = { env: this.#environment(), cwd: this.folder, maxBuffer: 16 * 1024 * 1024 };
    const { stdout } = await promisify(execFile)(this.python.python, script, options);
    return trainedSchema.parse(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? ''));
  }

  /** Serves a registered version in a process of its own. Returns the base URL. */
  async serve(model: string, version: string): Promise<string> {
    const port = await freePort();
    await this.#start(`version-${version}`, port, '/ping', [
      ...['models', 'serve', '--model-uri', `models:/${model}/${version}`],
      ...['--env-manager', 'local'],
    ]);
    return `http://127.0.0.1:${port}`;
  }

  /** Version that an alias points at; `null` when there is none. */
  async alias(model: string, alias: string): Promise<string | null> {
    const query = new URLSearchParams({ name: model, alias });
    const answer = await fetch(`${this.#url}/api/2.0/mlflow/registered-models/alias?${query}`);
    return answer.ok ? aliasSchema.parse(await answer.json()).model_version.version : null;
  }

  /** Ends every server. */
  async stop(): Promise<void> {
    await Promise.all(this.#servers.splice(0).map((server) => server.stop()));
  }

  #environment(): NodeJS.ProcessEnv {
    return { ...this.python.env, MLFLOW_TRACKING_URI: this.#url };
  }

  async #start(name: string, port: number, health: string, command: readonly string[]): Promise<void> {
    const server = await Supervised.start({
      name: `mlflow ${name}`,
      python: this.python.python,
      supervisor: join(this.scripts, 'supervise.py'),
      command: [join(this.python.folder, 'bin', 'mlflow'), ...command, '--host', '127.0.0.1', '--port', String(port)],
      env: this.#environment(),
      logFile: join(this.folder, `${name}.log`),
      healthUrl: `http://127.0.0.1:${port}${health}`,
    });
    this.#servers.push(server);
  }
}

/** What a scoring server says to a batch of images. */
export async function classify(url: string, images: Images): Promise<readonly number[]> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/invocations`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ inputs: images }),
  });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return answerSchema.parse(await answer.json()).predictions;
}
