import type { Entity } from '../serving/types.js';
import type { Outcome } from './behaviours.js';

/** `caller`: simulated production traffic. `http`: somebody used the invocation paths (probes, tests). */
export type RequestSource = 'caller' | 'http';

export interface TallyQuery {
  readonly endpoint?: string;
  readonly entity?: string;
  readonly model?: string;
  readonly version?: string;
  readonly source?: RequestSource;
  /** Server time, epoch ms: at or after, and before. */
  readonly from?: number;
  readonly to?: number;
}

export interface Tally {
  readonly requests: number;
  /** Those that ended with a status of 500 or more. */
  readonly errors: number;
  /** Server time of the first and the last; `null` without any. */
  readonly firstAt: number | null;
  readonly lastAt: number | null;
}

export interface Unserved {
  readonly endpoint: string;
  readonly at: number;
  readonly why: string;
}

interface Account {
  readonly endpoint: string;
  readonly entity: string;
  readonly model: string;
  readonly version: string;
  readonly source: RequestSource;
  /** Moments in ascending order. */
  readonly requests: number[];
  readonly errors: number[];
}

/** Index of the first moment that is not before `at`. */
function lowerBound(moments: readonly number[], at: number): number {
  let [low, high] = [0, moments.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((moments[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function within(moments: readonly number[], query: TallyQuery): readonly number[] {
  const from = query.from === undefined ? 0 : lowerBound(moments, query.from);
  const to = query.to === undefined ? moments.length : lowerBound(moments, query.to);
  return from === 0 && to === moments.length ? moments : moments.slice(from, to);
}

function fits(account: Account, query: TallyQuery): boolean {
  return (['endpoint', 'entity', 'model', 'version', 'source'] as const).every(
    (key) => query[key] === undefined || query[key] === account[key],
  );
}

/** Who answered what and when: the truth against which tests hold what the Action believes. */
export class TrafficLedger {
  readonly #accounts = new Map<string, Account>();
  readonly #unserved: Unserved[] = [];

  record(endpoint: string, entity: Entity, source: RequestSource, at: number, outcome: Outcome): void {
    const account = this.#account(endpoint, entity, source);
    account.requests.push(at);
    if (outcome.status >= 500) account.errors.push(at);
  }

  #account(endpoint: string, entity: Entity, source: RequestSource): Account {
    const key = [endpoint, entity.name, entity.entityName, entity.entityVersion, source].join('|');
    const known = this.#accounts.get(key);
    if (known !== undefined) return known;
    const { name, entityName: model, entityVersion: version } = entity;
    const account = { endpoint, entity: name, model, version, source, requests: [], errors: [] };
    this.#accounts.set(key, account);
    return account;
  }

  recordUnserved(endpoint: string, at: number, why: string): void {
    this.#unserved.push({ endpoint, at, why });
  }

  /** Requests of callers that nobody could answer. */
  get unserved(): readonly Unserved[] {
    return this.#unserved;
  }

  /** Sums over everything that fits the query. */
  tally(query: TallyQuery = {}): Tally {
    let [requests, errors] = [0, 0];
    let [firstAt, lastAt] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const account of this.#accounts.values()) {
      if (!fits(account, query)) continue;
      const moments = within(account.requests, query);
      requests += moments.length;
      errors += within(account.errors, query).length;
      firstAt = Math.min(firstAt, moments[0] ?? firstAt);
      lastAt = Math.max(lastAt, moments.at(-1) ?? lastAt);
    }
    return { requests, errors, firstAt: requests === 0 ? null : firstAt, lastAt: requests === 0 ? null : lastAt };
  }

  /** Throws when any caller's request went unserved. */
  assertNoUnserved(): void {
    const [first] = this.#unserved;
    if (first === undefined) return;
    const when = new Date(first.at).toISOString();
    throw new Error(
      `${this.#unserved.length} requests were not served; the first at ${when} on ${first.endpoint}: ${first.why}`,
    );
  }
}
