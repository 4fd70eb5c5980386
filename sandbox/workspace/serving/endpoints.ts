import { ApiFailure, missing } from '../http/failure.js';
import { Fields as FieldReader, type Fields } from '../http/fields.js';
import { hex, type Random } from '../time/random.js';
import type { Simulation } from '../time/simulation.js';
import type { Endpoint, RequestedConfig } from './types.js';
import type { EndpointUpdates } from './updates.js';
import { checkEndpointName, entitiesOf, routesOf, type ServingRules } from './validation.js';

export interface EndpointHabits {
  readonly maxEndpoints: number;
  /** Whether a PUT that brings routes but no entities is taken; the real answer is not confirmed. */
  readonly trafficOnlyBody: 'accept' | 'refuse';
}

/** All serving endpoints, and what can be asked of them whatever the transport. */
export class Endpoints {
  readonly #byName = new Map<string, Endpoint>();
  readonly #simulation: Simulation;
  readonly #random: Random;
  readonly #updates: EndpointUpdates;
  readonly #rules: ServingRules;
  readonly #habits: EndpointHabits;

  constructor(
    simulation: Simulation,
    random: Random,
    updates: EndpointUpdates,
    rules: ServingRules,
    habits: EndpointHabits,
  ) {
    this.#simulation = simulation;
    this.#random = random;
    this.#updates = updates;
    this.#rules = rules;
    this.#habits = habits;
  }

  all(): readonly Endpoint[] {
    return [...this.#byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  find(name: string): Endpoint | undefined {
    return this.#byName.get(name);
  }

  get(name: string): Endpoint {
    const endpoint = this.find(name);
    if (endpoint === undefined) throw missing(`Endpoint with name '${name}' does not exist.`);
    return endpoint;
  }

  byId(id: string): Endpoint | undefined {
    return [...this.#byName.values()].find((endpoint) => endpoint.id === id);
  }

  /** Creates from a request body; the first configuration, where given, starts to come up at once. */
  create(body: Fields, by: string): Endpoint {
    const name = body.text('name');
    checkEndpointName(name);
    if (this.find(name) !== undefined) {
      throw new ApiFailure('RESOURCE_ALREADY_EXISTS', `Endpoint with name '${name}' already exists.`);
    }
    if (this.#byName.size >= this.#habits.maxEndpoints) {
      throw new ApiFailure(
        'RESOURCE_EXHAUSTED',
        `The workspace has reached its limit of ${this.#habits.maxEndpoints} endpoints.`,
        429,
      );
    }
    const config = body.optionalObject('config');
    const requested = config === undefined ? null : this.configOf(new FieldReader(config, 'config'), null, by);
    const endpoint = this.#blank(name, body, by);
    this.#byName.set(name, endpoint);
    if (requested !== null) this.#updates.begin(endpoint, requested, by);
    return endpoint;
  }

  #blank(name: string, body: Fields, by: string): Endpoint {
    const now = this.#simulation.now;
    const tags = body
      .objects('tags')
      .map((tag): [string, string] => [tag.text('key'), tag.optionalText('value') ?? '']);
    return {
      name,
      id: hex(this.#random, 32),
      creator: by,
      createdAt: now,
      updatedAt: now,
      description: body.optionalText('description') ?? '',
      routeOptimized: body.optionalFlag('route_optimized') ?? false,
      budgetPolicyId: body.optionalText('budget_policy_id') ?? '',
      tags: new Map(tags),
      aiGateway: body.optionalObject('ai_gateway'),
      emailNotifications: body.optionalObject('email_notifications'),
      rateLimits: body.list('rate_limits'),
      active: null,
      pending: null,
      update: 'NOT_UPDATING',
      stopped: false,
      lastConfigVersion: 0,
      updates: 0,
      events: [],
    };
  }

  /** A configuration from a request body, validated whole; `endpoint` is the one that it is for, if it exists. */
  configOf(body: Fields, endpoint: Endpoint | null, by: string): RequestedConfig {
    const loaders = endpoint === null ? [by] : [by, endpoint.creator];
    const entities = entitiesOf(body, this.#rules, loaders) ?? this.#servedNow(body, endpoint);
    const traffic = body.optionalObject('traffic_config');
    const routes = routesOf(traffic === undefined ? undefined : new FieldReader(traffic, 'traffic_config'), entities);
    return { entities, routes, autoCapture: body.optionalObject('auto_capture_config') };
  }

  #servedNow(body: Fields, endpoint: Endpoint | null): RequestedConfig['entities'] {
    const active = endpoint?.active ?? null;
    if (this.#habits.trafficOnlyBody === 'refuse' || active === null || !body.has('traffic_config')) {
      throw new ApiFailure('INVALID_PARAMETER_VALUE', 'served_entities must be given.');
    }
    this.#rules.complain('A configuration was sent without served_entities: what it does is not confirmed.');
    return active.entities;
  }

  update(endpoint: Endpoint, body: Fields, by: string): void {
    if (endpoint.stopped) throw new ApiFailure('INVALID_STATE', `Endpoint '${endpoint.name}' is stopped.`);
    this.#updates.begin(endpoint, this.configOf(body, endpoint, by), by);
  }

  remove(endpoint: Endpoint): void {
    this.#byName.delete(endpoint.name);
    endpoint.pending = null;
  }

  /** Takes the endpoint out of service and back; a running update is cancelled by a stop. */
  setStopped(endpoint: Endpoint, stopped: boolean): void {
    if (stopped) this.#updates.cancel(endpoint);
    endpoint.stopped = stopped;
    endpoint.updatedAt = this.#simulation.now;
  }
}
