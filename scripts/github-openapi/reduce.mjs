// Reduces an OpenAPI 3.0 description to some operations: parameters, request body and answers as JSON Schema, every
// reference resolved to `definitions` of the same file, prose and examples left out.

const PROSE = new Set(['description', 'example', 'examples', 'externalDocs', 'title', 'summary', 'deprecated']);
const PREFIX = '#/components/schemas/';

/** Places where keys are names that users chose, not keywords. */
const NAMED = new Set(['properties', 'definitions']);

export function reducedDescription(description, operations) {
  const wanted = new Set();
  const reduced = Object.fromEntries(
    operations.map((name) => [name, reducedOperation(description, name, (schema) => plainSchema(schema, wanted))]),
  );
  return { version: description.info.version, operations: reduced, definitions: definitionsOf(description, wanted) };
}

function reducedOperation(description, name, plain) {
  const [method, path] = name.split(' ');
  const operation = description.paths[path]?.[method.toLowerCase()];
  if (operation === undefined) throw new Error(`The description has no operation ${name}.`);
  const parameters = (operation.parameters ?? []).map((parameter) => resolved(description, parameter));
  const query = parameters.filter((parameter) => parameter.in === 'query');
  const body = operation.requestBody && jsonSchemaOf(resolved(description, operation.requestBody));
  return {
    query: Object.fromEntries(query.map((parameter) => [parameter.name, plain(parameter.schema)])),
    body: body === undefined ? null : plain(body),
    bodyRequired: operation.requestBody?.required ?? false,
    responses: Object.fromEntries(
      Object.entries(operation.responses).map(([status, response]) => {
        const schema = jsonSchemaOf(resolved(description, response));
        return [status, schema === undefined ? null : plain(schema)];
      }),
    ),
  };
}

/** Definitions may want further ones, so they are worked off until none is missing. */
function definitionsOf(description, wanted) {
  const definitions = {};
  for (const name of wanted) definitions[name] = plainSchema(description.components.schemas[name], wanted);
  return Object.fromEntries(Object.entries(definitions).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function jsonSchemaOf(holder) {
  const content = holder.content ?? {};
  return (content['application/json'] ?? content['application/vnd.github.v3.star+json'])?.schema;
}

function resolved(description, value) {
  if (value.$ref === undefined) return value;
  return value.$ref
    .slice(2)
    .split('/')
    .reduce((node, key) => node[key], description);
}

/** OpenAPI 3.0 to JSON Schema: `nullable` becomes a type, references are noted and renamed, prose goes. */
function plainSchema(schema, wanted) {
  if (Array.isArray(schema)) return schema.map((item) => plainSchema(item, wanted));
  if (typeof schema !== 'object' || schema === null) return schema;
  if (typeof schema.$ref === 'string') {
    const name = schema.$ref.slice(PREFIX.length);
    wanted.add(name);
    return { $ref: `#/definitions/${name}` };
  }
  const plain = {};
  for (const [key, value] of Object.entries(schema)) {
    if (PROSE.has(key) || key.startsWith('x-') || key === 'nullable') continue;
    plain[key] = NAMED.has(key) ? mapValues(value, (item) => plainSchema(item, wanted)) : plainSchema(value, wanted);
  }
  return schema.nullable === true ? withNull(plain) : plain;
}

function withNull(schema) {
  if (schema.type === undefined) return { anyOf: [schema, { type: 'null' }] };
  const values = schema.enum === undefined ? {} : { enum: [...new Set([...schema.enum, null])] };
  return { ...schema, type: [schema.type, 'null'], ...values };
}

function mapValues(record, change) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
