import { wellFormed } from './escape.js';

const LONGEST_KEY = 200;

/** FNV-1a, 64 bits: keeps long keys apart after they are cut. */
function fingerprint(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of text) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte.codePointAt(0) ?? 0)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, '0');
}

/** Letters, digits, dots and percent signs only: no key can close the HTML comment that it stands in. */
function escapedKey(key: string): string {
  const encoded = encodeURIComponent(wellFormed(key)).replace(/[-_!~*'()]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
  return encoded.length <= LONGEST_KEY ? encoded : `${encoded.slice(0, LONGEST_KEY)}.${fingerprint(key)}`;
}

/**
 * The hidden first line by which a comment (or an issue) is found again. `parts` make the key: model, target, leg of the
 * matrix, or what `comment-key` says. The same parts give the same marker in every release with the same marker version.
 */
export function commentMarker(parts: readonly string[], subject: 'comment' | 'alert' = 'comment'): string {
  const key = parts.map(escapedKey).join('+');
  const name = subject === 'comment' ? 'databricks-model-promotion' : 'databricks-model-promotion-alert';
  return `<!-- ${name}:v1 key=${key} -->`;
}
