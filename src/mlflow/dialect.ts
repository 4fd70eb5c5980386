import type { Advice } from '../http/advice.js';
import type { Fault } from '../http/types.js';

/** What faults of an MLflow tracking server mean beyond the general table. */
export function mlflowDialect(fault: Fault): Advice | null {
  const { status, message, origin, form } = fault;
  if (status === 403 && /Invalid Host header/i.test(message)) {
    const fix = `The MLflow server does not accept this host name: start it with --allowed-hosts (or MLFLOW_SERVER_ALLOWED_HOSTS) naming ${new URL(origin).host}, port included.`;
    return { kind: 'remote', reason: 'permission-denied', fix };
  }
  if (status === 404 && form === 'web-page') {
    const fix = `${origin} does not offer the MLflow API at this path: check \`mlflow-tracking-uri\`, above all a missing path prefix.`;
    return { kind: 'remote', reason: 'not-found', fix };
  }
  if (fault.code === 'FEATURE_DISABLED') {
    const fix =
      'The server lacks the feature that the message names: take the matching extra header out of the configuration.';
    return { kind: 'remote', reason: 'remote-error', fix };
  }
  if (status === 401) {
    const fix =
      'Check `mlflow-tracking-username` and `mlflow-tracking-password`, or `mlflow-tracking-token`: a server with basic authentication does not take a bearer token.';
    return { kind: 'remote', reason: 'credentials-rejected', fix };
  }
  if (status === 403) {
    const fix =
      'Grant this user READ on the experiment and, for moving aliases and writing tags, EDIT on the registered model.';
    return { kind: 'remote', reason: 'permission-denied', fix };
  }
  return null;
}
