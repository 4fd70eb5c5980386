import type { Identity } from '../auth/identities.js';
import { denied, invalid, missing } from '../http/failure.js';
import { json, type Reply } from '../http/reply.js';
import type { Call, Router } from '../http/router.js';
import type { JsonObject } from '../json.js';
import type { Endpoints } from './endpoints.js';
import { openApi } from './open-api.js';
import type { StaleReads } from './stale-reads.js';
import type { Endpoint } from './types.js';
import { detailed, summary, tagRows } from './wire.js';

export type ServingLevel = 'CAN_VIEW' | 'CAN_QUERY' | 'CAN_MANAGE';

export interface ServingAccess {
  /** The caller's level on the endpoint, `null` for none. */
  level(identity: Identity, endpoint: Endpoint): ServingLevel | null;
}

export interface RouteSettings {
  readonly oldStateName: boolean;
}

const BASE = '/api/2.0/serving-endpoints';
const ORDER: readonly ServingLevel[] = ['CAN_VIEW', 'CAN_QUERY', 'CAN_MANAGE'];

/** Whether `held` is at least `needed`. */
export function reaches(held: ServingLevel | null, needed: ServingLevel): boolean {
  return held !== null && ORDER.indexOf(held) >= ORDER.indexOf(needed);
}

/** The control plane of serving endpoints. */
export class EndpointRoutes {
  readonly #endpoints: Endpoints;
  readonly #access: ServingAccess;
  readonly #stale: StaleReads;
  readonly #settings: RouteSettings;

  constructor(endpoints: Endpoints, access: ServingAccess, stale: StaleReads, settings: RouteSettings) {
    this.#endpoints = endpoints;
    this.#access = access;
    this.#stale = stale;
    this.#settings = settings;
  }

  register(router: Router): void {
    router.on('POST', BASE, (call) => this.#create(call));
    router.on('GET', BASE, (call) => this.#list(call));
    router.on('GET', `${BASE}/{name}`, (call) => this.#get(call));
    router.on('DELETE', `${BASE}/{name}`, (call) => this.#remove(call));
    router.on('PUT', `${BASE}/{name}/config`, (call) => this.#update(call));
    router.on('POST', `${BASE}/{name}/config:stop`, (call) => this.#suspend(call, true));
    router.on('POST', `${BASE}/{name}/config:start`, (call) => this.#suspend(call, false));
    router.on('PATCH', `${BASE}/{name}/tags`, (call) => this.#tags(call));
    router.on('PUT', `${BASE}/{name}/ai-gateway`, (call) => this.#gateway(call));
    router.on('PUT', `${BASE}/{name}/rate-limits`, (call) => this.#rateLimits(call));
    router.on('PATCH', `${BASE}/{name}/notifications`, (call) => this.#notifications(call));
    router.on('GET', `${BASE}/{name}/events`, (call) => this.#events(call));
    router.on('GET', `${BASE}/{name}/openapi`, (call) => this.#openApi(call));
    router.on('GET', `${BASE}/{name}/served-models/{entity}/build-logs`, (call) => this.#logs(call, 'build'));
    router.on('GET', `${BASE}/{name}/served-models/{entity}/logs`, (call) => this.#logs(call, 'server'));
  }

  #reach(call: Call, needed: ServingLevel): Endpoint {
    const endpoint = this.#endpoints.get(call.params.name ?? '');
    if (!reaches(this.#access.level(call.identity, endpoint), needed)) {
      throw denied(`User ${call.identity.userName} does not have ${needed} permission on endpoint '${endpoint.name}'.`);
    }
    return endpoint;
  }

  #view(call: Call, endpoint: Endpoint): JsonObject {
    return detailed(endpoint, this.#shown(call, endpoint));
  }

  #shown(call: Call, endpoint: Endpoint): { permissionLevel: string; oldStateName: boolean; host: string } {
    const level = this.#access.level(call.identity, endpoint) ?? '';
    const host = `http://${call.headers.host ?? '127.0.0.1'}`;
    return { permissionLevel: level, oldStateName: this.#settings.oldStateName, host };
  }

  #create(call: Call): Reply {
    const endpoint = this.#endpoints.create(call.body, call.identity.userName);
    return json(this.#view(call, endpoint));
  }

  #list(call: Call): Reply {
    const seen = this.#endpoints.all().filter((endpoint) => this.#access.level(call.identity, endpoint) !== null);
    return json(
      seen.length === 0 ? {} : { endpoints: seen.map((endpoint) => summary(endpoint, this.#shown(call, endpoint))) },
    );
  }

  #get(call: Call): Reply {
    const endpoint = this.#reach(call, 'CAN_VIEW');
    return json(this.#stale.read(endpoint.name) ?? this.#view(call, endpoint));
  }

  /** An empty object and not an empty body: MLflow's deployment client parses it. */
  #remove(call: Call): Reply {
    this.#endpoints.remove(this.#reach(call, 'CAN_MANAGE'));
    return json({});
  }

  /** The answer already shows the update in progress. */
  #update(call: Call): Reply {
    const endpoint = this.#reach(call, 'CAN_MANAGE');
    const before = this.#view(call, endpoint);
    this.#endpoints.update(endpoint, call.body, call.identity.userName);
    this.#stale.updated(endpoint.name, before);
    return json(this.#view(call, endpoint));
  }

  #suspend(call: Call, stopped: boolean): Reply {
    const endpoint = this.#reach(call, 'CAN_MANAGE');
    this.#endpoints.setStopped(endpoint, stopped);
    return json(this.#view(call, endpoint));
  }

  /** Deletions are carried out after additions; adding a known key overwrites it. */
  #tags(call: Call): Reply {
    const endpoint = this.#reach(call, 'CAN_MANAGE');
    const added = call.body
      .objects('add_tags')
      .map((tag) => [tag.text('key'), tag.optionalText('value') ?? ''] as const);
    for (const [key, value] of added) {
      if (key.length > 127) throw invalid(`Tag key '${key.slice(0, 20)}…' is longer than 127 characters.`);
      if (value.length > 255) throw invalid(`The value of tag '${key}' is longer than 255 characters.`);
    }
    for (const [key, value] of added) endpoint.tags.set(key, value);
    for (const key of call.body.texts('delete_tags')) endpoint.tags.delete(key);
    return json({ tags: tagRows(endpoint) });
  }

  #gateway(call: Call): Reply {
    const endpoint = this.#reach(call, 'CAN_MANAGE');
    const given = Object.values(call.body.raw).some((value) => value !== null && value !== undefined);
    endpoint.aiGateway = given ? call.body.raw : undefined;
    return json(endpoint.aiGateway ?? {});
  }

  #rateLimits(call: Call): Reply {
    const endpoint = this.#reach(call, 'CAN_MANAGE');
    endpoint.rateLimits = call.body.list('rate_limits');
    return json({ rate_limits: endpoint.rateLimits });
  }

  #notifications(call: Call): Reply {
    const endpoint = this.#reach(call, 'CAN_MANAGE');
    endpoint.emailNotifications = call.body.optionalObject('email_notifications');
    return json({ name: endpoint.name, email_notifications: endpoint.emailNotifications });
  }

  #events(call: Call): Reply {
    const endpoint = this.#reach(call, 'CAN_VIEW');
    return json({
      events: endpoint.events.map((event) => ({
        event_type: event.type,
        status: event.status,
        message: event.message,
        timestamp: event.at,
      })),
    });
  }

  #openApi(call: Call): Reply {
    return json(openApi(this.#reach(call, 'CAN_QUERY')));
  }

  #logs(call: Call, kind: 'build' | 'server'): Reply {
    const endpoint = this.#reach(call, 'CAN_VIEW');
    const entities = [...(endpoint.active?.entities ?? []), ...(endpoint.pending?.entities ?? [])];
    const entity = entities.find((candidate) => candidate.name === call.params.entity);
    if (entity === undefined)
      throw missing(`Served model '${call.params.entity}' does not exist on '${endpoint.name}'.`);
    const state = `${entity.deployment} ${entity.message}`.trim();
    return json({ logs: `[${kind}] ${entity.entityName} version ${entity.entityVersion}: ${state}\n` });
  }
}
