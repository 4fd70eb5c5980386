import { readFileSync } from 'node:fs';
import { Ajv, type AnySchemaObject, type ErrorObject, type ValidateFunction } from 'ajv';
import type { ContractValidator, OperationName } from '../types.js';

/** The descriptions at hand: github.com, and the oldest Enterprise Server that GitHub still publishes one for. */
export type DescribedServer = 'github.com' | 'ghes-3.17';

interface Operation {
  readonly query: Readonly<Record<string, AnySchemaObject>>;
  readonly body: AnySchemaObject | null;
  readonly bodyRequired: boolean;
  readonly responses: Readonly<Record<string, AnySchemaObject | null>>;
}

interface Description {
  readonly operations: Readonly<Record<OperationName, Operation>>;
  readonly definitions: Readonly<Record<string, AnySchemaObject>>;
}

/** GitHub answers these to any operation, whether or not its description says so. */
const ANYWHERE: ReadonlySet<number> = new Set([400, 401, 403, 404, 422, 429, 500, 502, 503]);

const ERROR_SHAPE: AnySchemaObject = {
  type: 'object',
  required: ['message', 'documentation_url'],
  properties: { message: { type: 'string' }, documentation_url: { type: 'string' } },
};

/** Where the description is wrong about what GitHub sends: the head of a pull request has no repository once its fork is deleted. */
const KNOWN_NULL = /^(\/\d+)?\/head\/repo$/;

/**
 * Checks requests and answers against the committed extract of GitHub's OpenAPI description. Stricter than the
 * description in one thing: a query parameter or a field of the body that it does not name is a fault.
 */
export function createContractValidator(server: DescribedServer): ContractValidator {
  const description = readDescription(server);
  const schemas = new SchemaStore(description);
  const operationOf = (name: OperationName): Operation | null => description.operations[name] ?? null;
  return {
    request: (name, query, body) => {
      const operation = operationOf(name);
      if (operation === null) return ['GitHub does not describe this operation'];
      return [...queryFaults(operation, query, schemas, name), ...bodyFaults(operation, body, schemas, name)];
    },
    response: (name, status, body) => {
      const operation = operationOf(name);
      if (operation === null) return [];
      const schema = operation.responses[String(status)];
      if (schema === undefined && !ANYWHERE.has(status)) return ['GitHub does not describe this status'];
      if (schema === null && status < 400) return body === undefined ? [] : ['GitHub describes no body here'];
      return schemas.faults(`${name} ${status}`, schema ?? ERROR_SHAPE, body);
    },
  };
}

function queryFaults(
  operation: Operation,
  query: Readonly<Record<string, string>>,
  schemas: SchemaStore,
  name: string,
): string[] {
  return Object.entries(query).flatMap(([parameter, value]) => {
    const schema = operation.query[parameter];
    if (schema === undefined) return [`query parameter '${parameter}' is not described`];
    return schemas
      .faults(`${name} ?${parameter}`, schema, asTyped(value, schema))
      .map((fault) => `query parameter '${parameter}': ${fault}`);
  });
}

function bodyFaults(operation: Operation, body: unknown, schemas: SchemaStore, name: string): readonly string[] {
  if (body === undefined) return operation.bodyRequired ? ['the body is missing'] : [];
  if (operation.body === null) return ['GitHub describes no body for this operation'];
  const described: unknown = operation.body.properties;
  const known = typeof described === 'object' && described !== null ? Object.keys(described) : null;
  const given = typeof body === 'object' && body !== null ? Object.keys(body) : [];
  const unknown = known === null ? [] : given.filter((field) => !known.includes(field));
  return [
    ...unknown.map((field) => `field '${field}' is not described`),
    ...schemas.faults(`${name} body`, operation.body, body),
  ];
}

/** A query holds text only; numbers and booleans are read as such where the schema asks for them. */
function asTyped(value: string, schema: AnySchemaObject): unknown {
  if (schema.type === 'integer' || schema.type === 'number') return /^-?\d+$/.test(value) ? Number(value) : value;
  if (schema.type === 'boolean') return value === 'true' ? true : value === 'false' ? false : value;
  return value;
}

class SchemaStore {
  private readonly ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor(private readonly description: Description) {
    this.ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/);
    // Empty is GitHub's own default for addresses that were not given.
    this.ajv.addFormat('uri', (text) => text === '' || URL.canParse(text));
  }

  faults(key: string, schema: AnySchemaObject, value: unknown): string[] {
    const validate =
      this.compiled.get(key) ?? this.ajv.compile({ ...schema, definitions: this.description.definitions });
    this.compiled.set(key, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).filter((error) => !KNOWN_NULL.test(error.instancePath)).map(sentence);
  }
}

function sentence(error: ErrorObject): string {
  return `${error.instancePath === '' ? 'the whole' : error.instancePath} ${error.message ?? error.keyword}`;
}

function readDescription(server: DescribedServer): Description {
  const parsed: Description = JSON.parse(readFileSync(new URL(`./${server}.json`, import.meta.url), 'utf8'));
  return parsed;
}
