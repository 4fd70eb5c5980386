import { invalid } from './failure.js';

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextPageToken: string | undefined;
}

/** How a listing cuts its pages. `emptyFirst` makes the first page of a long listing empty, with a token, as Unity Catalog may. */
export interface PageHabits {
  readonly pageSize: number;
  readonly emptyFirst?: boolean;
}

function offsetOf(token: string): number {
  const text = Buffer.from(token, 'base64url').toString('utf8');
  const match = /^offset:(\d+)$/.exec(text);
  if (match === null) throw invalid('Invalid page token.');
  return Number(match[1]);
}

function tokenAt(offset: number): string {
  return Buffer.from(`offset:${offset}`).toString('base64url');
}

/** One page of `all`. An empty token is the first page. */
export function pageOf<T>(all: readonly T[], token: string | null | undefined, habits: PageHabits): Page<T> {
  const first = token === null || token === undefined || token === '';
  if (first && habits.emptyFirst === true && all.length > 0) return { items: [], nextPageToken: tokenAt(0) };
  const offset = first ? 0 : offsetOf(token);
  const end = offset + habits.pageSize;
  return { items: all.slice(offset, end), nextPageToken: end < all.length ? tokenAt(end) : undefined };
}
