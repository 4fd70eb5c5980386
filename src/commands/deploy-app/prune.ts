import type { WorkspaceFiles } from '../../databricks/files.js';
import { asActionError } from '../../errors.js';
import type { Workbench } from '../types.js';
import { samePath } from './app-state.js';
import { placeAt, UPLOAD_NAME } from './upload.js';

/** Removes uploads of this app that neither run nor can be gone back to. Best effort: what cannot be removed is noted. */
export async function prune(
  bench: Workbench,
  files: WorkspaceFiles,
  root: string,
  keep: readonly string[],
): Promise<void> {
  try {
    const children = (await files.list(root, bench.signal)) ?? [];
    const folders = children.filter(
      (child) => child.type === 'DIRECTORY' && UPLOAD_NAME.test(nameOf(child.path)) && !isKept(child.path, keep),
    );
    await Promise.all(folders.map((folder) => removeUpload(bench, files, root, nameOf(folder.path))));
  } catch (thrown) {
    bench.signal.throwIfAborted();
    bench.log.warning(`Older uploads under ${root} were not looked through: ${asActionError(thrown).message}`);
  }
}

function isKept(path: string, keep: readonly string[]): boolean {
  return keep.some((kept) => samePath(kept, path));
}

function nameOf(path: string): string {
  return path.split('/').at(-1) ?? '';
}

/** The receipt goes first: a folder without one counts as half uploaded. */
async function removeUpload(bench: Workbench, files: WorkspaceFiles, root: string, name: string): Promise<void> {
  const place = placeAt(root, name);
  await files.remove(place.receipt, false, bench.signal);
  const removed = await files.remove(place.folder, true, bench.signal);
  if (removed.kind === 'accepted') bench.log.info(`Removed the older upload ${place.folder}.`);
  else bench.log.warning(`The older upload ${place.folder} was not removed: ${removed.message}`);
}
