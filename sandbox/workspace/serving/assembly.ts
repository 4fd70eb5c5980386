import type { Router } from '../http/router.js';
import { Invariants } from '../invariants.js';
import type { ModelStore } from '../models/store.js';
import type { WorkspaceOptions } from '../options.js';
import type { Permissions } from '../platform/permissions.js';
import type { Random } from '../time/random.js';
import type { Simulation } from '../time/simulation.js';
import { Invocations } from '../traffic/invocations.js';
import { MetricsExport } from '../traffic/metrics-export.js';
import { Traffic } from '../traffic/traffic.js';
import { EndpointRoutes, type ServingAccess, type ServingLevel } from './endpoint-routes.js';
import { Endpoints } from './endpoints.js';
import { ServingScripting } from './scripting.js';
import { StaleReads } from './stale-reads.js';
import type { Config, Endpoint } from './types.js';
import { EndpointUpdates } from './updates.js';
import type { ServingRules } from './validation.js';

export interface ServingNeeds {
  readonly options: WorkspaceOptions;
  readonly simulation: Simulation;
  readonly random: Random;
  readonly permissions: Permissions;
  readonly registryOf: (model: string) => ModelStore;
  readonly administrator: string;
  readonly checkLoadable: (model: string, loaders: readonly string[]) => void;
}

const LEVELS: readonly ServingLevel[] = ['CAN_VIEW', 'CAN_QUERY', 'CAN_MANAGE'];

/** Everything that has to do with serving, put together: endpoints, callers, invocations, metrics and their watch. */
export class Serving {
  readonly endpoints: Endpoints;
  readonly scripting: ServingScripting;
  readonly traffic: Traffic;
  readonly metrics: MetricsExport;
  readonly invariants: Invariants;
  /** What a careful client would not have sent although real servers may take it. */
  readonly complaints: string[] = [];
  readonly #needs: ServingNeeds;
  readonly #access: ServingAccess;
  readonly #stale = new StaleReads();

  constructor(needs: ServingNeeds) {
    this.#needs = needs;
    const { simulation, random, options, permissions } = needs;
    const times = {
      provisionMs: options.updateTimes?.provisionMs ?? 120_000,
      trafficMs: options.updateTimes?.trafficMs ?? 30_000,
    };
    const observer = {
      accepted: (endpoint: Endpoint, next: Config): void => this.invariants.accepted(endpoint, next, simulation.now),
      applied: (endpoint: Endpoint): void => this.#applied(endpoint),
    };
    const updates = new EndpointUpdates(
      simulation,
      times,
      { keepFailedPending: options.keepFailedPending ?? true },
      observer,
    );
    const habits = { maxEndpoints: options.maxEndpoints ?? 1000, trafficOnlyBody: options.trafficOnlyBody ?? 'accept' };
    this.endpoints = new Endpoints(simulation, random, updates, this.#rules(), habits);
    this.traffic = new Traffic(this.endpoints, simulation, random);
    this.invariants = new Invariants(this.traffic.ledger, () => this.endpoints.all());
    this.scripting = new ServingScripting(this.endpoints, updates, this.#stale, simulation, needs.administrator);
    const owner = (id: string): string | null => this.endpoints.byId(id)?.creator ?? null;
    permissions.protect({ type: 'serving-endpoints', objectType: 'serving-endpoint', levels: LEVELS, owner });
    this.#access = {
      level: (identity, endpoint) =>
        LEVELS.find((level) => level === permissions.level('serving-endpoints', endpoint.id, identity)) ?? null,
    };
    this.metrics = new MetricsExport(this.endpoints, this.traffic.minutes, this.#access, options.metrics ?? {});
  }

  #rules(): ServingRules {
    const { options, registryOf, checkLoadable } = this.#needs;
    return {
      versionStatus: (model, version) => registryOf(model).findVersion(model, Number(version))?.status ?? null,
      checkLoadable,
      maxEntities: options.maxEntities ?? 15,
      customSizes: options.customSizes ?? [],
      complain: (message) => this.complaints.push(message),
    };
  }

  #applied(endpoint: Endpoint): void {
    const { now } = this.#needs.simulation;
    if (endpoint.active !== null) this.traffic.applied(endpoint, endpoint.active, now);
    this.metrics.applied(endpoint, now);
    this.scripting.applied();
    this.invariants.check(now);
  }

  register(router: Router): void {
    const { options, simulation } = this.#needs;
    const settings = { oldStateName: options.oldStateName ?? false };
    this.metrics.register(router);
    new EndpointRoutes(this.endpoints, this.#access, this.#stale, settings).register(router);
    const habits = { notReadyStatus: options.notReadyStatus ?? 404 };
    new Invocations(this.endpoints, this.traffic, this.#access, simulation, habits).register(router);
  }
}
