import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseDocument,
  type YAMLError,
} from 'yaml';
import type { ConfigurationFault } from '../errors.js';

/** Keys and 0-based indexes from the top of a document to one of its values. */
export type Path = readonly (string | number)[];

/** 1-based, as editors and annotations count. */
interface Position {
  readonly line: number;
  readonly column: number;
}

/** A configuration file that is well-formed YAML. */
export interface SourceDocument {
  /** Path relative to the workspace. */
  readonly file: string;
  /** The content as plain values; an empty file is an empty map. */
  readonly value: unknown;
  /** Where the value at `path` stands, or its key where `part` is `key`; the deepest part that exists when it does not. */
  locate(path: Path, part?: 'key' | 'value'): Position | undefined;
  /** The scalar at `path` as it was typed, such as `1.0` for the number 1; `undefined` for anything else. */
  typed(path: Path): string | undefined;
}

export type SourceResult =
  | { readonly kind: 'document'; readonly document: SourceDocument }
  | { readonly kind: 'faults'; readonly faults: readonly ConfigurationFault[] };

const FIXES: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'Keep one of the two: the other would be lost.',
  TAB_AS_INDENT: 'Indent with spaces.',
  MULTIPLE_DOCS: 'Keep one document: remove the line with --- and what follows it.',
  BAD_INDENT: 'Indent the keys of one map by the same number of spaces.',
  BLOCK_AS_IMPLICIT_KEY: 'Put the value into quotes, or on its own indented lines.',
};
/** Words for problems that the parser describes for programmers. */
const WORDS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'a key stands twice in one map',
  MULTIPLE_DOCS: 'it has more than one document',
};
const GENERAL_FIX = 'Correct the YAML at this place; quotes around the text often help.';

/** Parses the text of a configuration file. Syntax errors, duplicate keys, several documents and unknown tags are faults. */
export function parseSource(text: string, file: string): SourceResult {
  const counter = new LineCounter();
  const parsed = parseDocument(text, { lineCounter: counter, prettyErrors: false, uniqueKeys: true });
  const problems = [...parsed.errors, ...parsed.warnings];
  if (problems.length > 0)
    return { kind: 'faults', faults: problems.map((problem) => syntaxFault(problem, file, counter)) };
  try {
    const value: unknown = parsed.toJS({ maxAliasCount: 100 }) ?? {};
    return { kind: 'document', document: documentOf(value, parsed.contents, file, counter) };
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    const fix = 'Write the repeated parts out instead of using anchors.';
    return { kind: 'faults', faults: [{ message: `${file} cannot be read: ${why}.`, fix, key: file, file }] };
  }
}

function syntaxFault(problem: YAMLError, file: string, counter: LineCounter): ConfigurationFault {
  const { line, col } = counter.linePos(problem.pos[0]);
  const what = (WORDS[problem.code] ?? problem.message).trim().replace(/\.$/, '');
  return {
    message: `${file} is not valid YAML: ${what}.`,
    fix: FIXES[problem.code] ?? GENERAL_FIX,
    key: file,
    file,
    line,
    column: col,
  };
}

function documentOf(value: unknown, root: ParsedNode | null, file: string, counter: LineCounter): SourceDocument {
  const anchors = new Map<string, unknown>();
  collectAnchors(root, anchors);
  const position = (node: unknown): Position | undefined => {
    const offset = startOf(node);
    if (offset === undefined) return undefined;
    const { line, col } = counter.linePos(offset);
    return { line, column: col };
  };
  return {
    file,
    value,
    locate: (path, part = 'value') => {
      const found = walk(root, path, anchors);
      return position(found.complete && part === 'value' ? found.value : (found.key ?? found.value));
    },
    typed: (path) => {
      const found = walk(root, path, anchors);
      return found.complete && isScalar(found.value) ? found.value.source : undefined;
    },
  };
}

interface Walked {
  readonly key: unknown;
  readonly value: unknown;
  /** The whole path exists. */
  readonly complete: boolean;
}

function walk(root: unknown, path: Path, anchors: ReadonlyMap<string, unknown>): Walked {
  let here: Walked = { key: undefined, value: root, complete: true };
  for (const segment of path) {
    const next = child(resolved(here.value, anchors), segment);
    if (next === undefined) return { ...here, complete: false };
    here = { ...next, complete: true };
  }
  return here;
}

function child(node: unknown, segment: string | number): Omit<Walked, 'complete'> | undefined {
  if (isMap(node)) {
    const pair = node.items.find(
      (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(segment),
    );
    return pair === undefined ? undefined : { key: pair.key, value: pair.value ?? pair.key };
  }
  if (isSeq(node) && typeof segment === 'number' && segment < node.items.length) {
    return { key: node.items[segment], value: node.items[segment] };
  }
  return undefined;
}

function resolved(node: unknown, anchors: ReadonlyMap<string, unknown>): unknown {
  return isAlias(node) ? anchors.get(node.source) : node;
}

function collectAnchors(node: unknown, anchors: Map<string, unknown>): void {
  if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined) anchors.set(node.anchor, node);
  if (isMap(node)) for (const pair of node.items) collectAnchors(pair.value, anchors);
  if (isSeq(node)) for (const item of node.items) collectAnchors(item, anchors);
}

function startOf(node: unknown): number | undefined {
  if (isMap(node) || isSeq(node) || isScalar(node) || isAlias(node)) return node.range?.[0];
  return undefined;
}
