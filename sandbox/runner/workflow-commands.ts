/** A workflow command found in a line of a step's output. */
export interface WorkflowCommand {
  /** In lower case. */
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/** What the runner acts on; a line with any other name is plain text. `set-env` and `add-path` are known in order to be refused. */
const KNOWN: ReadonlySet<string> = new Set([
  'add-mask',
  'add-matcher',
  'add-path',
  'debug',
  'echo',
  'endgroup',
  'error',
  'group',
  'notice',
  'remove-matcher',
  'save-state',
  'set-env',
  'set-output',
  'stop-commands',
  'warning',
]);

const DATA_ESCAPES = [
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%25', '%'],
] as const;
const PROPERTY_ESCAPES = [
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%3A', ':'],
  ['%2C', ','],
  ['%25', '%'],
] as const;
const LEGACY_ESCAPES = [
  ['%3B', ';'],
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%5D', ']'],
  ['%25', '%'],
] as const;

/**
 * Parses one line by the runner's rules (`ActionCommand.cs` of actions/runner): `::name key=value,…::data` after leading
 * space, or the older `##[name key=value;…]data` anywhere in the line.
 * @param alsoKnown the token that ends `stop-commands`
 * @returns `null` for plain text
 */
export function parseWorkflowCommand(line: string, alsoKnown: string | null = null): WorkflowCommand | null {
  return parseCurrent(line.trimStart(), alsoKnown) ?? parseLegacy(line, alsoKnown);
}

function parseCurrent(line: string, alsoKnown: string | null): WorkflowCommand | null {
  if (!line.startsWith('::')) return null;
  const end = line.indexOf('::', 2);
  if (end < 0) return null;
  const [name, properties] = splitHead(line.slice(2, end));
  if (!isKnown(name, alsoKnown)) return null;
  return {
    name: name.toLowerCase(),
    properties: parseProperties(properties, ',', PROPERTY_ESCAPES),
    data: decode(line.slice(end + 2), DATA_ESCAPES),
  };
}

function parseLegacy(line: string, alsoKnown: string | null): WorkflowCommand | null {
  const start = line.indexOf('##[');
  const end = start < 0 ? -1 : line.indexOf(']', start);
  if (end < 0) return null;
  const [name, properties] = splitHead(line.slice(start + 3, end));
  if (!isKnown(name, alsoKnown)) return null;
  return {
    name: name.toLowerCase(),
    properties: parseProperties(properties, ';', LEGACY_ESCAPES),
    data: decode(line.slice(end + 1), LEGACY_ESCAPES),
  };
}

function splitHead(head: string): readonly [string, string] {
  const space = head.indexOf(' ');
  return space < 0 ? [head, ''] : [head.slice(0, space), head.slice(space + 1).trim()];
}

function isKnown(name: string, alsoKnown: string | null): boolean {
  return KNOWN.has(name.toLowerCase()) || (alsoKnown !== null && name.toLowerCase() === alsoKnown.toLowerCase());
}

function parseProperties(text: string, separator: string, escapes: Escapes): Record<string, string> {
  const properties: Record<string, string> = {};
  for (const pair of text.split(separator)) {
    const equals = pair.indexOf('=');
    if (equals > 0 && equals < pair.length - 1) {
      properties[pair.slice(0, equals)] = decode(pair.slice(equals + 1), escapes);
    }
  }
  return properties;
}

type Escapes = readonly (readonly [string, string])[];

function decode(text: string, escapes: Escapes): string {
  return escapes.reduce((result, [code, character]) => result.replaceAll(code, character), text);
}
