import { z } from 'zod';
import type { HttpClient } from '../http/client.js';
import { encodePath } from '../http/path.js';
import { optionalText } from './text-wire.js';
import { type Written, write } from './written.js';

/** One object of the workspace's file tree. */
export interface WorkspaceObject {
  readonly path: string;
  /** `NOTEBOOK`, `FILE`, `DIRECTORY`, `REPO`, `LIBRARY`. */
  readonly type: string;
}

/** The workspace's file tree. Paths begin with `/`. Reads throw `ActionError`; writes never do for what the server answers. */
export interface WorkspaceFiles {
  /** `null`: nothing there, or not visible. */
  status(path: string, signal: AbortSignal): Promise<WorkspaceObject | null>;
  /** Direct children; `null` when there is no such folder. */
  list(path: string, signal: AbortSignal): Promise<readonly WorkspaceObject[] | null>;
  /** Makes the folder and all above it; making it again is no error. */
  makeFolder(path: string, signal: AbortSignal): Promise<Written<unknown>>;
  /** Writes one file, replacing what was there. The folder must exist. */
  put(path: string, bytes: Uint8Array, signal: AbortSignal): Promise<Written<unknown>>;
  /** The raw bytes as text; `null` when there is no such file. */
  readText(path: string, signal: AbortSignal): Promise<string | null>;
  remove(path: string, recursive: boolean, signal: AbortSignal): Promise<Written<unknown>>;
}

const API = '/api/2.0/workspace';

const objectWire = z.looseObject({ path: optionalText, object_type: optionalText });
const listWire = z.looseObject({
  objects: z
    .array(objectWire)
    .nullish()
    .transform((rows) => rows ?? []),
});

/** The client of the files of a workspace. */
export function createWorkspaceFiles(http: HttpClient): WorkspaceFiles {
  const post = (path: string, value: unknown, signal: AbortSignal): Promise<Written<unknown>> =>
    write(http, { method: 'POST', path, payload: { kind: 'json', value }, signal }, z.unknown());
  return {
    async status(path, signal) {
      const request = { method: 'GET', path: `${API}/get-status`, query: { path }, signal } as const;
      const wire = await http.jsonOrNull(`Looking for ${path}`, request, objectWire);
      return wire === null ? null : readObject(wire);
    },
    async list(path, signal) {
      const request = { method: 'GET', path: `${API}/list`, query: { path }, signal } as const;
      const wire = await http.jsonOrNull(`Listing ${path}`, request, listWire);
      return wire === null ? null : wire.objects.map(readObject);
    },
    makeFolder: (path, signal) => post(`${API}/mkdirs`, { path }, signal),
    put(path, bytes, signal) {
      const target = `/api/2.0/workspace-files/import-file${encodeSegments(path)}`;
      const payload = { kind: 'bytes', bytes } as const;
      return write(http, { method: 'POST', path: target, query: { overwrite: true }, payload, signal }, z.unknown());
    },
    async readText(path, signal) {
      const query = { path, direct_download: true };
      const reply = await http.text({ method: 'GET', path: `${API}/export`, query, signal });
      if (reply.kind === 'value') return reply.value;
      if (reply.fault.status === 404) return null;
      throw http.error(`Reading ${path}`, reply.fault);
    },
    remove: (path, recursive, signal) => post(`${API}/delete`, { path, recursive }, signal),
  };
}

/** Each segment is encoded apart; the slashes stay. */
function encodeSegments(path: string): string {
  const segments = path.split('/').filter((segment) => segment !== '');
  return segments.map((segment) => encodePath`/${segment}`).join('');
}

function readObject(wire: z.infer<typeof objectWire>): WorkspaceObject {
  return { path: wire.path, type: wire.object_type };
}
