import type { Timing } from './types.js';

/** Resolves after `ms`, or rejects with the signal's reason as soon as it is aborted; leaves no listener behind. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** The machine's own time and chance. */
export function systemTiming(): Timing {
  return { monotonic: () => performance.now(), sleep, random: Math.random };
}
