import { z } from 'zod';
import { isRecord, valueAt } from './layers.js';
import type { Path } from './source.js';

/** A value that has not the form that the schema asks for. */
export type FormFault =
  /** `expected` ends a sentence, such as `a duration`. `words` are the values of a closed list. */
  | { readonly kind: 'value'; readonly path: Path; readonly expected: string; readonly words: readonly string[] }
  /** A key that does not exist here; `known` are those that do. */
  | { readonly kind: 'unknown-key'; readonly path: Path; readonly known: readonly string[] }
  /** A key that must be there and is not. */
  | { readonly kind: 'missing'; readonly path: Path; readonly expected: string };

type Issue = z.core.$ZodIssue;

/** Every fault of `value` against `schema`, in the order of the document. Empty when the form is right. */
export function formFaults(schema: z.ZodType, value: unknown): readonly FormFault[] {
  const parsed = schema.safeParse(value);
  return parsed.success ? [] : parsed.error.issues.flatMap((issue) => faultsOf(issue, [], schema, value));
}

function faultsOf(issue: Issue, base: Path, schema: z.ZodType, root: unknown): FormFault[] {
  const path = [...base, ...issue.path.map((segment) => (typeof segment === 'number' ? segment : String(segment)))];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ kind: 'unknown-key', path: [...path, key], known: knownKeys(schema, path) }));
  }
  if (issue.code === 'invalid_union') {
    const branch = likelyBranch(issue.errors);
    if (branch !== undefined) return branch.flatMap((inner) => faultsOf(inner, path, schema, root));
  }
  if (isMissing(root, path)) return [{ kind: 'missing', path, expected: issue.message }];
  const words = issue.code === 'invalid_value' ? issue.values.map(String) : [];
  return [{ kind: 'value', path, expected: issue.message, words }];
}

/** The branch of a union that the value was meant for: the only one whose own type fits, so that its faults lie deeper. */
function likelyBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const fitting = branches.filter((issues) => !issues.some((issue) => issue.path.length === 0 && isTypeFault(issue)));
  return fitting.length === 1 ? fitting[0] : undefined;
}

function isTypeFault(issue: Issue): boolean {
  if (issue.code !== 'invalid_union') return issue.code !== 'unrecognized_keys';
  return likelyBranch(issue.errors) === undefined;
}

function isMissing(root: unknown, path: Path): boolean {
  const last = path.at(-1);
  const parent = valueAt(root, path.slice(0, -1));
  return typeof last === 'string' && isRecord(parent) && !Object.hasOwn(parent, last);
}

/** Keys that the schema allows at a path; of a union, those of all its maps. */
function knownKeys(schema: z.ZodType, path: Path): readonly string[] {
  const described = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
  const definitions = isRecord(described.definitions) ? described.definitions : {};
  return [...new Set(descend([described], path, definitions).flatMap((node) => Object.keys(node.properties ?? {})))];
}

type Described = z.core.JSONSchema.BaseSchema;
type Definitions = Readonly<Record<string, unknown>>;

function descend(nodes: readonly Described[], path: Path, definitions: Definitions): readonly Described[] {
  const here = nodes.flatMap((node) => alternatives(node, definitions));
  const [segment, ...deeper] = path;
  if (segment === undefined) return here;
  const next = here.flatMap((node) => inner(node, segment));
  return descend(next, deeper, definitions);
}

function alternatives(node: Described, definitions: Definitions): readonly Described[] {
  const referred = definitions[node.$ref?.replace('#/definitions/', '') ?? ''];
  const branches = [referred, ...(node.anyOf ?? []), ...(node.allOf ?? [])].filter(isSchema);
  return [node, ...branches.flatMap((branch) => alternatives(branch, definitions))];
}

function inner(node: Described, segment: string | number): readonly Described[] {
  const next = typeof segment === 'number' ? node.items : (node.properties?.[segment] ?? node.additionalProperties);
  return isSchema(next) ? [next] : [];
}

function isSchema(value: unknown): value is Described {
  return isRecord(value);
}
