// What people see, looked at in a browser: the HTML report and the comment as GitHub renders it, in Chromium. Exits 0 with
// `N passed, N failed` as the last line, or 77 with one line that says why it cannot run. Screenshots go to a temporary
// folder, whose path is printed.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findChromium, launch } from './chromium.mjs';
import { checkComment } from './comment-checks.mjs';
import { createGitHubPage } from './github-page.mjs';
import { installPackages } from './packages.mjs';
import { checkReport } from './report-checks.mjs';
import { Tally } from './tally.mjs';

const NOT_RUN = 77;
const SIDE_BY_SIDE = 3;
const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Compiles the renderers and the documents that they are given; what else is in the tree does not matter. */
async function loadDocuments() {
  const folder = join(root, '.cache', `browser-${process.pid}`);
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(folder, { recursive: true });
  const config = {
    extends: '../../tsconfig.json',
    include: [],
    files: [join(root, '__tests__/integration/browser/documents.ts')],
    compilerOptions: { noEmit: false, rootDir: root, outDir: folder },
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { stdio: 'inherit' });
  const { documents } = await import(pathToFileURL(join(folder, '__tests__/integration/browser/documents.js')).href);
  return documents();
}

async function main() {
  const chromium = await findChromium();
  if (chromium.path === null) return notRun(chromium.why);
  const packages = installPackages(root);
  if (packages.folder === null) return notRun(packages.why);
  const documents = await loadDocuments();
  const shots = mkdtempSync(join(tmpdir(), 'browser-shots-'));
  const tally = new Tally();
  const browser = await launch(packages, chromium.path);
  try {
    const surroundings = { browser, packages, shots, tally, githubPage: await createGitHubPage(packages) };
    const queue = [...documents];
    const worker = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        await checkReport(surroundings, next);
        await checkComment(surroundings, next);
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
  } finally {
    await browser.close();
  }
  console.log(`Screenshots: ${shots}`);
  tally.print();
  return tally.failed === 0 ? 0 : 1;
}

function notRun(why) {
  console.log(`browser: not run, ${why}`);
  return NOT_RUN;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));
process.exitCode = await main();
