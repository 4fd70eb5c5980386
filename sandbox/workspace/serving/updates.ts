import { ApiFailure } from '../http/failure.js';
import type { Simulation } from '../time/simulation.js';
import { entityFits, type UpdateScript, UpdateScripts } from './scripts.js';
import type { Config, ConfigUpdate, Endpoint, Entity, RequestedConfig } from './types.js';

/** How long the platform takes, in server ms. */
export interface UpdateTimes {
  /** Until new entities are ready. */
  provisionMs: number;
  /** For an update that only changes traffic or removes entities. */
  trafficMs: number;
}

export interface UpdateObserver {
  /** An update was accepted; `endpoint.active` is still what serves. */
  accepted(endpoint: Endpoint, next: Config): void;
  /** The active configuration changed from `before` to `endpoint.active`. */
  applied(endpoint: Endpoint, before: Config | null): void;
}

/** A failed attempt leaves the pending configuration visible, as was seen on real workspaces, unless told otherwise. */
export interface UpdateHabits {
  readonly keepFailedPending: boolean;
}

function sameSettings(a: Entity | RequestedConfig['entities'][number], b: Entity): boolean {
  return (
    a.name === b.name &&
    a.entityName === b.entityName &&
    a.entityVersion === b.entityVersion &&
    JSON.stringify(Object.entries(a.settings).sort()) === JSON.stringify(Object.entries(b.settings).sort())
  );
}

/** The update state machine of serving endpoints: one update at a time, the old configuration serves until the end. */
export class EndpointUpdates {
  readonly scripts = new UpdateScripts();
  readonly times: UpdateTimes;
  readonly #simulation: Simulation;
  readonly #habits: UpdateHabits;
  readonly #observer: UpdateObserver;

  constructor(simulation: Simulation, times: UpdateTimes, habits: UpdateHabits, observer: UpdateObserver) {
    this.#simulation = simulation;
    this.times = times;
    this.#habits = habits;
    this.#observer = observer;
  }

  /** Accepts an update, or refuses it with 409 while another one runs. */
  begin(endpoint: Endpoint, requested: RequestedConfig, by: string): void {
    if (endpoint.update === 'IN_PROGRESS') {
      throw new ApiFailure('RESOURCE_CONFLICT', 'Endpoint served entities are currently being updated');
    }
    const now = this.#simulation.now;
    endpoint.lastConfigVersion += 1;
    endpoint.updates += 1;
    const next = this.#next(endpoint, requested, by, now);
    const script = this.scripts.take({ endpoint: endpoint.name, update: endpoint.updates, entities: next.entities });
    endpoint.pending = next;
    endpoint.update = 'IN_PROGRESS';
    endpoint.updatedAt = now;
    this.#note(endpoint, 'UPDATE', 'IN_PROGRESS', `Update to configuration version ${next.version} started by ${by}.`);
    this.#observer.accepted(endpoint, next);
    if (script?.outcome === 'never-finishes') return;
    const usual = this.#isNew(next) ? this.times.provisionMs : this.times.trafficMs;
    this.#simulation.schedule(now + (script?.durationMs ?? usual), () => this.#end(endpoint, next, script));
  }

  #next(endpoint: Endpoint, requested: RequestedConfig, by: string, now: number): Config {
    const entities = requested.entities.map((entity): Entity => {
      const serving = endpoint.active?.entities.find((candidate) => sameSettings(entity, candidate));
      if (serving !== undefined) return serving;
      return {
        ...entity,
        creator: by,
        createdAt: now,
        deployment: 'DEPLOYMENT_CREATING',
        message: 'Creating',
        readyAt: null,
      };
    });
    const autoCapture = requested.autoCapture ?? endpoint.active?.autoCapture;
    return { version: endpoint.lastConfigVersion, entities, routes: requested.routes, autoCapture, startedAt: now };
  }

  #isNew(config: Config): boolean {
    return config.entities.some((entity) => entity.deployment === 'DEPLOYMENT_CREATING');
  }

  /** Nothing happens when the update was ended by something else in the meantime. */
  #end(endpoint: Endpoint, next: Config, script: UpdateScript | null): void {
    if (endpoint.pending !== next || endpoint.update !== 'IN_PROGRESS') return;
    const message = script?.message;
    if (script?.outcome === 'deployment-failed') this.#failDeployment(endpoint, next, script);
    else if (script?.outcome === 'failed-shift')
      this.#settle(endpoint, next, 'UPDATE_FAILED', message ?? 'The update could not be applied.');
    else if (script?.outcome === 'cancelled')
      this.#settle(endpoint, next, 'UPDATE_CANCELED', message ?? 'The update was canceled.');
    else if (script?.outcome === 'silent-revert') this.#settle(endpoint, null, 'NOT_UPDATING', '');
    else this.#apply(endpoint, next);
  }

  #failDeployment(endpoint: Endpoint, next: Config, script: UpdateScript): void {
    const fresh = next.entities.filter((entity) => entity.deployment === 'DEPLOYMENT_CREATING');
    const failing = fresh.find((entity) => entityFits(script, entity)) ?? fresh[0];
    for (const entity of fresh) {
      const failed = entity === failing;
      entity.deployment = failed ? 'DEPLOYMENT_FAILED' : 'DEPLOYMENT_ABORTED';
      entity.message = failed
        ? (script.message ?? 'Model server failed to load the model. Please see service logs for more information.')
        : 'Served entity creation aborted because the endpoint update failed.';
    }
    this.#settle(endpoint, next, 'UPDATE_FAILED', failing?.message ?? 'Deployment failed.');
  }

  #settle(endpoint: Endpoint, pending: Config | null, update: ConfigUpdate, message: string): void {
    for (const entity of pending?.entities ?? []) {
      if (entity.deployment === 'DEPLOYMENT_CREATING') entity.deployment = 'DEPLOYMENT_ABORTED';
    }
    endpoint.update = update;
    const keeps = pending !== null && (this.#habits.keepFailedPending || endpoint.active === null);
    endpoint.pending = keeps ? pending : null;
    endpoint.updatedAt = this.#simulation.now;
    this.#note(endpoint, 'UPDATE', update, message);
  }

  #apply(endpoint: Endpoint, next: Config): void {
    for (const entity of next.entities) {
      entity.deployment = 'DEPLOYMENT_READY';
      entity.message = '';
      entity.readyAt ??= this.#simulation.now;
    }
    const before = endpoint.active;
    endpoint.active = next;
    endpoint.pending = null;
    endpoint.update = 'NOT_UPDATING';
    endpoint.updatedAt = this.#simulation.now;
    this.#note(endpoint, 'UPDATE', 'SUCCESS', `Configuration version ${next.version} is live.`);
    this.#observer.applied(endpoint, before);
  }

  /** Applies a configuration at once, past the state machine: what a foreign writer did unseen. */
  force(endpoint: Endpoint, requested: RequestedConfig, by: string): void {
    endpoint.lastConfigVersion += 1;
    this.#apply(endpoint, this.#next(endpoint, requested, by, this.#simulation.now));
  }

  /** Ends a running update as if a person had cancelled it. */
  cancel(endpoint: Endpoint): void {
    if (endpoint.update !== 'IN_PROGRESS') return;
    this.#settle(endpoint, endpoint.pending, 'UPDATE_CANCELED', 'The update was canceled.');
  }

  #note(endpoint: Endpoint, type: string, status: string, message: string): void {
    endpoint.events.unshift({ type, status, message, at: this.#simulation.now });
  }
}
