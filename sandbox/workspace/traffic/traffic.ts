import type { Endpoints } from '../serving/endpoints.js';
import { type Config, type Endpoint, type Entity, isReady, liveTraffic } from '../serving/types.js';
import { exponential, type Random } from '../time/random.js';
import type { Simulation } from '../time/simulation.js';
import { type Behaviour, type Conduct, conductAt, drawOutcome, type Outcome } from './behaviours.js';
import { type RequestSource, TrafficLedger } from './ledger.js';
import { Minutes } from './minutes.js';

export interface CallerPlan {
  readonly endpoint: string;
  /** In server time. */
  readonly requestsPerSecond: number;
}

interface Callers {
  readonly plan: CallerPlan;
  next: number;
}

/** Why a request finds nobody, in words; `null` when an entity answers. */
type Chosen = { readonly entity: Entity } | { readonly why: string };

/** Everything that answers requests: conduct of the versions, simulated callers, and the record of both. */
export class Traffic {
  readonly ledger = new TrafficLedger();
  readonly minutes = new Minutes();
  readonly #endpoints: Endpoints;
  readonly #random: Random;
  readonly #callers: Callers[] = [];
  readonly #behaviours = new Map<string, Behaviour>();
  readonly #firstTraffic = new Map<string, number>();
  readonly #simulation: Simulation;

  constructor(endpoints: Endpoints, simulation: Simulation, random: Random) {
    this.#endpoints = endpoints;
    this.#simulation = simulation;
    this.#random = random;
    simulation.onSpan((from, to) => this.#flow(from, to));
  }

  /** How a version conducts itself on every endpoint, from now on. */
  behave(model: string, version: string | number, behaviour: Behaviour): void {
    this.#behaviours.set(`${model}|${version}`, behaviour);
  }

  behaviourOf(entity: Entity): Behaviour {
    return this.#behaviours.get(`${entity.entityName}|${entity.entityVersion}`) ?? {};
  }

  /** Callers that keep coming until stopped. They wait for the first configuration of an endpoint, then never rest. */
  start(plan: CallerPlan): { stop(): void } {
    const callers = { plan, next: this.#simulation.now + exponential(this.#random, plan.requestsPerSecond / 1000) };
    this.#callers.push(callers);
    return { stop: () => this.#stop(callers) };
  }

  #stop(callers: Callers): void {
    this.#simulation.settle();
    const index = this.#callers.indexOf(callers);
    if (index >= 0) this.#callers.splice(index, 1);
  }

  /** To be told of every applied configuration. */
  applied(endpoint: Endpoint, config: Config, at: number): void {
    for (const route of config.routes) {
      const key = `${endpoint.id}|${route.entity}`;
      if (route.traffic > 0 && !this.#firstTraffic.has(key)) this.#firstTraffic.set(key, at);
    }
  }

  conductOf(endpoint: Endpoint, entity: Entity, now: number): Conduct {
    const traffic = liveTraffic(endpoint, entity.name);
    const firstTrafficAt = this.#firstTraffic.get(`${endpoint.id}|${entity.name}`) ?? null;
    return conductAt(this.behaviourOf(entity), { now, traffic, firstTrafficAt });
  }

  /** Draws how one request to this entity ends. */
  draw(endpoint: Endpoint, entity: Entity, now: number): Outcome {
    const cold = this.behaviourOf(entity).coldStartMs ?? 0;
    if (entity.readyAt !== null && now < entity.readyAt + cold) return { status: 503, latencyMs: 1 };
    return drawOutcome(this.conductOf(endpoint, entity, now), now, this.#random);
  }

  record(endpoint: Endpoint, entity: Entity, source: RequestSource, at: number, outcome: Outcome): void {
    this.ledger.record(endpoint.name, entity, source, at, outcome);
    this.minutes.record(endpoint.name, entity.name, at, outcome.status, outcome.latencyMs);
  }

  /** Chooses by the live split. */
  choose(endpoint: Endpoint): Chosen {
    const { active } = endpoint;
    if (endpoint.stopped) return { why: 'the endpoint is stopped' };
    if (active === null || !isReady(endpoint)) return { why: 'the endpoint is not ready' };
    let draw = this.#random() * 100;
    for (const route of active.routes) {
      draw -= route.traffic;
      if (draw >= 0) continue;
      const entity = active.entities.find((candidate) => candidate.name === route.entity);
      if (entity?.deployment === 'DEPLOYMENT_READY') return { entity };
      return { why: `the route to '${route.entity}' leads to no ready entity` };
    }
    return { why: 'the routes do not add up to 100' };
  }

  #flow(from: number, to: number): void {
    for (const callers of this.#callers) {
      const perMs = callers.plan.requestsPerSecond / 1000;
      if (callers.next < from) callers.next = from;
      while (callers.next < to) {
        this.#call(callers.plan.endpoint, callers.next);
        callers.next += exponential(this.#random, perMs);
      }
    }
  }

  #call(name: string, at: number): void {
    const endpoint = this.#endpoints.find(name);
    if (endpoint === undefined) return;
    if (endpoint.active === null) return;
    const chosen = this.choose(endpoint);
    if ('why' in chosen) this.ledger.recordUnserved(name, at, chosen.why);
    else this.record(endpoint, chosen.entity, 'caller', at, this.draw(endpoint, chosen.entity, at));
  }
}
