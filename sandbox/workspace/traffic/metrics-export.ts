import { denied, missing } from '../http/failure.js';
import { type Reply, text } from '../http/reply.js';
import type { Call, Router } from '../http/router.js';
import { reaches, type ServingAccess } from '../serving/endpoint-routes.js';
import type { Endpoints } from '../serving/endpoints.js';
import type { Endpoint } from '../serving/types.js';
import { renderExport } from './exposition.js';
import { type Minutes, minuteEnd, minuteOf } from './minutes.js';

/** How the export behaves; what is not confirmed about the real one can be set either way. */
export interface ExportHabits {
  /** Label that names the served entity; `null`: figures are endpoint-wide and carry no such label. */
  readonly entityLabel: string | null;
  /** Label that names the endpoint; `null` for none. */
  readonly endpointLabel: string | null;
  /** `requests`: only the three request gauges, as on free workspaces; `no-histograms`: gauges only. */
  readonly series: 'all' | 'requests' | 'no-histograms';
  /** Whether a histogram counts the last minute, like the gauges, or everything since the start. */
  readonly histogram: 'window' | 'cumulative';
  readonly format: 'prometheus' | 'openmetrics';
  /** Server ms after creation during which the export is a 404. */
  readonly absentForMs: number;
  /** Server ms after an applied update in which no figures are exported. */
  readonly gapAfterUpdateMs: number;
  /** Server ms by which the newest exported minute lags behind the last full one. */
  readonly lagMs: number;
  /** From this server time on the same minute is exported for ever. */
  readonly staleFrom: number | null;
  /** Values are written as NaN. */
  readonly notANumber: boolean;
  /** Written instead of the exposition, with status 200. */
  readonly garbage: string | null;
}

export const USUAL_EXPORT: ExportHabits = {
  entityLabel: 'served_entity_name',
  endpointLabel: 'endpoint_name',
  series: 'all',
  histogram: 'window',
  format: 'prometheus',
  absentForMs: 0,
  gapAfterUpdateMs: 0,
  lagMs: 0,
  staleFrom: null,
  notANumber: false,
  garbage: null,
};

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
