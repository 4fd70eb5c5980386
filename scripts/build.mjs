// Builds dist/: the Action (dist/index.js, main and post) and the demo (dist/demo/index.js).
// `--check` builds into a temporary folder and fails when the committed dist differs.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const check = process.argv.includes('--check');
const node = process.execPath;

function run(script, args) {
  const done = spawnSync(node, [join(root, 'node_modules', script), ...args], { cwd: root, encoding: 'utf8' });
  if (done.status === 0) return;
  console.error(`${done.stdout}${done.stderr}`);
  process.exit(1);
}

function filesOf(folder, base = folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesOf(join(folder, entry.name), base) : [relative(base, join(folder, entry.name))],
  );
}

function bundle(entry, folder) {
  run('@vercel/ncc/dist/ncc/cli.js', [
    'build',
    join(root, 'build', entry),
    '-o',
    folder,
    '--license',
    'licenses.txt',
    '-q',
  ]);
  for (const file of filesOf(folder)) {
    if (readFileSync(join(folder, file), 'utf8').includes('@@notfound')) {
      throw new Error(`${file}: a module could not be resolved and would fail only at run time (@@notfound).`);
    }
  }
}

// Modules are named by their path in the bundle: from a linked node_modules it could not be built again elsewhere.
if (realpathSync(join(root, 'node_modules')) !== join(realpathSync(root), 'node_modules')) {
  console.error('node_modules is a link to another place. Run npm ci in this folder, then build.');
  process.exit(1);
}

rmSync(join(root, 'build'), { recursive: true, force: true });
run('typescript/bin/tsc', ['-p', 'tsconfig.build.json']);
const out = mkdtempSync(join(tmpdir(), 'dist-'));
bundle('src/index.js', out);
if (existsSync(join(root, 'build/sandbox/demo.js'))) bundle('sandbox/demo.js', join(out, 'demo'));

const dist = join(root, 'dist');
if (check) {
  const all = [...new Set([...filesOf(out), ...filesOf(dist)])].sort();
  const differing = all.filter((file) => {
    const [a, b] = [join(out, file), join(dist, file)];
    return !existsSync(a) || !existsSync(b) || !readFileSync(a).equals(readFileSync(b));
  });
  rmSync(out, { recursive: true, force: true });
  if (differing.length > 0) {
    console.error(`dist does not match src (${differing.join(', ')}). Run: npm run build`);
    process.exit(1);
  }
  console.log(`dist matches src (${all.length} files).`);
} else {
  rmSync(dist, { recursive: true, force: true });
  cpSync(out, dist, { recursive: true });
  rmSync(out, { recursive: true, force: true });
  console.log(`dist built: ${filesOf(dist).join(', ')}`);
}
