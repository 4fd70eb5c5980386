import { ApiFailure, missing } from '../http/failure.js';
import { empty, json, type Reply } from '../http/reply.js';
import type { Call, Router } from '../http/router.js';
import { compact, type JsonObject } from '../json.js';
import { hex, type Random } from '../time/random.js';
import type { WorkspaceFiles } from './files.js';

export interface GitFolder {
  readonly id: number;
  readonly url: string;
  readonly provider: string;
  readonly path: string;
  branch: string;
  tag: string;
  headCommit: string;
}

/** Git folders. Refs are known only as far as a test names them; any branch may be checked out unless some are named. */
export class GitFolders {
  readonly folders: GitFolder[] = [];
  /** Branch or tag -> commit. Empty: every ref exists. */
  readonly refs = new Map<string, string>();
  readonly #files: WorkspaceFiles;
  readonly #random: Random;

  constructor(files: WorkspaceFiles, random: Random) {
    this.#files = files;
    this.#random = random;
  }

  register(router: Router): void {
    router.on('POST', '/api/2.0/repos', (call) => this.#create(call));
    router.on('GET', '/api/2.0/repos', (call) => this.#list(call));
    router.on('GET', '/api/2.0/repos/{id}', (call) => json(this.#row(this.#get(call))));
    router.on('PATCH', '/api/2.0/repos/{id}', (call) => this.#checkOut(call));
    router.on('DELETE', '/api/2.0/repos/{id}', (call) => this.#remove(call));
  }

  #get(call: Call): GitFolder {
    const folder = this.folders.find((known) => String(known.id) === call.params.id);
    if (folder === undefined) throw missing(`Git folder ${call.params.id} does not exist.`);
    return folder;
  }

  #row(folder: GitFolder): JsonObject {
    const { id, url, provider, path, branch, headCommit } = folder;
    return compact({ id, url, provider, path, branch, head_commit_id: headCommit });
  }

  #commit(ref: string): string {
    const known = this.refs.get(ref);
    if (known !== undefined) return known;
    if (this.refs.size > 0)
      throw new ApiFailure('GIT_UNKNOWN_REF', `Ref '${ref}' was not found in the remote repository.`, 400);
    return hex(this.#random, 40);
  }

  #create(call: Call): Reply {
    const url = call.body.text('url');
    const name =
      url
        .replace(/\.git$/, '')
        .split('/')
        .at(-1) ?? 'repository';
    const path = call.body.optionalText('path') ?? `/Repos/${call.identity.userName}/${name}`;
    if (this.#files.find(path) !== undefined)
      throw new ApiFailure('RESOURCE_ALREADY_EXISTS', `${path} already exists.`, 400);
    const headCommit = this.#commit('main');
    this.#files.mkdirs(path, call.now, 'REPO');
    const folder = {
      id: 5000 + this.folders.length,
      url,
      provider: call.body.text('provider'),
      path,
      branch: 'main',
      tag: '',
      headCommit,
    };
    this.folders.push(folder);
    return json(this.#row(folder));
  }

  #list(call: Call): Reply {
    const prefix = call.query.get('path_prefix') ?? '';
    return json(
      compact({
        repos: this.folders.filter((folder) => folder.path.startsWith(prefix)).map((folder) => this.#row(folder)),
      }),
    );
  }

  #checkOut(call: Call): Reply {
    const folder = this.#get(call);
    const [branch, tag] = [call.body.optionalText('branch'), call.body.optionalText('tag')];
    folder.headCommit = this.#commit(branch ?? tag ?? folder.branch);
    folder.branch = tag === undefined ? (branch ?? folder.branch) : '';
    folder.tag = tag ?? '';
    return json({});
  }

  #remove(call: Call): Reply {
    const folder = this.#get(call);
    this.folders.splice(this.folders.indexOf(folder), 1);
    this.#files.remove(folder.path, true);
    return empty();
  }
}
