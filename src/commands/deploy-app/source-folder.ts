import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { ConfigurationFault } from '../../errors.js';
import { type Ignores, ignoreRules } from './ignore.js';
import { byPath } from './order.js';

/** One file that would be uploaded. */
export interface SourceFile {
  /** Relative to the app's folder, forward slashes. */
  readonly path: string;
  readonly size: number;
  /** `null`: larger than `LARGEST_FILE`, so that it was not read. */
  readonly bytes: Uint8Array | null;
}

/** The app's folder as it lies in the repository. */
export interface SourceFolder {
  /** Relative to the workspace, forward slashes, as faults name it. */
  readonly path: string;
  /** Sorted by path. */
  readonly files: readonly SourceFile[];
  /** What cannot be uploaded at all. */
  readonly faults: readonly ConfigurationFault[];
}

/** Largest file of an app's source (10 MB): the platform's limit for workspace files. */
export const LARGEST_FILE = 10 * 1024 * 1024;

const KEY = 'deployment.app.source';
const IGNORE_FILES = ['.gitignore', '.databricksignore'];

/** Reads a folder of the checked-out repository, and of nowhere else. Never throws for what lies in it. */
export async function readSourceFolder(workspace: string, source: string): Promise<SourceFolder> {
  const root = resolve(workspace);
  const folder = resolve(root, source);
  const path = relative(root, folder).split(sep).join('/') || '.';
  const problem = await folderProblem(root, folder);
  if (problem !== null) return { path, files: [], faults: [folderFault(path, problem)] };
  const ignores = ignoreRules(await Promise.all(IGNORE_FILES.map((name) => textOrEmpty(join(folder, name)))));
  const faults: ConfigurationFault[] = [];
  const files = await walk(folder, '', ignores, (name) => faults.push(linkFault(`${path}/${name}`)));
  return { path, files: byPath(files), faults };
}

/** SHA-256 over paths and contents, as hex: two folders with the same digest are the same app. */
export function digestOf(files: readonly SourceFile[]): string {
  const whole = createHash('sha256');
  for (const file of byPath(files)) {
    const content = createHash('sha256')
      .update(file.bytes ?? '')
      .digest('hex');
    whole.update(`${file.path}\0${content}\n`);
  }
  return whole.digest('hex');
}

async function folderProblem(root: string, folder: string): Promise<string | null> {
  if (!isInside(root, folder)) return 'lies outside the repository';
  try {
    if (!isInside(await realpath(root), await realpath(folder))) return 'leads out of the repository';
    return (await lstat(folder)).isDirectory() ? null : 'is not a folder';
  } catch {
    return 'does not exist';
  }
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

async function textOrEmpty(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

async function walk(
  root: string,
  below: string,
  ignores: Ignores,
  refuse: (name: string) => void,
): Promise<SourceFile[]> {
  const entries = await readdir(join(root, below), { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry): Promise<SourceFile[]> => {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (ignores(path, entry.isDirectory())) return [];
      if (entry.isDirectory()) return walk(root, path, ignores, refuse);
      if (entry.isFile()) return [await readOne(join(root, path), path)];
      refuse(path);
      return [];
    }),
  );
  return found.flat();
}

async function readOne(absolute: string, path: string): Promise<SourceFile> {
  const { size } = await lstat(absolute);
  return { path, size, bytes: size > LARGEST_FILE ? null : new Uint8Array(await readFile(absolute)) };
}

function folderFault(path: string, problem: string): ConfigurationFault {
  return {
    key: KEY,
    file: path,
    message: `The app's folder ${path} ${problem}.`,
    fix: 'Set deployment.app.source (or the input app-source) to a folder of the repository, and check it out first.',
  };
}

function linkFault(file: string): ConfigurationFault {
  return {
    key: KEY,
    file,
    message: `${file} is a symbolic link or a special file, which cannot be uploaded.`,
    fix: 'Put the file itself there, or name it in .databricksignore.',
  };
}
