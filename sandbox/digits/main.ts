import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Checks } from './checks.js';
import { Mlflow } from './mlflow.js';
import { preparePython } from './python.js';
import { playDigits } from './scenes.js';

/** Exit code for "not run here", by the convention of automake. */
const SKIPPED = 77;

/**
 * Plays the scenes on real servers and prints `N passed, N failed` as the last line. `root` is the repository, `entry`
 * the bundle. Returns the exit code; 77 when Python or its packages cannot be had.
 */
export async function main(root: string, entry: string): Promise<number> {
  if (!existsSync(entry)) {
    console.error(`${entry} is missing. Build it with: npm run build`);
    return 1;
  }
  const say = (line: string): void => console.log(line);
  const scripts = join(root, 'sandbox', 'digits');
  const python = await preparePython(join(root, '.cache', 'python'), join(scripts, 'requirements.txt'), say);
  if (python.kind === 'missing') {
    console.log(`Skipped: ${python.why}.`);
    return SKIPPED;
  }
  const folder = mkdtempSync(join(tmpdir(), 'digits-'));
  const mlflow = new Mlflow(python, scripts, folder);
  const checks = new Checks(say);
  try {
    await playDigits(mlflow, entry, checks, say);
  } catch (thrown) {
    checks.holds(`the scenes ran to their end: ${thrown instanceof Error ? thrown.message : String(thrown)}`, false);
  } finally {
    await mlflow.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`${checks.passed} passed, ${checks.failed} failed`);
  return checks.failed === 0 ? 0 : 1;
}
