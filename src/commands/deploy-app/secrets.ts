/** What looks like a credential in a file: its kind and its line, never its value. */
export interface SecretFinding {
  readonly what: string;
  /** 1-based. */
  readonly line: number;
}

/** Forms that their issuers have made recognisable on purpose, so that a hit is hardly ever chance. */
const FORMS: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: 'a Databricks personal access token', pattern: /\bdapi[0-9a-f]{32}\b/ },
  { what: 'a Databricks OAuth secret', pattern: /\bdose[0-9a-f]{32,36}\b/ },
  { what: 'a private key', pattern: /-----BEGIN (?:[A-Z]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----/ },
  { what: 'a GitHub token', pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})/ },
  { what: 'an AWS access key', pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/ },
  { what: 'an Azure storage key', pattern: /\bAccountKey=[A-Za-z0-9+/]{60,}={0,2}/ },
  { what: 'a Slack token', pattern: /\bxox[abprs]-[A-Za-z0-9-]{20,}/ },
];

/** Credentials in a file, one finding a kind, at its first line. Bytes that are no text are looked through as well. */
export function findSecrets(bytes: Uint8Array): SecretFinding[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return FORMS.flatMap(({ what, pattern }) => {
    const at = text.search(pattern);
    return at < 0 ? [] : [{ what, line: text.slice(0, at).split('\n').length }];
  });
}
