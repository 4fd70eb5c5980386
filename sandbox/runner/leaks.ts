import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { SecretMasker } from './masking.js';
import type { FinishedStage } from './stage.js';

/**
 * Looks for registered secrets wherever a run leaves text. The log, the annotations and the summary are searched as
 * the runner masks them (so a value printed before it was registered is found); outputs, state and request bodies are
 * masked by nobody.
 * @returns one sentence a leak, without the value
 */
export function findLeaks(
  stages: readonly FinishedStage[],
  requestBodies: readonly string[],
  masker: SecretMasker,
): readonly string[] {
  const surfaces: [string, string][] = [];
  for (const { name: stage, result } of stages) {
    surfaces.push([`the log of ${stage}`, result.log], [`the summary of ${stage}`, result.summary]);
    for (const { message, title } of result.annotations) {
      surfaces.push([`an annotation of ${stage}`, `${title ?? ''} ${message}`]);
    }
    for (const [name, value] of Object.entries(result.outputs)) surfaces.push([`the output '${name}'`, value]);
    for (const [name, value] of Object.entries(result.state)) surfaces.push([`the saved state '${name}'`, value]);
  }
  for (const [index, body] of requestBodies.entries())
    surfaces.push([`the body of request ${index + 1} to GitHub`, body]);
  return surfaces.flatMap(([place, text]) =>
    masker.visibleIn(text).map((label) => `A secret would show unmasked: ${label}, in ${place}`),
  );
}

/** Larger files are no reports. */
const LARGEST_FILE = 16 * 1024 * 1024;

/**
 * Looks for registered secrets in the files that a run left, which users upload as artifacts.
 * @param folders searched whole
 * @param known files that were there before, by path
 */
export function findLeaksInFiles(
  folders: readonly string[],
  known: ReadonlySet<string>,
  masker: SecretMasker,
): readonly string[] {
  return folders.flatMap((folder) =>
    filesBelow(folder)
      .filter((file) => !known.has(file) && statSync(file).size <= LARGEST_FILE)
      .flatMap((file) =>
        masker
          .visibleIn(readFileSync(file, 'utf8'))
          .map((label) => `A secret would show unmasked: ${label}, in the file ${relative(folder, file)}`),
      ),
  );
}

/** Regular files alone: links may lead anywhere. The runner's own command files are searched as what they mean. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === '_runner_file_commands' ? [] : filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}
