export interface ArtifactRow {
  /** Relative to the root. */
  readonly path: string;
  readonly isDirectory: boolean;
  readonly size: number;
}

/** Files under artifact addresses. Folders exist only through the files in them. */
export class ArtifactStore {
  readonly #files = new Map<string, Buffer>();

  /** `root` is the artifact address of a run or a logged model. */
  put(root: string, path: string, content: string | Buffer): void {
    this.#files.set(`${root}/${path}`, Buffer.from(content));
  }

  get(root: string, path: string): Buffer | undefined {
    return this.#files.get(`${root}/${path}`);
  }

  remove(root: string, path: string): void {
    this.#files.delete(`${root}/${path}`);
  }

  /** What lies directly in a folder, folders first come as they are met, each once. */
  list(root: string, folder: string): readonly ArtifactRow[] {
    const base = folder === '' ? `${root}/` : `${root}/${folder}/`;
    const rows = new Map<string, ArtifactRow>();
    for (const [address, content] of this.#files) {
      if (!address.startsWith(base)) continue;
      const [name = '', ...deeper] = address.slice(base.length).split('/');
      const path = folder === '' ? name : `${folder}/${name}`;
      const isDirectory = deeper.length > 0;
      rows.set(path, { path, isDirectory, size: isDirectory ? 0 : content.length });
    }
    return [...rows.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }
}
