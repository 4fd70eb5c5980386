/** One page of a list. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Empty or absent: this was the last page. An empty page may well have a next one. */
  readonly next?: string | undefined;
}

/** More pages than any list of this domain has; a server that goes on beyond it is in a loop. */
const MOST_PAGES = 20_000;

/**
 * Walks a list to its end by its tokens, never by emptiness. A token that repeats would make the walk endless (servers have done that): it
 * ends there, and `onLoop` is told.
 */
export async function* pages<Row>(
  fetchPage: (token: string | undefined) => Promise<Page<Row>>,
  onLoop: (token: string) => void = () => undefined,
): AsyncGenerator<readonly Row[]> {
  const seen = new Set<string>();
  let token: string | undefined;
  for (let count = 0; count < MOST_PAGES; count += 1) {
    const page = await fetchPage(token);
    yield page.rows;
    token = page.next || undefined;
    if (token === undefined) return;
    if (seen.has(token)) {
      onLoop(token);
      return;
    }
    seen.add(token);
  }
}
