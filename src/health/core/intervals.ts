/** Standard normal quantile of 97.5 %: two-sided 95 % intervals. */
const Z95 = 1.959963984540054;

/**
 * Wilson score interval of a share: `events` of `trials`, 95 % unless `z` says otherwise. `null` without trials.
 * Source: Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
 */
export function wilson(events: number, trials: number, z = Z95): readonly [number, number] | null {
  if (trials <= 0) return null;
  const share = Math.min(1, events / trials);
  const squared = z * z;
  const centre = (share + squared / (2 * trials)) / (1 + squared / trials);
  const spread =
    (z / (1 + squared / trials)) * Math.sqrt((share * (1 - share)) / trials + squared / (4 * trials * trials));
  return [share === 0 ? 0 : Math.max(0, centre - spread), share === 1 ? 1 : Math.min(1, centre + spread)];
}

/** Events out of trials. */
export interface Share {
  readonly events: number;
  readonly trials: number;
}

/**
 * Newcombe's hybrid score interval (95 %) of the difference `a - b` of two shares; `null` if either has no trials.
 * Source: Newcombe, "Interval estimation for the difference between independent proportions", Stat. Med. 17 (1998), method 10.
 */
export function newcombe(a: Share, b: Share): readonly [number, number] | null {
  const ofA = wilson(a.events, a.trials);
  const ofB = wilson(b.events, b.trials);
  if (ofA === null || ofB === null) return null;
  const shareA = a.events / a.trials;
  const shareB = b.events / b.trials;
  const difference = shareA - shareB;
  return [
    difference - Math.hypot(shareA - ofA[0], ofB[1] - shareB),
    difference + Math.hypot(ofA[1] - shareA, shareB - ofB[0]),
  ];
}

/** Upper tail of the standard normal distribution. Abramowitz and Stegun 26.2.17 refined by a continued fraction in the far tail. */
export function normalUpperTail(z: number): number {
  if (z < 0) return 1 - normalUpperTail(-z);
  const density = Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z > 3) {
    let fraction = z;
    for (let level = 60; level >= 1; level -= 1) fraction = z + level / fraction;
    return density / fraction;
  }
  const t = 1 / (1 + 0.2316419 * z);
  const polynomial = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return density * polynomial;
}
