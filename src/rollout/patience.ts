import type { Clock } from './ports.js';

/** How long a write that is under way may go on after the run has been asked to stop. */
const WRITE_GRACE_MS = 2_000;

/**
 * The signals of one rollout. Before a cancellation everything can be broken off by it, writes after a short grace; what the
 * engine does from then on, going back above all, runs under a signal of its own.
 */
export class Patience {
  readonly #caller: AbortSignal;
  readonly #clock: Clock;
  readonly #afterwards = new AbortController();
  #seen = false;

  constructor(caller: AbortSignal, clock: Clock) {
    this.#caller = caller;
    this.#clock = clock;
  }

  get cancelled(): boolean {
    return this.#caller.aborted;
  }

  /** The engine knows of the cancellation: effects from now on belong to going back. */
  acknowledge(): void {
    if (this.#caller.aborted) this.#seen = true;
  }

  /** For reads, waits and everything else that changes nothing. */
  get forReads(): AbortSignal {
    return this.#seen ? this.#afterwards.signal : this.#caller;
  }

  /** Whether what was thrown is the cancellation, seen for the first time. */
  get brokenOff(): boolean {
    return this.#caller.aborted && !this.#seen;
  }

  /** Runs a write under a signal that a cancellation aborts only after a grace, so that its answer is known if possible. */
  async write<Answer>(send: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
    if (this.#seen) return send(this.#afterwards.signal);
    const controller = new AbortController();
    const done = new AbortController();
    const onAbort = (): void => {
      this.#clock.sleep(WRITE_GRACE_MS, done.signal).then(
        () => controller.abort(this.#caller.reason),
        () => undefined,
      );
    };
    if (this.#caller.aborted) onAbort();
    else this.#caller.addEventListener('abort', onAbort, { once: true });
    try {
      return await send(controller.signal);
    } finally {
      this.#caller.removeEventListener('abort', onAbort);
      done.abort();
    }
  }
}
