import type { Path } from './source.js';

/** Where a layer of settings comes from. `prefix` is the path of the layer inside the file. */
type LayerOrigin =
  | { readonly kind: 'file'; readonly prefix: Path }
  | { readonly kind: 'overlay'; readonly prefix: Path }
  | { readonly kind: 'inputs' };

/** Settings as one source gives them, in the form of `deployment`, without defaults. */
export interface Layer {
  readonly origin: LayerOrigin;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Three ways to say how large a version is served; a layer that uses one replaces the others of the layers below. */
const SIZINGS = [
  ['workload_size'],
  ['min_provisioned_concurrency', 'max_provisioned_concurrency'],
  ['min_instances', 'max_instances'],
] as const;
const HARDWARE = [['workload_type'], ['instance_type']] as const;

/** Whether a value is a map, and not a list or null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path, or `undefined`. Only own keys count, so that `__proto__` is a key like any other. */
export function valueAt(value: unknown, path: Path): unknown {
  let here = value;
  for (const segment of path) {
    if (Array.isArray(here) && typeof segment === 'number') here = here[segment];
    else if (isRecord(here) && Object.hasOwn(here, segment)) here = here[String(segment)];
    else return undefined;
  }
  return here;
}

/**
 * Merges layers from weakest to strongest: maps key by key, everything else (lists included) replaced whole.
 * `ci_cd.metrics_threshold` is replaced too: its rules are merged by metric once they are parsed.
 */
export function mergeLayers(layers: readonly Layer[]): Record<string, unknown> {
  return layers.reduce<Record<string, unknown>>((below, layer) => mergeDeployment(below, layer.values), {});
}

function mergeDeployment(
  below: Record<string, unknown>,
  above: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const endpoint = below.endpoint;
  const cleared = isRecord(endpoint) ? { ...below, endpoint: withoutReplaced(endpoint, above.endpoint) } : below;
  return mergeMaps(cleared, above);
}

function mergeMaps(
  below: Readonly<Record<string, unknown>>,
  above: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged = new Map(Object.entries(below));
  for (const [key, value] of Object.entries(above)) {
    const old = merged.get(key);
    const both = isRecord(old) && isRecord(value) && key !== 'metrics_threshold';
    merged.set(key, both ? mergeMaps(old, value) : value);
  }
  return Object.fromEntries(merged);
}

function withoutReplaced(below: Record<string, unknown>, above: unknown): Record<string, unknown> {
  if (!isRecord(above)) return below;
  const dropped = new Set<string>();
  for (const forms of [SIZINGS, HARDWARE]) {
    const used = forms.filter((keys) => keys.some((key) => Object.hasOwn(above, key)));
    if (used.length === 0) continue;
    for (const keys of forms) if (!used.some((form) => form === keys)) for (const key of keys) dropped.add(key);
  }
  return Object.fromEntries(Object.entries(below).filter(([key]) => !dropped.has(key)));
}

/** A copy without the parts at `paths`: of a list, the whole list goes, since its other entries would change places. */
export function prune(value: unknown, paths: readonly Path[]): unknown {
  return paths.reduce<unknown>((rest, path) => withoutPath(rest, path), value);
}

function withoutPath(value: unknown, path: Path): unknown {
  const [segment, ...deeper] = path;
  if (segment === undefined || !isRecord(value)) return undefined;
  const kept = Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
    if (key !== String(segment)) return [[key, inner]];
    const pruned = deeper.length === 0 ? undefined : withoutPath(inner, deeper);
    return pruned === undefined ? [] : [[key, pruned]];
  });
  return Object.fromEntries(kept);
}
