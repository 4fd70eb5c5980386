/** Upper bounds of the latency histogram, ms; a last bucket takes the rest. */
export const LATENCY_BOUNDS: readonly number[] = [
  1, 2.5, 5, 10, 25, 50, 75, 100, 150, 200, 300, 400, 500, 750, 1000, 2500, 5000, 10000,
];

const MINUTE = 60_000;

/** What one served entity did in one minute of server time. */
export interface MinuteTally {
  requests: number;
  errors4xx: number;
  errors5xx: number;
  latencySum: number;
  /** Not cumulative; one more than there are bounds. */
  readonly latencyBuckets: number[];
}

/** A tally of nothing. */
export function emptyTally(): MinuteTally {
  return {
    requests: 0,
    errors4xx: 0,
    errors5xx: 0,
    latencySum: 0,
    latencyBuckets: new Array<number>(LATENCY_BOUNDS.length + 1).fill(0),
  };
}

/** Adds `other` to `sum`. */
export function addTally(sum: MinuteTally, other: MinuteTally): void {
  sum.requests += other.requests;
  sum.errors4xx += other.errors4xx;
  sum.errors5xx += other.errors5xx;
  sum.latencySum += other.latencySum;
  for (const [index, count] of other.latencyBuckets.entries()) {
    sum.latencyBuckets[index] = (sum.latencyBuckets[index] ?? 0) + count;
  }
}

function bucketOf(latencyMs: number): number {
  const index = LATENCY_BOUNDS.findIndex((bound) => latencyMs <= bound);
  return index < 0 ? LATENCY_BOUNDS.length : index;
}

/** Number of the minute that contains `at`. */
export function minuteOf(at: number): number {
  return Math.floor(at / MINUTE);
}

/** End of a minute, epoch ms: the timestamp under which its figures are exported. */
export function minuteEnd(minute: number): number {
  return (minute + 1) * MINUTE;
}

/** Per-minute figures of every served entity, for the metrics export. */
export class Minutes {
  readonly #tallies = new Map<string, MinuteTally>();

  #key(endpoint: string, entity: string, minute: number): string {
    return `${endpoint}|${entity}|${minute}`;
  }

  record(endpoint: string, entity: string, at: number, status: number, latencyMs: number): void {
    const key = this.#key(endpoint, entity, minuteOf(at));
    let tally = this.#tallies.get(key);
    if (tally === undefined) {
      tally = emptyTally();
      this.#tallies.set(key, tally);
    }
    tally.requests += 1;
    if (status >= 500) tally.errors5xx += 1;
    else if (status >= 400) tally.errors4xx += 1;
    tally.latencySum += latencyMs;
    const bucket = bucketOf(latencyMs);
    tally.latencyBuckets[bucket] = (tally.latencyBuckets[bucket] ?? 0) + 1;
  }

  /** Figures of one minute; nothing recorded is a tally of nothing. */
  at(endpoint: string, entity: string, minute: number): MinuteTally {
    return this.#tallies.get(this.#key(endpoint, entity, minute)) ?? emptyTally();
  }

  /** Sum of all minutes up to and including `minute`, for exporters whose histograms are cumulative. */
  until(endpoint: string, entity: string, minute: number): MinuteTally {
    const sum = emptyTally();
    const prefix = `${endpoint}|${entity}|`;
    for (const [key, tally] of this.#tallies) {
      if (key.startsWith(prefix) && Number(key.slice(prefix.length)) <= minute) addTally(sum, tally);
    }
    return sum;
  }
}
