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
  if (!(error instanceof Error)) return { code: 'UNKNOWN', syscall: '', message: String(error) };
  const inner = error instanceof AggregateError ? error.errors[0] : undefined;
  const code = textOf(error, 'code') || textOf(inner, 'code') || textOf(error.cause, 'code') || error.name;
  const syscall = textOf(error, 'syscall') || textOf(inner, 'syscall') || textOf(error.cause, 'syscall');
  const innerMessage = inner instanceof Error ? inner.message : '';
  return { code, syscall, message: error.message || innerMessage || code };
}

function textOf(value: unknown, key: string): string {
  if (typeof value !== 'object' || value === null || !(key in value)) return '';
  const found: unknown = Reflect.get(value, key);
  return typeof found === 'string' ? found : '';
}
