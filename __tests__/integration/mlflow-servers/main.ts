import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Checks } from '../../../sandbox/digits/checks.js';
import { preparePython } from '../../../sandbox/digits/python.js';
import { loginPackages } from './login-packages.js';
import { LoginServer, PlainServer, type ServerKind } from './server.js';
import { playLogins, playReading, playWriting } from './suite.js';

/** Exit code for "not run here", by the convention of automake. */
const SKIPPED = 77;

/**
 * Plays the suite against an MLflow server of 3.x and one of 2.x, each with and without logins, and prints `N passed, N failed` as the last
 * line. Returns the exit code; 77 when Python or its packages cannot be had.
 */
export async function main(root: string): Promise<number> {
  const say = (line: string): void => console.log(line);
  const here = join(root, '__tests__', 'integration', 'mlflow-servers');
  const cache = join(root, '.cache', 'python');
  const three = await preparePython(cache, join(root, 'sandbox', 'digits', 'requirements.txt'), say);
  const two = await preparePython(cache, join(here, 'requirements-2.txt'), say);
  if (three.kind === 'missing' || two.kind === 'missing') {
    say(`Skipped: ${three.kind === 'missing' ? three.why : two.kind === 'missing' ? two.why : ''}.`);
    return SKIPPED;
  }
  const login = loginPackages(cache, join(here, 'requirements-login.txt'), three.python);
  if (login.kind === 'missing') {
    say(`Skipped: ${login.why}.`);
    return SKIPPED;
  }
  const supervisor = join(root, 'sandbox', 'digits', 'supervise.py');
  const script = join(here, 'register.py');
  const kinds: readonly ServerKind[] = [
    { major: 3, python: { ...three, env: { ...three.env, PYTHONPATH: login.folder } }, supervisor, script },
    { major: 2, python: two, supervisor, script },
  ];
  const checks = new Checks(say);
  await Promise.all(kinds.flatMap((kind) => [playPlain(kind, checks), playWithLogins(kind, checks)]));
  say(`${checks.passed} passed, ${checks.failed} failed`);
  return checks.failed === 0 ? 0 : 1;
}

async function playPlain(kind: ServerKind, checks: Checks): Promise<void> {
  await inFolder(`MLflow ${kind.major}`, checks, async (folder) => {
    const server = await PlainServer.start(kind, folder);
    try {
      await playReading(server, checks);
      await playWriting(server, checks);
    } finally {
      await server.stop();
    }
  });
}

async function playWithLogins(kind: ServerKind, checks: Checks): Promise<void> {
  await inFolder(`MLflow ${kind.major} with logins`, checks, async (folder) => {
    const server = await LoginServer.start(kind, folder);
    try {
      await playReading(server, checks);
      await playLogins(server, checks);
      await playWriting(server, checks);
    } finally {
      await server.stop();
    }
  });
}

/** A folder that is gone afterwards. What is thrown is a failed check of that server, and the others go on. */
async function inFolder(name: string, checks: Checks, play: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mlflow-servers-'));
  try {
    await play(folder);
  } catch (thrown) {
    checks.holds(`${name}: ran to its end`, false, thrown instanceof Error ? (thrown.stack ?? '') : String(thrown));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
