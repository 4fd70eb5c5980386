import type { Config, Endpoint } from './serving/types.js';
import type { TrafficLedger } from './traffic/ledger.js';

export interface Violation {
  readonly rule: 'routes-sum' | 'unserved' | 'live-entity-removed' | 'unready-entity-takes-traffic';
  readonly endpoint: string;
  /** Server time, epoch ms. */
  readonly at: number;
  readonly message: string;
}

function trafficOf(config: Config | null, entity: string): number {
  return config?.routes.find((route) => route.entity === entity)?.traffic ?? 0;
}

/**
 * Watches over what must hold at every moment, whoever writes: live routes make 100, no caller goes unserved, an entity
 * with live traffic is only removed in favour of entities that were ready before the update was sent, and no update
 * both brings an entity up and gives it traffic while another one has it.
 */
export class Invariants {
  readonly violations: Violation[] = [];
  readonly #ledger: TrafficLedger;
  readonly #endpoints: () => readonly Endpoint[];
  #unservedSeen = 0;

  constructor(ledger: TrafficLedger, endpoints: () => readonly Endpoint[]) {
    this.#ledger = ledger;
    this.#endpoints = endpoints;
  }

  /** To be called after every request and every applied update. */
  check(at: number): void {
    for (const endpoint of this.#endpoints()) this.#checkRoutes(endpoint, at);
    const { unserved } = this.#ledger;
    const fresh = unserved[this.#unservedSeen];
    if (fresh === undefined) return;
    const count = unserved.length - this.#unservedSeen;
    this.#unservedSeen = unserved.length;
    this.#violate('unserved', fresh.endpoint, fresh.at, `${count} requests unserved: ${fresh.why}`);
  }

  #checkRoutes(endpoint: Endpoint, at: number): void {
    if (endpoint.active === null) return;
    const sum = endpoint.active.routes.reduce((total, route) => total + route.traffic, 0);
    if (sum !== 100) this.#violate('routes-sum', endpoint.name, at, `live routes make ${sum}`);
  }

  /** To be called when an update is accepted, before anything of it is carried out. */
  accepted(endpoint: Endpoint, next: Config, at: number): void {
    const { active } = endpoint;
    if (active === null) return;
    const unready = next.entities.filter(
      (entity) => entity.deployment !== 'DEPLOYMENT_READY' && trafficOf(next, entity.name) > 0,
    );
    for (const entity of unready) {
      this.#violate(
        'unready-entity-takes-traffic',
        endpoint.name,
        at,
        `'${entity.name}' is to take traffic before it was ever ready`,
      );
    }
    for (const entity of active.entities) {
      const removed = trafficOf(active, entity.name) > 0 && !next.entities.includes(entity);
      if (!removed || unready.length === 0) continue;
      this.#violate(
        'live-entity-removed',
        endpoint.name,
        at,
        `'${entity.name}' has live traffic and is replaced by unproven entities`,
      );
    }
  }

  #violate(rule: Violation['rule'], endpoint: string, at: number, message: string): void {
    const last = this.violations.at(-1);
    if (last?.rule === rule && last.endpoint === endpoint && last.message === message) return;
    this.violations.push({ rule, endpoint, at, message });
  }
}
