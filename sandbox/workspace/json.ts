/** What a JSON document can hold. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object; `undefined` members are left out when it is written. */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** Whether `value` is a JSON object (not a list, not null). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Narrows whatever `JSON.parse` brought to `Json`; it can bring nothing else. */
export function parseJson(text: string): Json {
  const parsed: Json = JSON.parse(text);
  return parsed;
}

/**
 * Leaves out what proto-backed servers leave out: members that were never set and empty lists and strings.
 * Zeros stay; callers pass `undefined` where the server omits a zero or `false`.
 */
export function compact(members: JsonObject): JsonObject {
  const kept: Record<string, Json> = {};
  for (const [key, value] of Object.entries(members)) {
    if (value === undefined || value === '') continue;
    if (Array.isArray(value) && value.length === 0) continue;
    kept[key] = value;
  }
  return kept;
}
