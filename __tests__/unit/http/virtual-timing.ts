import type { Timing } from '../../../src/http/types.js';

export interface VirtualTiming extends Timing {
  /** Every wait that was asked for, ms. */
  readonly waits: number[];
  advance(ms: number): void;
}

/** Time that passes only by waiting; chance is always one half. */
export function virtualTiming(): VirtualTiming {
  let now = 1000;
  const waits: number[] = [];
  return {
    waits,
    monotonic: () => now,
    random: () => 0.5,
    advance: (ms) => {
      now += ms;
    },
    async sleep(ms, signal) {
      signal.throwIfAborted();
      waits.push(ms);
      now += ms;
    },
  };
}
