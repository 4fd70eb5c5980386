/** Where a tracking URI points. */
export type TrackingUri =
  /** The Databricks workspace that the Databricks inputs name. */
  | { readonly kind: 'workspace'; readonly registry: 'workspace' | 'unity-catalog' }
  | {
      readonly kind: 'server';
      /** Scheme, host, port and path prefix; without credentials and trailing slash. */
      readonly baseUrl: string;
      /** From the URI itself. */
      readonly username?: string;
      readonly password?: string;
    }
  | { readonly kind: 'fault'; readonly message: string; readonly fix: string };

const FIX =
  'Give the address of an MLflow server, such as https://mlflow.example.com, or `databricks` for the workspace.';

/** Reads a tracking URI in any of the forms that MLflow itself takes; what is not a server is refused with the reason. Pure. */
export function parseTrackingUri(given: string): TrackingUri {
  const text = given.trim();
  const workspace = /^databricks(-uc)?(:\/\/.*)?$/.exec(text);
  if (workspace !== null)
    return { kind: 'workspace', registry: workspace[1] === undefined ? 'workspace' : 'unity-catalog' };
  if (/^uc:/i.test(text)) return fault('An open-source Unity Catalog server (`uc:`) is not an MLflow server.');
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined || !['http', 'https'].includes(scheme)) {
    return fault(
      `\`${(scheme ?? text.slice(0, 40)) || 'nothing'}\` does not name an MLflow server: files and databases cannot be reached from a workflow.`,
    );
  }
  return parseServer(text);
}

function parseServer(text: string): TrackingUri {
  try {
    const url = new URL(text);
    return {
      kind: 'server',
      baseUrl: `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`,
      ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
      ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
    };
  } catch {
    return fault('The tracking URI is not a valid address.');
  }
}

function fault(message: string): TrackingUri {
  return { kind: 'fault', message, fix: FIX };
}
