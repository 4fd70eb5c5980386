import type { Transport } from '../../../src/commands/connections.js';
import { pause } from '../../../src/commands/session.js';
import { createConnections } from '../../../src/http/exchange.js';

/** How much faster than real a run's own time passes, and how long one answer is waited for. */
export interface Haste {
  /** 20: a wait of ten seconds takes half a second. */
  readonly factor: number;
  /** Longest wait for one answer, real ms; shorter limits of the clients are divided by the factor. */
  readonly answerMs: number;
}

/** The real network, with a clock that runs `factor` times faster: waits, back-off and bakes shrink alike, for all clients. */
export function hastyTransport({ factor, answerMs }: Haste): Transport {
  const connections = createConnections({});
  return {
    connections: {
      exchange: (request) =>
        connections.exchange({
          ...request,
          timeoutMs: Math.min(answerMs, Math.max(request.timeoutMs / factor, answerMs / 2)),
        }),
      close: () => connections.close(),
    },
    timing: {
      monotonic: () => performance.now() * factor,
      sleep: (ms, signal) => pause(ms / factor, signal),
      random: Math.random,
    },
  };
}
