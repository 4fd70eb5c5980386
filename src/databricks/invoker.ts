import type { InvocationAnswer, Invoker } from '../health/ports.js';
import type { HttpClient } from '../http/client.js';
import { encodePath } from '../http/path.js';
import type { ServerClock } from '../http/server-clock.js';

/**
 * Sends probes to one served entity through its own path, which ignores the traffic split. One attempt each: the failure
 * is the datum. (Only a 401 is answered with a renewed token: it speaks of our credentials, not of the model.) The latency is what this
 * runner saw, its network included, without the time that getting a token took. Where no token can be had nothing is sent, there is no datum,
 * and the provider's `ActionError` goes through.
 */
export function createInvoker(http: HttpClient, endpointName: string, clock: ServerClock): Invoker {
  return {
    async invoke(servedEntity, body, timeoutMs, signal) {
      const reply = await http.text({
        method: 'POST',
        path: encodePath`/serving-endpoints/${endpointName}/served-models/${servedEntity}/invocations`,
        payload: { kind: 'json', value: body },
        maxAttempts: 1,
        timeoutMs,
        signal,
      });
      const latencyMs = reply.kind === 'value' ? reply.elapsedMs : reply.fault.elapsedMs;
      const sentAtMs = Math.round(clock.now() - latencyMs);
      if (reply.kind === 'value') return { ...answered(reply), latencyMs, sentAtMs };
      const { status, code, message, credentialsError } = reply.fault;
      if (credentialsError !== undefined) throw credentialsError;
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
