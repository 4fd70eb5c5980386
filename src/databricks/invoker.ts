import type { InvocationAnswer, Invoker } from '../health/ports.js';
import type { HttpClient } from '../http/client.js';
import { encodePath } from '../http/path.js';
import type { ServerClock } from '../http/server-clock.js';
import type { Timing } from '../http/types.js';

/**
 * Sends probes to one served entity through its own path, which ignores the traffic split. One attempt each: the failure
 * is the datum. The latency is what this runner saw, its network included.
 */
export function createInvoker(http: HttpClient, endpointName: string, timing: Timing, clock: ServerClock): Invoker {
  return {
    async invoke(servedEntity, body, timeoutMs, signal) {
      const sentAtMs = clock.now();
      const started = timing.monotonic();
      const reply = await http.text({
        method: 'POST',
        path: encodePath`/serving-endpoints/${endpointName}/served-models/${servedEntity}/invocations`,
        payload: { kind: 'json', value: body },
        maxAttempts: 1,
        timeoutMs,
        signal,
      });
      const latencyMs = timing.monotonic() - started;
      if (reply.kind === 'value') return { ...answered(reply), latencyMs, sentAtMs };
      const { status, code, message } = reply.fault;
      const fault = [code, message].filter(Boolean).join(': ');
      const said = status === null ? { status, fault } : { status };
      return { ...said, body: message, contentType: '', latencyMs, sentAtMs };
    },
  };
}

function answered(reply: {
  readonly value: string;
  readonly answer: { readonly status: number; readonly headers: Readonly<Record<string, string>> };
}): Pick<InvocationAnswer, 'status' | 'body' | 'contentType'> {
  const { status, headers } = reply.answer;
  return { status, body: reply.value, contentType: headers['content-type'] ?? '' };
}
