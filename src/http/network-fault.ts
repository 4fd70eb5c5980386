/** Why no answer came. */
export interface NetworkFault {
  /** `false`: the request surely never reached the server, so repeating it is harmless. */
  readonly sent: boolean;
  /** `true`: another try would end the same way (an untrusted certificate, a proxy that wants a login). */
  readonly final: boolean;
  readonly timedOut: boolean;
  readonly code: string;
  readonly message: string;
}

const BEFORE_SENDING: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const CERTIFICATE =
  /^(CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|UNABLE_TO_|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA)/;

/**
 * Sorts what the HTTP library threw. `timeoutMs` is given when our own time limit ended the request: whether it was carried out
 * is then unknown. Codes are those of Node and undici.
 */
export function classifyNetworkFault(error: unknown, timeoutMs: number | null): NetworkFault {
  if (timeoutMs !== null) {
    const message = `no complete answer within ${timeoutMs} ms`;
    return { sent: true, final: false, timedOut: true, code: 'TIMEOUT', message };
  }
  const { code, syscall, message } = describe(error);
  const timedOut = /TIMEOUT|ETIMEDOUT/.test(code);
  const tunnel = /when HTTP Tunneling|Proxy response/i.test(message);
  if (CERTIFICATE.test(code)) return { sent: false, final: true, timedOut, code, message };
  if (tunnel) return { sent: false, final: /\(4\d\d\)/.test(message), timedOut, code: 'PROXY_REFUSED', message };
  const connecting = syscall === 'connect' || /before secure TLS connection was established/i.test(message);
  return { sent: !(connecting || BEFORE_SENDING.has(code)), final: false, timedOut, code, message };
}

/** The innermost code and the words of whatever was thrown; aggregate errors (several addresses) speak with their first. */
function describe(error: unknown): { code: string; syscall: string; message: string } {
  const inner = firstOf(propertyOf(error, 'errors'));
  const layers = [error, inner, propertyOf(error, 'cause')];
  const find = (key: string): string => layers.map((layer) => textOf(layer, key)).find((text) => text !== '') ?? '';
  const code = find('code') || textOf(error, 'name') || 'UNKNOWN';
  return { code, syscall: find('syscall'), message: find('message') || code };
}

function firstOf(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : undefined;
}

function propertyOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && key in value ? Reflect.get(value, key) : undefined;
}

function textOf(value: unknown, key: string): string {
  const found = propertyOf(value, key);
  return typeof found === 'string' ? found : '';
}
