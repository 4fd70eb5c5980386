// Extracts the operations that the Action calls from GitHub's published OpenAPI descriptions, as plain JSON Schema.
// The package that carries the descriptions is several hundred MB, so it is no dependency: it is installed into a
// temporary folder unless its folder is given.
//
//   node scripts/github-openapi/extract.mjs [folder of @octokit/openapi]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { operations } from './operations.mjs';
import { reducedDescription } from './reduce.mjs';

const VERSION = '23.0.2';
const SERVERS = { 'api.github.com': 'github.com', 'ghes-3.17': 'ghes-3.17' };
const target = new URL('../../sandbox/github/openapi/', import.meta.url);

function installed() {
  const folder = mkdtempSync(join(tmpdir(), 'openapi-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const options = ['--prefix', folder, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
  execFileSync('npm', ['install', ...options, `@octokit/openapi@${VERSION}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return join(folder, 'node_modules', '@octokit', 'openapi');
}

/** In the layout that the format check of the repository wants. */
function format(file) {
  const biome = fileURLToPath(new URL('../../node_modules/@biomejs/biome/bin/biome', import.meta.url));
  execFileSync(process.execPath, [biome, 'format', '--write', file], { stdio: ['ignore', 'ignore', 'inherit'] });
}

const source = process.argv[2] ?? installed();
for (const [name, file] of Object.entries(SERVERS)) {
  const description = JSON.parse(readFileSync(join(source, 'generated', `${name}.json`), 'utf8'));
  const text = `${JSON.stringify(reducedDescription(description, operations))}\n`;
  const path = fileURLToPath(new URL(`${file}.json`, target));
  writeFileSync(path, text);
  format(path);
  console.log(`${file}.json: ${operations.length} operations, ${Math.round(text.length / 1024)} KB`);
}
