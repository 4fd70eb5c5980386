import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { playScenes } from './demo/scenes.js';

const here = dirname(fileURLToPath(import.meta.url));
const entry = [join(here, '..', 'index.js'), join(here, '..', '..', 'dist', 'index.js')].find((path) =>
  existsSync(path),
);
if (entry === undefined) {
  console.error('The bundle dist/index.js is missing. Build it with: npm run build');
  process.exitCode = 1;
} else {
  process.exitCode = await playScenes(entry);
}
