const STORED_INFINITY = 1.797e308;
const ROUNDING = 1.000001e-9;

const isStored = (value) => value !== undefined && Number.isFinite(value) && Math.abs(value) >= STORED_INFINITY;
const isNoNumber = (value) => value !== undefined && !Number.isFinite(value);
const compares = ({ rule }) => rule.min_absolute_change !== null || rule.min_relative_change !== null;

/** The bounds that a case sets, by the text of the rules, with the magnitudes that they were computed from. */
function boundsOf({ rule, baseline }) {
  const sign = rule.greater_is_better ? 1 : -1;
  const base = baseline?.m;
  const bounds = [];
  if (rule.threshold !== null) bounds.push({ value: rule.threshold, terms: [] });
  if (base === undefined) return bounds;
  for (const amount of [
    rule.min_absolute_change,
    rule.min_relative_change === null ? null : rule.min_relative_change * Math.abs(base),
  ]) {
    if (amount !== null) bounds.push({ value: base + sign * amount, terms: [base, amount] });
  }
  return bounds;
}

function isOnBound(one) {
  const value = one.candidate.m;
  return boundsOf(one).some((bound) => {
    const magnitude = Math.max(...[value, bound.value, ...bound.terms].map(Math.abs));
    return Math.abs(value - bound.value) <= ROUNDING * magnitude;
  });
}

/**
 * Every difference that docs/rules.md states: when it can occur, and which outcomes (ours, MLflow's) it explains. The
 * first that fits a disagreement is its reason.
 */
export const DIFFERENCES = [
  {
    id: 'bound-not-finite',
    occurs: ({ rule }) => isNoNumber(rule.threshold ?? undefined),
    outcomes: ['refused:pass', 'refused:fail', 'refused:crash'],
  },
  {
    id: 'zero-amount',
    occurs: ({ rule }) => rule.min_absolute_change === 0,
    outcomes: ['pass:refused', 'fail:refused'],
  },
  {
    id: 'candidate-not-finite',
    occurs: ({ candidate }) => isNoNumber(candidate.m),
    outcomes: ['fail:pass', 'fail:crash'],
  },
  {
    id: 'stored-infinity',
    occurs: (one) => isStored(one.candidate.m) || (compares(one) && isStored(one.baseline?.m)),
    outcomes: ['fail:pass', 'fail:crash'],
  },
  {
    id: 'no-baseline',
    occurs: (one) => one.baseline === null && compares(one),
    outcomes: ['pass:fail', 'pass:crash', 'fail:crash'],
  },
  {
    id: 'baseline-without-metric',
    occurs: ({ baseline }) => baseline !== null && baseline.m === undefined,
    outcomes: ['pass:crash', 'fail:crash'],
  },
  {
    id: 'baseline-not-finite',
    occurs: (one) => compares(one) && isNoNumber(one.baseline?.m),
    outcomes: ['fail:pass', 'fail:crash'],
  },
  {
    id: 'baseline-zero',
    occurs: ({ rule, baseline }) => baseline?.m === 0 && rule.min_relative_change !== null,
    outcomes: ['pass:fail'],
  },
  {
    id: 'baseline-negative',
    occurs: ({ rule, baseline }) => (baseline?.m ?? 0) < 0 && rule.min_relative_change !== null,
    outcomes: ['pass:fail', 'fail:pass'],
    before: '3.18.0',
  },
  { id: 'rounding', occurs: isOnBound, outcomes: ['pass:fail'] },
];

/** The stated difference that explains a disagreement, or `undefined`. */
export function reasonFor(one, ours, theirs, version) {
  const outcome = `${ours}:${theirs}`;
  return DIFFERENCES.find(
    (difference) =>
      difference.outcomes.includes(outcome) &&
      difference.occurs(one) &&
      (difference.before === undefined || version !== difference.before),
  )?.id;
}
