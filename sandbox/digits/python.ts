import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A Python environment with the pinned packages, or the reason why there is none. */
export type PythonEnvironment =
  | { readonly kind: 'ready'; readonly folder: string; readonly python: string; readonly env: NodeJS.ProcessEnv }
  | { readonly kind: 'missing'; readonly why: string };

const CANDIDATES = ['python3', 'python3.13', 'python3.12', 'python3.11'];
const VERSION_CHECK =
  'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2] if sys.version_info >= (3, 11) else "")';

/**
 * The environment for these requirements, made once and kept under `cache` by the hash of requirements and Python
 * version. An environment that was not finished is made again.
 */
export async function preparePython(
  cache: string,
  requirements: string,
  say: (line: string) => void,
): Promise<PythonEnvironment> {
  const found = findPython();
  if (found === undefined) return { kind: 'missing', why: 'Python 3.11 or newer with venv is not installed' };
  const hash = createHash('sha256').update(found.version).update(readFileSync(requirements)).digest('hex').slice(0, 16);
  const folder = join(cache, hash);
  const finished = join(folder, '.finished');
  if (!existsSync(finished)) {
    say('Installing the pinned Python packages, once …');
    const failure = await install(found.command, folder, requirements);
    if (failure !== undefined) return { kind: 'missing', why: failure };
    writeFileSync(finished, '');
  }
  return { kind: 'ready', folder, python: join(folder, 'bin', 'python'), env: environmentOf(folder) };
}

function findPython(): { readonly command: string; readonly version: string } | undefined {
  for (const command of CANDIDATES) {
    const { status, stdout } = spawnSync(command, ['-c', VERSION_CHECK], { encoding: 'utf8' });
    if (status === 0 && stdout.trim() !== '') return { command, version: stdout.trim() };
  }
  return undefined;
}

async function install(python: string, folder: string, requirements: string): Promise<string | undefined> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const pip = [
    join(folder, 'bin', 'python'),
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--retries',
    '2',
  ];
  for (const command of [
    [python, '-m', 'venv', folder],
    [...pip, '--requirement', requirements],
  ]) {
    const { code, output } = await finished(command);
    if (code === 0) continue;
    rmSync(folder, { recursive: true, force: true });
    return `the Python packages could not be installed (${output.trim().split('\n').at(-1) ?? 'no output'})`;
  }
  return undefined;
}

/** Runs a command to its end. `output` is what it printed on both streams. */
function finished(command: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((resolve) => {
    const [program = '', ...rest] = command;
    const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      output += String(chunk);
    });
    child.once('error', (error) => resolve({ code: null, output: String(error) }));
    child.once('close', (code) => resolve({ code, output }));
  });
}

/** Nothing of the caller's Python or MLflow settings; no usage statistics; no job queue of the server. */
function environmentOf(folder: string): NodeJS.ProcessEnv {
  return {
    HOME: folder,
    LANG: 'C.UTF-8',
    PATH: `${join(folder, 'bin')}:/usr/local/bin:/usr/bin:/bin`,
    PYTHONUNBUFFERED: '1',
    DO_NOT_TRACK: 'true',
    GIT_PYTHON_REFRESH: 'quiet',
    MLFLOW_DISABLE_TELEMETRY: 'true',
    MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
  };
}
