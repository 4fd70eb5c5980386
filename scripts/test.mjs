// The one test command: every check and every suite, one line each, and the count at the end.
//
//   node scripts/test.mjs                 everything, in order
//   node scripts/test.mjs unit contract   only these: checks, unit, contract, acceptance, integration
//
// A suite against a real server is a script `__tests__/integration/<name>/run.mjs`. It exits 0 with a last line
// `N passed, N failed`, or 77 with one line that says why it was skipped; in CI a skip is a failure unless ALLOW_SKIP=1.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SUITES = ['unit', 'contract', 'acceptance', 'integration'];
const PICKS = ['checks', ...SUITES];
const SKIPPED = 77;
const STAGE_LIMIT_MS = 20 * 60_000;
const COUNT_LINE = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/;

const inWorkflow = process.env.GITHUB_ACTIONS === 'true';
const skipIsFailure = process.env.CI === 'true' && process.env.ALLOW_SKIP !== '1';
const scratch = mkdtempSync(join(tmpdir(), 'tests-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

/** The process group at work; nothing of it outlives its stage or this script. */
let current = null;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    killGroup(current);
    process.exit(1);
  });
}

function killGroup(child) {
  if (child?.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // No process of the group is left.
  }
}

/** Runs a command to its end. `output` is both streams as they came, `stdout` the one that counts are read from. */
function run(command, args, env = {}) {
  return new Promise((resolve) => {
    const stdio = ['ignore', 'pipe', 'pipe'];
    const child = spawn(command, args, { cwd: ROOT, env: { ...process.env, ...env }, detached: true, stdio });
    current = child;
    let output = '';
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    const timer = setTimeout(() => {
      output += `\nStopped after ${STAGE_LIMIT_MS / 60_000} minutes.\n`;
      killGroup(child);
    }, STAGE_LIMIT_MS);
    child.on('error', (error) => {
      output += `${error.message}\n`;
    });
    child.on('exit', () => killGroup(child));
    child.on('close', (code) => {
      clearTimeout(timer);
      current = null;
      resolve({ code, output, stdout });
    });
  });
}

/** Runs a Node script of the repository or of its dependencies. */
function runScript(script, args, { node = process.execPath, env } = {}) {
  return run(node, [join(ROOT, script), ...args], env);
}

/** Some tools want a newer Node than the one that people may have. */
function newestNode() {
  const installed = join(ROOT, 'node_modules', 'node', 'bin', 'node');
  return existsSync(installed) ? installed : process.execPath;
}

/** A check that passes or fails as one. */
function check(name, start) {
  return {
    name,
    run: async () => {
      const { code, output } = await start();
      return code === 0 ? { passed: 1, failed: 0, skipped: 0, output } : { passed: 0, failed: 1, skipped: 0, output };
    },
  };
}

function checks() {
  const modules = 'node_modules';
  const hasKnip = readdirSync(ROOT).some((file) => /^\.?knip\.(jsonc?|[jt]s)$/.test(file));
  return [
    check('types', () => runScript(`${modules}/typescript/bin/tsc`, ['--noEmit', '-p', 'tsconfig.json'])),
    check('format and lint', () => runScript(`${modules}/@biomejs/biome/bin/biome`, ['check', '.'])),
    check('arrows', () =>
      runScript(
        `${modules}/dependency-cruiser/bin/dependency-cruiser.mjs`,
        ['src', 'sandbox', '--config', '.dependency-cruiser.cjs'],
        { node: newestNode() },
      ),
    ),
    ...(hasKnip
      ? [check('dead code', () => runScript(`${modules}/knip/bin/knip.js`, [], { node: newestNode() }))]
      : []),
    ...(existsSync(join(ROOT, 'dist'))
      ? [check('dist matches src', () => runScript('scripts/build.mjs', ['--check']))]
      : []),
  ];
}

function hasTests(folder) {
  if (!existsSync(folder)) return false;
  return readdirSync(folder, { recursive: true }).some((file) => String(file).endsWith('.test.ts'));
}

/** All jest suites that were picked, in one run. */
function jest(suites) {
  const folders = suites.map((suite) => join('__tests__', suite)).filter((folder) => hasTests(join(ROOT, folder)));
  if (folders.length === 0) return [];
  return [
    {
      name: `jest (${folders.map((folder) => folder.slice('__tests__/'.length)).join(', ')})`,
      run: () => runJest(folders),
    },
  ];
}

async function runJest(folders) {
  const file = join(scratch, 'jest.json');
  const options = ['--maxWorkers=2', '--json', `--outputFile=${file}`];
  const env = { NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules`.trim() };
  const { code, output } = await runScript(
    'node_modules/jest/bin/jest.js',
    [...options, ...folders.map((folder) => `${folder}/`)],
    { env },
  );
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0, output };
  const result = JSON.parse(readFileSync(file, 'utf8'));
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  return {
    passed: result.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: result.numPendingTests + result.numTodoTests,
    output: withoutJson(output),
  };
}

/** jest prints the whole result as one line of JSON besides writing it; nobody wants to read that. */
function withoutJson(output) {
  return output
    .split('\n')
    .filter((line) => !line.startsWith('{"num'))
    .join('\n');
}

/** The suites against real servers. */
function integrations() {
  const folder = join(ROOT, '__tests__', 'integration');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .filter((name) => existsSync(join(folder, name, 'run.mjs')))
    .map((name) => ({
      name: `integration/${name}`,
      run: () => runIntegration(join('__tests__', 'integration', name, 'run.mjs')),
    }));
}

async function runIntegration(script) {
  const { code, output, stdout } = await runScript(script, []);
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  if (code === SKIPPED) {
    return skipIsFailure
      ? { passed: 0, failed: 1, skipped: 0, output: `${output}\nSkipped, which CI does not accept.` }
      : { passed: 0, failed: 0, skipped: 1, output, note: last };
  }
  const counts = COUNT_LINE.exec(last);
  if (counts === null) return { passed: 0, failed: 1, skipped: 0, output: `${output}\nThe last line is no count.` };
  const [passed, failed, skipped] = [counts[1], counts[2], counts[3] ?? '0'].map(Number);
  return { passed, failed: failed === 0 && code !== 0 ? 1 : failed, skipped, output };
}

function countsOf({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** A workflow's log must not act on what a test printed, and can fold what passed. */
function show(stage, result) {
  const text = result.output.trimEnd();
  if (!inWorkflow) {
    if (result.failed > 0) console.log(text);
    return;
  }
  if (result.failed === 0) console.log(`::group::output of ${stage.name}`);
  console.log(`::stop-commands::output-of-a-test\n${text}\n::output-of-a-test::`);
  if (result.failed === 0) console.log('::endgroup::');
}

async function runStage(stage) {
  const startedAt = performance.now();
  const result = await stage.run();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const mark = result.failed > 0 ? 'FAILED' : result.passed > 0 ? 'ok' : 'skipped';
  const note = result.note === undefined ? '' : `  ${result.note}`;
  console.log(`${mark.padEnd(8)} ${stage.name.padEnd(40)} ${seconds.padStart(7)} s  ${countsOf(result)}${note}`);
  show(stage, result);
  return result;
}

const picked = process.argv.slice(2);
const unknown = picked.filter((pick) => !PICKS.includes(pick));
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. Pick from ${PICKS.join(', ')}.`);
  process.exit(2);
}
const wants = (pick) => picked.length === 0 || picked.includes(pick);
const stages = [
  ...(wants('checks') ? checks() : []),
  ...jest(SUITES.filter(wants)),
  ...(wants('integration') ? integrations() : []),
];
const total = { passed: 0, failed: 0, skipped: 0 };
for (const stage of stages) {
  const result = await runStage(stage);
  for (const count of Object.keys(total)) total[count] += result[count];
}
if (total.passed + total.failed === 0) console.log('No test ran.');
console.log(countsOf(total));
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
