// Real image classifiers, a real MLflow server and real scoring servers, promoted by the bundle: `node sandbox/digits/start.mjs`.
// Compiles the driver beside this file and runs it. Exit code 77: Python or its packages cannot be had.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, '.cache', `digits-${process.pid}`);
const entry = process.env.ACTION_ENTRY ?? join(root, 'dist', 'index.js');
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));

mkdirSync(folder, { recursive: true });
const options = { noEmit: false, rootDir: root, outDir: folder };
const config = {
  extends: '../../tsconfig.json',
  include: [],
  files: [join(root, 'sandbox/digits/main.ts')],
  compilerOptions: options,
};
writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { stdio: 'inherit' });
const { main } = await import(pathToFileURL(join(folder, 'sandbox/digits/main.js')).href);
process.exitCode = await main(root, entry);
