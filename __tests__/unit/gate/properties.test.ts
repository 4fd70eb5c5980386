import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluateRules } from '../../../src/gate/evaluate.js';
import { parseRuleLines, parseRules, parseThresholdInput } from '../../../src/gate/grammar.js';
import { printRule, ruleAsMap } from '../../../src/gate/print-rule.js';
import type { Condition, MetricPoint, MissingPolicy, Rule, VersionFacts } from '../../../src/gate/types.js';
import { decide } from '../../../src/gate/verdict.js';
import { ABSENT, against, point, version } from './facts.js';

const numRuns = process.env.NIGHTLY === '1' ? 20_000 : 400;

const number = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }).map((value) => value + 0);
const amount = number.map((value) => Math.abs(value));
const share = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.05, 0.1, 1));
const policy = fc.constantFrom<MissingPolicy>('fail', 'pass', 'warn');
const name = fc.oneof(
  fc.constantFrom(
    'accuracy',
    'f1',
    'val_loss',
    'eval/f1 score',
    'recall/*',
    'a:b.c-d',
    'baseline',
    '0.9',
    'and',
    "it's",
    '# x',
    'a[0]',
    '"q"',
    'naïve',
  ),
  fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }).filter((text) => text.trim() !== ''),
);

const bound = fc.oneof(
  fc.record({
    kind: fc.constant('bound' as const),
    operator: fc.constantFrom('>=' as const, '>' as const, '<=' as const, '<' as const),
    value: number,
  }),
  fc.record({
    kind: fc.constant('bound' as const),
    operator: fc.constant('==' as const),
    value: number,
    tolerance: amount,
  }),
  fc.record({
    kind: fc.constant('baseline' as const),
    operator: fc.constantFrom('>=' as const, '<=' as const),
    factor: fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
    offset: number,
  }),
);

/** At most one of each change, in the order in which they are printed. */
const changes = fc.record({ 0: amount, 1: share, 2: amount, 3: share }, { requiredKeys: [] }).map((chosen) =>
  (['improvement', 'improvement', 'regression', 'regression'] as const).flatMap((kind, index): Condition[] => {
    const value = Object.entries(chosen).find(([key]) => key === String(index))?.[1];
    return value === undefined
      ? []
      : [{ kind, change: { kind: index % 2 === 0 ? 'absolute' : 'relative', amount: value } }];
  }),
);

const rule = fc
  .record({
    metric: name,
    first: bound,
    changes,
    direction: fc.constantFrom('higher' as const, 'lower' as const),
    dataset: fc.option(name, { nil: undefined }),
    point: fc.oneof(
      fc.constant({ kind: 'last' as const }),
      fc.constant({ kind: 'best' as const }),
      fc.integer({ min: 1, max: 99 }).map((of) => ({ kind: 'mean' as const, of })),
    ),
    severity: fc.constantFrom('error' as const, 'warn' as const),
    confidence: fc.option(fc.double({ min: 0.51, max: 0.9999, noNaN: true }), { nil: undefined }),
    policies: fc.tuple(policy, policy, policy, fc.option(policy, { nil: undefined })),
  })
  .filter(
    (parts) =>
      (parts.confidence === undefined || (parts.point.kind !== 'best' && parts.first.operator !== '==')) &&
      (parts.point.kind === 'last' || !parts.metric.includes('*')),
  )
  .map(({ first, changes: more, policies, dataset, confidence, ...rest }): Rule => {
    const [onMissingMetric, onMissingBaseline, onMissingBaselineMetric, onThinEvidence] = policies;
    return {
      ...rest,
      isPattern: rest.metric.includes('*'),
      conditions: [first, ...more],
      ...(dataset === undefined ? {} : { dataset }),
      ...(confidence === undefined ? {} : { confidence }),
      onMissingMetric,
      onMissingBaseline,
      onMissingBaselineMetric,
      ...(onThinEvidence === undefined ? {} : { onThinEvidence }),
      origin: 'test:1',
    };
  });

describe('printing and reading again', () => {
  it('gives the same rule in the one-line form', () => {
    fc.assert(
      fc.property(rule, (original) => {
        expect(parseRuleLines(printRule(original), 'test')).toEqual({ rules: [original], faults: [] });
      }),
      { numRuns },
    );
  });

  it('gives the same rule in the map form, also through JSON', () => {
    fc.assert(
      fc.property(rule, (original) => {
        const text = JSON.stringify({ [original.metric]: ruleAsMap(original) });
        const { rules, faults } = parseThresholdInput(text, 'test', () => null);
        expect(faults).toEqual([]);
        expect(rules.map((one) => ({ ...one, origin: 'test:1' }))).toEqual([original]);
      }),
      { numRuns },
    );
  });
});

/** Any double, the awkward ones often. */
const anyDouble = fc.oneof(
  fc.double(),
  fc.constantFrom(
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    0,
    -0,
    1.7976931348623157e308,
    1e-320,
  ),
);

const anyPoint: fc.Arbitrary<MetricPoint> = fc
  .record({
    metric: fc.constantFrom('f1', 'loss', 'recall/a', 'recall/b', 'f1.n', 'f1/fold_0', 'f1/fold_1', 'f1/fold_2'),
    value: anyDouble,
    source: fc.constantFrom('run' as const, 'logged-model' as const, 'version' as const),
    dataset: fc.option(fc.constantFrom('eval', 'test'), { nil: undefined }),
    step: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
  })
  .map(({ metric, value, source, dataset, step }) =>
    point(metric, value, {
      source,
      ...(dataset === undefined ? {} : { dataset }),
      ...(step === undefined ? {} : { step }),
    }),
  );

const anyFacts: fc.Arbitrary<VersionFacts> = fc.array(anyPoint, { maxLength: 12 }).map((points) => version(points));

describe('totality', () => {
  it('gives rules or faults for any value', () => {
    fc.assert(
      fc.property(
        fc.anything({ withDate: true, withMap: true, withBigInt: true, withNullPrototype: true }),
        (value) => {
          const { rules, faults } = parseRules(value, 'test');
          for (const fault of faults) expect(fault.message.length * fault.fix.length).toBeGreaterThan(0);
          for (const one of rules) expect(one.conditions.length).toBeGreaterThan(0);
        },
      ),
      { numRuns },
    );
  });

  const piece = fc.constantFrom(
    'f1',
    ' ',
    '>=',
    '<',
    '==',
    '0.9',
    '5%',
    'baseline',
    '-',
    '*',
    '[',
    ']',
    ':',
    ',',
    '"',
    "'",
    '#',
    ';',
    '\n',
    'and',
    'severity',
    'warn',
    'NaN',
    '+-',
    '\\',
  );

  it('gives rules or faults for any text', () => {
    const text = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(text, (lines) => {
        const { rules, faults } = parseThresholdInput(lines, 'test', () => ({}));
        expect(Array.isArray(rules) && Array.isArray(faults)).toBe(true);
      }),
      { numRuns: numRuns * 3 },
    );
  });

  it('gives a verdict for any rules and any facts, and never passes what is no number', () => {
    const named = rule.chain((one) =>
      fc
        .constantFrom('f1', 'loss', 'recall/*', 'none')
        .map((metric) => ({ ...one, metric, isPattern: metric.includes('*') })),
    );
    fc.assert(
      fc.property(
        fc.array(named, { maxLength: 3 }),
        anyFacts,
        anyFacts,
        fc.constantFrom('version', 'absent', 'none'),
        (rules, candidate, other, kind) => {
          const baseline =
            kind === 'version' ? against(other.metrics) : kind === 'absent' ? ABSENT : { kind: 'none' as const };
          const verdict = decide({ candidate, baseline, rules, requirements: {}, context: { nowMs: 0, commits: [] } });
          for (const line of verdict.rules) {
            expect(line.explanation).not.toBe('');
            if (line.status === 'pass') expect(Math.abs(line.value ?? Number.NaN)).toBeLessThan(1.797e308);
            if (line.status === 'pass') expect(line.margin).toBeGreaterThanOrEqual(0);
          }
          expect(verdict.kind === 'rejected').toBe(
            [...verdict.rules, ...verdict.requirements].some((line) => line.status === 'fail'),
          );
        },
      ),
      { numRuns },
    );
  });
});

/** Conditions that a better value can only meet more easily. */
const oneSided = (direction: 'higher' | 'lower'): fc.Arbitrary<Condition> => {
  const operator = fc.constantFrom(...(direction === 'higher' ? (['>=', '>'] as const) : (['<=', '<'] as const)));
  return fc.oneof(
    fc.record({ kind: fc.constant('bound' as const), operator, value: number }),
    fc.record({
      kind: fc.constant('baseline' as const),
      operator,
      factor: fc.double({ min: 0.01, max: 100, noNaN: true }),
      offset: number,
    }),
    fc.record({
      kind: fc.constantFrom('improvement' as const, 'regression' as const),
      change: fc.record({ kind: fc.constant('absolute' as const), amount }),
    }),
    fc.record({
      kind: fc.constantFrom('improvement' as const, 'regression' as const),
      change: fc.record({ kind: fc.constant('relative' as const), amount: share }),
    }),
  );
};

const oneSidedRule = fc
  .constantFrom('higher' as const, 'lower' as const)
  .chain((direction) =>
    fc.array(oneSided(direction), { minLength: 1, maxLength: 3 }).map((conditions) => ruleOf(conditions, direction)),
  );

function ruleOf(conditions: readonly Condition[], direction: 'higher' | 'lower'): Rule {
  return {
    metric: 'm',
    isPattern: false,
    conditions,
    direction,
    point: { kind: 'last' },
    severity: 'error',
    onMissingMetric: 'fail',
    onMissingBaseline: 'fail',
    onMissingBaselineMetric: 'fail',
    origin: 'test',
  };
}

function status(one: Rule, value: number, baseline: number, count?: number): string {
  const more = count === undefined ? {} : { 'm.n': count };
  return evaluateRules([one], version({ m: value, ...more }), against({ m: baseline, ...more }))[0]?.status ?? 'none';
}

/** Numbers near each other, so that comparisons are decided by little. */
const near = fc.oneof(
  number,
  fc
    .tuple(fc.constantFrom(0, 0.5, 0.9, -10, 1e6), fc.integer({ min: -40, max: 40 }))
    .map(([base, steps]) => base + (steps * (Math.abs(base) || 1)) / 1e10),
);

describe('comparison', () => {
  it('is monotone: a better metric never turns pass into fail', () => {
    fc.assert(
      fc.property(oneSidedRule, near, near, near, (one, first, second, baseline) => {
        const [worse, better] = first < second === (one.direction === 'higher') ? [first, second] : [second, first];
        if (status(one, worse, baseline) === 'pass') expect(status(one, better, baseline)).toBe('pass');
      }),
      { numRuns: numRuns * 3 },
    );
  });

  it('is monotone with confidence from counts', () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.constantFrom('higher' as const, 'lower' as const),
        share,
        unit,
        unit,
        unit,
        fc.integer({ min: 1, max: 100_000 }),
        (direction, slack, first, second, baseline, count) => {
          const one: Rule = {
            ...ruleOf([{ kind: 'regression', change: { kind: 'relative', amount: slack } }], direction),
            confidence: 0.95,
          };
          const [worse, better] = first < second === (direction === 'higher') ? [first, second] : [second, first];
          if (status(one, worse, baseline, count) === 'pass') expect(status(one, better, baseline, count)).toBe('pass');
        },
      ),
      { numRuns },
    );
  });

  it('is free of scale: another unit gives the same verdict', () => {
    const small = fc
      .double({ min: -1e6, max: 1e6, noNaN: true })
      .filter((value) => value === 0 || Math.abs(value) > 1e-6);
    const scaled = (condition: Condition, by: number): Condition => {
      if (condition.kind === 'bound') return { ...condition, value: condition.value * by };
      if (condition.kind === 'baseline') return { ...condition, offset: condition.offset * by };
      return condition.change.kind === 'relative'
        ? condition
        : { ...condition, change: { ...condition.change, amount: condition.change.amount * by } };
    };
    const modest = oneSidedRule.map(
      (one): Rule => ({ ...one, conditions: one.conditions.map((condition) => tame(condition)) }),
    );
    fc.assert(
      fc.property(modest, small, small, fc.integer({ min: -60, max: 60 }), (one, value, baseline, exponent) => {
        const by = 2 ** exponent;
        const other = { ...one, conditions: one.conditions.map((condition) => scaled(condition, by)) };
        expect(status(other, value * by, baseline * by)).toBe(status(one, value, baseline));
      }),
      { numRuns },
    );
  });

  it('is symmetric: a lower-is-better rule on a value is a higher-is-better rule on its negative', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('improvement' as const, 'regression' as const),
        fc.constantFrom('absolute' as const, 'relative' as const),
        share,
        near,
        near,
        (kind, unit, size, value, baseline) => {
          const conditions: Condition[] = [{ kind, change: { kind: unit, amount: size } }];
          expect(status(ruleOf(conditions, 'lower'), -value, -baseline)).toBe(
            status(ruleOf(conditions, 'higher'), value, baseline),
          );
        },
      ),
      { numRuns },
    );
  });
});

/** Brings numbers of a condition into a range in which scaling by a power of two is exact. */
function tame(condition: Condition): Condition {
  const fold = (value: number): number =>
    Math.abs(value) < 1e-6 ? 0 : Math.sign(value) * Math.min(Math.abs(value), 1e6);
  if (condition.kind === 'bound') return { ...condition, value: fold(condition.value) };
  if (condition.kind === 'baseline') return { ...condition, offset: fold(condition.offset) };
  return condition.change.kind === 'relative'
    ? condition
    : { ...condition, change: { kind: 'absolute', amount: fold(condition.change.amount) } };
}
