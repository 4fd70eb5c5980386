import type { Clock } from '../../../../src/rollout/ports.js';

/** A clock that stands still but for sleeps. Things that are due on the way happen in their order, on time. */
export class VirtualClock implements Clock {
  time = 0;
  /** Server's epoch minus the local monotonic time. */
  skew = 1_800_000_000_000;
  #due: { at: number; act: () => void }[] = [];

  now(): number {
    return this.time;
  }

  serverNow(): number {
    return this.time + this.skew;
  }

  at(time: number, act: () => void): void {
    this.#due.push({ at: time, act });
    this.#due.sort((one, other) => one.at - other.at);
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    await Promise.resolve();
    if (signal.aborted) throw signal.reason;
    const end = this.time + ms;
    for (let next = this.#due[0]; next !== undefined && next.at <= end; next = this.#due[0]) {
      this.#due.shift();
      this.time = Math.max(this.time, next.at);
      next.act();
      if (signal.aborted) throw signal.reason;
    }
    this.time = end;
  }

  /** Time that a request takes. */
  pass(ms: number): void {
    const end = this.time + ms;
    for (let next = this.#due[0]; next !== undefined && next.at <= end; next = this.#due[0]) {
      this.#due.shift();
      this.time = Math.max(this.time, next.at);
      next.act();
    }
    this.time = end;
  }
}
