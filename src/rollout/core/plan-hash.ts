/** What a plan's identity is made of; each part stands for one thing, as a JSON value, that can move between review and promotion. */
export interface HashedParts {
  /** Endpoint, version, name and sizing. */
  readonly version: unknown;
  readonly rules: unknown;
  readonly steps: unknown;
  /** The configuration that the rollout starts from. */
  readonly endpoint: unknown;
}

const PARTS: readonly (readonly [keyof HashedParts, string])[] = [
  ['version', 'the version or its sizing'],
  ['rules', 'the rules of the gate'],
  ['steps', 'the steps'],
  ['endpoint', 'what the endpoint serves'],
];

const WHOLE_DIGITS = 10;
const BITS_PER_PART = 6;
const PARTS_DIGITS = (PARTS.length * BITS_PER_PART) / 4;

/**
 * The plan's hash, 16 hexadecimal digits: ten of SHA-256 over everything, and six that hold six bits of the hash of each part. The
 * whole protects what was reviewed; the parts only serve to say what moved when it is no longer the same.
 *
 * @param hash SHA-256 of a text in hexadecimal digits.
 */
export function planHash(parts: HashedParts, hash: (text: string) => string): string {
  const whole = hash(JSON.stringify(PARTS.map(([part]) => parts[part]))).slice(0, WHOLE_DIGITS);
  const bits = PARTS.reduce((before, [part]) => {
    const digest = Number.parseInt(hash(`${part} ${JSON.stringify(parts[part])}`).slice(0, 4), 16);
    return before * 2 ** BITS_PER_PART + (digest % 2 ** BITS_PER_PART);
  }, 0);
  return whole + bits.toString(16).padStart(PARTS_DIGITS, '0');
}

/**
 * What moved between two plans, in words, as far as their hashes tell: a part that changed goes unnoticed here once in 64 times, though
 * never by the comparison of the hashes themselves. Empty for equal hashes and for what is not a plan's hash.
 */
export function planChanges(expected: string, actual: string): readonly string[] {
  if (!isPlanHash(expected) || !isPlanHash(actual)) return [];
  const before = bitsOf(expected);
  const now = bitsOf(actual);
  return PARTS.flatMap(([, words], index) => (before[index] === now[index] ? [] : [words]));
}

function isPlanHash(text: string): boolean {
  return new RegExp(`^[0-9a-f]{${WHOLE_DIGITS + PARTS_DIGITS}}$`).test(text);
}

function bitsOf(text: string): readonly number[] {
  const bits = Number.parseInt(text.slice(WHOLE_DIGITS), 16);
  return PARTS.map(
    (_, index) => Math.floor(bits / 2 ** (BITS_PER_PART * (PARTS.length - 1 - index))) % 2 ** BITS_PER_PART,
  );
}
