import { denied, missing } from '../http/failure.js';
import { type Reply, text } from '../http/reply.js';
import type { Call, Router } from '../http/router.js';
import { reaches, type ServingAccess } from '../serving/endpoint-routes.js';
import type { Endpoints } from '../serving/endpoints.js';
import type { Endpoint } from '../serving/types.js';
import { type ExportHabits, USUAL_EXPORT } from './export-habits.js';
import { renderExport } from './exposition.js';
import { type Minutes, minuteEnd, minuteOf } from './minutes.js';

/** `GET /api/2.0/serving-endpoints/{name}/metrics`. */
export class MetricsExport {
  readonly #endpoints: Endpoints;
  readonly #minutes: Minutes;
  readonly #access: ServingAccess;
  readonly #habits = new Map<string, ExportHabits>();
  readonly #appliedAt = new Map<string, number>();
  #usual: ExportHabits;

  constructor(endpoints: Endpoints, minutes: Minutes, access: ServingAccess, habits: Partial<ExportHabits>) {
    this.#endpoints = endpoints;
    this.#minutes = minutes;
    this.#access = access;
    this.#usual = { ...USUAL_EXPORT, ...habits };
  }

  register(router: Router): void {
    router.on('GET', '/api/2.0/serving-endpoints/{name}/metrics', (call) => this.#answer(call));
  }

  /** Changes the habits from now on, for one endpoint or for all that have none of their own. */
  configure(habits: Partial<ExportHabits>, endpoint?: string): void {
    if (endpoint === undefined) this.#usual = { ...this.#usual, ...habits };
    else this.#habits.set(endpoint, { ...this.#of(endpoint), ...habits });
  }

  /** To be told of every applied configuration. */
  applied(endpoint: Endpoint, at: number): void {
    this.#appliedAt.set(endpoint.name, at);
  }

  #of(endpoint: string): ExportHabits {
    return this.#habits.get(endpoint) ?? this.#usual;
  }

  #answer(call: Call): Reply {
    const endpoint = this.#endpoints.get(call.params.name ?? '');
    if (!reaches(this.#access.level(call.identity, endpoint), 'CAN_VIEW'))
      throw denied('Read access to the endpoint is needed.');
    const habits = this.#of(endpoint.name);
    if (endpoint.active === null || call.now - endpoint.createdAt < habits.absentForMs) {
      throw missing(`Metrics for endpoint '${endpoint.name}' are not available.`);
    }
    const type =
      habits.format === 'openmetrics'
        ? 'application/openmetrics-text; version=1.0.0; charset=utf-8'
        : 'text/plain; version=0.0.4';
    return text(this.#body(endpoint, habits, call.now), type);
  }

  #body(endpoint: Endpoint, habits: ExportHabits, now: number): string {
    if (habits.garbage !== null) return habits.garbage;
    const until = Math.min(now - habits.lagMs, habits.staleFrom ?? Number.POSITIVE_INFINITY);
    const minute = minuteOf(until) - 1;
    const applied = this.#appliedAt.get(endpoint.name) ?? Number.NEGATIVE_INFINITY;
    const gap = minuteEnd(minute) > applied && minuteEnd(minute) <= applied + habits.gapAfterUpdateMs;
    return renderExport(endpoint, gap ? null : minute, this.#minutes, habits);
  }
}
