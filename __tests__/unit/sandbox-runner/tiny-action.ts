import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from '@jest/globals';
import { RunnerFaultsError, type RunOptions, type RunResult, runAction } from '../../../sandbox/runner/index.js';

const folders: string[] = [];
const results: RunResult[] = [];

afterEach(() => {
  for (const result of results.splice(0)) result.dispose();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

interface TinyAction {
  /** Body of main, an ES module; `fs` and `append(variable, text)` are at hand. */
  readonly main: string;
  readonly post?: string;
  readonly postCondition?: string;
  /** Lines of YAML under `inputs:`, each indented by two. */
  readonly inputs?: string;
  readonly using?: string;
}

const PRELUDE = `import fs from 'node:fs';
const append = (variable, text) => fs.appendFileSync(process.env[variable], text);
`;

/** Shorter than the runner's, and long enough for a step that ends by itself on a busy machine. */
export const GRACES = { interrupt: 5_000, terminate: 5_000, streams: 1_000 };

/** `expression('job.status')` as it stands in YAML. */
export function expression(text: string): string {
  return `\${{ ${text} }}`;
}

/** Writes an action of a few lines and returns its entry. */
export function writeAction(action: TinyAction): string {
  const folder = mkdtempSync(join(tmpdir(), 'tiny-action-'));
  folders.push(folder);
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'dist', 'index.js'), PRELUDE + action.main);
  const post = action.post === undefined ? '' : '  post: dist/post.js\n';
  const condition = action.postCondition === undefined ? '' : `  post-if: ${action.postCondition}\n`;
  if (action.post !== undefined) writeFileSync(join(folder, 'dist', 'post.js'), PRELUDE + action.post);
  const inputs = action.inputs === undefined ? '' : `inputs:\n${action.inputs}\n`;
  writeFileSync(
    join(folder, 'action.yml'),
    `name: Tiny\ndescription: For a test\n${inputs}runs:\n  using: ${action.using ?? 'node24'}\n  main: dist/index.js\n${post}${condition}`,
  );
  return join(folder, 'dist', 'index.js');
}

type Overrides = Omit<RunOptions, 'entry'>;

/** Runs a tiny action that is expected to keep the rules; a ladder that a busy machine can keep up with. */
export async function runTiny(action: TinyAction, options: Overrides = {}): Promise<RunResult> {
  const result = await runAction({
    entry: writeAction(action),
    node: process.execPath,
    graces: GRACES,
    ...options,
  });
  results.push(result);
  return result;
}

/** Runs a tiny action that is expected to break a rule and returns the faults. */
export async function faultsOfTiny(action: TinyAction, options: Overrides = {}): Promise<RunnerFaultsError> {
  try {
    await runTiny(action, options);
  } catch (error) {
    if (!(error instanceof RunnerFaultsError)) throw error;
    results.push(error.result);
    return error;
  }
  throw new Error('The run kept every rule.');
}
