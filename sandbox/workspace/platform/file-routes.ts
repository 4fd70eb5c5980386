import { ApiFailure, invalid, missing } from '../http/failure.js';
import { empty, json, type Reply, text } from '../http/reply.js';
import type { Call, Router } from '../http/router.js';
import { compact, type JsonObject } from '../json.js';
import type { WorkspaceFiles, WorkspaceObject } from './files.js';

const LIMIT = 10 * 1024 * 1024;

function row(object: WorkspaceObject): JsonObject {
  return compact({
    path: object.path,
    object_type: object.type,
    object_id: object.id,
    language: object.language,
    modified_at: object.modifiedAt,
    size: object.type === 'FILE' ? object.content.length : undefined,
  });
}

/** The workspace files API, JSON and raw. */
export class FileRoutes {
  readonly #files: WorkspaceFiles;

  constructor(files: WorkspaceFiles) {
    this.#files = files;
  }

  register(router: Router): void {
    const base = '/api/2.0/workspace';
    router.on('POST', `${base}/mkdirs`, (call) => this.#mkdirs(call));
    router.on('POST', `${base}/import`, (call) => this.#import(call));
    router.on('GET', `${base}/get-status`, (call) => json(row(this.#files.get(call.query.get('path') ?? ''))));
    router.on('GET', `${base}/list`, (call) => this.#list(call));
    router.on('GET', `${base}/export`, (call) => this.#export(call));
    router.on('POST', `${base}/delete`, (call) => this.#remove(call));
    router.on('POST', '/api/2.0/workspace-files/import-file/{path...}', (call) => this.#raw(call));
  }

  #mkdirs(call: Call): Reply {
    this.#files.mkdirs(call.body.text('path'), call.now);
    return json({});
  }

  /** AUTO and SOURCE look for notebooks, RAW does not. Multipart forms, as some clients send them, are read as well. */
  #import(call: Call): Reply {
    const form = multipart(call);
    const path = form?.get('path')?.toString('utf8') ?? call.body.text('path');
    const format = form?.get('format')?.toString('utf8') ?? call.body.optionalText('format') ?? 'SOURCE';
    const content = form?.get('content') ?? Buffer.from(call.body.optionalText('content') ?? '', 'base64');
    if (content.length > LIMIT)
      throw new ApiFailure('MAX_NOTEBOOK_SIZE_EXCEEDED', 'The file is larger than 10 MB.', 400);
    const overwrite =
      form === null ? (call.body.optionalFlag('overwrite') ?? false) : form.get('overwrite')?.toString() === 'true';
    this.#files.write(path, content, overwrite, format !== 'RAW', call.now);
    return json({});
  }

  #raw(call: Call): Reply {
    const overwrite = call.query.get('overwrite') === 'true';
    this.#files.write(`/${call.params.path ?? ''}`, call.rawBody, overwrite, true, call.now);
    return empty();
  }

  #list(call: Call): Reply {
    const path = call.query.get('path') ?? '';
    if (path !== '/') this.#files.get(path);
    return json(compact({ objects: this.#files.children(path).map(row) }));
  }

  #export(call: Call): Reply {
    const object = this.#files.get(call.query.get('path') ?? '');
    if (object.type === 'DIRECTORY') throw invalid('Folders cannot be exported one by one.');
    if (call.query.get('direct_download') === 'true') return text(object.content, 'application/octet-stream');
    return json({ content: object.content.toString('base64'), file_type: 'auto' });
  }

  #remove(call: Call): Reply {
    this.#files.remove(call.body.text('path'), call.body.optionalFlag('recursive') ?? false);
    return json({});
  }
}

/** Parts of a multipart form by name, `null` when the body is none. */
function multipart(call: Call): ReadonlyMap<string, Buffer> | null {
  const boundary = /multipart\/form-data;.*boundary="?([^";]+)"?/.exec(call.headers['content-type'] ?? '')?.[1];
  if (boundary === undefined) return null;
  const parts = new Map<string, Buffer>();
  for (const piece of call.rawBody.toString('latin1').split(`--${boundary}`)) {
    const match = /name="([^"]+)"[\s\S]*?\r\n\r\n([\s\S]*)\r\n$/.exec(piece);
    if (match !== null) parts.set(match[1] ?? '', Buffer.from(match[2] ?? '', 'latin1'));
  }
  return parts;
}

/** Files of volumes: raw bytes under `/Volumes/...`. */
export function registerVolumeFiles(
  router: Router,
  files: WorkspaceFiles,
  volumeExists: (fullName: string) => boolean,
): void {
  const at = (call: Call): string => {
    const path = `/${call.params.path ?? ''}`;
    const [, , catalog, schema, volume] = path.split('/');
    if (!volumeExists([catalog, schema, volume].join('.')))
      throw missing(`Volume '${[catalog, schema, volume].join('.')}' does not exist.`);
    return path;
  };
  router.on('PUT', '/api/2.0/fs/files/{path...}', (call) => {
    const path = at(call);
    files.mkdirs(path.slice(0, path.lastIndexOf('/')), call.now);
    files.write(path, call.rawBody, call.query.get('overwrite') === 'true', false, call.now);
    return empty(204);
  });
  router.on('GET', '/api/2.0/fs/files/{path...}', (call) =>
    text(files.get(at(call)).content, 'application/octet-stream'),
  );
  router.on('DELETE', '/api/2.0/fs/files/{path...}', (call) => {
    files.remove(at(call), false);
    return empty(204);
  });
  router.on('PUT', '/api/2.0/fs/directories/{path...}', (call) => {
    files.mkdirs(at(call), call.now);
    return empty(204);
  });
  router.on('HEAD', '/api/2.0/fs/directories/{path...}', (call) => {
    at(call);
    return empty();
  });
}
