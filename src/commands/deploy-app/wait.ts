import { ActionError } from '../../errors.js';
import type { Workbench } from '../types.js';

/** Longest wait for one thing of the platform (compute, deployment, deletion), ms: what its own tools allow. */
export const TIME_LIMIT_MS = 20 * 60_000;
/** Looks begin at this interval or at `monitoring.interval`, whichever is shorter, and back off to ten seconds. */
const FIRST_LOOK_MS = 1000;
const LONGEST_PAUSE_MS = 10_000;
const GROWTH = 1.5;

/** What a wait came to: the last look, and whether it was what was waited for. */
export interface Waited<T> {
  readonly value: T;
  readonly isLate: boolean;
}

/**
 * Looks until `isDone`, with growing pauses, at most `limitMs`. A look that fails on the remote side is repeated until then; its
 * error is thrown at the end. Throws the signal's reason when aborted.
 */
export async function waitUntil<T>(
  bench: Workbench,
  limitMs: number,
  look: () => Promise<T>,
  isDone: (value: T) => boolean,
): Promise<Waited<T>> {
  const { clock, signal, settings } = bench;
  const deadline = clock.now() + limitMs;
  let pauseMs = Math.min(FIRST_LOOK_MS, settings.monitoring.intervalMs);
  for (;;) {
    const looked = await lookOnce(look, clock.now() >= deadline, signal);
    if (looked !== null && isDone(looked.value)) return { value: looked.value, isLate: false };
    if (looked !== null && clock.now() >= deadline) return { value: looked.value, isLate: true };
    await clock.sleep(Math.max(1, Math.min(pauseMs, deadline - clock.now())), signal);
    pauseMs = Math.min(pauseMs * GROWTH, LONGEST_PAUSE_MS);
  }
}

async function lookOnce<T>(
  look: () => Promise<T>,
  isLast: boolean,
  signal: AbortSignal,
): Promise<{ readonly value: T } | null> {
  try {
    return { value: await look() };
  } catch (thrown) {
    signal.throwIfAborted();
    const isPassing = thrown instanceof ActionError && thrown.reason === 'remote-error';
    if (isLast || !isPassing) throw thrown;
    return null;
  }
}
