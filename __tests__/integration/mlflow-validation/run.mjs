// Our gate against MLflow's own `validate_evaluation_results`, on generated cases: every disagreement must be one that
// docs/rules.md states. Exits 77 where Python or its package index is missing.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { makeCases, toJson } from './cases.mjs';
import { DIFFERENCES, reasonFor } from './differences.mjs';
import { preparePython } from './python-environment.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const VERSIONS = ['3.18.0', '3.6.0'];
const COUNT = process.env.NIGHTLY === '1' ? 200_000 : 12_000;
const SEED = Number(process.env.SEED ?? 20260101);

const scratch = mkdtempSync(join(tmpdir(), 'mlflow-validation-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

let passed = 0;
let failed = 0;

function test(name, holds, detail = '') {
  if (holds) passed += 1;
  else failed += 1;
  console.log(`${holds ? 'ok' : 'FAILED'}  ${name}${holds ? '' : `\n${detail}`}`);
}

/** The gate as JavaScript: compiled from the sources, since this script runs outside jest. */
async function compileGate() {
  const project = join(scratch, 'tsconfig.json');
  const include = ['gate', 'reasons.ts', 'errors.ts'].map((path) => join(ROOT, 'src', path));
  const compilerOptions = {
    rootDir: ROOT,
    outDir: join(scratch, 'build'),
    typeRoots: [join(ROOT, 'node_modules', '@types')],
  };
  writeFileSync(project, JSON.stringify({ extends: join(ROOT, 'tsconfig.build.json'), compilerOptions, include }));
  writeFileSync(join(scratch, 'package.json'), '{"type": "module"}');
  const compiler = spawnSync(
    process.execPath,
    [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', project],
    { encoding: 'utf8' },
  );
  const load = (name) => import(pathToFileURL(join(scratch, 'build', 'src', 'gate', name)).href);
  if (!existsSync(join(scratch, 'build', 'src', 'gate', 'verdict.js')))
    throw new Error(`The gate does not compile:\n${compiler.stdout}`);
  const [{ parseRules }, { decide }] = [await load('grammar.js'), await load('verdict.js')];
  return { parseRules, decide };
}

function facts(version, metrics) {
  const points = Object.entries(metrics).map(([name, value]) => ({
    name,
    value,
    provenance: { source: 'run', id: version },
  }));
  return { model: 'm', version, status: 'READY', aliases: [], tags: {}, metrics: points };
}

/** MLflow's rule in our words, as docs/rules.md translates it. */
function translate(rule) {
  const share = rule.min_relative_change;
  return {
    ...(rule.threshold === null ? {} : { [rule.greater_is_better ? 'min' : 'max']: rule.threshold }),
    ...(rule.min_absolute_change === null ? {} : { min_improvement: rule.min_absolute_change }),
    ...(share === null ? {} : { min_relative_improvement: share === 1 ? '100%' : share }),
    direction: rule.greater_is_better ? 'higher' : 'lower',
  };
}

function judge({ parseRules, decide }, { rule, candidate, baseline }) {
  const { rules, faults } = parseRules({ m: translate(rule) }, 'test');
  if (faults.length > 0) return 'refused';
  const verdict = decide({
    candidate: facts('2', candidate),
    baseline:
      baseline === null
        ? { kind: 'absent', why: 'none' }
        : { kind: 'version', facts: facts('1', baseline), chosenBy: 'test' },
    rules,
    requirements: {},
    context: { nowMs: 0, commits: [] },
  });
  return verdict.kind === 'passed' ? 'pass' : 'fail';
}

function judgeWithMlflow(python, folder, version) {
  const output = join(scratch, `outcomes-${version}.json`);
  const env = { ...process.env, PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: '1' };
  const { status, stderr } = spawnSync(python, [join(HERE, 'validate.py'), join(scratch, 'cases.json'), output], {
    env,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`MLflow ${version} did not run:\n${stderr}`);
  return JSON.parse(readFileSync(output, 'utf8'));
}

function compare(cases, ours, theirs, version, seen) {
  const unexplained = [];
  for (const [index, one] of cases.entries()) {
    if (ours[index] === theirs[index]) continue;
    const reason = reasonFor(one, ours[index], theirs[index], version);
    if (reason === undefined) unexplained.push(`${toJson(one)} ours ${ours[index]}, MLflow ${theirs[index]}`);
    else seen.set(reason, (seen.get(reason) ?? 0) + 1);
  }
  const agreed = ours.filter((outcome, index) => outcome === theirs[index]).length;
  test(
    `MLflow ${version}: ${agreed} of ${cases.length} cases agree, every other one for a stated reason`,
    unexplained.length === 0,
    unexplained.slice(0, 10).join('\n'),
  );
  for (const outcome of ['pass', 'fail']) {
    const both = ours.filter((own, index) => own === outcome && theirs[index] === outcome).length;
    test(`MLflow ${version}: ${both} cases are ${outcome} on both sides`, both > cases.length / 10);
  }
}

const environment = preparePython(ROOT, VERSIONS);
if (environment.missing !== undefined) {
  console.log(`Skipped: MLflow ${VERSIONS.join(' and ')} cannot be installed here (${environment.missing}).`);
  process.exit(77);
}
const gate = await compileGate();
const cases = makeCases(COUNT, SEED);
writeFileSync(join(scratch, 'cases.json'), toJson(cases));
const ours = cases.map((one) => judge(gate, one));
const seen = new Map();
for (const version of VERSIONS)
  compare(cases, ours, judgeWithMlflow(environment.python, environment.folders[version], version), version, seen);

const stated = [
  ...readFileSync(join(ROOT, 'docs', 'rules.md'), 'utf8')
    .split("## Differences from MLflow's")[1]
    .matchAll(/^\| `([a-z-]+)` \|/gm),
].map((match) => match[1]);
test(
  'docs/rules.md states the differences that this test knows, and no others',
  stated.join() === [...DIFFERENCES.map(({ id }) => id)].sort(byStated).join(),
  `stated: ${stated.join(', ')}`,
);
for (const id of stated) test(`the stated difference ${id} occurs: ${seen.get(id) ?? 0} times`, seen.has(id));
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function byStated(left, right) {
  return stated.indexOf(left) - stated.indexOf(right);
}
