/** A command file that the runner would refuse, which fails the step. */
export class CommandFileError extends Error {
  override readonly name = 'CommandFileError';
}

interface Line {
  readonly text: string;
  /** Where the next line begins. */
  readonly next: number;
  /** The line ended with a line feed; the last one of a file may not. */
  readonly ended: boolean;
}

/**
 * Reads a command file of `NAME=VALUE` lines and `NAME<<DELIMITER` blocks by the runner's grammar: whichever of `=` and
 * `<<` comes first decides, empty lines are skipped, a later value replaces an earlier one, nothing is trimmed.
 * Source of the rules: `FileCommandManager.cs` of actions/runner.
 * @throws CommandFileError for what the runner refuses
 */
export function parseCommandFile(text: string): Record<string, string> {
  const values = new Map<string, string>();
  let position = 0;
  while (position < text.length) {
    const line = lineAt(text, position);
    position = line.next;
    if (line.text === '') continue;
    const equals = line.text.indexOf('=');
    const block = line.text.indexOf('<<');
    if (block >= 0 && (equals < 0 || block < equals)) {
      const read = readBlock(text, line, block);
      values.set(read.name, read.value);
      position = read.next;
    } else if (equals > 0) {
      values.set(line.text.slice(0, equals), line.text.slice(equals + 1));
    } else {
      throw new CommandFileError(`Invalid format '${line.text}'`);
    }
  }
  return Object.fromEntries(values);
}

/** Lines of a `GITHUB_PATH` file. */
export function parsePathFile(text: string): readonly string[] {
  return text.split(/\r?\n/).filter((line) => line !== '');
}

function lineAt(text: string, position: number): Line {
  const feed = text.indexOf('\n', position);
  if (feed < 0) return { text: text.slice(position), next: text.length, ended: false };
  return { text: text.slice(position, feed), next: feed + 1, ended: true };
}

function readBlock(text: string, header: Line, at: number): { name: string; value: string; next: number } {
  const name = header.text.slice(0, at);
  const delimiter = header.text.slice(at + 2);
  if (name === '' || delimiter === '') {
    throw new CommandFileError(`Invalid format '${header.text}'. Name and delimiter must not be empty`);
  }
  let end = header.next;
  let position = header.next;
  while (position < text.length) {
    const line = lineAt(text, position);
    if (line.text === delimiter) {
      return { name, value: end > header.next ? text.slice(header.next, end) : '', next: line.next };
    }
    if (!line.ended) throw new CommandFileError(`Invalid value. The file ends inside the block of '${name}'`);
    end = line.next - 1;
    position = line.next;
  }
  throw new CommandFileError(`Invalid value. Matching delimiter not found '${delimiter}'`);
}
