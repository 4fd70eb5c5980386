import type { MetricsSource } from '../../../src/health/ports.js';
import type { Clock } from '../../../src/rollout/ports.js';

/** A clock that moves only when told; sleepers wake in order. Server time is `epochMs` ahead of it. */
export class ManualClock implements Clock {
  private at = 0;
  private sleepers: { readonly until: number; readonly wake: () => void }[] = [];

  constructor(readonly epochMs = 1_760_000_000_000) {}

  now(): number {
    return this.at;
  }

  serverNow(): number {
    return this.epochMs + this.at;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const sleeper = { until: this.at + ms, wake: resolve };
      this.sleepers.push(sleeper);
      signal.addEventListener('abort', () => {
        this.sleepers = this.sleepers.filter((one) => one !== sleeper);
        reject(signal.reason);
      });
    });
  }

  /** Lets `ms` pass, waking sleepers one by one and letting their work settle. */
  async advance(ms: number): Promise<void> {
    const end = this.at + ms;
    await settle();
    for (;;) {
      const next = [...this.sleepers].sort((a, b) => a.until - b.until)[0];
      if (next === undefined || next.until > end) break;
      this.sleepers = this.sleepers.filter((one) => one !== next);
      this.at = Math.max(this.at, next.until);
      next.wake();
      await settle();
    }
    this.at = end;
  }
}

/** Lets everything that waits for a promise go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

/** An export whose text is made anew at every read. */
export function exportOf(text: () => string): MetricsSource {
  return { read: async () => ({ kind: 'text', text: text(), contentType: 'application/openmetrics-text' }) };
}
