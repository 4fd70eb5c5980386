/** Sorted by path, by code unit, so that every machine sees the same order. */
export function byPath<T extends { readonly path: string }>(items: readonly T[]): T[] {
  return items.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
