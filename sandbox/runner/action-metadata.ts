import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseDocument } from 'yaml';

/** What the emulator needs of action.yml. */
export interface ActionMetadata {
  readonly folder: string;
  readonly name: string;
  readonly using: string;
  readonly main: string;
  readonly post: string | null;
  readonly postCondition: string;
  /** Input name to its default, `null` where there is none. */
  readonly inputs: ReadonlyMap<string, string | null>;
  readonly outputs: ReadonlySet<string>;
}

const RUNTIMES: ReadonlySet<string> = new Set(['node24']);

/**
 * Reads action.yml.
 * @throws Error when the file is no JavaScript action for a Node that runners still have
 */
export function readActionMetadata(file: string): ActionMetadata {
  const document = parseDocument(readFileSync(file, 'utf8'));
  const [fault] = document.errors;
  if (fault !== undefined) throw new Error(`${file}: ${fault.message}`);
  const root = record(document.toJS());
  const runs = record(root.runs);
  const using = text(runs.using) ?? '';
  if (!RUNTIMES.has(using))
    throw new Error(`${file}: runs.using is '${using}'; runners have ${[...RUNTIMES].join(', ')}.`);
  const main = text(runs.main);
  if (main === null) throw new Error(`${file}: runs.main is missing.`);
  const folder = dirname(resolve(file));
  const post = text(runs.post);
  return {
    folder,
    name: text(root.name) ?? '',
    using,
    main: join(folder, main),
    post: post === null ? null : join(folder, post),
    postCondition: text(runs['post-if']) ?? 'always()',
    inputs: new Map(Object.entries(record(root.inputs)).map(([name, input]) => [name, text(record(input).default)])),
    outputs: new Set(Object.keys(record(root.outputs))),
  };
}

/** The nearest action.yml (or action.yaml) in the folders above a file. */
export function findActionFile(entry: string): string {
  for (let folder = dirname(resolve(entry)); ; folder = dirname(folder)) {
    for (const name of ['action.yml', 'action.yaml']) {
      if (existsSync(join(folder, name))) return join(folder, name);
    }
    if (dirname(folder) === folder) throw new Error(`No action.yml in the folders above ${entry}.`);
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function text(value: unknown): string | null {
  return value === undefined || value === null ? null : String(value);
}
