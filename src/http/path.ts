import { ActionError } from '../errors.js';
import type { Query } from './types.js';

/**
 * A path from a template: every interpolated value is encoded as one segment, so that a name with a slash, a colon or
 * a space stays one segment. Throws `ActionError` for a name that would climb to another path.
 */
export function encodePath(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return parts.reduce((path, part, index) => {
    const value = values[index];
    return path + part + (value === undefined ? '' : encodeSegment(value));
  }, '');
}

/** `.` and `..` cannot be encoded: every URL parser resolves them, whatever their spelling. */
function encodeSegment(value: string): string {
  if (value !== '.' && value !== '..' && value !== '') return encodeURIComponent(value);
  throw new ActionError(`\`${value}\` cannot be a name.`, {
    kind: 'configuration',
    reason: 'configuration-invalid',
    fix: 'Give the name of the object as the server shows it.',
  });
}

/** Query text without the question mark; empty when there is nothing to send. Lists become repeated parameters. */
function queryText(query: Query | undefined): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined) continue;
    const values = Array.isArray(value) ? value : [String(value)];
    for (const one of values) parameters.append(name, one);
  }
  return parameters.toString();
}

/** Joins a path onto a base address, keeping the base's own path prefix (a server behind a reverse proxy). */
export function joinUrl(base: string, path: string, query: Query | undefined): URL {
  const url = new URL(base);
  url.pathname = url.pathname.replace(/\/+$/, '') + path;
  url.search = queryText(query);
  url.hash = '';
  return url;
}
