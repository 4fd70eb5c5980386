// Builds a benchmark of bench/ into a folder of its own and runs it: `node scripts/bench.mjs rollouts -- --releases 1000`.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const [name = '', ...rest] = process.argv.slice(2);
const folder = join(root, '.cache', `bench-${process.pid}`);

function run(script, args) {
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${script} ended with ${status}`);
}

mkdirSync(folder, { recursive: true });
try {
  const compilerOptions = { noEmit: false, rootDir: root, outDir: folder };
  const files = [join(root, 'bench', name, 'main.ts')];
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: '../../tsconfig.json', include: [], files, compilerOptions }),
  );
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  run(join(root, 'node_modules/typescript/bin/tsc'), ['-p', folder]);
  run(
    join(folder, 'bench', name, 'main.js'),
    rest.filter((argument) => argument !== '--'),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
