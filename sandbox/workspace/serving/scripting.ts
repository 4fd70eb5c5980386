import { Fields } from '../http/fields.js';
import type { JsonObject } from '../json.js';
import type { Simulation } from '../time/simulation.js';
import type { Endpoints } from './endpoints.js';
import type { UpdateScript } from './scripts.js';
import type { StaleReads } from './stale-reads.js';
import { type Deployment, type Endpoint, liveTraffic, type RequestedConfig } from './types.js';
import type { EndpointUpdates, UpdateTimes } from './updates.js';

/** One entity of an endpoint that is put in place without the API. */
export interface PlacedEntity {
  readonly name: string;
  readonly model: string;
  readonly version: string | number;
  /** Whole percent. */
  readonly traffic: number;
  /** Further fields of a served entity, as the API takes them. */
  readonly settings?: JsonObject;
}

export interface PlacedEndpoint {
  readonly name: string;
  readonly entities: readonly PlacedEntity[];
  readonly tags?: Readonly<Record<string, string>>;
  /** The administrator of the workspace unless told otherwise. */
  readonly creator?: string;
  /** Further fields of the create body: `ai_gateway`, `route_optimized`, … */
  readonly settings?: JsonObject;
}

/** A change by somebody else. `instant` skips the state machine, so that only a comparison can find it. */
export interface ForeignWrite {
  readonly endpoint: string;
  /** Entity -> whole percent; entities that are left out are removed. */
  readonly routes?: Readonly<Record<string, number>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly mode?: 'instant' | 'update';
  readonly by?: string;
}

/** When something scripted happens: at a server time, after a span of it, or once an entity has that much traffic. */
export interface Moment {
  readonly at?: number;
  readonly afterMs?: number;
  readonly whenTraffic?: { readonly endpoint: string; readonly entity: string; readonly atLeast: number };
}

interface Trigger {
  readonly holds: () => boolean;
  readonly run: () => void;
}

/** The director's side of serving: what tests arrange and what befalls the endpoints. */
export class ServingScripting {
  readonly #endpoints: Endpoints;
  readonly #updates: EndpointUpdates;
  readonly #stale: StaleReads;
  readonly #simulation: Simulation;
  readonly #administrator: string;
  readonly #triggers: Trigger[] = [];

  constructor(
    endpoints: Endpoints,
    updates: EndpointUpdates,
    stale: StaleReads,
    simulation: Simulation,
    administrator: string,
  ) {
    this.#endpoints = endpoints;
    this.#updates = updates;
    this.#stale = stale;
    this.#simulation = simulation;
    this.#administrator = administrator;
  }

  /** Durations of updates, server ms; may be changed at any time for the updates to come. */
  get times(): UpdateTimes {
    return this.#updates.times;
  }

  /** Puts an endpoint in place that is READY at once. */
  place(placed: PlacedEndpoint): Endpoint {
    const body = new Fields({
      ...placed.settings,
      name: placed.name,
      tags: Object.entries(placed.tags ?? {}).map(([key, value]) => ({ key, value })),
    });
    const creator = placed.creator ?? this.#administrator;
    const endpoint = this.#endpoints.create(body, creator);
    const entities = placed.entities.map((entity) => ({
      workload_size: 'Small',
      scale_to_zero_enabled: false,
      ...entity.settings,
      name: entity.name,
      entity_name: entity.model,
      entity_version: String(entity.version),
    }));
    const routes = placed.entities.map((entity) => ({
      served_entity_name: entity.name,
      traffic_percentage: entity.traffic,
    }));
    const config = new Fields({ served_entities: entities.map(withoutSizeConflict), traffic_config: { routes } });
    this.#updates.force(endpoint, this.#endpoints.configOf(config, null, creator), creator);
    return endpoint;
  }

  /** Lets an update end otherwise than well. */
  script(script: UpdateScript): void {
    this.#updates.scripts.add(script);
  }

  /** The first `reads` reads after every update still show what was before. */
  staleReads(reads: number, endpoint?: string): void {
    this.#stale.afterUpdates(reads, endpoint);
  }

  /** Ends a running update as UPDATE_CANCELED. */
  cancelUpdate(endpoint: string): void {
    this.#simulation.settle();
    this.#updates.cancel(this.#endpoints.get(endpoint));
  }

  /** Changes the deployment state of an entity that serves. */
  setDeployment(endpoint: string, name: string, deployment: Deployment, message = ''): void {
    this.#simulation.settle();
    const entity = this.#endpoints.get(endpoint).active?.entities.find((candidate) => candidate.name === name);
    if (entity === undefined) throw new Error(`No entity '${name}' serves on '${endpoint}'.`);
    entity.deployment = deployment;
    entity.message = message;
  }

  /** Lets `action` happen at a moment. */
  when(moment: Moment, action: () => void): void {
    const { at, afterMs, whenTraffic } = moment;
    if (whenTraffic !== undefined) {
      const { endpoint, entity, atLeast } = whenTraffic;
      this.#triggers.push({ holds: () => this.#traffic(endpoint, entity) >= atLeast, run: action });
      return;
    }
    this.#simulation.schedule(at ?? this.#simulation.now + (afterMs ?? 0), action);
  }

  #traffic(endpoint: string, entity: string): number {
    const found = this.#endpoints.find(endpoint);
    return found === undefined ? -1 : liveTraffic(found, entity);
  }

  /** To be called after every applied update. */
  applied(): void {
    for (const trigger of [...this.#triggers]) {
      if (!trigger.holds()) continue;
      this.#triggers.splice(this.#triggers.indexOf(trigger), 1);
      trigger.run();
    }
  }

  /** Somebody else edits the endpoint, now or at a moment. */
  foreignWrite(write: ForeignWrite, moment: Moment = {}): void {
    if (Object.keys(moment).length === 0) this.#write(write);
    else this.when(moment, () => this.#write(write));
  }

  #write(write: ForeignWrite): void {
    this.#simulation.settle();
    const endpoint = this.#endpoints.get(write.endpoint);
    for (const [key, value] of Object.entries(write.tags ?? {})) endpoint.tags.set(key, value);
    if (write.routes === undefined) return;
    const requested = this.#requested(endpoint, write.routes);
    const by = write.by ?? 'somebody.else@example.com';
    if (write.mode === 'update') this.#updates.begin(endpoint, requested, by);
    else this.#updates.force(endpoint, requested, by);
  }

  #requested(endpoint: Endpoint, shares: Readonly<Record<string, number>>): RequestedConfig {
    const entities = (endpoint.active?.entities ?? []).filter((entity) => shares[entity.name] !== undefined);
    const routes = entities.map((entity) => ({ entity: entity.name, traffic: shares[entity.name] ?? 0 }));
    return { entities, routes, autoCapture: undefined };
  }
}

/** A size of our own making gives way to a concurrency that was asked for. */
function withoutSizeConflict(entity: JsonObject): JsonObject {
  if (entity.min_provisioned_concurrency === undefined) return entity;
  const { workload_size: _size, ...rest } = entity;
  return rest;
}
