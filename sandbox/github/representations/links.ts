/** Addresses of one server, for the API and for people. */
export class Links {
  constructor(
    /** Without a slash at the end. */
    private readonly apiUrl: string,
    private readonly serverUrl: string,
  ) {}

  api(path: string): string {
    return `${this.apiUrl}${path}`;
  }

  html(path: string): string {
    return `${this.serverUrl}${path}`;
  }

  /** GitHub's GraphQL ids are opaque; the stand-in's are readable. */
  node(kind: string, id: number | string): string {
    return `${kind}_${id}`;
  }
}

/** A number that stays the same for the same text, for ids of accounts and repositories. */
export function stableId(text: string): number {
  let hash = 7;
  for (const character of text) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 1_000_000_007;
  return hash;
}
