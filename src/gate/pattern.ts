/** Whether a metric name is a pattern. MLflow refuses `*` in names, so that there is no ambiguity. */
export function isPattern(name: string): boolean {
  return name.includes('*');
}

/**
 * A test for names that match `pattern`, in which `*` stands for any characters, also none and also slashes. Case counts.
 * A test takes at most length(name) × length(pattern) steps.
 */
export function patternTest(pattern: string): (name: string) => boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return (name) => name === pattern;
  return (name) => {
    const end = name.length - last.length;
    return (
      first.length <= end &&
      name.startsWith(first) &&
      name.endsWith(last) &&
      holdsInOrder(name, others, first.length, end)
    );
  };
}

function holdsInOrder(name: string, pieces: readonly string[], start: number, end: number): boolean {
  let position = start;
  for (const piece of pieces) {
    const found = name.indexOf(piece, position);
    if (found === -1 || found + piece.length > end) return false;
    position = found + piece.length;
  }
  return true;
}
