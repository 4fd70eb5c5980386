import type { Clock } from '../../../src/rollout/ports.js';

interface Due {
  readonly atMs: number;
  readonly act: () => void;
}

/**
 * A clock without real time: it moves to the next thing that is due as soon as nothing else is left to do. Things that are due at
 * the same moment happen in the order in which they were asked for, so that every run is the same.
 */
export class SimulatedClock implements Clock {
  private time = 0;
  private readonly due: Due[] = [];
  private driving = false;

  /** `epochMs`: what the server's clock shows at the start. */
  constructor(private readonly epochMs: number) {}

  now(): number {
    return this.time;
  }

  serverNow(): number {
    return this.epochMs + this.time;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = () => {
        this.cancel(wake);
        reject(signal.reason);
      };
      const wake = this.after(ms, () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      });
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Has something happen in `ms`. */
  after(ms: number, act: () => void): Due {
    const entry = { atMs: this.time + Math.max(0, ms), act };
    let index = this.due.length;
    while (index > 0 && (this.due[index - 1]?.atMs ?? 0) > entry.atMs) index -= 1;
    this.due.splice(index, 0, entry);
    this.drive();
    return entry;
  }

  private cancel(entry: Due): void {
    const index = this.due.indexOf(entry);
    if (index >= 0) this.due.splice(index, 1);
  }

  /** Promises settle before `setImmediate`, so whoever wants to sleep has said so when the clock moves. */
  private drive(): void {
    if (this.driving) return;
    this.driving = true;
    setImmediate(() => {
      this.driving = false;
      const next = this.due.shift();
      if (next === undefined) return;
      this.time = next.atMs;
      next.act();
      if (this.due.length > 0) this.drive();
    });
  }
}
