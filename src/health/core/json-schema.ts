/** Keywords of JSON Schema that a smoke file may use. Others are refused, so that none is silently ignored. */
const SCHEMA_KEYWORDS: readonly string[] = [
  'type',
  'enum',
  'const',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'minItems',
  'maxItems',
  'minimum',
  'maximum',
  'minLength',
  'pattern',
  'description',
  'title',
  '$schema',
];

const TYPES: readonly string[] = ['null', 'boolean', 'object', 'array', 'number', 'integer', 'string'];

type Schema = Readonly<Record<string, unknown>>;

/** Faults of a schema itself, each with the place in it; empty when it can be used. */
export function schemaFaults(schema: unknown, at = 'schema'): string[] {
  if (!isObject(schema)) return [`${at} is not an object`];
  const faults = Object.keys(schema)
    .filter((key) => !SCHEMA_KEYWORDS.includes(key))
    .map((key) => `${at}.${key} is not supported`);
  for (const type of [schema.type ?? []].flat()) {
    if (!TYPES.includes(String(type))) faults.push(`${at}.type names no JSON type: ${String(type)}`);
  }
  if (schema.pattern !== undefined && compiled(schema.pattern) === null)
    faults.push(`${at}.pattern is no regular expression`);
  if (schema.items !== undefined) faults.push(...schemaFaults(schema.items, `${at}.items`));
  if (isObject(schema.properties)) {
    for (const [key, value] of Object.entries(schema.properties))
      faults.push(...schemaFaults(value, `${at}.properties.${key}`));
  }
  return faults;
}

/** Why `value` does not fit `schema`, with the place in the value; `null` when it fits. */
export function mismatch(value: unknown, schema: unknown, at = '$'): string | null {
  if (!isObject(schema)) return null;
  const types = [schema.type ?? []].flat().map(String);
  if (types.length > 0 && !types.some((type) => hasType(value, type)))
    return `${at} is ${nameOf(value)}, not ${types.join(' or ')}`;
  const ofValue = checkValue(value, schema, at);
  if (ofValue !== null) return ofValue;
  if (Array.isArray(value)) return checkArray(value, schema, at);
  return isObject(value) ? checkObject(value, schema, at) : null;
}

function checkValue(value: unknown, schema: Schema, at: string): string | null {
  const same = (other: unknown) => JSON.stringify(other) === JSON.stringify(value);
  if (Array.isArray(schema.enum) && !schema.enum.some(same)) return `${at} is none of the allowed values`;
  if (schema.const !== undefined && !same(schema.const)) return `${at} is not ${JSON.stringify(schema.const)}`;
  if (typeof value === 'number') {
    if (typeof schema.minimum === 'number' && value < schema.minimum)
      return `${at} is ${value}, below ${schema.minimum}`;
    if (typeof schema.maximum === 'number' && value > schema.maximum)
      return `${at} is ${value}, above ${schema.maximum}`;
  }
  if (typeof value === 'string') {
    if (typeof schema.minLength === 'number' && value.length < schema.minLength)
      return `${at} is shorter than ${schema.minLength}`;
    if (compiled(schema.pattern)?.test(value) === false) return `${at} does not match ${String(schema.pattern)}`;
  }
  return null;
}

function checkArray(value: readonly unknown[], schema: Schema, at: string): string | null {
  if (typeof schema.minItems === 'number' && value.length < schema.minItems)
    return `${at} has ${value.length} items, fewer than ${schema.minItems}`;
  if (typeof schema.maxItems === 'number' && value.length > schema.maxItems)
    return `${at} has ${value.length} items, more than ${schema.maxItems}`;
  return firstOf(value.map((item, index) => () => mismatch(item, schema.items, `${at}[${index}]`)));
}

function checkObject(value: Readonly<Record<string, unknown>>, schema: Schema, at: string): string | null {
  const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
  const missing = required.find((key) => !Object.hasOwn(value, key));
  if (missing !== undefined) return `${at}.${missing} is missing`;
  const properties = isObject(schema.properties) ? schema.properties : {};
  const extra = Object.keys(value).find((key) => !Object.hasOwn(properties, key));
  if (schema.additionalProperties === false && extra !== undefined) return `${at}.${extra} is not expected`;
  return firstOf(
    Object.entries(properties).map(
      ([key, inner]) =>
        () =>
          Object.hasOwn(value, key) ? mismatch(value[key], inner, `${at}.${key}`) : null,
    ),
  );
}

function firstOf(checks: readonly (() => string | null)[]): string | null {
  for (const check of checks) {
    const fault = check();
    if (fault !== null) return fault;
  }
  return null;
}

function compiled(pattern: unknown): RegExp | null {
  if (typeof pattern !== 'string') return null;
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return null;
  }
}

function hasType(value: unknown, type: string): boolean {
  const name = nameOf(value);
  return name === type || (type === 'number' && name === 'integer');
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value;
}

/** A JSON object: not an array, not null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
