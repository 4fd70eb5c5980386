import type { Json } from '../json.js';

export type ComputeState = 'STARTING' | 'ACTIVE' | 'STOPPING' | 'STOPPED' | 'UPDATING' | 'DELETING' | 'ERROR';
export type AppState = 'DEPLOYING' | 'RUNNING' | 'CRASHED' | 'UNAVAILABLE';
export type DeploymentState = 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

export interface AppDeployment {
  readonly id: string;
  readonly sourceCodePath: string;
  readonly mode: string;
  readonly command: readonly string[];
  /** Names only; values are never given back. */
  readonly envNames: readonly string[];
  readonly creator: string;
  readonly createdAt: number;
  updatedAt: number;
  state: DeploymentState;
  message: string;
}

export interface App {
  readonly name: string;
  readonly id: string;
  readonly creator: string;
  readonly createdAt: number;
  updatedAt: number;
  description: string;
  resources: readonly Json[];
  computeSize: string;
  compute: { state: ComputeState; message: string };
  app: { state: AppState; message: string };
  active: AppDeployment | null;
  pending: AppDeployment | null;
  readonly deployments: AppDeployment[];
  readonly servicePrincipalId: string;
  /** Last asynchronous update of the app's own settings. */
  update: { state: 'NOT_UPDATED' | 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED'; message: string };
  /** Where the app's requests go; `null`: the sandbox answers for it. */
  backend: string | null;
}

/** How a deployment ends instead of well; `crash`: it succeeds, and the app crashes `afterMs` later. */
export interface AppScript {
  readonly app?: string;
  readonly outcome: 'failed' | 'cancelled' | 'never' | 'crash';
  readonly message?: string;
  /** Server ms. */
  readonly afterMs?: number;
  readonly times?: number;
}

/** Server ms. */
export interface AppTimes {
  computeMs: number;
  deployMs: number;
  deleteMs: number;
}

/** Starts the real thing for a deployment that succeeded; the address that it gives back gets the app's requests. */
export type AppLauncher = (app: App, deployment: AppDeployment) => Promise<string | null>;
