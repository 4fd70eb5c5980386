import type { IdentityOptions } from './auth/identities.js';
import type { FederationPolicy } from './auth/oauth.js';
import type { UpdateTimes } from './serving/updates.js';
import type { ExportHabits } from './traffic/export-habits.js';

/** How the sandbox behaves. Everything has a default; unconfirmed behaviour of the real services can be set either way. */
export interface WorkspaceOptions {
  /** A Databricks workspace, or a plain MLflow tracking server with registry. */
  readonly kind?: 'databricks' | 'mlflow';
  /** Port on 127.0.0.1; a free one unless given. */
  readonly port?: number;
  /** Of all randomness: ids, traffic, errors. */
  readonly seed?: number;
  /**
   * Server ms per real ms; 60 by default, so that a server minute lasts a second. 0 stops the clock, which then moves
   * by `clock.advance` alone.
   */
  readonly speed?: number;
  /** Epoch ms of the server's clock at the start; the real time unless given, another one simulates skew. */
  readonly startAt?: number;
  /** Real ms between the moments at which the simulation goes on by itself; 0 turns that off. */
  readonly tickMs?: number;
  /** Real ms that every answer takes at least. */
  readonly roundTripMs?: number;
  /** Whose token `workspace.token` is; a service principal that administers the workspace unless given. */
  readonly identity?: IdentityOptions;
  /** Further identities. */
  readonly identities?: readonly IdentityOptions[];
  /** Server ms that updates take; 2 minutes for new entities and 30 seconds for traffic alone unless given. */
  readonly updateTimes?: Partial<UpdateTimes>;
  readonly metrics?: Partial<ExportHabits>;
  readonly federation?: readonly FederationPolicy[];
  /** Life of OAuth tokens in real seconds: client credentials 3600, exchanged federated tokens 298. */
  readonly tokenLifetimes?: { readonly m2m?: number; readonly exchange?: number };
  /** `false`: the host knows no OAuth discovery. */
  readonly oauthDiscovery?: boolean;
  readonly workspaceId?: string;
  /** Rows of a page in Unity Catalog listings. */
  readonly pageSize?: number;
  /** First pages of version listings are empty and carry a token. */
  readonly emptyFirstPage?: boolean;
  /** `false`: the MLflow-style Unity Catalog paths answer 403. */
  readonly ucMlflowPaths?: boolean;
  /** `false`: the legacy workspace registry is switched off. */
  readonly workspaceRegistry?: boolean;
  readonly maxEntities?: number;
  readonly maxEndpoints?: number;
  readonly customSizes?: readonly string[];
  readonly trafficOnlyBody?: 'accept' | 'refuse';
  readonly keepFailedPending?: boolean;
  /** `state.update_state` instead of `state.config_update`. */
  readonly oldStateName?: boolean;
  readonly notReadyStatus?: 404 | 503;
  /** For `kind: 'mlflow'`: credentials that the server asks for; none unless given. */
  readonly mlflowAuth?: { readonly username: string; readonly password: string } | { readonly token: string };
  /** Servers 3.4 to 3.13: a metric history without `max_results` never ends. */
  readonly historyPagingBug?: boolean;
}
