/** A workspace address, or why there is none. */
export type HostResult =
  | {
      readonly kind: 'host';
      /** Scheme, host and port, without a trailing slash. */
      readonly host: string;
      /** From `?o=` or `?workspace_id=` of an address that was copied from the browser. */
      readonly workspaceId?: string;
      /** What was changed, in words. */
      readonly notes: readonly string[];
    }
  | { readonly kind: 'fault'; readonly message: string; readonly fix: string };

const EXAMPLE = 'https://adb-1234567890123456.7.azuredatabricks.net';

/**
 * Brings a workspace address into the form `https://host[:port]`: adds a missing scheme, drops path, query and
 * fragment (lifting the workspace id out of the query), and refuses what is not a workspace. Rules of
 * the Databricks SDKs' host normalisation. `http` is allowed for loopback only, because a token would travel in clear.
 */
export function normalizeHost(given: string): HostResult {
  const trimmed = given.trim();
  const url = parse(trimmed);
  if (url === null)
    return fault(
      `\`${redactAddress(trimmed)}\` is not the address of a host.`,
      `Give the address of the workspace, such as ${EXAMPLE}.`,
    );
  const refused = refuse(url);
  if (refused !== null) return refused;
  const host = `${url.protocol}//${url.host}`;
  const workspaceId = idFrom(url.searchParams);
  const dropped = url.pathname !== '/' || url.search !== '' || url.hash !== '';
  const notes = [
    ...(hasScheme(trimmed) ? [] : [`No scheme was given; ${host} is used.`]),
    ...(dropped ? [`Only ${host} of the given address is used; path, query and fragment are dropped.`] : []),
  ];
  return { kind: 'host', host, notes, ...(workspaceId === undefined ? {} : { workspaceId }) };
}

/** Whether the workspace runs on Azure, by its host name. */
export function isAzureHost(host: string): boolean {
  return /\.(azuredatabricks\.net|databricks\.azure\.(us|cn))(:\d+)?$/i.test(host);
}

function refuse(url: URL): HostResult | null {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return fault(
      `\`${url.protocol}//\` is not a scheme of a workspace address.`,
      `Give an https address, such as ${EXAMPLE}.`,
    );
  }
  if (url.username !== '' || url.password !== '') {
    return fault(
      'The workspace address carries credentials.',
      'Take them out of the address and give them as inputs of their own.',
    );
  }
  if (/^accounts(-[a-z0-9]+)?\./i.test(url.hostname)) {
    return fault(
      `\`${url.hostname}\` is the account console, not a workspace.`,
      `Give the address that the browser shows inside the workspace, such as ${EXAMPLE}.`,
    );
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return fault(`\`${url.origin}\` is not encrypted: the token would travel in clear.`, `Write https://${url.host}.`);
  }
  return null;
}

function hasScheme(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}

function parse(text: string): URL | null {
  if (text === '' || /\s/.test(text)) return null;
  try {
    const url = new URL(hasScheme(text) ? text : `https://${text}`);
    return url.hostname === '' ? null : url;
  } catch {
    return null;
  }
}

function idFrom(parameters: URLSearchParams): string | undefined {
  const value = parameters.get('o') ?? parameters.get('workspace_id') ?? '';
  return /^\d+$/.test(value) ? value : undefined;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || /^127\.\d+\.\d+\.\d+$/.test(hostname) || hostname === '[::1]';
}

/** The address without anything that could be a password or a token. */
function redactAddress(text: string): string {
  return text
    .replace(/\/\/[^/@]*@/, '//')
    .replace(/[?#].*$/, '')
    .slice(0, 100);
}

function fault(message: string, fix: string): HostResult {
  return { kind: 'fault', message, fix };
}
