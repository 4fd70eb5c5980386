import type { Log } from './log.js';

/** The part of a process that signals need; Node's `process` fits. */
export interface SignalSource {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  exit(code: number): unknown;
}

export interface SignalWatch {
  /** Aborted with a `Cancelled` when the runner asks the job to stop. Every sleep and request takes it. */
  readonly signal: AbortSignal;
  /** Whether a signal has come. */
  cancelled(): boolean;
  /** Says what a second signal would leave behind, for the last line of the log. Kept up to date by whoever writes. */
  leaving(state: string): void;
  /** Removes the handlers. Only after the last clean-up call has returned. */
  disarm(): void;
}

/** Why everything was aborted: the workflow run was cancelled, or the step ran out of its time. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
  constructor(readonly received: 'SIGINT' | 'SIGTERM') {
    super(`The runner sent ${received}: the job was cancelled or ran out of its time.`);
  }
}

/** Exit code of a process that was ended by SIGINT, by the convention of shells. */
const EXIT_INTERRUPTED = 130;

/**
 * Arms one handler for SIGINT and SIGTERM. Arm it before the first remote write: a handler that comes later leaves a
 * window of one round trip in which a cancelled job strands what it has just written.
 *
 * The first signal aborts. The runner's second one comes 7.5 seconds later, 2.5 seconds before it kills: it ends the
 * process at once, with a sentence on what was left, which a killed process could not say. The post stage goes on from there.
 */
export function armSignals(source: SignalSource, log: Log): SignalWatch {
  const controller = new AbortController();
  let left = 'Nothing had been changed.';
  const receive = (signal: 'SIGINT' | 'SIGTERM') => (): void => {
    if (controller.signal.aborted) {
      log.error(`${signal} came while cleaning up: stopping at once. ${left}`, { title: 'Stopped' });
      source.exit(EXIT_INTERRUPTED);
      return;
    }
    log.warning(`${signal} received: stopping what is under way.`);
    controller.abort(new Cancelled(signal));
  };
  const listeners = { SIGINT: receive('SIGINT'), SIGTERM: receive('SIGTERM') };
  source.on('SIGINT', listeners.SIGINT);
  source.on('SIGTERM', listeners.SIGTERM);
  return {
    signal: controller.signal,
    cancelled: () => controller.signal.aborted,
    leaving: (state) => {
      left = state;
    },
    disarm: () => {
      source.off('SIGINT', listeners.SIGINT);
      source.off('SIGTERM', listeners.SIGTERM);
    },
  };
}
