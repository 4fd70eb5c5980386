import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type LoginPackages =
  | { readonly kind: 'ready'; readonly folder: string }
  | { readonly kind: 'missing'; readonly why: string };

const LIMIT_MS = 5 * 60_000;

/**
 * The few packages that MLflow's logins need besides the server's own, in a folder for PYTHONPATH, so that the large environment can be
 * shared with suites that have no logins. Made once and kept under `cache` by the hash of the requirements.
 */
export function loginPackages(cache: string, requirements: string, python: string): LoginPackages {
  const hash = createHash('sha256').update(python).update(readFileSync(requirements)).digest('hex').slice(0, 16);
  const folder = join(cache, hash);
  const finished = join(folder, '.finished');
  if (existsSync(finished)) return { kind: 'ready', folder };
  rmSync(folder, { recursive: true, force: true });
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--target', folder];
  const done = spawnSync(python, [...pip, '--requirement', requirements], { encoding: 'utf8', timeout: LIMIT_MS });
  if (done.status !== 0) {
    rmSync(folder, { recursive: true, force: true });
    return {
      kind: 'missing',
      why: `the packages for logins cannot be installed (${done.stderr.trim().split('\n').at(-1)})`,
    };
  }
  writeFileSync(finished, '');
  return { kind: 'ready', folder };
}
