import type { ExportRead, MetricsSource } from '../health/ports.js';
import type { HttpClient } from '../http/client.js';
import { isWebPage } from '../http/error-body.js';
import { faultText } from '../http/fault.js';
import { encodePath } from '../http/path.js';

/** One look must not hold up the rollout: a read that does not come soon is a blind look. */
const TIMEOUT_MS = 10_000;
const BUDGET_MS = 15_000;

/** The metrics export of one endpoint (Prometheus or OpenMetrics text). */
export function createMetricsSource(http: HttpClient, endpointName: string): MetricsSource {
  const path = encodePath`/api/2.0/serving-endpoints/${endpointName}/metrics`;
  const headers = {
    accept: 'application/openmetrics-text; version=1.0.0, text/plain; version=0.0.4; q=0.9, */*; q=0.1',
    'content-type': 'application/openmetrics-text',
  };
  return {
    async read(signal) {
      const reply = await http.text({
        method: 'GET',
        path,
        headers,
        timeoutMs: TIMEOUT_MS,
        budgetMs: BUDGET_MS,
        signal,
      });
      if (reply.kind === 'value') return exposition(reply.value, reply.answer.headers['content-type'] ?? '');
      const message = faultText(reply.fault);
      return reply.fault.status === 404 ? { kind: 'absent', message } : { kind: 'failed', message };
    },
  };
}

/** Some answers wrap the text in JSON, as the SDKs' own type for it does: `{"contents": "…"}`. */
function exposition(text: string, contentType: string): ExportRead {
  if (isWebPage(text)) return { kind: 'failed', message: 'the metrics export answered with a web page' };
  const trimmed = text.trimStart();
  if (!trimmed.startsWith('{')) return { kind: 'text', text, contentType };
  const contents = wrappedContents(trimmed);
  return contents === null
    ? { kind: 'failed', message: 'the metrics export answered with JSON of an unknown form' }
    : { kind: 'text', text: contents, contentType: 'text/plain' };
}

function wrappedContents(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('contents' in value)) return null;
    return typeof value.contents === 'string' ? value.contents : null;
  } catch {
    return null;
  }
}
