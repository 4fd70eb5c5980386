import type { ReadWorkspaceFile } from '../action/workspace.js';
import type { ConfigurationFault } from '../errors.js';
import { nearest } from '../gate/nearest.js';
import { fileFault } from './fault-words.js';
import { formFaults } from './form.js';
import { isRecord, type Layer, prune, valueAt } from './layers.js';
import { documentSchema } from './schema/document.js';
import { type Path, parseSource, type SourceDocument } from './source.js';
import { thresholdFaults } from './thresholds.js';

/** Read when no path is given and it exists. */
const DEFAULT_CONFIG = 'config/deployment_config.yaml';

/** The settings that the configuration file gives, weakest first, and everything that is wrong with the file. */
export interface FileLayers {
  /** `null` when no file was read. */
  readonly document: SourceDocument | null;
  readonly layers: readonly Layer[];
  /** Paths inside `deployment` that were faulty and left out of the layers. */
  readonly damaged: readonly Path[];
  readonly faults: readonly ConfigurationFault[];
  /** A file or an overlay was meant and could not be used: nothing can be said to be missing. */
  readonly unusable: boolean;
}

/** Reads the file, checks the whole of it, and gives `deployment` and the overlay that `target` names as layers. */
export async function readFileLayers(
  path: string | undefined,
  target: string | undefined,
  read: ReadWorkspaceFile,
): Promise<FileLayers> {
  const file = await read(path ?? DEFAULT_CONFIG);
  if (file.kind !== 'text') {
    if (path === undefined && file.kind === 'absent') return withoutFile(target);
    return unusable([unreadable(file.path, file.kind === 'failed' ? file.message : file.kind)]);
  }
  const source = parseSource(file.text, file.path);
  return source.kind === 'faults' ? unusable(source.faults) : layersOf(source.document, target);
}

function unusable(faults: readonly ConfigurationFault[]): FileLayers {
  return { document: null, layers: [], damaged: [], faults, unusable: true };
}

function unreadable(path: string, why: string): ConfigurationFault {
  const key = 'input:config';
  if (why === 'absent') {
    const fix =
      'Correct the path, relative to the repository; and check the repository out before this step (actions/checkout).';
    return { message: `The configuration file ${path} does not exist.`, fix, key };
  }
  if (why === 'outside') {
    return {
      message: `The configuration file ${path} lies outside the repository.`,
      fix: 'Give a path inside the repository.',
      key,
    };
  }
  return {
    message: `The configuration file ${path} cannot be read: ${why}.`,
    fix: 'Give the path of a text file.',
    key,
  };
}

function withoutFile(target: string | undefined): FileLayers {
  const message = `The target ${target} is asked for, but there is no configuration file.`;
  const fix = `Name the file with the input config, or write it as ${DEFAULT_CONFIG}.`;
  const faults = target === undefined ? [] : [{ message, fix, key: 'input:target' }];
  return { document: null, layers: [], damaged: [], faults, unusable: false };
}

function layersOf(document: SourceDocument, target: string | undefined): FileLayers {
  const form = formFaults(documentSchema, document.value);
  const grammar = thresholdFaults(document);
  const shownForm = form.filter((fault) => !grammar.prefixes.some((prefix) => startsWith(fault.path, prefix)));
  const pruned = prune(
    document.value,
    form.map((fault) => untilList(fault.path)),
  );
  const faults = [...shownForm.map((fault) => fileFault(fault, document)), ...grammar.faults];
  const prefixes: Path[] = [['deployment']];
  const missing = target === undefined ? undefined : missingTarget(document.value, target);
  if (missing !== undefined) faults.push(missing);
  else if (target !== undefined) prefixes.push(['targets', target]);
  const layers = prefixes.flatMap((prefix, index): Layer[] => {
    const values = valueAt(pruned, prefix);
    return isRecord(values) ? [{ origin: { kind: index === 0 ? 'file' : 'overlay', prefix }, values }] : [];
  });
  const damaged = [...form.map((fault) => fault.path), ...grammar.prefixes].flatMap((path) =>
    insideDeployment(path, prefixes),
  );
  return { document, layers, damaged, faults, unusable: missing !== undefined };
}

function missingTarget(value: unknown, target: string): ConfigurationFault | undefined {
  const targets = valueAt(value, ['targets']);
  const names = isRecord(targets) ? Object.keys(targets) : [];
  if (names.includes(target)) return undefined;
  const meant = nearest(target, names);
  const all = names.length === 0 ? 'It has no targets at all.' : `It has ${names.join(', ')}.`;
  return {
    message: `The configuration has no target ${target}.`,
    fix: meant === undefined ? `Name a target of the file. ${all}` : `Did you mean ${meant}?`,
    key: 'input:target',
  };
}

/** A path up to its first list: of a faulty list nothing is used. */
function untilList(path: Path): Path {
  const index = path.findIndex((segment) => typeof segment === 'number');
  return index === -1 ? path : path.slice(0, index);
}

function insideDeployment(path: Path, prefixes: readonly Path[]): Path[] {
  return prefixes
    .filter((prefix) => startsWith(path, prefix) || startsWith(prefix, path))
    .map((prefix) => untilList(path.slice(prefix.length)));
}

function startsWith(path: Path, prefix: Path): boolean {
  return prefix.every((segment, index) => path[index] === segment);
}
