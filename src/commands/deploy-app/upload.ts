import { z } from 'zod';
import type { WorkspaceFiles } from '../../databricks/files.js';
import type { Workbench } from '../types.js';
import { samePath } from './app-state.js';
import { writeError } from './faults.js';
import type { SourceFile } from './source-folder.js';

/** Files on their way at the same time. */
const SIDE_BY_SIDE = 8;
/** Times that one write is tried when nothing is known of it; writing the same again does no harm. */
const TRIES = 3;
const BETWEEN_TRIES_MS = 1000;

/** Where one version of the app's source lies in the workspace. */
export interface UploadPlace {
  /** Folder that holds all uploads of this app. */
  readonly root: string;
  /** Folder of this upload: `<commit>-<first 8 digits of the digest>`. */
  readonly folder: string;
  /** Written beside the folder once the upload is whole. */
  readonly receipt: string;
}

const receiptSchema = z.looseObject({ digest: z.string() });
const DIGITS = 8;
/** Folders that this command makes; nothing else is ever removed. */
export const UPLOAD_NAME = /^[0-9a-f]{7,64}-[0-9a-f]{8}$/;

/**
 * Uploads lie in the home folder of whoever deploys (`/Workspace/Users/<name>`, which service principals have as well): nobody else
 * but administrators can write there, so that what was checked is what is deployed.
 */
export function uploadRoot(userName: string, app: string): string {
  return `/Workspace/Users/${userName}/.model-promotion/apps/${app}`;
}

/**
 * The folder for this content. A commit's folder also carries the digest, because files that a build made may differ between two runs of
 * one commit, and what is deployed is never overwritten. Content that is deployed already keeps its folder.
 */
export async function uploadPlace(
  files: WorkspaceFiles,
  given: { readonly root: string; readonly commit: string; readonly digest: string; readonly deployed: string },
  signal: AbortSignal,
): Promise<UploadPlace> {
  const { root, commit, digest, deployed } = given;
  const fresh = placeAt(root, `${commit.toLowerCase() || '0000000'}-${digest.slice(0, DIGITS)}`);
  const name = deployed.split('/').at(-1) ?? '';
  const current = placeAt(root, name);
  if (!samePath(current.folder, deployed) || !name.endsWith(`-${digest.slice(0, DIGITS)}`)) return fresh;
  return (await isWhole(files, current, digest, signal)) ? current : fresh;
}

/** Where the source of the given name lies under `root` in the workspace. */
export function placeAt(root: string, name: string): UploadPlace {
  return { root, folder: `${root}/${name}`, receipt: `${root}/${name}.json` };
}

async function isWhole(
  files: WorkspaceFiles,
  place: UploadPlace,
  digest: string,
  signal: AbortSignal,
): Promise<boolean> {
  const text = await files.readText(place.receipt, signal);
  if (text === null) return false;
  try {
    return receiptSchema.parse(JSON.parse(text)).digest === digest;
  } catch {
    return false;
  }
}

/** Uploads every file, then the receipt. An upload that a killed run left half done is completed; a whole one is left alone. */
export async function upload(
  bench: Workbench,
  files: WorkspaceFiles,
  place: UploadPlace,
  sources: readonly SourceFile[],
  digest: string,
): Promise<void> {
  if (await isWhole(files, place, digest, bench.signal)) {
    bench.log.info(`${place.folder} holds this source already.`);
    return;
  }
  const folders = new Set([place.folder, ...sources.map((file) => parentOf(`${place.folder}/${file.path}`))]);
  await eachOf([...folders], (folder) =>
    persist(bench, `Making ${folder}`, () => files.makeFolder(folder, bench.signal)),
  );
  await eachOf(sources, (file) => {
    const path = `${place.folder}/${file.path}`;
    return persist(bench, `Uploading ${path}`, () => files.put(path, file.bytes ?? new Uint8Array(), bench.signal));
  });
  const receipt = { digest, commit: bench.caller.sha, run: bench.caller.runUrl, files: sources.length };
  const bytes = new TextEncoder().encode(`${JSON.stringify(receipt)}\n`);
  await persist(bench, `Writing ${place.receipt}`, () => files.put(place.receipt, bytes, bench.signal));
  bench.log.info(`Uploaded ${sources.length} files to ${place.folder}.`);
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, items.length) }, worker));
}

async function persist(bench: Workbench, task: string, send: () => ReturnType<WorkspaceFiles['put']>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const written = await send();
    if (written.kind === 'accepted') return;
    if (written.kind === 'refused' || attempt === TRIES) throw writeError(task, written);
    await bench.clock.sleep(BETWEEN_TRIES_MS * attempt, bench.signal);
  }
}
