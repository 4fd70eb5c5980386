import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What MLflow's validation needs in order to be imported; its server, plots and model flavours are left out. */
const LIBRARIES = [
  'cachetools',
  'click',
  'cloudpickle',
  'databricks-sdk',
  'fastapi',
  'gitpython',
  'importlib_metadata',
  'numpy',
  'opentelemetry-api',
  'opentelemetry-proto',
  'opentelemetry-sdk',
  'packaging',
  'pandas',
  'protobuf',
  'pydantic',
  'python-dotenv',
  'pyyaml',
  'requests',
  'sqlparse',
  'typing_extensions',
];
const LIMIT_MS = 8 * 60_000;

function run(command, args) {
  const { status, error, stderr } = spawnSync(command, args, { timeout: LIMIT_MS, encoding: 'utf8' });
  return status === 0 ? undefined : (error?.message ?? stderr.trim().split('\n').at(-1) ?? `exit ${status}`);
}

/**
 * A virtual environment with the libraries, and each version of MLflow in a folder of its own. Made once, kept under
 * `.cache/python/<hash of what is in it>`. Returns the interpreter and the folder by version, or why it cannot be had.
 */
export function preparePython(root, versions) {
  const hash = createHash('sha256')
    .update(JSON.stringify([LIBRARIES, versions]))
    .digest('hex')
    .slice(0, 16);
  const folder = join(root, '.cache', 'python', hash);
  const done = join(folder, 'complete');
  const python = join(folder, 'bin', 'python');
  const prepared = {
    python,
    folders: Object.fromEntries(versions.map((version) => [version, join(folder, `mlflow-${version}`)])),
  };
  if (existsSync(done)) return prepared;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  const steps = [
    ['python3', ['-m', 'venv', folder]],
    [python, [...pip, ...LIBRARIES]],
    ...versions.map((version) => [
      python,
      [...pip, '--no-deps', '--target', prepared.folders[version], `mlflow==${version}`],
    ]),
  ];
  for (const [command, args] of steps) {
    const failure = run(command, args);
    if (failure !== undefined) return { missing: failure };
  }
  writeFileSync(done, '');
  return prepared;
}
