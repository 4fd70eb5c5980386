import { readFile, realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';

/** What came of reading a file of the checked-out repository. `path` is relative to the workspace, with forward slashes. */
type FileRead =
  | { readonly kind: 'text'; readonly path: string; readonly text: string }
  | { readonly kind: 'absent'; readonly path: string }
  /** The path leads out of the workspace, directly or through a symbolic link. Nothing was read. */
  | { readonly kind: 'outside'; readonly path: string }
  | { readonly kind: 'failed'; readonly path: string; readonly message: string };

export type ReadWorkspaceFile = (path: string) => Promise<FileRead>;

/** Reads files of `workspace`, and of nowhere else: a configuration of a pull request cannot make us print other files. */
export function workspaceReader(workspace: string): ReadWorkspaceFile {
  return async (path) => {
    const root = resolve(workspace);
    const wanted = resolve(root, path);
    const name = relative(root, wanted).split(sep).join('/');
    if (!isInside(root, wanted)) return { kind: 'outside', path };
    try {
      if (!isInside(await realpath(root), await realpath(wanted))) return { kind: 'outside', path: name };
      return { kind: 'text', path: name, text: await readFile(wanted, 'utf8') };
    } catch (thrown) {
      if (hasCode(thrown, 'ENOENT') || hasCode(thrown, 'ENOTDIR')) return { kind: 'absent', path: name };
      return { kind: 'failed', path: name, message: thrown instanceof Error ? thrown.message : String(thrown) };
    }
  };
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function hasCode(thrown: unknown, code: string): boolean {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown && thrown.code === code;
}
