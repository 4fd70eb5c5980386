/** Whether a metric name is a pattern. MLflow refuses `*` in names, so that there is no ambiguity. */
export function isPattern(name: string): boolean {
  return name.includes('*');
}

/**
 * Whether `name` matches `pattern`, in which `*` stands for any characters, also none and also slashes.
 * Case counts. Takes at most length(name) × length(pattern) steps.
 */
export function matchesPattern(pattern: string, name: string): boolean {
  const pieces = pattern.split('*');
  const first = pieces[0] ?? '';
  const last = pieces[pieces.length - 1] ?? '';
  if (pieces.length === 1) return name === pattern;
  if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false;
  let position = first.length;
  const end = name.length - last.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = name.indexOf(piece, position);
    if (found === -1 || found + piece.length > end) return false;
    position = found + piece.length;
  }
  return true;
}
