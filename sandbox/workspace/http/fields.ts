import { isObject, type Json, type JsonObject } from '../json.js';
import { invalid } from './failure.js';

/**
 * Typed reading of a request body, as strict as a proto-backed server: a member of the wrong JSON type is refused with
 * 400, never converted. Members that nobody reads are ignored.
 */
export class Fields {
  readonly #members: JsonObject;
  readonly #where: string;

  constructor(members: JsonObject, where = '') {
    this.#members = members;
    this.#where = where;
  }

  /** The members as they came. */
  get raw(): JsonObject {
    return this.#members;
  }

  has(key: string): boolean {
    return this.#members[key] !== undefined && this.#members[key] !== null;
  }

  #name(key: string): string {
    return this.#where === '' ? key : `${this.#where}.${key}`;
  }

  #wrong(key: string, expected: string): never {
    throw invalid(
      `Invalid value ${JSON.stringify(this.#members[key])} for parameter '${this.#name(key)}': expected ${expected}.`,
    );
  }

  optionalText(key: string): string | undefined {
    const value = this.#members[key];
    if (value === undefined || value === null) return undefined;
    return typeof value === 'string' ? value : this.#wrong(key, 'a string');
  }

  /** A text that must be there and must not be empty. */
  text(key: string): string {
    const value = this.optionalText(key);
    if (value === undefined || value === '')
      throw invalid(`Missing value for required parameter '${this.#name(key)}'.`);
    return value;
  }

  optionalNumber(key: string): number | undefined {
    const value = this.#members[key];
    if (value === undefined || value === null) return undefined;
    return typeof value === 'number' ? value : this.#wrong(key, 'a number');
  }

  optionalInteger(key: string): number | undefined {
    const value = this.optionalNumber(key);
    if (value !== undefined && !Number.isInteger(value)) this.#wrong(key, 'an integer');
    return value;
  }

  integer(key: string): number {
    const value = this.optionalInteger(key);
    if (value === undefined) throw invalid(`Missing value for required parameter '${this.#name(key)}'.`);
    return value;
  }

  optionalFlag(key: string): boolean | undefined {
    const value = this.#members[key];
    if (value === undefined || value === null) return undefined;
    return typeof value === 'boolean' ? value : this.#wrong(key, 'a boolean');
  }

  optionalObject(key: string): JsonObject | undefined {
    const value = this.#members[key];
    if (value === undefined || value === null) return undefined;
    return isObject(value) ? value : this.#wrong(key, 'an object');
  }

  list(key: string): readonly Json[] {
    const value = this.#members[key];
    if (value === undefined || value === null) return [];
    return Array.isArray(value) ? value : this.#wrong(key, 'a list');
  }

  /** Every element of a list of objects, each with its own reader. */
  objects(key: string): readonly Fields[] {
    return this.list(key).map((element, index) => {
      if (!isObject(element)) return this.#wrong(key, 'a list of objects');
      return new Fields(element, `${this.#name(key)}[${index}]`);
    });
  }

  /** A list of texts. */
  texts(key: string): readonly string[] {
    return this.list(key).map((element) =>
      typeof element === 'string' ? element : this.#wrong(key, 'a list of strings'),
    );
  }

  /** A map from text to text. */
  textMap(key: string): Readonly<Record<string, string>> {
    const map: Record<string, string> = {};
    for (const [name, value] of Object.entries(this.optionalObject(key) ?? {})) {
      map[name] = typeof value === 'string' ? value : this.#wrong(key, 'a map of strings');
    }
    return map;
  }
}

/**
 * Arguments of a call by whichever way they came: query parameters and members of the body, the body winning.
 * Databricks reads both on DELETE; its own SDKs send the query, MLflow's client the body.
 */
export function argumentsOf(query: URLSearchParams, body: Fields): Fields {
  return new Fields({ ...Object.fromEntries(query), ...body.raw });
}
