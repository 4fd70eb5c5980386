/** Uniform numbers in [0, 1) from a seed (mulberry32), so that a failing case can be made again. */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const AWKWARD = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  1.7976931348623157e308,
  -1.7976931348623157e308,
];
const ROUND = [0, 1, -1, 0.5, 0.9, 0.8, 0.7, 0.1, 0.3, -10, -0.5, 100, 1e-12, 1e-9, 1e6, -1e12];
const AMOUNTS = [0.01, 0.05, 0.1, 0.2, 1, 5, 1e-10, 1e-6, 10];
const SHARES = [0, 0.01, 0.05, 0.1, 0.2, 0.5, 1];

/** A rule of MLflow, a candidate and a baseline; values lie near each other, so that comparisons are decided by little. */
function makeCase(random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const chance = (share) => random() < share;
  const magnitude = () => (chance(0.5) ? -1 : 1) * 10 ** (random() * 24 - 12);
  const value = () => (chance(0.7) ? pick(ROUND) : magnitude());
  const rule = {
    threshold: chance(0.55) ? (chance(0.02) ? pick(AWKWARD.slice(0, 3)) : value()) : null,
    min_absolute_change: chance(0.4) ? (chance(0.03) ? 0 : pick(AMOUNTS)) : null,
    min_relative_change: chance(0.4) ? pick(SHARES) : null,
    greater_is_better: chance(0.5),
  };
  if (rule.threshold === null && rule.min_absolute_change === null && rule.min_relative_change === null)
    rule.threshold = value();
  const baseline = chance(0.04) ? pick(AWKWARD) : value();
  const candidate = candidateNear(rule, baseline, { pick, chance, value });
  const others = { other: 0.5 };
  return {
    rule,
    candidate: chance(0.02) ? others : { m: candidate },
    baseline: chance(0.08) ? null : chance(0.05) ? others : chance(0.02) ? {} : { m: baseline },
  };
}

function candidateNear(rule, baseline, { pick, chance, value }) {
  if (chance(0.04)) return pick(AWKWARD);
  const sign = rule.greater_is_better ? 1 : -1;
  const absolute = baseline + sign * (rule.min_absolute_change ?? 0);
  const relative = baseline + sign * (rule.min_relative_change ?? 0) * Math.abs(baseline);
  const target = pick([
    rule.threshold ?? baseline,
    absolute,
    relative,
    baseline,
    baseline * (1 + sign * (rule.min_relative_change ?? 0)),
    value(),
  ]);
  const nudge = pick([0, 0, 1e-16, 1e-13, 1e-10, 3e-9, 1e-6, 0.01, 0.3]) * (chance(0.5) ? 1 : -1);
  return target + nudge * (Math.abs(target) || 1);
}

/** `count` cases from a seed. */
export function makeCases(count, seed) {
  const random = generator(seed);
  return Array.from({ length: count }, () => makeCase(random));
}

/** JSON that keeps NaN and infinities as text. */
export function toJson(cases) {
  return JSON.stringify(cases, (_key, value) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );
}
