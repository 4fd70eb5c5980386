import type { FaultKind } from '../errors.js';
import type { ReasonCode } from '../reasons.js';
import type { Fault } from './types.js';

/** How a fault is to be reported: whose it is, under which code, and what to do about it. */
export interface Advice {
  readonly kind: FaultKind;
  readonly reason: ReasonCode;
  readonly fix: string;
}

/** What a particular server's faults mean beyond the general table; `null` where it has nothing to add. */
export type Dialect = (fault: Fault) => Advice | null;

/** The general table, used where the dialect has nothing to say. */
export function adviseOn(fault: Fault, dialect: Dialect): Advice {
  return dialect(fault) ?? adviseOnForm(fault) ?? adviseOnStatus(fault);
}

function adviseOnForm(fault: Fault): Advice | null {
  const { origin } = fault;
  if (fault.form === 'web-page' && (fault.status ?? 0) < 400) {
    return remote(
      'credentials-rejected',
      `${origin} answered with a web page, as a login page or a gateway does: check the host, the credentials and any IP access list or gateway in front of it.`,
    );
  }
  if (fault.form === 'redirect') {
    return remote(
      'credentials-rejected',
      `${origin} sent the request elsewhere instead of answering it; credentials are never sent along. Give the final address of the server and check that it accepts these credentials.`,
    );
  }
  if (fault.form === 'malformed') {
    return remote('remote-error', `Run it again; if it stays, check what stands between this runner and ${origin}.`);
  }
  return fault.form === 'answer' || fault.form === 'web-page' ? null : adviseOnNetwork(fault);
}

function adviseOnNetwork(fault: Fault): Advice {
  const code = fault.code ?? '';
  if (/CERT|SELF_SIGNED|UNABLE_TO_/.test(code)) {
    return remote(
      'remote-error',
      `The certificate of ${fault.origin} is not trusted here: set NODE_EXTRA_CA_CERTS to a file with your certificate authority.`,
    );
  }
  if (code === 'PROXY_REFUSED') {
    return remote(
      'remote-error',
      'Check the proxy in https_proxy and its credentials, or exempt the host in no_proxy.',
    );
  }
  if (code === 'ENOTFOUND') {
    return remote('remote-error', `Check the spelling of the host: no address is known for ${fault.origin}.`);
  }
  return remote(
    'remote-error',
    `Check that this runner can reach ${fault.origin} (address, firewall, proxy settings), then run it again.`,
  );
}

function adviseOnStatus(fault: Fault): Advice {
  switch (fault.status) {
    case 401:
      return remote(
        'credentials-rejected',
        `Check the credentials for ${fault.origin}: they are missing, wrong or expired.`,
      );
    case 403:
      return remote('permission-denied', 'Grant the identity that this job uses the right that the message names.');
    case 404:
      return remote('not-found', 'Check the name; what an identity may not see is also reported as missing.');
    case 429:
      return remote('remote-error', 'Run it again later, or spread the jobs that call this server.');
    default:
      return (fault.status ?? 0) >= 500
        ? remote('remote-error', 'Run it again; if it stays, ask whoever runs the server, naming the request id.')
        : remote('remote-error', 'Correct what the message names.');
  }
}

function remote(reason: ReasonCode, fix: string): Advice {
  return { kind: 'remote', reason, fix };
}
