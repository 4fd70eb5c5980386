import { refuse, type Scope } from './scope.js';
import type { Credentials, RegistryKind } from './types.js';

/**
 * The registry that is meant. `auto` decides by what is given: a Databricks workspace and a name of three parts is Unity
 * Catalog; otherwise an MLflow server where one is given; else the workspace registry. The choice is always noted.
 */
export function registryOf(scope: Scope, name: string, credentials: Credentials): RegistryKind {
  const asked = scope.deployment.model.registry;
  const kind = asked === 'auto' ? choose(scope, name, credentials) : asked;
  if (name !== '') checkName(scope, name, kind);
  if (kind === 'mlflow') checkTracking(scope, credentials.mlflow.trackingUri);
  return kind;
}

function choose(scope: Scope, name: string, credentials: Credentials): RegistryKind {
  const workspace = credentials.databricks.host !== undefined;
  const server = isServer(credentials.mlflow.trackingUri);
  const threeParts = isThreePartName(name);
  const kind = threeParts && (workspace || !server) ? 'unity-catalog' : server ? 'mlflow' : 'workspace';
  if (name !== '') {
    const level = workspace && server ? 'warning' : 'info';
    const advice =
      level === 'warning' ? ' Both a workspace and an MLflow server are given: set registry to be certain.' : '';
    scope.notes.push({
      level,
      message: `Registry ${kind}, chosen from the name ${name} and the servers that are given.${advice}`,
    });
  }
  return kind;
}

/** `catalog.schema.model`: three parts, none of them empty. */
function isThreePartName(name: string): boolean {
  const parts = name.split('.');
  return parts.length === 3 && parts.every((part) => part.trim() !== '');
}

function checkName(scope: Scope, name: string, kind: RegistryKind): void {
  if (kind === 'unity-catalog' && !isThreePartName(name)) {
    const message = `${name} is not a Unity Catalog name.`;
    refuse(scope, ['model', 'name'], message, 'Write catalog.schema.model, or set registry to workspace or mlflow.');
  }
  if (kind === 'workspace' && /[/.:]/.test(name)) {
    const message = `${name} cannot be a model of the workspace registry: its names have no slash, dot or colon.`;
    refuse(scope, ['model', 'name'], message, 'Write catalog.schema.model for Unity Catalog, or correct the name.');
  }
}

function checkTracking(scope: Scope, uri: string | undefined): void {
  const key = 'input:mlflow-tracking-uri';
  if (uri === undefined) {
    const message = 'The registry is mlflow, but no MLflow server is given.';
    scope.faults.push({ message, fix: 'Set mlflow-tracking-uri or MLFLOW_TRACKING_URI to its URL.', key });
  } else if (!isServer(uri)) {
    const scheme = /^[a-z][a-z0-9+-]*(?=:)/i.exec(uri)?.[0] ?? 'a path';
    const message = `The MLflow tracking URI is no server's URL: it is ${scheme}.`;
    scope.faults.push({ message, fix: 'Give the http:// or https:// URL of the tracking server.', key });
  }
}

function isServer(uri: string | undefined): boolean {
  return uri !== undefined && /^https?:\/\//i.test(uri);
}
