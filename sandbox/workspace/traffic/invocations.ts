import { setTimeout as sleep } from 'node:timers/promises';
import { ApiFailure, denied, missing } from '../http/failure.js';
import { json, type Reply, text } from '../http/reply.js';
import type { Call, Router } from '../http/router.js';
import { isObject } from '../json.js';
import { reaches, type ServingAccess } from '../serving/endpoint-routes.js';
import type { Endpoints } from '../serving/endpoints.js';
import { type Endpoint, type Entity, isReady, liveEntity } from '../serving/types.js';
import type { Simulation } from '../time/simulation.js';
import { answerBody, rowsOf } from './answers.js';
import type { Outcome } from './behaviours.js';
import type { Traffic } from './traffic.js';

/** Calls that are not READY may end with 404 or 503. */
export interface InvocationHabits {
  readonly notReadyStatus: 404 | 503;
}

/** The paths on which models are queried. Latency is really slept, errors are 500 with a JSON body. */
export class Invocations {
  readonly #endpoints: Endpoints;
  readonly #traffic: Traffic;
  readonly #access: ServingAccess;
  readonly #simulation: Simulation;
  readonly #habits: InvocationHabits;

  constructor(
    endpoints: Endpoints,
    traffic: Traffic,
    access: ServingAccess,
    simulation: Simulation,
    habits: InvocationHabits,
  ) {
    this.#endpoints = endpoints;
    this.#traffic = traffic;
    this.#access = access;
    this.#simulation = simulation;
    this.#habits = habits;
  }

  register(router: Router): void {
    const split = (call: Call): Promise<Reply> => this.#split(call);
    const direct = (call: Call): Promise<Reply> => this.#direct(call);
    router.on('POST', '/serving-endpoints/{name}/invocations', split, { reads: true });
    router.on('POST', '/serving-endpoints/{name}/served-models/{entity}/invocations', direct, { reads: true });
  }

  #endpoint(call: Call): Endpoint {
    const endpoint = this.#endpoints.get(call.params.name ?? '');
    if (!reaches(this.#access.level(call.identity, endpoint), 'CAN_QUERY')) {
      throw denied(`User ${call.identity.userName} does not have CAN_QUERY permission on endpoint '${endpoint.name}'.`);
    }
    if (endpoint.stopped)
      throw new ApiFailure('BAD_REQUEST', `Endpoint '${endpoint.name}' is stopped. Please start it first.`);
    if (!isReady(endpoint)) {
      const code = this.#habits.notReadyStatus === 404 ? 'NOT_FOUND' : 'TEMPORARILY_UNAVAILABLE';
      throw new ApiFailure(code, `Endpoint '${endpoint.name}' is not ready.`);
    }
    return endpoint;
  }

  async #split(call: Call): Promise<Reply> {
    const endpoint = this.#endpoint(call);
    const chosen = this.#traffic.choose(endpoint);
    if ('why' in chosen) throw new ApiFailure('TEMPORARILY_UNAVAILABLE', `No model can answer: ${chosen.why}.`);
    const first = await this.#invoke(call, endpoint, chosen.entity);
    return first.status >= 500 ? this.#fallBack(call, endpoint, chosen.entity, first) : first;
  }

  /** The AI gateway's fallback tries the other entities in their order until one succeeds. */
  async #fallBack(call: Call, endpoint: Endpoint, failed: Entity, reply: Reply): Promise<Reply> {
    const setting = endpoint.aiGateway?.fallback_config;
    if (!isObject(setting) || setting.enabled !== true) return reply;
    for (const entity of endpoint.active?.entities ?? []) {
      if (entity === failed) continue;
      const next = await this.#invoke(call, endpoint, entity);
      if (next.status < 500) return next;
    }
    return reply;
  }

  async #direct(call: Call): Promise<Reply> {
    const endpoint = this.#endpoint(call);
    const entity = liveEntity(endpoint, call.params.entity ?? '');
    if (entity === undefined || entity.deployment !== 'DEPLOYMENT_READY') {
      throw missing(`Served model '${call.params.entity}' does not exist on endpoint '${endpoint.name}'.`);
    }
    return this.#invoke(call, endpoint, entity);
  }

  async #invoke(call: Call, endpoint: Endpoint, entity: Entity): Promise<Reply> {
    const { backend } = this.#traffic.behaviourOf(entity);
    const named = { 'served-model-name': entity.name };
    if (backend !== undefined) return this.#forward(call, endpoint, entity, backend);
    const outcome = this.#traffic.draw(endpoint, entity, call.now);
    await sleep(outcome.latencyMs);
    const rows = rowsOf(call.body.raw);
    const status = rows === null ? 400 : outcome.status;
    this.#note(endpoint, entity, { ...outcome, status });
    if (rows === null) {
      const message =
        'Invalid input: exactly one of dataframe_split, dataframe_records, instances, inputs must be given.';
      return json({ error_code: 'BAD_REQUEST', message }, 400, named);
    }
    if (status !== 200) return this.#error(status, named);
    const answers = this.#traffic.conductOf(endpoint, entity, call.now).answers ?? 'agree';
    const reply = text(answerBody(answers, rows), 'application/json');
    return { ...reply, headers: { ...reply.headers, ...named } };
  }

  #error(status: number, headers: Readonly<Record<string, string>>): Reply {
    const code = status === 400 ? 'BAD_REQUEST' : status === 503 ? 'TEMPORARILY_UNAVAILABLE' : 'INTERNAL_ERROR';
    return json(
      { error_code: code, message: 'Encountered an unexpected error while evaluating the model.' },
      status,
      headers,
    );
  }

  #note(endpoint: Endpoint, entity: Entity, outcome: Outcome): void {
    this.#simulation.settle();
    this.#traffic.record(endpoint, entity, 'http', this.#simulation.now, outcome);
  }

  async #forward(call: Call, endpoint: Endpoint, entity: Entity, backend: string): Promise<Reply> {
    const started = performance.now();
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${backend}/invocations`, {
      method: 'POST',
      headers,
      body: new Uint8Array(call.rawBody),
    })
      .then(async (response) => ({ status: response.status, body: await response.text() }))
      .catch((thrown: unknown) => ({
        status: 500,
        body: JSON.stringify({ error_code: 'INTERNAL_ERROR', message: String(thrown) }),
      }));
    const status = answer.status >= 500 ? 500 : answer.status >= 400 ? 400 : 200;
    this.#note(endpoint, entity, { status, latencyMs: performance.now() - started });
    const reply = text(answer.body, 'application/json', answer.status);
    return { ...reply, headers: { ...reply.headers, 'served-model-name': entity.name } };
  }
}
