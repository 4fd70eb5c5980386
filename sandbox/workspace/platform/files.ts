import { ApiFailure, missing } from '../http/failure.js';

export type ObjectType = 'NOTEBOOK' | 'FILE' | 'DIRECTORY' | 'REPO';

export interface WorkspaceObject {
  readonly path: string;
  readonly type: ObjectType;
  readonly id: number;
  /** Only of notebooks. */
  readonly language: string;
  readonly content: Buffer;
  readonly modifiedAt: number;
}

const NOTEBOOKS: readonly { readonly extension: string; readonly comment: string; readonly language: string }[] = [
  { extension: '.py', comment: '#', language: 'PYTHON' },
  { extension: '.r', comment: '#', language: 'R' },
  { extension: '.sql', comment: '--', language: 'SQL' },
  { extension: '.scala', comment: '//', language: 'SCALA' },
];

/** What a source file becomes on import: notebooks lose their extension. `null`: it stays a file. */
function notebookOf(path: string, content: Buffer): { path: string; language: string } | null {
  const kind = NOTEBOOKS.find(({ extension }) => path.toLowerCase().endsWith(extension));
  if (kind === undefined) return null;
  const [firstLine = ''] = content.toString('utf8').split('\n', 1);
  if (firstLine.trim() !== `${kind.comment} Databricks notebook source`) return null;
  return { path: path.slice(0, -kind.extension.length), language: kind.language };
}

/** `/Workspace/Users/…` and `/Users/…` are the same place. */
function normal(path: string): string {
  const clean = `/${path}`.replace(/\/+/g, '/').replace(/^\/Workspace(?=\/|$)/, '');
  return clean === '' ? '/' : clean.replace(/(.)\/$/, '$1');
}

/** The workspace's tree of folders, files and notebooks. */
export class WorkspaceFiles {
  readonly #objects = new Map<string, WorkspaceObject>();
  #lastId = 100;

  find(path: string): WorkspaceObject | undefined {
    return this.#objects.get(normal(path));
  }

  get(path: string): WorkspaceObject {
    const object = this.find(path);
    if (object === undefined) throw missing(`Path (${path}) doesn't exist.`);
    return object;
  }

  #put(path: string, type: ObjectType, content: Buffer, language: string, now: number): WorkspaceObject {
    this.#lastId += 1;
    const object = {
      path: normal(path),
      type,
      id: this.find(path)?.id ?? this.#lastId,
      language,
      content,
      modifiedAt: now,
    };
    this.#objects.set(object.path, object);
    return object;
  }

  /** With all folders above; existing ones are left alone, a file in the way is refused. */
  mkdirs(path: string, now: number, type: 'DIRECTORY' | 'REPO' = 'DIRECTORY'): void {
    const parts = normal(path).split('/').slice(1);
    for (let depth = 1; depth <= parts.length; depth += 1) {
      const folder = `/${parts.slice(0, depth).join('/')}`;
      const known = this.find(folder);
      if (known !== undefined && known.type !== 'DIRECTORY' && known.type !== 'REPO') {
        throw new ApiFailure('RESOURCE_ALREADY_EXISTS', `${folder} exists and is not a directory.`, 400);
      }
      if (known === undefined) this.#put(folder, depth === parts.length ? type : 'DIRECTORY', Buffer.alloc(0), '', now);
    }
  }

  /** Writes a file; its folder must exist. */
  write(path: string, content: Buffer, overwrite: boolean, detectNotebooks: boolean, now: number): WorkspaceObject {
    const notebook = detectNotebooks ? notebookOf(path, content) : null;
    const target = normal(notebook?.path ?? path);
    const parent = target.slice(0, target.lastIndexOf('/'));
    if (parent !== '' && this.find(parent) === undefined)
      throw missing(`The parent folder (${parent}) does not exist.`);
    const known = this.find(target);
    if (known?.type === 'NOTEBOOK' && notebook === null)
      throw new ApiFailure('BAD_REQUEST', `Node with name ${target} already exists.`);
    if (known !== undefined && !overwrite)
      throw new ApiFailure('RESOURCE_ALREADY_EXISTS', `Path (${target}) already exists.`);
    return this.#put(target, notebook === null ? 'FILE' : 'NOTEBOOK', content, notebook?.language ?? '', now);
  }

  /** Direct children of a folder. */
  children(path: string): readonly WorkspaceObject[] {
    const base = normal(path) === '/' ? '/' : `${normal(path)}/`;
    return [...this.#objects.values()].filter(
      (object) => object.path.startsWith(base) && !object.path.slice(base.length).includes('/') && object.path !== base,
    );
  }

  /** All files and notebooks under a folder, by their paths relative to it. */
  under(path: string): ReadonlyMap<string, Buffer> {
    const base = `${normal(path)}/`;
    const files = [...this.#objects.values()].filter(
      (object) => object.path.startsWith(base) && (object.type === 'FILE' || object.type === 'NOTEBOOK'),
    );
    return new Map(files.map((file) => [file.path.slice(base.length), file.content]));
  }

  remove(path: string, recursive: boolean): void {
    const object = this.get(path);
    if (!recursive && this.children(path).length > 0)
      throw new ApiFailure('DIRECTORY_NOT_EMPTY', `Folder (${path}) is not empty`, 400);
    for (const known of [...this.#objects.keys()]) {
      if (known === object.path || known.startsWith(`${object.path}/`)) this.#objects.delete(known);
    }
  }
}
