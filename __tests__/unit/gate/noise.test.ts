import { describe, expect, it } from '@jest/globals';
import { evaluateRules } from '../../../src/gate/evaluate.js';
import type { Baseline, MetricPoint, RuleResult, VersionFacts } from '../../../src/gate/types.js';
import { against, point, rules, version } from './facts.js';

function judge(line: string, candidate: VersionFacts, baseline: Baseline = against({})): RuleResult | undefined {
  return evaluateRules(rules(line), candidate, baseline)[0];
}

function folds(metric: string, values: readonly number[], separator = '/'): Record<string, number> {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    [metric]: mean,
    ...Object.fromEntries(values.map((value, fold) => [`${metric}${separator}fold_${fold}`, value])),
  };
}

describe('folds', () => {
  const better = [0.91, 0.88, 0.93, 0.9, 0.89];
  const base = [0.9, 0.87, 0.92, 0.89, 0.88];

  it.each(['/', '_', '.'])(
    'pairs folds by number: a small steady gain is more than noise (separator %s)',
    (separator) => {
      const result = judge(
        'f1 [min_improvement: 0, confidence: 95%]',
        version(folds('f1', better, separator)),
        against(folds('f1', base, separator)),
      );
      expect(result).toMatchObject({
        status: 'pass',
        interval: { confidence: 0.95, method: 'paired t interval of 5 folds, corrected for their overlap' },
      });
      expect(result?.interval?.low).toBeCloseTo(0.01, 9);
    },
  );

  it('takes the same gain as noise where the folds disagree', () => {
    const result = judge(
      'f1 [min_improvement: 0, confidence: 95%]',
      version(folds('f1', [0.95, 0.8, 0.93, 0.95, 0.88])),
      against(folds('f1', base)),
    );
    expect(result).toMatchObject({ status: 'fail', reason: 'threshold-missed' });
    expect(result?.explanation).toContain('noise alone could explain it');
  });

  it('does not pair folds that are others', () => {
    const result = judge(
      'f1 [max_regression: 0.5, confidence: 95%]',
      version(folds('f1', better)),
      against(folds('f1', base.slice(0, 4))),
    );
    expect(result?.interval?.method).toBe('Welch t interval of 5 and 4 folds, corrected for their overlap');
  });

  it.each([
    [[0.8, 0.81, 0.79], 0.9],
    [[-10, -10.1, -9.9], 1.1],
    [[0, 0, 0], 1],
  ])('takes a share of the magnitude of the baseline: %j', (values, factor) => {
    const line = `score [max_relative_regression: 10%, confidence: 95%, direction: higher]`;
    const result = judge(line, version(folds('score', values)), against(folds('score', values)));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(result?.status).toBe('pass');
    expect(((result?.interval?.low ?? 0) + (result?.interval?.high ?? 0)) / 2).toBeCloseTo(mean - factor * mean, 9);
  });

  it('does not pair as many folds with other numbers', () => {
    const shifted = Object.fromEntries([1, 2, 3, 4, 5].map((fold) => [`f1/fold_${fold}`, 0.9]));
    const result = judge(
      'f1 [max_regression: 0.5, confidence: 95%]',
      version({ f1: 0.9, ...shifted }),
      against(folds('f1', base)),
    );
    expect(result?.interval?.method).toBe('Welch t interval of 5 and 5 folds, corrected for their overlap');
  });

  it('corrects the spread of folds for the training data that they share', () => {
    const { interval } = judge('f1 >= 0 [confidence: 95%]', version(folds('f1', [0.81, 0.84, 0.79, 0.83, 0.83]))) ?? {};
    expect(interval?.low).toBeCloseTo(0.82 - 2.7764451052 * 0.02 * Math.sqrt(1 / 5 + 1 / 4), 9);
  });

  it('wants a strict bound to be strictly inside', () => {
    const steady = version(folds('f1', [0.5, 0.5, 0.5]));
    expect(judge('f1 >= 0.5 [confidence: 95%]', steady)?.status).toBe('pass');
    expect(judge('f1 > 0.5 [confidence: 95%]', version({ ...folds('f1', [0.5, 0.5, 0.5]), f1: 0.6 }))?.status).toBe(
      'fail',
    );
    expect(judge('f1 > 0.4 [confidence: 95%]', steady)?.status).toBe('pass');
  });

  it('judges a fixed limit by the interval of the value', () => {
    const steady = version(folds('f1', better));
    expect(judge('f1 >= 0.85 [confidence: 95%]', steady)?.status).toBe('pass');
    expect(judge('f1 >= 0.9 [confidence: 95%]', steady)?.status).toBe('fail');
    expect(judge('f1 >= 0.9', steady)?.status).toBe('pass');
  });

  it('says when there are too few folds, or one is no number', () => {
    expect(judge('f1 >= 0 [confidence: 95%]', version(folds('f1', [0.9, 0.8])))?.explanation).toContain(
      '2 folds, and at least 3 are needed',
    );
    const broken = version({ ...folds('f1', [0.9, 0.8, 0.7]), 'f1/fold_1': Number.NaN });
    expect(judge('f1 >= 0 [confidence: 95%]', broken)?.status).toBe('fail');
  });
});

describe('proportions', () => {
  const counted = (accuracy: number, count: number): Record<string, number> => ({ accuracy, 'accuracy.n': count });

  it('uses score intervals, and more examples decide what few could not', () => {
    const line = 'accuracy [max_regression: 0.02, confidence: 95%]';
    const few = judge(line, version(counted(0.9, 200)), against(counted(0.9, 200)));
    const many = judge(line, version(counted(0.9, 20_000)), against(counted(0.9, 20_000)));
    expect(few).toMatchObject({
      status: 'fail',
      interval: { method: 'Newcombe score interval of the difference, n = 200 and 200' },
    });
    expect(many?.status).toBe('pass');
  });

  it.each(['accuracy.n', 'accuracy/n', 'accuracy_n', 'accuracy.count', 'accuracy/count', 'accuracy_count'])(
    'finds the count in %s',
    (name) => {
      const result = judge('accuracy >= 0.85 [confidence: 95%]', version({ accuracy: 0.9, [name]: 1000 }));
      expect(result).toMatchObject({ status: 'pass', interval: { method: 'Wilson score interval, n = 1000' } });
    },
  );

  it('finds the count in a parameter of the run', () => {
    const run = {
      id: 'r',
      status: 'FINISHED',
      lifecycle: 'active' as const,
      params: { accuracy_count: '1000' },
      tags: {},
      datasets: [],
    };
    expect(judge('accuracy >= 0.85 [confidence: 95%]', version({ accuracy: 0.9 }, { run }))?.status).toBe('pass');
  });

  it('judges a fixed limit by the candidate alone, also where the baseline has a count', () => {
    const result = judge(
      'accuracy >= 0.85 [confidence: 95%]',
      version(counted(0.9, 1000)),
      against(counted(0.2, 1000)),
    );
    expect(result).toMatchObject({ status: 'pass', interval: { method: 'Wilson score interval, n = 1000' } });
  });

  it('judges an upper limit by the upper end', () => {
    expect(
      judge('error_rate <= 0.03 [confidence: 95%]', version({ error_rate: 0.02, 'error_rate.n': 100 }))?.status,
    ).toBe('fail');
    expect(
      judge('error_rate <= 0.03 [confidence: 95%]', version({ error_rate: 0.02, 'error_rate.n': 10_000 }))?.status,
    ).toBe('pass');
  });

  it.each([
    [counted(90, 1000), 'is no proportion'],
    [counted(0.9, 0.5), 'is no proportion'],
  ])('does not take %j for one', (metrics, why) => {
    const result = judge('accuracy >= 0.5 [confidence: 95%]', version(metrics));
    expect(result?.status).toBe('fail');
    expect(result?.explanation).toContain(why);
  });

  it('says when the baseline has no count', () => {
    const result = judge(
      'accuracy [max_regression: 0.1, confidence: 95%]',
      version(counted(0.9, 1000)),
      against({ accuracy: 0.9 }),
    );
    expect(result?.explanation).toContain('the baseline has no count of examples');
  });
});

describe('repeats', () => {
  const history = (values: readonly number[]): MetricPoint[] =>
    values.map((value, step) => point('f1', value, { step, loggedAtMs: step }));

  it('takes the points of a mean as repeated evaluations', () => {
    const line = 'f1 [max_regression: 0.05, point: mean of last 4, confidence: 95%]';
    const result = judge(line, version(history([0.1, 0.9, 0.91, 0.89, 0.9])), against(history([0.89, 0.9, 0.91, 0.9])));
    expect(result).toMatchObject({ status: 'pass', interval: { method: 'Welch t interval of 4 and 4 repeats' } });
  });

  it('wants repeats on both sides', () => {
    const line = 'f1 [max_regression: 0.5, point: mean of last 3, confidence: 95%]';
    expect(judge(line, version(history([0.9, 0.9, 0.9])), against(history([0.9, 0.9, 0.9])))?.status).toBe('pass');
    const short = 'f1 [max_regression: 0.5, point: mean of last 2, confidence: 95%]';
    expect(judge(short, version(history([0.9, 0.9])), against(history([0.9, 0.9])))?.explanation).toContain(
      'the mean is of 2 points',
    );
    const fixed = 'f1 >= 0.5 [point: mean of last 3, confidence: 95%]';
    expect(judge(fixed, version(history([0.9, 0.8, 0.9])), against(history([0.1, 0.1, 0.1])))?.interval?.method).toBe(
      't interval of 3 repeats',
    );
  });

  it('does not take a training curve for repeats', () => {
    const result = judge('f1 >= 0.5 [confidence: 95%]', version(history([0.1, 0.5, 0.9])));
    expect(result).toMatchObject({ status: 'fail' });
    expect(result?.explanation).toContain('the evidence is too thin for 95% confidence: f1 has no folds');
  });
});

describe('thin evidence', () => {
  it.each([
    ['', 'fail'],
    [', on_thin_evidence: pass', 'note'],
    [', on_thin_evidence: warn', 'warn'],
    [', severity: warn', 'warn'],
  ])('with %j: %s', (more, status) => {
    expect(judge(`f1 >= 0.5 [confidence: 95%${more}]`, version({ f1: 0.9 }))?.status).toBe(status);
  });

  it('hides no other finding behind a policy that lets it pass', () => {
    const line = 'f1 >= 0.5 [max_regression: 0.1, confidence: 95%, on_thin_evidence: pass';
    expect(judge(`${line}]`, version({ f1: 0.9 }), against({}))).toMatchObject({
      status: 'fail',
      reason: 'baseline-metric-missing',
    });
    expect(judge(`${line}, on_missing_baseline_metric: pass]`, version({ f1: 0.9 }), against({}))?.status).toBe('note');
    const counted = version({ f1: 0.9, 'f1.n': 4 });
    expect(judge(`${line}, on_missing_baseline_metric: pass]`, counted, against({}))).toMatchObject({
      status: 'fail',
      reason: 'threshold-missed',
    });
  });

  it('never saves a value that misses the bound exactly', () => {
    expect(judge('f1 >= 0.95 [confidence: 95%, on_thin_evidence: pass]', version({ f1: 0.9 }))?.status).toBe('fail');
  });
});
