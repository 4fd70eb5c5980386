import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Journal } from './core/journal.js';
import { decodeJournal, encodeJournal, isJournalTag, type JournalReading, type Packing } from './core/journal-codec.js';
import type { EndpointView } from './core/types.js';
import type { ServingPort } from './ports.js';

export type { JournalReading } from './core/journal-codec.js';

/** What came of writing the journal. `unknown`: no answer came. */
export type JournalWrite =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'unknown'; readonly message: string };

/** Where the record of a rollout is kept. The endpoint's own tags are the place unless another one is given. */
export interface JournalStore {
  /** `view`: the endpoint as just read. */
  read(view: EndpointView | null, signal: AbortSignal): Promise<JournalReading>;
  /** `view`: the endpoint as last read, for what an earlier record has left behind. */
  write(journal: Journal, view: EndpointView | null, signal: AbortSignal): Promise<JournalWrite>;
  /** Tags with which a new endpoint is created; empty for a store that is elsewhere. */
  tagsFor(journal: Journal): Readonly<Record<string, string>>;
}

/** SHA-256 of a text in hexadecimal digits. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Longest text that a record may unpack to: what is on an endpoint may have been put there by anyone. */
const MOST_UNPACKED_BYTES = 1_000_000;

export const PACKING: Packing = {
  pack: (text) => deflateRawSync(Buffer.from(text, 'utf8'), { level: 9 }).toString('base64url'),
  unpack: (packed) =>
    inflateRawSync(Buffer.from(packed, 'base64url'), { maxOutputLength: MOST_UNPACKED_BYTES }).toString('utf8'),
  hash: sha256,
};

/** Keeps the journal in the endpoint's tags. */
export class TagJournal implements JournalStore {
  readonly #serving: Pick<ServingPort, 'patchTags'>;

  constructor(serving: Pick<ServingPort, 'patchTags'>) {
    this.#serving = serving;
  }

  async read(view: EndpointView | null): Promise<JournalReading> {
    return view === null ? { kind: 'none' } : decodeJournal(view.tags, PACKING);
  }

  async write(journal: Journal, view: EndpointView | null, signal: AbortSignal): Promise<JournalWrite> {
    const tags = encodeJournal(journal, PACKING);
    if (tags === null) return { kind: 'refused', message: 'the record does not fit into the tags of an endpoint' };
    const stale = Object.keys(view?.tags ?? {}).filter((key) => isJournalTag(key) && tags[key] === undefined);
    return this.#serving.patchTags(tags, stale, signal);
  }

  tagsFor(journal: Journal): Readonly<Record<string, string>> {
    return encodeJournal(journal, PACKING) ?? {};
  }
}
