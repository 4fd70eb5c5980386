import type { Signature, SignatureField } from './types.js';

/**
 * The signature of an `MLmodel` file, whose `signature.inputs`, `.outputs` and `.params` are each a JSON text (or absent)
 * inside the YAML. `null` when none of them is there: the model has no signature. Throws a `SyntaxError` or `TypeError`
 * that says which part cannot be read.
 */
export function parseSignature(
  inputsJson: string | null | undefined,
  outputsJson: string | null | undefined,
  paramsJson: string | null | undefined,
): Signature | null {
  if (isAbsent(inputsJson) && isAbsent(outputsJson) && isAbsent(paramsJson)) return null;
  return {
    inputs: parsePart(inputsJson, 'inputs'),
    outputs: parsePart(outputsJson, 'outputs'),
    params: parsePart(paramsJson, 'params'),
  };
}

function isAbsent(json: string | null | undefined): boolean {
  return json === null || json === undefined || json.trim() === '' || json.trim() === 'null';
}

function parsePart(json: string | null | undefined, part: string): SignatureField[] {
  if (json === null || json === undefined || isAbsent(json)) return [];
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new SyntaxError(`The ${part} of the signature are no JSON.`, { cause });
  }
  if (!Array.isArray(value)) throw new TypeError(`The ${part} of the signature are no JSON list.`);
  return value.map((item, index) => parseField(item, `${part}[${index}]`));
}

function parseField(item: unknown, where: string): SignatureField {
  if (!isRecord(item)) throw new TypeError(`${where} of the signature is no map.`);
  const { name, required, optional } = item;
  return {
    name: typeof name === 'string' ? name : '',
    type: typeOf(item, where),
    required: required !== false && optional !== true,
  };
}

/** `double`, `tensor(float32, [-1, 64])`, or for nested types their JSON with sorted keys; parameters may have a shape. */
function typeOf(item: Readonly<Record<string, unknown>>, where: string): string {
  const { type, dtype, shape } = item;
  const spec = item['tensor-spec'];
  if (isRecord(spec)) return `tensor(${text(spec.dtype)}, ${JSON.stringify(spec.shape ?? []).replaceAll(',', ', ')})`;
  const plain = typeof type === 'string' ? type : dtype;
  if (typeof plain !== 'string') throw new TypeError(`${where} of the signature has no type.`);
  if (plain === 'array' || plain === 'object' || plain === 'map') return nestedType(item);
  return Array.isArray(shape) ? `${plain}${JSON.stringify(shape)}` : plain;
}

/** Names, defaults and the `required` of the field itself are no part of its type. */
function nestedType(item: Readonly<Record<string, unknown>>): string {
  const { name: _name, required: _required, optional: _optional, default: _default, ...type } = item;
  return JSON.stringify(sorted(type));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : 'unknown';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
