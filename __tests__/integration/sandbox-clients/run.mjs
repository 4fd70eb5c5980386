// Drives the embedded workspace with clients that are not ours: the Databricks SDK for Python and MLflow's own client.
// Makes a virtual environment under .cache/python once for each set of requirements. Exits with 77 where there is no
// Python or no package index, so that callers can tell "not run" from "failed".
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../../../', import.meta.url));
const NOT_RUN = 77;

function notRun(why) {
  console.log(`sandbox-clients: not run, ${why}`);
  process.exit(NOT_RUN);
}

function findPython() {
  for (const name of ['python3.12', 'python3.11', 'python3.10', 'python3.13', 'python3', 'python']) {
    const { status } = spawnSync(name, ['-c', 'import sys, venv; sys.exit(sys.version_info < (3, 10))'], {
      stdio: 'ignore',
    });
    if (status === 0) return name;
  }
  return null;
}

/** The interpreter of an environment with the pinned packages; half-made environments are never used. */
function environment() {
  const requirements = readFileSync(join(here, 'requirements.txt'));
  const hash = createHash('sha256').update(requirements).digest('hex').slice(0, 16);
  const folder = join(root, '.cache/python', hash);
  const python = join(folder, 'bin/python');
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return python;
  const base = findPython();
  if (base === null) notRun('no Python of 3.10 or later with venv');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(root, '.cache/python'), { recursive: true });
  const made = spawnSync(base, ['-m', 'venv', folder], { encoding: 'utf8' });
  if (made.status !== 0) notRun('Python cannot make a virtual environment');
  const install = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '-r',
    join(here, 'requirements.txt'),
  ];
  const installed = spawnSync(python, install, { encoding: 'utf8' });
  if (installed.status !== 0) notRun(`the packages cannot be installed: ${installed.stderr.trim().split('\n').at(-1)}`);
  writeFileSync(`${complete}.new`, hash);
  renameSync(`${complete}.new`, complete);
  return python;
}

/** Compiles the sandbox; type errors elsewhere in the tree do not keep it from running. */
function compiledServer() {
  const out = join(root, '.cache/sandbox-clients');
  rmSync(out, { recursive: true, force: true });
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  try {
    execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', out], {
      cwd: root,
      stdio: 'pipe',
    });
  } catch (error) {
    if (!existsSync(join(out, 'sandbox/workspace/serve.js'))) throw error;
  }
  return join(out, 'sandbox/workspace/serve.js');
}

async function main() {
  const python = environment();
  const scene = readFileSync(join(here, 'scene.json'), 'utf8');
  const server = spawn(process.execPath, [compiledServer(), scene], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  const { url, token, clientId, clientSecret } = JSON.parse((await lines.next()).value);
  const env = {
    ...Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^(DATABRICKS|MLFLOW|ARM|AZURE)_/.test(name)),
    ),
    DATABRICKS_HOST: url,
    DATABRICKS_TOKEN: token,
    SANDBOX_CLIENT_ID: clientId,
    SANDBOX_CLIENT_SECRET: clientSecret,
    DATABRICKS_CONFIG_FILE: join(here, 'no-such-configuration'),
    NO_PROXY: '127.0.0.1',
    PYTHONDONTWRITEBYTECODE: '1',
  };
  const tests = spawn(
    python,
    ['-W', 'ignore', '-m', 'unittest', 'discover', '-s', here, '-p', 'test_*.py', ...process.argv.slice(2)],
    { env, stdio: ['ignore', 'inherit', 'pipe'] },
  );
  // unittest writes its report to standard error.
  let report = '';
  tests.stderr.on('data', (chunk) => {
    report += chunk;
    process.stderr.write(chunk);
  });
  const status = await new Promise((resolve) => tests.once('close', (code) => resolve(code ?? 1)));
  server.stdin.end();
  const last = await lines.next();
  const violations = last.done ? [{ message: 'the sandbox died' }] : JSON.parse(last.value).violations;
  if (violations.length > 0) console.error('Invariants violated:', violations);
  const ran = Number(/^Ran (\d+) tests?/m.exec(report)?.[1] ?? 0);
  const bad = [...report.matchAll(/(?:failures|errors)=(\d+)/g)].reduce((sum, found) => sum + Number(found[1]), 0);
  const failed = violations.length > 0 || (status !== 0 && bad === 0) ? bad + 1 : bad;
  console.log(`${Math.max(0, ran - bad)} passed, ${failed} failed`);
  process.exitCode = failed === 0 && ran > 0 ? 0 : 1;
}

await main();
