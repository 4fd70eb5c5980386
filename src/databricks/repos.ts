import { z } from 'zod';
import type { HttpClient } from '../http/client.js';
import { encodePath } from '../http/path.js';
import { pages } from '../registry/paging.js';
import { optionalId, optionalText } from './text-wire.js';
import { type Written, write } from './written.js';

/** A git folder of the workspace. */
export interface GitFolder {
  readonly id: string;
  readonly path: string;
  readonly url: string;
  readonly branch: string;
  readonly headCommit: string;
}

/** Git folders. Reads throw `ActionError`; writes never do for what the server answers. */
export interface GitFolders {
  /** All git folders whose path begins with `prefix`. */
  list(prefix: string, signal: AbortSignal): Promise<readonly GitFolder[]>;
  /** `provider` such as `gitHub`. Private repositories need a stored git credential. */
  create(url: string, provider: string, path: string, signal: AbortSignal): Promise<Written<GitFolder>>;
  /** Checks out the head of a branch, or a tag. */
  checkOut(
    id: string,
    reference: { readonly branch: string } | { readonly tag: string },
    signal: AbortSignal,
  ): Promise<Written<unknown>>;
}

const REPOS = '/api/2.0/repos';

const folderWire = z.looseObject({
  id: optionalId,
  path: optionalText,
  url: optionalText,
  branch: optionalText,
  head_commit_id: optionalText,
});

const listWire = z.looseObject({
  repos: z
    .array(folderWire)
    .nullish()
    .transform((rows) => rows ?? []),
  next_page_token: optionalText,
});

/** The client of the Git folders of a workspace. */
export function createGitFolders(http: HttpClient): GitFolders {
  return {
    async list(prefix, signal) {
      const fetchPage = async (token: string | undefined) => {
        const query = { path_prefix: prefix, next_page_token: token };
        const page = await http.json(
          `Listing git folders under ${prefix}`,
          { method: 'GET', path: REPOS, query, signal },
          listWire,
        );
        return { rows: page.repos.map(readFolder), next: page.next_page_token };
      };
      const all: GitFolder[] = [];
      for await (const rows of pages(fetchPage)) all.push(...rows);
      return all;
    },
    async create(url, provider, path, signal) {
      const payload = { kind: 'json', value: { url, provider, path } } as const;
      const written = await write(http, { method: 'POST', path: REPOS, payload, signal }, folderWire);
      return written.kind === 'accepted' ? { kind: 'accepted', value: readFolder(written.value) } : written;
    },
    checkOut(id, reference, signal) {
      const path = `${REPOS}${encodePath`/${id}`}`;
      return write(http, { method: 'PATCH', path, payload: { kind: 'json', value: reference }, signal }, z.unknown());
    },
  };
}

function readFolder(wire: z.infer<typeof folderWire>): GitFolder {
  return { id: wire.id, path: wire.path, url: wire.url, branch: wire.branch, headCommit: wire.head_commit_id };
}
