import type { ServerClock } from './clock.js';

interface Appointment {
  readonly at: number;
  readonly order: number;
  readonly run: (at: number) => void;
}

/** Called for each span of server time in which nothing scheduled happens, so that rates can be turned into events. */
export type SpanObserver = (from: number, to: number) => void;

/**
 * Discrete-event simulation on the server's clock: everything that is due happens in the order of server time, and
 * what flows between two events (simulated callers) sees exactly the state of that span, however late real time is.
 */
export class Simulation {
  readonly #clock: ServerClock;
  readonly #appointments: Appointment[] = [];
  readonly #observers: SpanObserver[] = [];
  #settledAt: number;
  #order = 0;
  #settling = false;

  constructor(clock: ServerClock) {
    this.#clock = clock;
    this.#settledAt = clock.now();
  }

  /** Server time up to which everything has happened; inside an event, the event's own time. */
  get now(): number {
    return this.#settling ? this.#settledAt : this.#clock.now();
  }

  onSpan(observer: SpanObserver): void {
    this.#observers.push(observer);
  }

  /** Runs `run` at server time `at`; a moment that has passed is taken at the next settlement. */
  schedule(at: number, run: (at: number) => void): void {
    this.#order += 1;
    const appointment = { at, order: this.#order, run };
    const index = this.#appointments.findIndex((other) => other.at > at);
    if (index < 0) this.#appointments.push(appointment);
    else this.#appointments.splice(index, 0, appointment);
  }

  /** Lets everything happen that is due by the clock. */
  settle(): void {
    if (this.#settling) return;
    this.#settling = true;
    try {
      this.#settleTo(this.#clock.now());
    } finally {
      this.#settling = false;
    }
  }

  #settleTo(end: number): void {
    for (;;) {
      const next = this.#appointments[0];
      if (next === undefined || next.at > end) break;
      this.#appointments.shift();
      this.#flowTo(next.at);
      next.run(this.#settledAt);
    }
    this.#flowTo(end);
  }

  #flowTo(to: number): void {
    const from = this.#settledAt;
    if (to <= from) return;
    for (const observer of this.#observers) observer(from, to);
    this.#settledAt = to;
  }
}
