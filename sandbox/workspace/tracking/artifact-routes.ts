import { ApiFailure, invalid } from '../http/failure.js';
import { json, type Reply, text } from '../http/reply.js';
import type { Call, Router } from '../http/router.js';
import { compact, type JsonObject } from '../json.js';
import type { ArtifactRow } from './artifacts.js';
import type { TrackingStore } from './store.js';

/** Root of the files of a model version, or `null` when the version is not known. */
export type VersionRoot = (name: string, version: string) => string | null;

function row(file: ArtifactRow): JsonObject {
  return file.isDirectory
    ? { path: file.path, is_dir: true }
    : { path: file.path, is_dir: false, file_size: file.size };
}

function safe(path: string): string {
  if (path.startsWith('/') || path.split('/').includes('..')) throw invalid(`Invalid path: ${path}`);
  return path.replace(/\/$/, '');
}

/** Listing and reading of artifacts. A missing file is a 500, as on real servers: list first. */
export class ArtifactRoutes {
  readonly #store: TrackingStore;
  readonly #versionRoot: VersionRoot;

  constructor(store: TrackingStore, versionRoot: VersionRoot) {
    this.#store = store;
    this.#versionRoot = versionRoot;
  }

  /** Paths under `prefix`; `ajax` is the prefix of the logged models' file paths. */
  register(router: Router, prefix: string): void {
    router.on('GET', `${prefix}/artifacts/list`, (call) => this.#list(this.#run(call), call.query.get('path') ?? ''));
    router.on('GET', `${prefix}/logged-models/{id}/artifacts/directories`, (call) =>
      this.#list(this.#model(call), call.query.get('artifact_directory_path') ?? ''),
    );
    router.on('GET', `${prefix}/logged-models/{id}/artifacts/files`, (call) =>
      this.#file(this.#model(call), call.query.get('artifact_file_path') ?? ''),
    );
  }

  /** Paths that stand at the root of the server. */
  registerRoot(router: Router): void {
    router.on('GET', '/get-artifact', (call) => this.#file(this.#run(call), call.query.get('path') ?? ''));
    router.on('GET', '/model-versions/get-artifact', (call) =>
      this.#file(this.#version(call), call.query.get('path') ?? ''),
    );
  }

  #run(call: Call): string {
    return this.#store.run(call.query.get('run_id') ?? call.query.get('run_uuid') ?? '').artifactUri;
  }

  #model(call: Call): string {
    return this.#store.loggedModel(call.params.id ?? '').artifactUri;
  }

  #version(call: Call): string {
    const [name, version] = [call.query.get('name') ?? '', call.query.get('version') ?? ''];
    const root = this.#versionRoot(name, version);
    if (root === null)
      throw new ApiFailure('RESOURCE_DOES_NOT_EXIST', `Model Version (name=${name}, version=${version}) not found`);
    return root;
  }

  #list(root: string, folder: string): Reply {
    const files = this.#store.artifacts.list(root, safe(folder)).map(row);
    return json(compact({ root_uri: root, files }));
  }

  #file(root: string, path: string): Reply {
    const content = this.#store.artifacts.get(root, safe(path));
    if (content === undefined) throw new ApiFailure('INTERNAL_ERROR', `No such artifact: '${path}'`);
    return text(content, 'application/octet-stream');
  }
}
