import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml';

/** A mistake in `app.yaml`. */
export interface AppFileFault {
  readonly message: string;
  readonly fix: string;
  /** 1-based; `null` where there is no place for it. */
  readonly line: number | null;
}

/** `app.yaml` as far as a deployment depends on it. */
export interface AppFile {
  /** `null`: none given, so that the platform infers one. */
  readonly command: readonly string[] | null;
  /** Names of the app's resources that its variables take their values from. */
  readonly resourcesUsed: readonly string[];
  readonly faults: readonly AppFileFault[];
}

const COMMAND_FIX = 'Write it as a list of words, such as command: ["uvicorn", "app:app"].';
const ENV_FIX = 'Write env as a list of { name: NAME, value: text } or { name: NAME, valueFrom: resource }.';

/** Reads `app.yaml`; every mistake at once, with lines. Never throws. */
export function readAppFile(text: string): AppFile {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const faults: AppFileFault[] = document.errors.map((error) => ({
    message: `it is not valid YAML: ${error.message.split('\n')[0]}`,
    fix: 'Correct the YAML.',
    line: counter.linePos(error.pos[0]).line,
  }));
  const root = document.contents;
  if (faults.length > 0 || root === null) return { command: null, resourcesUsed: [], faults };
  if (!isMap(root)) {
    const fault = { message: 'it must be a map with the key command', fix: COMMAND_FIX, line: 1 };
    return { command: null, resourcesUsed: [], faults: [fault] };
  }
  const lineOf = (node: Node | null | undefined): number | null =>
    node?.range == null ? null : counter.linePos(node.range[0]).line;
  const command = readCommand(root, lineOf);
  const variables = readVariables(root, lineOf);
  return {
    command: command.words,
    resourcesUsed: variables.resources,
    faults: [...command.faults, ...variables.faults],
  };
}

type LineOf = (node: Node | null | undefined) => number | null;

function readCommand(root: YAMLMap, lineOf: LineOf): { words: readonly string[] | null; faults: AppFileFault[] } {
  if (!root.has('command')) return { words: null, faults: [] };
  const node = root.get('command', true);
  const words = isSeq(node) ? node.items.map((item) => (isScalar(item) ? item.value : undefined)) : [];
  const texts = words.flatMap((word) => (typeof word === 'string' && word !== '' ? [word] : []));
  if (texts.length > 0 && texts.length === words.length) return { words: texts, faults: [] };
  return { words: null, faults: [{ message: 'command is not a list of words', fix: COMMAND_FIX, line: lineOf(node) }] };
}

function readVariables(root: YAMLMap, lineOf: LineOf): { resources: string[]; faults: AppFileFault[] } {
  if (!root.has('env')) return { resources: [], faults: [] };
  const node = root.get('env', true);
  if (!isSeq(node))
    return { resources: [], faults: [{ message: 'env is not a list', fix: ENV_FIX, line: lineOf(node) }] };
  const resources: string[] = [];
  const faults: AppFileFault[] = [];
  for (const item of node.items) {
    const line = isMap(item) || isScalar(item) || isSeq(item) ? lineOf(item) : null;
    const name = isMap(item) ? item.get('name') : undefined;
    const from = isMap(item) ? (item.get('valueFrom') ?? item.get('value_from')) : undefined;
    const hasValue = isMap(item) && item.has('value');
    if (typeof name !== 'string' || name === '' || hasValue === (typeof from === 'string')) {
      const message = 'an entry of env needs a name and either value or valueFrom';
      faults.push({ message, fix: ENV_FIX, line });
    }
    if (typeof from === 'string') resources.push(from);
  }
  return { resources, faults };
}
