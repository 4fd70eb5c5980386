import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const FILES = ['package.json', 'package-lock.json'];
const INSTALL_LIMIT_MS = 180_000;

/**
 * The packages of this suite, installed once for each lock under `.cache/browser`, so that the main install stays small.
 * A half-made folder is never used. `folder` is `null`, with the reason, when they cannot be had.
 */
export function installPackages(root) {
  const hash = createHash('sha256');
  for (const file of FILES) hash.update(readFileSync(join(here, file)));
  const folder = join(root, '.cache', 'browser', hash.digest('hex').slice(0, 16));
  const complete = join(folder, 'complete');
  if (!existsSync(complete)) {
    const why = install(folder);
    if (why !== null) return { folder: null, why };
    writeFileSync(`${complete}.new`, '');
    renameSync(`${complete}.new`, complete);
  }
  const require = createRequire(join(folder, 'package.json'));
  return {
    folder,
    /** The path of a file of a package. */
    file: (path) => join(folder, 'node_modules', path),
    load: (name) => import(pathToFileURL(join(folder, 'node_modules', name, entryOf(folder, name, require))).href),
  };
}

/** The entry for `import`: these packages have either an `exports` field with it or a `main` for both ways. */
function entryOf(folder, name, require) {
  const { exports, main } = JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8'));
  const root = typeof exports === 'string' ? exports : (exports?.['.'] ?? exports ?? main);
  const entry = typeof root === 'string' ? root : (root?.import ?? root?.default);
  if (typeof entry === 'string') return entry;
  throw new Error(`${name} has no entry that is understood; require would take ${require.resolve(name)}.`);
}

function install(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of FILES) copyFileSync(join(here, file), join(folder, file));
  const options = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const done = spawnSync('npm', options, { cwd: folder, encoding: 'utf8', timeout: INSTALL_LIMIT_MS });
  if (done.status === 0) return null;
  const said = `${done.stderr ?? ''}`.trim().split('\n').at(-1);
  return `its packages cannot be installed: ${said || (done.error?.message ?? 'npm failed')}`;
}
