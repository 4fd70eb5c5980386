/** Environment variables, as far as this program was given them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for an address, or `null` for a direct connection, by the rules of GitHub's own actions: `https_proxy` for https and
 * `http_proxy` for http, lower case first; loopback never goes through a proxy; `no_proxy` lists hosts, `host:port`,
 * suffixes with or without a leading dot, or `*`. (The rules of `@actions/http-client`, file `proxy.ts`.)
 */
export function proxyFor(url: URL, environment: Environment): string | null {
  if (isLoopback(url.hostname) || isExempt(url, pick(environment, 'no_proxy'))) return null;
  const proxy = pick(environment, url.protocol === 'https:' ? 'https_proxy' : 'http_proxy');
  if (proxy === undefined) return null;
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
}

function pick(environment: Environment, name: string): string | undefined {
  return environment[name]?.trim() || environment[name.toUpperCase()]?.trim() || undefined;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname.startsWith('127.') || hostname === '[::1]';
}

function isExempt(url: URL, list: string | undefined): boolean {
  const host = url.hostname.toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const names = [host, `${host}:${port}`];
  const entries = (list ?? '')
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '');
  return entries.some(
    (entry) =>
      entry === '*' ||
      names.some((name) => name === entry || name.endsWith(entry.startsWith('.') ? entry : `.${entry}`)),
  );
}
