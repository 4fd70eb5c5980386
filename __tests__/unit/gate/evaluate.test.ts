import { describe, expect, it } from '@jest/globals';
import { evaluateRules } from '../../../src/gate/evaluate.js';
import type { Baseline, RuleResult, VersionFacts } from '../../../src/gate/types.js';
import { ABSENT, against, point, rules, version } from './facts.js';

function judge(line: string, candidate: VersionFacts, baseline: Baseline = ABSENT): RuleResult {
  const results = evaluateRules(rules(line), candidate, baseline);
  expect(results).toHaveLength(1);
  const [result] = results;
  if (result === undefined) throw new Error('no result');
  return result;
}

describe('bounds', () => {
  it.each([
    ['m >= 0.9', 0.9, 'pass'],
    ['m >= 0.9', 0.9 - 1e-12, 'pass'],
    ['m >= 0.9', 0.8999, 'fail'],
    ['m > 0.9', 0.9, 'fail'],
    ['m > 0.9', 0.9 + 1e-12, 'fail'],
    ['m > 0.9', 0.901, 'pass'],
    ['m <= 0.1', 0.1, 'pass'],
    ['m <= 0.1', 0.1001, 'fail'],
    ['m < 0.1', 0.1, 'fail'],
    ['m == 0.3', 0.1 + 0.2, 'pass'],
    ['m == 0.5 +- 0.01', 0.51, 'pass'],
    ['m == 0.5 +- 0.01', 0.49, 'pass'],
    ['m == 0.5 +- 0.01', 0.511, 'fail'],
    ['m >= 0', -1e-300, 'fail'],
    ['m >= 0.2 and <= 0.4', 0.3, 'pass'],
    ['m >= 0.2 and <= 0.4', 0.5, 'fail'],
  ])('%s with %d: %s', (line, value, status) => {
    expect(judge(line, version({ m: value })).status).toBe(status);
  });

  it('says what was missed and by how much, with digits enough to tell the two apart', () => {
    const result = judge('m >= 0.9', version({ m: 0.89999999 }));
    expect(result).toMatchObject({
      reason: 'threshold-missed',
      bound: 0.9,
      value: 0.89999999,
      required: 'at least 0.9',
    });
    expect(result.margin).toBeCloseTo(-1e-8, 12);
    expect(result.explanation).toBe('0.89999999 is not at least 0.9, missed by 1e-8.');
  });

  it('takes the bound with the smallest margin as the decisive one', () => {
    expect(judge('m >= 0.2 and <= 0.4', version({ m: 0.35 }))).toMatchObject({ bound: 0.4, status: 'pass' });
    expect(judge('m >= 0.2 and <= 0.4', version({ m: 0.1 }))).toMatchObject({ bound: 0.2, status: 'fail' });
  });
});

describe('the baseline', () => {
  it.each([
    ['f1 >= baseline - 0.01', 0.89, 0.9, 'pass'],
    ['f1 >= baseline - 0.01', 0.889, 0.9, 'fail'],
    ['f1 >= baseline * 1.1', 0.88, 0.8, 'pass'],
    ['loss <= baseline * 1.05', 0.21, 0.2, 'pass'],
    ['loss <= baseline * 1.05', 0.2101, 0.2, 'fail'],
    ['f1 [min_improvement: 0.1]', 0.3, 0.2, 'pass'],
    ['f1 [min_relative_improvement: 10%]', 0.88, 0.8, 'pass'],
    ['f1 [min_relative_improvement: 10%]', 0.87, 0.8, 'fail'],
    ['loss [min_relative_improvement: 10%]', 0.18, 0.2, 'pass'],
    ['loss [min_relative_improvement: 10%]', 0.19, 0.2, 'fail'],
    ['loss [max_regression: 0.01]', 0.21, 0.2, 'pass'],
    ['loss [max_regression: 0.01]', 0.22, 0.2, 'fail'],
    ['loss [max_relative_regression: 10%]', 0.22, 0.2, 'pass'],
    ['r2 [max_relative_regression: 10%]', -11, -10, 'pass'],
    ['r2 [max_relative_regression: 10%]', -11.1, -10, 'fail'],
    ['r2 [min_relative_improvement: 10%]', -9, -10, 'pass'],
    ['r2 [min_relative_improvement: 10%]', -12, -10, 'fail'],
    ['f1 [max_regression: 0]', 0.9, 0.9, 'pass'],
    ['f1 [max_relative_regression: 5%]', 0, 0, 'pass'],
    ['f1 [max_relative_regression: 5%]', -0.001, 0, 'fail'],
    ['f1 [min_relative_improvement: 5%]', 0, 0, 'fail'],
    ['f1 [min_relative_improvement: 5%]', 0.001, 0, 'pass'],
    ['f1 [min_relative_improvement: 0%]', 0, 0, 'pass'],
    ['widgets [max_regression: 1, direction: lower]', 11, 10, 'pass'],
  ])('%s with %d after %d: %s', (line, value, baseline, status) => {
    const metric = /^\w+/.exec(line)?.[0] ?? '';
    expect(judge(line, version({ [metric]: value }), against({ [metric]: baseline }))).toMatchObject({
      status,
      baseline,
    });
  });

  it('prints the computed bound', () => {
    const result = judge('f1 >= 0.5 [max_relative_regression: 1%]', version({ f1: 0.9 }), against({ f1: 0.8 }));
    expect(result.required).toBe('at least 0.5 and at least 0.792 (baseline 0.8, worse by at most 1% of it)');
    expect(judge('f1 >= baseline - 0.01', version({ f1: 0.9 }), against({ f1: 0.903 })).required).toBe(
      'at least 0.893 (baseline 0.903 - 0.01)',
    );
  });

  it.each([
    ['f1 >= baseline', 'at least baseline'],
    ['f1 > baseline * 0.95 + 0.1', 'more than baseline * 0.95 + 0.1'],
    ['f1 == 0.5 +- 0.01', 'equal to 0.5 ± 0.01'],
    ['f1 [max_regression: 0]', 'no worse than the baseline'],
    ['f1 >= 0.5 [min_relative_improvement: 5%]', 'at least 0.5 and better by at least 5% of it'],
  ])('says what %s asks for when there is no value', (line, required) => {
    expect(judge(line, version({}), against({})).required).toBe(required);
  });

  it('advises an absolute amount where a share of 0 decided', () => {
    expect(judge('f1 [max_relative_regression: 5%]', version({ f1: -1 }), against({ f1: 0 })).explanation).toContain(
      'give an absolute amount as well',
    );
  });

  it.each([
    ['f1 >= baseline', 'note', 'baseline-missing'],
    ['f1 >= baseline [on_missing_baseline: fail]', 'fail', 'baseline-missing'],
    ['f1 >= baseline [on_missing_baseline: warn]', 'warn', 'baseline-missing'],
    ['f1 >= 0.9 [max_regression: 0.1]', 'fail', 'threshold-missed'],
    ['f1 >= 0.5', 'pass', 'ok'],
  ])('absent: %s is %s', (line, status, reason) => {
    expect(judge(line, version({ f1: 0.8 }), ABSENT)).toMatchObject({ status, reason });
  });

  it('lets no comparison pass where the configuration asked for no baseline', () => {
    expect(judge('f1 >= baseline', version({ f1: 0.8 }), { kind: 'none' })).toMatchObject({
      status: 'fail',
      reason: 'baseline-missing',
    });
  });

  it.each([
    ['f1 >= baseline', 'fail', 'baseline-metric-missing'],
    ['f1 >= baseline [on_missing_baseline_metric: pass]', 'note', 'baseline-metric-missing'],
    ['f1 >= 0.9 and >= baseline [on_missing_baseline_metric: pass]', 'fail', 'threshold-missed'],
    ['f1 >= 0.5', 'pass', 'ok'],
  ])('lacking the metric: %s is %s', (line, status, reason) => {
    expect(judge(line, version({ f1: 0.8 }), against({ other: 1 }))).toMatchObject({ status, reason });
  });
});

describe('values that are none', () => {
  const clamp = 1.7976931348623157e308;
  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, clamp, -clamp, 1.797e308])(
    '%d never passes',
    (value) => {
      for (const line of [
        'f1 >= 0',
        'f1 <= 1',
        'f1 >= baseline [on_missing_metric: pass]',
        'f1 [max_relative_regression: 5%]',
      ]) {
        expect(judge(line, version({ f1: value }), against({ f1: 0.5 }))).toMatchObject({
          status: 'fail',
          reason: 'metric-not-finite',
          value,
        });
      }
    },
  );

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -clamp])('a baseline of %d never lets a comparison pass', (value) => {
    for (const line of [
      'f1 >= baseline',
      'f1 <= baseline',
      'f1 [max_regression: 1, on_missing_baseline_metric: pass]',
    ]) {
      expect(judge(line, version({ f1: 0.9 }), against({ f1: value }))).toMatchObject({
        status: 'fail',
        reason: 'metric-not-finite',
      });
    }
    expect(judge('f1 >= 0.5', version({ f1: 0.9 }), against({ f1: value })).status).toBe('pass');
  });

  it('fails a bound that overflows', () => {
    expect(judge('m <= baseline * 10', version({ m: 1 }), against({ m: 1e308 })).status).toBe('fail');
  });

  it.each([
    ['f1 >= 0.5', 'fail'],
    ['f1 >= 0.5 [on_missing_metric: pass]', 'note'],
    ['f1 >= 0.5 [on_missing_metric: warn]', 'warn'],
    ['f1 >= 0.5 [severity: warn]', 'warn'],
  ])('missing: %s is %s', (line, status) => {
    const result = judge(line, version({ other: 1 }));
    expect(result).toMatchObject({ status, reason: 'metric-missing', explanation: 'f1 was not logged.' });
    expect(result.value).toBeUndefined();
  });
});

describe('patterns', () => {
  it('gives a line for every metric that matches', () => {
    const results = evaluateRules(
      rules('recall/* >= 0.7'),
      version({ 'recall/cat': 0.8, 'recall/dog': 0.6, precision: 0.1 }),
      ABSENT,
    );
    expect(results.map((result) => [result.metric, result.status])).toEqual([
      ['recall/cat', 'pass'],
      ['recall/dog', 'fail'],
    ]);
  });

  it('fails when nothing matches, whatever the policy for missing metrics says', () => {
    expect(judge('recall/* >= 0.7 [on_missing_metric: pass]', version({ precision: 1 }))).toMatchObject({
      status: 'fail',
      reason: 'pattern-unmatched',
      metric: 'recall/*',
    });
  });

  it('notices a metric that only the baseline has', () => {
    const results = evaluateRules(
      rules('recall/* >= baseline - 0.1'),
      version({ 'recall/cat': 0.8 }),
      against({ 'recall/cat': 0.8, 'recall/dog': 0.9 }),
    );
    expect(results.map((result) => [result.metric, result.reason])).toEqual([
      ['recall/cat', 'ok'],
      ['recall/dog', 'metric-missing'],
    ]);
  });

  it('does not compare a metric whose name says the opposite of the pattern', () => {
    expect(
      judge('recall* [max_regression: 0.1]', version({ recall_loss: 1 }), against({ recall_loss: 1 })).status,
    ).toBe('pass');
    expect(
      judge('*score_f1* [max_regression: 1]', version({ 'score_f1/v': 1 }), against({ 'score_f1/v': 1 })).status,
    ).toBe('pass');
    expect(
      judge('acc* [max_regression: 1]', version({ 'accel/latency': 1 }), against({ 'accel/latency': 1 })),
    ).toMatchObject({
      status: 'fail',
    });
  });
});

describe('severity', () => {
  it('turns a failure into a warning and keeps its reason', () => {
    expect(judge('f1 >= 0.9 [severity: warn]', version({ f1: 0.1 }))).toMatchObject({
      status: 'warn',
      reason: 'threshold-missed',
    });
    expect(judge('f1 >= 0.9 [severity: warn]', version({ f1: Number.NaN }))).toMatchObject({
      status: 'warn',
      reason: 'metric-not-finite',
    });
  });

  it('evaluates every rule whatever the first one says', () => {
    const results = evaluateRules(rules('a >= 1', 'b >= 1', 'c >= 1'), version({ a: 0, b: 2, c: 0 }), ABSENT);
    expect(results.map((result) => result.status)).toEqual(['fail', 'pass', 'fail']);
  });
});

describe('sources, datasets and points', () => {
  const model = { source: 'logged-model', id: 'm-1' } as const;

  it('asks the version, then the logged model, then the run, metric by metric', () => {
    const candidate = version([
      point('a', 1),
      point('a', 2, model),
      point('a', 3, { source: 'version', id: '7' }),
      point('b', 1),
      point('b', 2, model),
      point('c', 1),
    ]);
    const results = evaluateRules(rules('a >= 0', 'b >= 0', 'c >= 0'), candidate, ABSENT);
    expect(results.map((result) => [result.value, result.provenance?.source])).toEqual([
      [3, 'version'],
      [2, 'logged-model'],
      [1, 'run'],
    ]);
  });

  const twoDatasets = version([
    point('f1', 0.9, { ...model, dataset: 'eval', datasetDigest: 'e1' }),
    point('f1', 0.1, { ...model, dataset: 'stress', datasetDigest: 's1' }),
  ]);

  it('never takes the first of several datasets', () => {
    const result = judge('f1 >= 0.5 [on_missing_metric: pass]', twoDatasets);
    expect(result).toMatchObject({ status: 'fail', reason: 'metric-missing' });
    expect(result.explanation).toContain('eval (digest e1), stress (digest s1)');
  });

  it.each(['eval', 'e1', 'eval@e1'])('takes the dataset that the rule names: %s', (dataset) => {
    expect(judge(`f1 >= 0.5 [dataset: ${dataset}]`, twoDatasets)).toMatchObject({ status: 'pass', value: 0.9 });
  });

  it('says which datasets there are when the named one is not among them', () => {
    expect(judge('f1 >= 0.5 [dataset: test]', twoDatasets).explanation).toContain(
      'it was on eval (digest e1), stress (digest s1)',
    );
  });

  it('takes points without a dataset by the name none', () => {
    const mixed = version([point('f1', 0.9, { ...model, dataset: 'eval' }), point('f1', 0.7, model)]);
    expect(judge('f1 >= 0.5', mixed).status).toBe('fail');
    expect(judge('f1 >= 0.5 [dataset: none]', mixed).value).toBe(0.7);
  });

  it('compares on the dataset of the candidate where the baseline has it', () => {
    const candidate = version([point('f1', 0.9, { ...model, dataset: 'eval' })]);
    const baseline = against([
      point('f1', 0.95, { ...model, dataset: 'eval' }),
      point('f1', 0.1, { ...model, dataset: 'old' }),
    ]);
    expect(judge('f1 >= baseline', candidate, baseline)).toMatchObject({ status: 'fail', baseline: 0.95 });
  });

  it('says so when candidate and baseline were measured on different data', () => {
    const candidate = version([point('f1', 0.9, { ...model, dataset: 'eval', datasetDigest: 'new' })]);
    const baseline = against([point('f1', 0.8, { ...model, dataset: 'eval', datasetDigest: 'old' })]);
    expect(judge('f1 >= baseline', candidate, baseline).explanation).toContain(
      'measured on eval (digest new), but the baseline on eval (digest old)',
    );
  });

  const history = [0.5, 0.9, 0.7].map((value, step) => point('f1', value, { step, loggedAtMs: 1000 + step }));

  it.each([
    ['f1 >= 0', 0.7],
    ['f1 >= 0 [point: best]', 0.9],
    ['f1 >= 0 [point: best, direction: lower]', 0.5],
    ['f1 >= 0 [point: mean of last 2]', 0.8],
    ['f1 >= 0 [point: mean of last 3]', 0.7],
  ])('%s takes %d', (line, value) => {
    expect(judge(line, version([...history].reverse())).value).toBeCloseTo(value, 12);
  });

  it('counts a point once that came both as the last value and in the history', () => {
    expect(
      judge('f1 >= 0 [point: mean of last 2]', version([...history, point('f1', 0.7, { step: 2, loggedAtMs: 1002 })]))
        .value,
    ).toBeCloseTo(0.8);
  });

  it('asks the first source that has a history where a rule looks at it', () => {
    const both = version([point('f1', 0.6, { source: 'version', id: '7' }), ...history]);
    expect(judge('f1 >= 0', both).value).toBe(0.6);
    expect(judge('f1 >= 0 [point: best]', both)).toMatchObject({ value: 0.9, provenance: { source: 'run' } });
    expect(judge('f1 >= 0 [point: mean of last 2]', both).value).toBeCloseTo(0.8);
  });

  it('wants as many points as the mean is of', () => {
    expect(judge('f1 >= 0 [point: mean of last 4]', version(history))).toMatchObject({
      status: 'fail',
      reason: 'metric-missing',
    });
  });

  it('does not look past a point that is no number', () => {
    const broken = [...history, point('f1', Number.NaN, { step: 1, loggedAtMs: 1005 })];
    expect(judge('f1 >= 0', version(broken)).status).toBe('pass');
    expect(judge('f1 >= 0 [point: best]', version(broken)).reason).toBe('metric-not-finite');
    expect(judge('f1 >= 0 [point: mean of last 2]', version(broken)).reason).toBe('metric-not-finite');
  });

  it('sees the unusable one of two points of one moment', () => {
    const moment = { step: 1, loggedAtMs: 5 };
    for (const values of [
      [Number.NaN, 0.9],
      [0.9, Number.NaN],
    ]) {
      expect(judge('f1 >= 0', version(values.map((value) => point('f1', value, moment)))).reason).toBe(
        'metric-not-finite',
      );
    }
  });

  it('keeps equal points apart whose time nobody knows', () => {
    expect(
      judge('f1 >= 0 [point: mean of last 2]', version([point('f1', 0.7, { step: 1 }), point('f1', 0.7, { step: 1 })]))
        .value,
    ).toBe(0.7);
  });

  it('names a dataset by its digest where it has no name', () => {
    const unnamed = version([
      point('f1', 1, { ...model, datasetDigest: 'd1' }),
      point('f1', 2, { ...model, datasetDigest: 'd2' }),
    ]);
    expect(judge('f1 >= 0', unnamed).explanation).toContain('several datasets (digest d1, digest d2)');
    const elsewhere = version([
      point('f1', 1, model),
      point('f1', 2, { source: 'run', id: 'r', datasetDigest: 'd2' }),
      point('f1', 3, { source: 'run', id: 'r', dataset: 'x' }),
    ]);
    expect(judge('f1 >= 0', elsewhere).reason).toBe('metric-missing');
  });

  it('prefers the greater step, then the later time, then the greater value', () => {
    const points = [
      point('f1', 0.1, { step: 5, loggedAtMs: 1 }),
      point('f1', 0.2, { step: 1, loggedAtMs: 9 }),
      point('f1', 0.3, { step: 5, loggedAtMs: 1 }),
    ];
    expect(judge('f1 >= 0', version(points)).value).toBe(0.3);
  });
});
