import type { InputName } from '../action/registry.js';
import { INPUTS, inputSpecification } from '../action/registry.js';
import type { ConfigurationFault } from '../errors.js';
import { type Layer, valueAt } from './layers.js';
import type { Path, SourceDocument } from './source.js';

/** Where a setting was written: as much of a fault as its place gives. */
export type FaultPlace = Pick<ConfigurationFault, 'key' | 'file' | 'line' | 'column'>;

/** A path as people write it, such as `deployment.rollout.steps[1].bake`. */
export function dotted(path: Path): string {
  return path
    .map((segment, index) => {
      if (typeof segment === 'number') return `[${segment}]`;
      if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(segment)) return `[${JSON.stringify(segment)}]`;
      return index === 0 ? segment : `.${segment}`;
    })
    .join('');
}

/** The place of something in the file. `path` counts from the top of the document. */
export function placeInFile(document: SourceDocument, path: Path, part: 'key' | 'value' = 'value'): FaultPlace {
  const position = document.locate(path, part);
  return { key: dotted(path), file: document.file, ...(position === undefined ? {} : position) };
}

/** The place of an input. */
export function placeOfInput(name: InputName): FaultPlace {
  return { key: `input:${name}` };
}

/** The input that can give a setting, for advice in messages; `undefined` where there is none. */
function inputFor(path: Path): InputName | undefined {
  const wanted = dotted(path);
  const names = Object.keys(INPUTS) as InputName[];
  return names.find((name) => inputSpecification(name).overrides === wanted);
}

/**
 * The place of a setting, given by its path inside `deployment`: that of the strongest layer that has it, which is the one
 * that took effect. A setting that nobody gave has the place where it would be written.
 */
export function placeOfSetting(layers: readonly Layer[], document: SourceDocument | null, path: Path): FaultPlace {
  for (const layer of layers.toReversed()) {
    if (valueAt(layer.values, path) === undefined) continue;
    if (layer.origin.kind === 'inputs') {
      const name = inputFor(path);
      if (name !== undefined) return placeOfInput(name);
    } else if (document !== null) return placeInFile(document, [...layer.origin.prefix, ...path]);
  }
  return document === null ? { key: dotted(['deployment', ...path]) } : placeInFile(document, ['deployment', ...path]);
}
