/** Uniform numbers in [0, 1). */
export type Random = () => number;

/** Small seeded generator (mulberry32): the same seed gives the same traffic. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A standard normal draw (Box and Muller). */
export function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}

/** Waiting time of a Poisson process with `perMs` events a millisecond. */
export function exponential(random: Random, perMs: number): number {
  return -Math.log(1 - random()) / perMs;
}

/** `length` lower-case hex digits, for ids. */
export function hex(random: Random, length: number): string {
  let digits = '';
  while (digits.length < length) digits += Math.floor(random() * 16).toString(16);
  return digits;
}

/** A UUID of version 4. */
export function uuid(random: Random): string {
  const digits = hex(random, 30);
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(12, 15)}-a${digits.slice(15, 18)}-${digits.slice(18, 30)}`;
}
