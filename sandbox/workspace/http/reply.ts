import type { JsonObject } from '../json.js';

/** One answer before it is written to the socket. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** A JSON answer. */
export function json(value: JsonObject, status = 200, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) };
}

/** 200 without a body, as several services answer to DELETE and POST. */
export function empty(status = 200): Reply {
  return { status, headers: {}, body: '' };
}

/** A text answer of any type. */
export function text(body: string | Buffer, contentType = 'text/plain; charset=utf-8', status = 200): Reply {
  return { status, headers: { 'content-type': contentType }, body };
}

/** An HTML error page, as proxies and web servers in front of the API write them. */
export function html(status: number, title: string): Reply {
  const page = `<!doctype html>\n<html lang=en>\n<title>${status} ${title}</title>\n<h1>${title}</h1>\n`;
  return text(page, 'text/html; charset=utf-8', status);
}
