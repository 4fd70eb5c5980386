/** A seed for a stream of its own, from what identifies the stream. Source: the finaliser of MurmurHash3, Austin Appleby, public domain. */
export function seedOf(...parts: readonly number[]): number {
  let mixed = 0x9e3779b9;
  for (const part of parts) {
    for (const word of [part % 4294967296, Math.floor(part / 4294967296)]) {
      mixed = Math.imul(mixed ^ word ^ (mixed >>> 16), 0x85ebca6b);
      mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
      mixed ^= mixed >>> 16;
    }
  }
  return mixed >>> 0;
}

/** Numbers that look random and are the same in every run. Source: Mulberry32, Tommy Ettinger, public domain. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** Uniform in [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  /** Standard normal. Source: Box and Muller, 1958. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  /** Events of a Poisson process; by multiplication below 30, by the normal approximation above. */
  poisson(mean: number): number {
    if (mean <= 0) return 0;
    if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()));
    const limit = Math.exp(-mean);
    let product = this.next();
    let count = 0;
    while (product > limit) {
      count += 1;
      product *= this.next();
    }
    return count;
  }

  /** Successes of `trials` with chance `share`; exact where few are expected, else by the normal approximation. */
  binomial(trials: number, share: number): number {
    if (share <= 0 || trials <= 0) return 0;
    if (share >= 1) return trials;
    if (share > 0.5) return trials - this.binomial(trials, 1 - share);
    const mean = trials * share;
    if (mean > 30) {
      const drawn = Math.round(mean + Math.sqrt(mean * (1 - share)) * this.normal());
      return Math.min(trials, Math.max(0, drawn));
    }
    return this.fewSuccesses(trials, share);
  }

  /** Leaps from success to success by geometric gaps. */
  private fewSuccesses(trials: number, share: number): number {
    const scale = Math.log(1 - share);
    let successes = 0;
    let position = Math.floor(Math.log(1 - this.next()) / scale);
    while (position < trials) {
      successes += 1;
      position += 1 + Math.floor(Math.log(1 - this.next()) / scale);
    }
    return successes;
  }
}
