/** One request that the sandbox received, and how it answered. */
export interface LoggedRequest {
  readonly method: string;
  /** Decoded path without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Body as text; forms of the token endpoints are left out because they carry secrets. */
  readonly body: string;
  /** Without the values of credentials. */
  readonly headers: Readonly<Record<string, string>>;
  /** Who asked; empty when the credentials were not accepted. */
  readonly identity: string;
  /** Server time at arrival, epoch ms. */
  readonly at: number;
  /** Whether the request would change state if it were carried out; counts attempts, also refused ones. */
  readonly writes: boolean;
  /** Whether the server acted on it, whatever it answered. */
  readonly acted: boolean;
  /** `null`: no answer was sent (connection reset, hang, or still running). */
  readonly status: number | null;
  /** Real monotonic ms at arrival and at the end of the answer. */
  readonly startedReal: number;
  readonly endedReal: number | null;
}

const SECRET_HEADERS = new Set([
  'authorization',
  'cookie',
  'x-databricks-azure-sp-management-token',
  'proxy-authorization',
]);

/** Headers as one text each, credentials replaced by the scheme alone. */
export function loggableHeaders(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const whole = Array.isArray(value) ? value.join(', ') : (value ?? '');
    kept[name] = SECRET_HEADERS.has(name) ? `${whole.split(' ')[0] ?? ''} ***` : whole;
  }
  return kept;
}

/** Everything that was asked of the sandbox, in order of arrival. */
export class RequestLog implements Iterable<LoggedRequest> {
  readonly #entries: LoggedRequest[] = [];

  get all(): readonly LoggedRequest[] {
    return this.#entries;
  }

  get length(): number {
    return this.#entries.length;
  }

  [Symbol.iterator](): Iterator<LoggedRequest> {
    return this.#entries[Symbol.iterator]();
  }

  /** Adds an entry and gives back its position, under which `end` completes it. */
  begin(entry: LoggedRequest): number {
    this.#entries.push(entry);
    return this.#entries.length - 1;
  }

  end(index: number, outcome: Partial<Pick<LoggedRequest, 'status' | 'endedReal' | 'acted' | 'identity'>>): void {
    const entry = this.#entries[index];
    if (entry !== undefined) this.#entries[index] = { ...entry, ...outcome };
  }

  /** Attempts to change state, carried out or not. Queries of a model, searches and token requests are not among them. */
  writes(): readonly LoggedRequest[] {
    return this.#entries.filter((entry) => entry.writes);
  }

  matching(method: string, path: RegExp): readonly LoggedRequest[] {
    return this.#entries.filter((entry) => entry.method === method && path.test(entry.path));
  }

  /**
   * Length of the longest chain of requests in which each began after the one before had ended: the number of
   * round trips that cannot have run side by side.
   */
  sequentialRoundTrips(): number {
    const ended = this.#entries.filter((entry) => entry.endedReal !== null);
    const byEnd = [...ended].sort((a, b) => (a.endedReal ?? 0) - (b.endedReal ?? 0));
    let chain = 0;
    let lastEnd = Number.NEGATIVE_INFINITY;
    for (const entry of byEnd) {
      if (entry.startedReal < lastEnd) continue;
      chain += 1;
      lastEnd = entry.endedReal ?? lastEnd;
    }
    return chain;
  }

  clear(): void {
    this.#entries.length = 0;
  }
}
