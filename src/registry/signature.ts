import { parse as parseYaml } from 'yaml';
import type { Signature, SignatureField } from './types.js';

/** What was found of a signature. */
export type SignatureReading =
  | { readonly kind: 'found'; readonly signature: Signature }
  /** The model was logged without one. */
  | { readonly kind: 'none' }
  | { readonly kind: 'unreadable'; readonly why: string };

/** Reads the signature out of an `MLmodel` file: YAML in which inputs, outputs and params are JSON texts. */
export function signatureFromModelFile(text: string): SignatureReading {
  let file: unknown;
  try {
    file = parseYaml(text);
  } catch {
    return { kind: 'unreadable', why: 'the MLmodel file is not YAML' };
  }
  return isRecord(file) ? signatureFromDocument(file) : { kind: 'unreadable', why: 'the MLmodel file is empty' };
}

/** Reads the signature out of a model's description, whose `signature` has the form that the `MLmodel` file has. */
export function signatureFromDocument(document: Readonly<Record<string, unknown>>): SignatureReading {
  const { signature } = document;
  if (signature === undefined || signature === null) return { kind: 'none' };
  if (!isRecord(signature)) return { kind: 'unreadable', why: 'the signature has an unknown form' };
  const inputs = fieldsOf(signature.inputs);
  const outputs = fieldsOf(signature.outputs);
  const params = fieldsOf(signature.params);
  if (inputs === null || outputs === null || params === null) {
    return { kind: 'unreadable', why: 'the signature has an unknown form' };
  }
  return { kind: 'found', signature: { inputs, outputs, params } };
}

/** Path of the serving input example as the `MLmodel` file gives it; `null` when the model has none. */
export function servingExamplePath(modelFile: string): string | null {
  const file: unknown = parseYaml(modelFile);
  const info = isRecord(file) ? file.saved_input_example_info : undefined;
  const path = isRecord(info) ? info.serving_input_path : undefined;
  return typeof path === 'string' && path !== '' ? path : null;
}

function fieldsOf(part: unknown): SignatureField[] | null {
  const rows = rowsOf(part);
  return rows === null ? null : rows.map(fieldOf);
}

/** The rows of one part: absent is empty; JSON text or a list (as some writers leave it); `null` when it is neither. */
function rowsOf(part: unknown): Readonly<Record<string, unknown>>[] | null {
  if (part === undefined || part === null || part === '') return [];
  let value = part;
  if (typeof part === 'string') {
    try {
      value = JSON.parse(part);
    } catch {
      return null;
    }
  }
  if (value === null) return [];
  return Array.isArray(value) && value.every(isRecord) ? value : null;
}

function fieldOf(row: Readonly<Record<string, unknown>>): SignatureField {
  const optional = row.required === false || row.optional === true;
  return {
    name: typeof row.name === 'string' ? row.name : '',
    type: typeText(row),
    required: !optional && !('default' in row),
  };
}

/** The type in one text: a plain MLflow type, `tensor(dtype, [shape])`, or the nested type as JSON with sorted keys. */
function typeText(row: Readonly<Record<string, unknown>>): string {
  const tensor = row['tensor-spec'];
  if (isRecord(tensor)) return `tensor(${String(tensor.dtype)}, ${shapeText(tensor.shape)})`;
  const type = row.type ?? row.dtype;
  if (typeof type === 'string' && !NESTED.has(type)) return withShape(type, row.shape);
  const { name: _name, required: _required, optional: _optional, default: _default, ...nested } = row;
  return canonicalJson(nested);
}

const NESTED: ReadonlySet<string> = new Set(['array', 'object', 'map']);

function withShape(type: string, shape: unknown): string {
  return Array.isArray(shape) ? `${type}${shapeText(shape)}` : type;
}

function shapeText(shape: unknown): string {
  return Array.isArray(shape) ? `[${shape.map(String).join(', ')}]` : '[]';
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value) ?? 'null';
  const entries = Object.keys(value).sort();
  return `{${entries.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`).join(',')}}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
