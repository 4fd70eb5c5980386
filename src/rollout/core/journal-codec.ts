import type { Journal } from './journal.js';
import { isJournal } from './journal-shape.js';

/** Functions of the platform that the codec needs and that pure code may not import. */
export interface Packing {
  /** Compresses a text and writes it in base64url. */
  readonly pack: (text: string) => string;
  /** The inverse of `pack`; throws for what `pack` has not made. */
  readonly unpack: (packed: string) => string;
  /** SHA-256 of a text in hexadecimal digits. */
  readonly hash: (text: string) => string;
}

/** What the tags of an endpoint say about a rollout. */
export type JournalReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'journal'; readonly journal: Journal }
  /** There is a record, and it cannot be trusted. */
  | { readonly kind: 'damaged'; readonly why: string };

const PREFIX = 'dmp.j';
/** Length of a tag's value that every reading of the limits allows, and the most tags that a record takes. */
const LONGEST_VALUE = 240;
const MOST_TAGS = 12;
const CHECKSUM_LENGTH = 8;

/**
 * The record as tags: `dmp.j0`, `dmp.j1`, …, each value at most 240 letters, digits, `-`, `_` and `.`. The first begins with the schema,
 * the number of tags and a checksum. Where the record is too long the evidence is left out: it is the one part that can be
 * collected anew.
 *
 * @returns `null` when even that is too long.
 */
export function encodeJournal(journal: Journal, packing: Packing): Readonly<Record<string, string>> | null {
  return encodeWhole(journal, packing) ?? encodeWhole({ ...journal, evidence: null }, packing);
}

function encodeWhole(journal: Journal, packing: Packing): Readonly<Record<string, string>> | null {
  const packed = packing.pack(JSON.stringify(journal));
  const checksum = packing.hash(packed).slice(0, CHECKSUM_LENGTH);
  const headerLength = `1.00.${checksum}.`.length;
  const count = Math.ceil((packed.length + headerLength) / LONGEST_VALUE);
  if (count > MOST_TAGS) return null;
  const text = `1.${String(count).padStart(2, '0')}.${checksum}.${packed}`;
  const tags: Record<string, string> = {};
  for (let index = 0; index < count; index += 1) {
    tags[`${PREFIX}${index}`] = text.slice(index * LONGEST_VALUE, (index + 1) * LONGEST_VALUE);
  }
  return tags;
}

/** Whether a tag belongs to the record of a rollout. */
export function isJournalTag(key: string): boolean {
  return /^dmp\.j\d{1,2}$/.test(key);
}

/** Reads the record from an endpoint's tags. A record that was cut, mixed from two writes or changed by hand is `damaged`. */
export function decodeJournal(tags: Readonly<Record<string, string>>, packing: Packing): JournalReading {
  const first = tags[`${PREFIX}0`];
  if (first === undefined) {
    return Object.keys(tags).some(isJournalTag)
      ? { kind: 'damaged', why: 'its first part is missing' }
      : { kind: 'none' };
  }
  const header = /^1\.(\d{2})\.([0-9a-f]{8})\./.exec(first);
  if (header === null) return { kind: 'damaged', why: 'its first part is not of a form that this version knows' };
  const parts = Array.from({ length: Number(header[1]) }, (_, index) => tags[`${PREFIX}${index}`]);
  if (parts.includes(undefined)) return { kind: 'damaged', why: 'a part is missing' };
  const packed = parts.join('').slice(header[0].length);
  if (packing.hash(packed).slice(0, CHECKSUM_LENGTH) !== header[2]) {
    return { kind: 'damaged', why: 'its checksum does not fit' };
  }
  return parse(packed, packing);
}

function parse(packed: string, packing: Packing): JournalReading {
  try {
    const value: unknown = JSON.parse(packing.unpack(packed));
    return isJournal(value)
      ? { kind: 'journal', journal: value }
      : { kind: 'damaged', why: 'it is not a record of a rollout' };
  } catch {
    return { kind: 'damaged', why: 'it cannot be unpacked' };
  }
}
