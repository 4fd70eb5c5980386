const PATTERNS: readonly RegExp[] = [
  /\bdapi[0-9a-f]{16,}(-\d+)?\b/gi,
  /\bdose[0-9a-f]{16,}\b/gi,
  /\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g,
  /\b(?:gh[pousr]_|github_pat_)\w{10,}/g,
  /(?<=\bBearer\s+)[\w.~+/=-]{8,}/gi,
  /(?<=\bBasic\s+)[A-Za-z0-9+/=]{8,}/g,
  /(?<=:\/\/[^/\s:@]*:)[^/\s@]+(?=@)/g,
  /(?<=[?&](?:sig|token|access_token|X-Amz-Signature|X-Amz-Credential|X-Amz-Security-Token)=)[^&\s]+/gi,
];

/** Shortest value that is blotted out literally; anything shorter would blot out ordinary words. */
const SHORTEST_SECRET = 6;

/** Known secrets of one run; keeps them out of every message. */
export interface Secrets {
  /** Remembers the value and announces it (so that the log masks it) the first time it is seen. */
  add(value: string): void;
  redact(text: string): string;
}

/** `announce` is called once per value, before the value is used for the first time. */
export function createSecrets(announce: (value: string) => void): Secrets {
  const known = new Set<string>();
  return {
    add(value) {
      if (value === '' || known.has(value)) return;
      known.add(value);
      announce(value);
    },
    redact(text) {
      let clean = text;
      for (const value of known) {
        if (value.length >= SHORTEST_SECRET) clean = clean.replaceAll(value, '***');
      }
      return redactPatterns(clean);
    },
  };
}

/** Blots out everything that has the form of a token, for text from servers that echo what they were sent. */
export function redactPatterns(text: string): string {
  return PATTERNS.reduce((clean, pattern) => clean.replace(pattern, '***'), text);
}
