/** What an error body said, whatever its form. */
export interface ErrorBody {
  readonly form: 'standard' | 'scim' | 'oauth' | 'text' | 'web-page' | 'empty';
  readonly code?: string;
  /** Never empty. */
  readonly message: string;
  readonly requestId?: string;
  /** From `RetryInfo` in the details, ms. */
  readonly retryAfterMs?: number;
}

const LONGEST_MESSAGE = 1000;

/**
 * Reads the error bodies that Databricks, MLflow and the proxies in front of them send: the standard one (whose code may be a
 * number), API 1.2, SCIM, OAuth, `CODE: text`, web pages, and nothing at all.
 */
export function parseErrorBody(status: number, text: string): ErrorBody {
  const trimmed = text.trim();
  if (trimmed === '') return { form: 'empty', message: statusText(status) };
  const json = parseObject(trimmed);
  if (json !== null) return fromObject(status, json);
  if (isWebPage(trimmed)) return { form: 'web-page', message: clip(pageText(trimmed) || statusText(status)) };
  const coded = /^([A-Z][A-Z_]{2,}): ([\s\S]*)$/.exec(trimmed);
  if (coded?.[1] !== undefined && coded[2] !== undefined) {
    return { form: 'text', code: coded[1], message: clip(coded[2] || statusText(status)) };
  }
  return { form: 'text', message: clip(trimmed) };
}

/** Whether a body is a web page rather than an answer of an API. */
export function isWebPage(text: string): boolean {
  return /^\s*(<!doctype html|<html|<head|<body)/i.test(text);
}

/** The words of a web page that say most: `<pre>`, else the title, else what is left without tags. */
export function pageText(page: string): string {
  const chosen =
    /<pre[^>]*>([\s\S]*?)<\/pre>/i.exec(page)?.[1] ?? /<title[^>]*>([\s\S]*?)<\/title>/i.exec(page)?.[1] ?? page;
  return chosen
    .replace(/<(script|style)[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The server's words, cut so that no message floods the log. */
function clip(text: string): string {
  return text.length <= LONGEST_MESSAGE ? text : `${text.slice(0, LONGEST_MESSAGE)}…`;
}

function fromObject(status: number, body: Readonly<Record<string, unknown>>): ErrorBody {
  const details = fromDetails(body.details);
  const scim = body.schemas !== undefined || body.scimType !== undefined;
  if (scim) {
    const detail = asText(body.detail);
    const message = detail === undefined || detail === 'null' ? 'SCIM API Internal Error' : detail;
    return { form: 'scim', ...codeOf(asText(body.scimType)), message: clip(message), ...details };
  }
  const description = asText(body.error_description);
  if (description !== undefined) {
    return { form: 'oauth', ...codeOf(asText(body.error)), message: clip(description), ...details };
  }
  const nested = isObject(body.error) ? body.error : {};
  const code = asText(body.error_code) ?? asText(nested.error_code) ?? asText(nested.status) ?? asText(nested.code);
  const message =
    asText(body.message) ?? asText(nested.message) ?? asText(body.detail) ?? asText(body.error) ?? statusText(status);
  return { form: 'standard', ...codeOf(code), message: clip(message), ...details };
}

function fromDetails(details: unknown): { requestId?: string; retryAfterMs?: number } {
  const found: { requestId?: string; retryAfterMs?: number } = {};
  for (const detail of Array.isArray(details) ? details : []) {
    if (!isObject(detail)) continue;
    const type = asText(detail['@type']) ?? '';
    const requestId = asText(detail.request_id);
    if (type.endsWith('RequestInfo') && requestId !== undefined) found.requestId = requestId;
    const seconds = /^(\d+(?:\.\d+)?)s$/.exec(asText(detail.retry_delay) ?? '')?.[1];
    if (type.endsWith('RetryInfo') && seconds !== undefined) found.retryAfterMs = Math.ceil(Number(seconds) * 1000);
  }
  return found;
}

function codeOf(code: string | undefined): { code?: string } {
  return code === undefined ? {} : { code };
}

function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' ? String(value) : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  if (!text.startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

const STATUS_TEXTS: Readonly<Record<number, string>> = {
  400: 'bad request',
  401: 'not authenticated',
  403: 'forbidden',
  404: 'not found',
  405: 'method not allowed',
  408: 'request timed out',
  409: 'conflict',
  413: 'too large',
  429: 'too many requests',
  500: 'internal server error',
  501: 'not implemented',
  502: 'bad gateway',
  503: 'service unavailable',
  504: 'gateway timed out',
};

function statusText(status: number): string {
  return STATUS_TEXTS[status] ?? `status ${status} without a message`;
}
