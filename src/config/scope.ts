import type { ConfigurationFault } from '../errors.js';
import { type Layer, valueAt } from './layers.js';
import { type FaultPlace, placeOfSetting } from './places.js';
import type { Deployment } from './schema/document.js';
import type { CheckedInputs } from './schema/inputs.js';
import type { Path, SourceDocument } from './source.js';
import type { Settings } from './types.js';

/** What the parts of the settings are made from, and where they leave what is wrong. */
export interface Scope {
  /** All layers merged, defaults filled in. */
  readonly deployment: Deployment;
  readonly inputs: CheckedInputs;
  readonly layers: readonly Layer[];
  readonly document: SourceDocument | null;
  /** Paths inside `deployment` whose values were faulty and left out: nothing is said to be missing there. */
  readonly damaged: readonly Path[];
  readonly faults: ConfigurationFault[];
  readonly notes: { level: Settings['notes'][number]['level']; message: string }[];
}

/** Where a setting stands, by its path inside `deployment`. */
export function placeOf(scope: Scope, path: Path): FaultPlace {
  return placeOfSetting(scope.layers, scope.document, path);
}

/** Notes a fault at a setting. */
export function refuse(scope: Scope, path: Path, message: string, fix: string): void {
  scope.faults.push({ message, fix, ...placeOf(scope, path) });
}

/** Whether anybody gave this setting; `false` means that its value is the default. */
export function isGiven(scope: Scope, path: Path): boolean {
  return scope.layers.some((layer) => valueAt(layer.values, path) !== undefined);
}

/** Whether a faulty value at this path, above it or below it was left out. */
export function isDamaged(scope: Scope, path: Path): boolean {
  return scope.damaged.some((faulty) => {
    const common = Math.min(faulty.length, path.length);
    return faulty.slice(0, common).every((segment, index) => segment === path[index]);
  });
}

/**
 * A map of texts. A number or switch is taken as it was typed; where YAML read it as something that prints differently
 * (`010`, `1.0`, `True`), the value would change in silence, so quotes are asked for.
 */
export function textMapAt(
  scope: Scope,
  path: Path,
  map: Readonly<Record<string, string | number | boolean>> | undefined,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(map ?? {}).map(([key, value]) => {
      const typed = typeof value === 'string' ? undefined : typedAt(scope, [...path, key]);
      if (typed !== undefined && typed !== String(value)) {
        const place = placeOf(scope, [...path, key]);
        const message = `${place.key} is written as ${typed}, which YAML reads as ${String(value)}.`;
        scope.faults.push({ message, fix: `Put it into quotes: "${typed}".`, ...place });
      }
      return [key, String(value)];
    }),
  );
}

function typedAt(scope: Scope, path: Path): string | undefined {
  for (const layer of scope.layers.toReversed()) {
    if (valueAt(layer.values, path) === undefined) continue;
    return layer.origin.kind === 'inputs' ? undefined : scope.document?.typed([...layer.origin.prefix, ...path]);
  }
  return undefined;
}
