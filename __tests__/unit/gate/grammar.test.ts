import { describe, expect, it } from '@jest/globals';
import {
  formOfThresholds,
  mergeRules,
  parseRuleLines,
  parseRules,
  parseThresholdInput,
} from '../../../src/gate/grammar.js';
import type { Condition, Rule } from '../../../src/gate/types.js';

function conditions(value: unknown): readonly Condition[] {
  const parsed = parseRules(value, 'test');
  expect(parsed.faults).toEqual([]);
  return parsed.rules.flatMap((rule) => rule.conditions);
}

function faults(value: unknown): string[] {
  const parsed = parseRules(value, 'test');
  return parsed.faults.map((fault) => `${fault.message} ${fault.fix}`);
}

describe('the one-line form', () => {
  it.each([
    ['accuracy >= 0.9', 'accuracy', [{ kind: 'bound', operator: '>=', value: 0.9 }]],
    ['loss<0.1', 'loss', [{ kind: 'bound', operator: '<', value: 0.1 }]],
    ['f1 >= baseline - 0.01', 'f1', [{ kind: 'baseline', operator: '>=', factor: 1, offset: -0.01 }]],
    ['loss <= baseline * 1.05', 'loss', [{ kind: 'baseline', operator: '<=', factor: 1.05, offset: 0 }]],
    ['loss <= 1.05 * baseline + 0.2', 'loss', [{ kind: 'baseline', operator: '<=', factor: 1.05, offset: 0.2 }]],
    ['"eval/f1 score" >= 0.8', 'eval/f1 score', [{ kind: 'bound', operator: '>=', value: 0.8 }]],
    ["'a # b' > -1e-3", 'a # b', [{ kind: 'bound', operator: '>', value: -0.001 }]],
    ['eval/f1 score:macro >= .8 # why', 'eval/f1 score:macro', [{ kind: 'bound', operator: '>=', value: 0.8 }]],
    ['bias == 0.5 +- 0.01', 'bias', [{ kind: 'bound', operator: '==', value: 0.5, tolerance: 0.01 }]],
    ['bias == 0.5 ± 0.01', 'bias', [{ kind: 'bound', operator: '==', value: 0.5, tolerance: 0.01 }]],
    ['f1 [max_relative_regression: 5%]', 'f1', [{ kind: 'regression', change: { kind: 'relative', amount: 0.05 } }]],
    [
      'f1 >= 0.8 and <= 0.99',
      'f1',
      [
        { kind: 'bound', operator: '>=', value: 0.8 },
        { kind: 'bound', operator: '<=', value: 0.99 },
      ],
    ],
  ])('reads %s', (line, metric, expected) => {
    const { rules, faults: found } = parseRuleLines(line, 'test');
    expect(found).toEqual([]);
    expect(rules).toMatchObject([{ metric, conditions: expected, origin: 'test:1' }]);
  });

  it('reads several rules, comments, blank lines and semicolons, and keeps their lines', () => {
    const { rules } = parseRuleLines(
      '# all of them\n\naccuracy >= 0.9; f1 >= 0.8\r\nauc >= 0.7',
      'input:metrics-threshold',
    );
    expect(rules.map((rule) => [rule.metric, rule.origin])).toEqual([
      ['accuracy', 'input:metrics-threshold:3'],
      ['f1', 'input:metrics-threshold:3'],
      ['auc', 'input:metrics-threshold:4'],
    ]);
  });

  it('reads every key in brackets', () => {
    const line =
      'f1 >= 0.8 [dataset: "eval, 2024", point: mean of last 5, severity: warn, confidence: 95%, on_missing_metric: warn, on_missing_baseline: fail, on_missing_baseline_metric: pass, direction: higher, min_improvement: 0.01]';
    const { rules, faults: found } = parseRuleLines(line, 'test');
    expect(found).toEqual([]);
    expect(rules[0]).toEqual({
      metric: 'f1',
      isPattern: false,
      conditions: [
        { kind: 'bound', operator: '>=', value: 0.8 },
        { kind: 'improvement', change: { kind: 'absolute', amount: 0.01 } },
      ],
      direction: 'higher',
      dataset: 'eval, 2024',
      point: { kind: 'mean', of: 5 },
      severity: 'warn',
      confidence: 0.95,
      onMissingMetric: 'warn',
      onMissingBaseline: 'fail',
      onMissingBaselineMetric: 'pass',
      origin: 'test:1',
    } satisfies Rule);
  });

  it.each([
    ['accuracy => 0.9', 'Write >= instead of =>'],
    ['accuracy = 0.9', 'Write == instead of ='],
    ['accuracy ≥ 0.9', 'Write >= instead of ≥'],
    ['accuracy != 0.9', '!= is no operator'],
    ['accuracy 0.9', 'Write accuracy >= 0.9'],
    ['accuracy: 0.9', 'Write accuracy >= 0.9'],
    ['accuracy', 'Write a condition after the name, such as accuracy >= 0.9'],
    ['accuracy >=', 'nothing stands after >='],
    ['>= 0.9', 'the metric name is missing'],
    ['"" >= 0.9', 'the metric name is missing'],
    ['0.9 <= accuracy', 'the metric must stand on the left'],
    ['accuracy >= 0.9, f1 >= 0.8', 'neither a number'],
    ['accuracy >= 0,9', 'Write the decimal point as a point: 0.9'],
    ['accuracy >= 90%', 'Write 0.9, or 90 if the metric is logged in percent'],
    ['accuracy >= NaN', 'neither a number'],
    ['accuracy >= 1e999', 'must be a finite number'],
    ['accuracy >= 0x10', 'neither a number'],
    ['accuracy >= @champion', 'Write baseline'],
    ['accuracy >= baseline - 5%', 'baseline * 0.95'],
    ['accuracy >= baseline * 0', 'cannot be computed'],
    ['accuracy >= 2 * baseline * 3', 'neither a number'],
    ['"accuracy >= 0.9', 'a quote is not closed'],
    ['f1 score (macro) >= 0.9', 'Write "f1 score (macro)"'],
    ['f1 >= 0.9 [severity: warn', 'the bracket is not closed'],
    ['f1 >= 0.9 [severity: warn] x', 'something stands after'],
    ['f1 >= 0.9 [severity]', 'is no key with a value'],
    ['f1 >= 0.9 [severity: warn, severity: warn]', 'severity is given twice'],
    ['f1 >= 0.9 [severty: warn]', 'Did you mean severity?'],
    ['f1 >= 0.9 and <= 0.8', 'no value can meet it'],
    ['f1 > 0.9 and <= 0.9', 'no value can meet it'],
    ['f1 >= baseline + 0.1 and <= baseline', 'no value can meet it'],
    ['f1 >= 0.9 +- 0.1', 'only an equality'],
    ['f1 >= 0.9 [confidence: 95]', 'more than 50%'],
    ['f1 == 0.9 [confidence: 95%]', 'confidence cannot be asked of an equality'],
    ['f1 >= 0.9 [confidence: 95%, point: best]', 'do not go together'],
    ['widgets [max_regression: 0.1]', 'Add direction: higher or direction: lower'],
    ['widgets >= 0.1 [point: best]', 'Add direction: higher or direction: lower'],
    ['recall/* >= 0.1 [point: best]', 'a pattern takes the last point only'],
    ['f1 [max_regression: 5%]', 'Write max_relative_regression: 5%'],
    ['f1 [max_relative_regression: 5]', 'Write max_relative_regression: 5% or max_relative_regression: 0.05'],
    ['f1 [max_regression: -0.1]', 'must not be negative'],
    ['f1 [point: mean of last 0]', 'must be last, best or mean of last 5'],
  ])('refuses %s', (line, expected) => {
    const found = faults(line);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(expected);
  });

  it('reports the mistakes of all lines at once and keeps the good ones', () => {
    const { rules, faults: found } = parseRuleLines('accuracy > = 1\nf1 >= 0.8\nauc => 0.7', 'test');
    expect(rules.map((rule) => rule.metric)).toEqual(['f1']);
    expect(found.map((fault) => fault.path)).toEqual([[0], [2]]);
  });
});

describe('the map form', () => {
  it('reads the thresholds of older configurations', () => {
    const { rules, faults: found } = parseRules(
      { accuracy: 0.9, precision: 0.9, recall: 0.9 },
      'deployment.ci_cd.metrics_threshold',
    );
    expect(found).toEqual([]);
    expect(rules.map((rule) => [rule.metric, rule.conditions, rule.origin])).toEqual(
      ['accuracy', 'precision', 'recall'].map((name) => [
        name,
        [{ kind: 'bound', operator: '>=', value: 0.9 }],
        `deployment.ci_cd.metrics_threshold.${name}`,
      ]),
    );
  });

  it('reads the full form', () => {
    expect(
      conditions({
        f1: { min: 0.88, max_regression: 0.01 },
        val_loss: { max: 0.35, max_relative_regression: '5%' },
        'recall/*': { min: 0.7 },
        bias: { equals: 0.5, tolerance: 0.1 },
        a: { above: 1, below: 2 },
        b: { condition: '>= baseline - 0.01' },
        c: '>= 0.5 [severity: warn]',
        d: '0.5',
        e: { min: 'baseline - 0.01' },
        g: [
          { min: 1, dataset: 'x' },
          { min: 2, dataset: 'y' },
        ],
      }),
    ).toHaveLength(14);
  });

  it('takes null and an empty map as no rules', () => {
    expect(parseRules(null, 'test')).toEqual({ rules: [], faults: [] });
    expect(parseRules({}, 'test')).toEqual({ rules: [], faults: [] });
  });

  it.each([
    [{ val_loss: 0.35 }, 'val_loss: { max: 0.35 } for "at most", or val_loss: { min: 0.35 }'],
    [{ accuracy_loss: 0.35 }, 'the name says that lower is better'],
    [{ accuracy: true }, 'it must be a number, a condition or a map, but it is true'],
    [{ accuracy: null }, 'but it is null'],
    [{ accuracy: Number.NaN }, 'must be a finite number'],
    [{ accuracy: '90%' }, 'Write 0.9'],
    [{ '': 0.9 }, 'the metric name is empty'],
    [{ f1: {} }, 'it asks for nothing'],
    [{ f1: { min: 0.9, max: 0.1 } }, 'no value can meet it'],
    [{ f1: { mni: 0.9, min: 0.8 } }, 'Did you mean min?'],
    [{ f1: { threshold: 0.9, min: 0.9 } }, 'Write min: for a lower limit'],
    [{ f1: { min: 0.9, tolerance: 0.1 } }, 'tolerance belongs to equals'],
    [{ f1: { min: 0.9, severity: 'wran' } }, 'Did you mean severity: warn?'],
    [{ f1: { min: 0.9, dataset: '' } }, 'must be a name'],
    [{ f1: { min: [] } }, 'min must be a number, but it is a list'],
    [[{ f1: { min: 0.9 } }, ['x']], 'must not hold a list'],
    [7, 'must be a map, but they are 7'],
  ])('refuses %j', (value, expected) => {
    const found = faults(value);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(expected);
  });

  it('reports every mistake with its path', () => {
    const { faults: found } = parseRules(
      { f1: { min: 'x', severty: 'warn', point: 'worst' }, 'val/loss': [1, { max: {} }] },
      'test',
    );
    expect(found.map((fault) => fault.path)).toEqual([
      ['f1', 'severty'],
      ['f1', 'min'],
      ['f1', 'point'],
      ['val/loss', 0],
      ['val/loss', 1, 'max'],
    ]);
  });

  it('finds limits of several rules that contradict each other', () => {
    expect(faults('accuracy >= 0.9\naccuracy <= 0.8')[0]).toContain('The rules for accuracy together');
    expect(faults('accuracy >= 0.9\naccuracy <= 0.8 [severity: warn]')).toEqual([]);
  });
});

describe('the text of an input', () => {
  it.each([
    ['accuracy >= 0.9', 'lines'],
    ['# note\n"a: b" >= 0.9', 'lines'],
    ['eval:f1 >= 0.9', 'lines'],
    ['f1 [max_regression: 0.01]', 'lines'],
    ['accuracy', 'lines'],
    ['accuracy: 0.9', 'yaml'],
    ['f1: ">= 0.9"', 'yaml'],
    ['"recall/*": { min: 0.7 }', 'yaml'],
    ['{accuracy: 0.9}', 'yaml'],
    ['- accuracy >= 0.9', 'yaml'],
    ['{"accuracy": 0.9}', 'json'],
    ['["accuracy >= 0.9"]', 'json'],
  ])('%j is %s', (text, form) => {
    expect(formOfThresholds(text)).toBe(form);
  });

  it('gives the same rule for every form', () => {
    const yaml = () => ({ accuracy: { min: 0.9 } });
    const parsed = ['accuracy >= 0.9', 'accuracy: { min: 0.9 }', '{"accuracy": 0.9}', '["accuracy >= 0.9"]'].map(
      (text) => parseThresholdInput(text, 'test', yaml),
    );
    for (const { rules, faults: found } of parsed) {
      expect(found).toEqual([]);
      expect({ ...rules[0], origin: '' }).toEqual({ ...parsed[0]?.rules[0], origin: '' });
    }
  });

  it('turns broken YAML into a fault', () => {
    const broken = () => {
      throw new Error('bad indentation');
    };
    expect(parseThresholdInput('a: b: c', 'input:metrics-threshold', broken).faults[0]?.message).toContain(
      'bad indentation',
    );
  });
});

describe('merging', () => {
  it('replaces the rules of a metric that the other side names', () => {
    const file = parseRules({ accuracy: 0.9, f1: 0.8 }, 'file').rules;
    const input = parseRules({ f1: 0.85, auc: 0.7 }, 'input').rules;
    expect(mergeRules(file, input).map((rule) => rule.origin)).toEqual(['file.accuracy', 'input.f1', 'input.auc']);
  });
});
