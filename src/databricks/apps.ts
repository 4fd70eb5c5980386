import { z } from 'zod';
import type { HttpClient } from '../http/client.js';
import { encodePath } from '../http/path.js';
import { pages } from '../registry/paging.js';
import { type AppWire, appWire, type DeploymentWire, deploymentListWire, deploymentWire } from './apps-wire.js';
import { type Written, write } from './written.js';

/** One deployment of an app. */
export interface AppDeployment {
  readonly id: string;
  readonly sourceCodePath: string;
  readonly mode: string;
  /** `IN_PROGRESS`, `SUCCEEDED`, `FAILED`, `CANCELLED`, or a word that is new. */
  readonly state: string;
  readonly message: string;
  /** Present when the code came from a git folder; sent back as it is to deploy the same again. */
  readonly gitSource: Readonly<Record<string, unknown>> | null;
}

/** An app as one read showed it. */
export interface App {
  readonly name: string;
  /** With scheme. */
  readonly url: string;
  /** `ACTIVE`, `STARTING`, `STOPPED`, `DELETING`, `ERROR`, … */
  readonly computeState: string;
  readonly computeMessage: string;
  /** `DEPLOYING`, `RUNNING`, `CRASHED`, `UNAVAILABLE`. */
  readonly appState: string;
  readonly appMessage: string;
  readonly activeDeployment: AppDeployment | null;
  readonly pendingDeployment: AppDeployment | null;
  /** Principal under which the app runs. */
  readonly servicePrincipal: string;
  readonly resources: readonly Readonly<Record<string, unknown>>[];
}

/** What to deploy. */
export type DeploymentSource =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'git'; readonly source: Readonly<Record<string, unknown>> };

/** Databricks Apps. Reads throw `ActionError`; writes never do for what the server answers. */
export interface Apps {
  read(name: string, signal: AbortSignal): Promise<App | null>;
  /** Creates the app without starting its compute. */
  create(name: string, body: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<Written<App>>;
  /** Replaces the given fields (description, resources) whole. */
  update(name: string, body: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<Written<App>>;
  /** Starts the compute; an earlier deployment is then deployed again by the platform itself. */
  start(name: string, signal: AbortSignal): Promise<Written<unknown>>;
  stop(name: string, signal: AbortSignal): Promise<Written<unknown>>;
  deploy(name: string, source: DeploymentSource, signal: AbortSignal): Promise<Written<AppDeployment>>;
  deployment(name: string, id: string, signal: AbortSignal): Promise<AppDeployment | null>;
  /** All deployments, in the server's order. */
  deployments(name: string, signal: AbortSignal): Promise<readonly AppDeployment[]>;
}

const APPS = '/api/2.0/apps';

/** The client of the Apps API. */
export function createApps(http: HttpClient): Apps {
  const send = async (method: 'POST' | 'PATCH', path: string, value: unknown, signal: AbortSignal, query = {}) =>
    mapWritten(await write(http, { method, path, query, payload: { kind: 'json', value }, signal }, appWire), readApp);
  const toggle = (name: string, verb: 'start' | 'stop', signal: AbortSignal) =>
    write(
      http,
      { method: 'POST', path: `${APPS}${encodePath`/${name}`}/${verb}`, payload: { kind: 'json', value: {} }, signal },
      z.unknown(),
    );
  return {
    async read(name, signal) {
      const request = { method: 'GET', path: `${APPS}${encodePath`/${name}`}`, signal } as const;
      const wire = await http.jsonOrNull(`Reading app ${name}`, request, appWire);
      return wire === null ? null : readApp(wire);
    },
    create: (name, body, signal) => send('POST', APPS, { ...body, name }, signal, { no_compute: true }),
    update: (name, body, signal) => send('PATCH', `${APPS}${encodePath`/${name}`}`, { ...body, name }, signal),
    start: (name, signal) => toggle(name, 'start', signal),
    stop: (name, signal) => toggle(name, 'stop', signal),
    async deploy(name, source, signal) {
      const from = source.kind === 'folder' ? { source_code_path: source.path } : { git_source: source.source };
      const payload = { kind: 'json', value: { ...from, mode: 'SNAPSHOT' } } as const;
      const path = `${APPS}${encodePath`/${name}`}/deployments`;
      return mapWritten(await write(http, { method: 'POST', path, payload, signal }, deploymentWire), readDeployment);
    },
    async deployment(name, id, signal) {
      const path = `${APPS}${encodePath`/${name}/deployments/${id}`}`;
      const wire = await http.jsonOrNull(
        `Reading deployment ${id} of app ${name}`,
        { method: 'GET', path, signal },
        deploymentWire,
      );
      return wire === null ? null : readDeployment(wire);
    },
    deployments: (name, signal) => listDeployments(http, name, signal),
  };
}

async function listDeployments(http: HttpClient, name: string, signal: AbortSignal): Promise<AppDeployment[]> {
  const path = `${APPS}${encodePath`/${name}`}/deployments`;
  const fetchPage = async (token: string | undefined) => {
    const request = { method: 'GET', path, query: { page_token: token }, signal } as const;
    const page = await http.json(`Listing the deployments of app ${name}`, request, deploymentListWire);
    return { rows: page.app_deployments.map(readDeployment), next: page.next_page_token };
  };
  const all: AppDeployment[] = [];
  for await (const rows of pages(fetchPage)) all.push(...rows);
  return all;
}

function mapWritten<A, B>(written: Written<A>, convert: (value: A) => B): Written<B> {
  return written.kind === 'accepted' ? { kind: 'accepted', value: convert(written.value) } : written;
}

function readApp(wire: AppWire): App {
  const { url } = wire;
  return {
    name: wire.name,
    url: url === '' || /^https?:\/\//.test(url) ? url : `https://${url}`,
    computeState: wire.compute_status?.state ?? '',
    computeMessage: wire.compute_status?.message ?? '',
    appState: wire.app_status?.state ?? '',
    appMessage: wire.app_status?.message ?? '',
    activeDeployment: wire.active_deployment == null ? null : readDeployment(wire.active_deployment),
    pendingDeployment: wire.pending_deployment == null ? null : readDeployment(wire.pending_deployment),
    servicePrincipal: wire.service_principal_client_id,
    resources: wire.resources,
  };
}

function readDeployment(wire: DeploymentWire): AppDeployment {
  return {
    id: wire.deployment_id,
    sourceCodePath: wire.source_code_path,
    mode: wire.mode,
    state: wire.status?.state ?? '',
    message: wire.status?.message ?? '',
    gitSource: wire.git_source ?? null,
  };
}
