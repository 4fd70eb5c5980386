import type { Json, JsonObject } from '../json.js';

export type Deployment =
  | 'DEPLOYMENT_CREATING'
  | 'DEPLOYMENT_RECOVERING'
  | 'DEPLOYMENT_READY'
  | 'DEPLOYMENT_FAILED'
  | 'DEPLOYMENT_ABORTED';

/** One served entity. Only its state ever changes; another setting makes another entity. */
export interface Entity {
  readonly name: string;
  readonly entityName: string;
  readonly entityVersion: string;
  /** Writable settings as GET echoes them: sizing, scale to zero, environment variables, … */
  readonly settings: Readonly<Record<string, Json>>;
  readonly creator: string;
  readonly createdAt: number;
  deployment: Deployment;
  message: string;
  /** Server time at which it first took calls; `null` while it never did. */
  readyAt: number | null;
}

export interface TrafficRoute {
  readonly entity: string;
  /** Whole percent. */
  readonly traffic: number;
}

/** What clients may send as a configuration, after validation. */
export interface RequestedConfig {
  readonly entities: readonly Omit<Entity, 'creator' | 'createdAt' | 'deployment' | 'message' | 'readyAt'>[];
  readonly routes: readonly TrafficRoute[];
  /** `undefined`: left out, so that the previous setting stays. */
  readonly autoCapture: JsonObject | undefined;
}

export interface Config {
  readonly version: number;
  readonly entities: readonly Entity[];
  readonly routes: readonly TrafficRoute[];
  readonly autoCapture: JsonObject | undefined;
  /** Server time at which the update was accepted, epoch ms. */
  readonly startedAt: number;
}

export type ConfigUpdate = 'NOT_UPDATING' | 'IN_PROGRESS' | 'UPDATE_FAILED' | 'UPDATE_CANCELED';

export interface EndpointEvent {
  readonly type: string;
  readonly status: string;
  readonly message: string;
  readonly at: number;
}

export interface Endpoint {
  readonly name: string;
  /** Hex; the id by which permissions are addressed. */
  readonly id: string;
  /** Frozen at creation: whose grants load the models. */
  readonly creator: string;
  readonly createdAt: number;
  updatedAt: number;
  description: string;
  readonly routeOptimized: boolean;
  readonly budgetPolicyId: string;
  readonly tags: Map<string, string>;
  aiGateway: JsonObject | undefined;
  emailNotifications: JsonObject | undefined;
  rateLimits: readonly Json[];
  /** What serves; `null` until the first configuration was applied. */
  active: Config | null;
  /** What is being brought up, or the attempt that failed. */
  pending: Config | null;
  update: ConfigUpdate;
  stopped: boolean;
  lastConfigVersion: number;
  /** Updates accepted so far, the creation included; counts from 1. */
  updates: number;
  readonly events: EndpointEvent[];
}

/** Share of the endpoint's traffic that an entity of the active configuration has. */
export function liveTraffic(endpoint: Endpoint, entity: string): number {
  return endpoint.active?.routes.find((route) => route.entity === entity)?.traffic ?? 0;
}

/** The active configuration's entity of that name. */
export function liveEntity(endpoint: Endpoint, name: string): Entity | undefined {
  return endpoint.active?.entities.find((entity) => entity.name === name);
}

/** Whether calls are answered at all. */
export function isReady(endpoint: Endpoint): boolean {
  const { active, stopped } = endpoint;
  return !stopped && active !== null && active.entities.every((entity) => entity.deployment !== 'DEPLOYMENT_CREATING');
}
