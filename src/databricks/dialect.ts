import type { Advice } from '../http/advice.js';
import type { Fault } from '../http/types.js';

/** What faults of a Databricks workspace mean beyond the general table. */
export function databricksDialect(fault: Fault): Advice | null {
  const { code = '', message, status, origin } = fault;
  if (code === 'PRIVATE_LINK_VALIDATION_ERROR') {
    const fix = `Run the job on a runner inside the network that has the private link to ${origin}.`;
    return { kind: 'remote', reason: 'permission-denied', fix };
  }
  if (/legacy workspace model registry|workspace model registry .*disabled/i.test(message)) {
    const fix = 'Register the model in Unity Catalog and use its three-part name (catalog.schema.model).';
    return { kind: 'configuration', reason: 'configuration-invalid', fix };
  }
  if (status === 403 && /invalid access token|token (has |is )?expired/i.test(message)) {
    const fix = `Give a current token of the workspace ${origin}; a token of another workspace is not accepted.`;
    return { kind: 'remote', reason: 'credentials-rejected', fix };
  }
  if (status === 403 && /IP access list|source IP/i.test(message)) {
    const fix = `Run the job from an address that the IP access list of ${origin} allows.`;
    return { kind: 'remote', reason: 'permission-denied', fix };
  }
  if (code === 'ENDPOINT_NOT_FOUND') {
    const fix = `${origin} does not offer this API: check that the host is the address of a workspace.`;
    return { kind: 'remote', reason: 'not-found', fix };
  }
  if (fault.form === 'web-page' && (status ?? 0) < 400) {
    const fix = `Check that ${origin} is the address of a workspace (a unified host also needs the workspace id, DATABRICKS_WORKSPACE_ID), and that its IP access list lets this runner in.`;
    return { kind: 'remote', reason: 'credentials-rejected', fix };
  }
  return null;
}
