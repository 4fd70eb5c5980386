// Our MLflow client against real MLflow servers: see suite.ts. Compiles the driver beside this file and runs it. Exits 0 with
// `N passed, N failed` as the last line, or 77 with one line when Python or its packages cannot be had.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = join(root, '.cache', `mlflow-servers-${process.pid}`);
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));

mkdirSync(folder, { recursive: true });
const config = {
  extends: '../../tsconfig.json',
  include: [],
  files: [join(root, '__tests__/integration/mlflow-servers/main.ts')],
  compilerOptions: { noEmit: false, rootDir: root, outDir: folder },
};
writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { stdio: 'inherit' });
const { main } = await import(pathToFileURL(join(folder, '__tests__/integration/mlflow-servers/main.js')).href);
process.exitCode = await main(root);
