import { describe, expect, it } from '@jest/globals';
import { onStage } from './support.js';
import { judge, type Line } from './verdict.js';

const BEFORE = {
  accuracy: 0.9,
  f1: 0.95,
  val_loss: 0.3,
  'eval/log likelihood': -10,
  'recall/cat': 0.8,
  'recall/dog': 0.75,
};
const NOW = {
  accuracy: 0.91,
  f1: 0.945,
  val_loss: 0.31,
  'eval/log likelihood': -10.5,
  'recall/cat': 0.81,
  'recall/dog': 0.7,
};

const withoutOrigin = ({ origin: _origin, ...line }: Line): Omit<Line, 'origin'> => line;

describe('forms of a rule', () => {
  it('give the same verdict: lines, YAML and JSON of the input, and the map of the file', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(BEFORE), 0);
      stage.version(NOW);
      const nothing = 'baseline: serving';
      const forms = [
        await judge(stage, nothing, {
          'metrics-threshold': 'accuracy >= 0.9\nf1 >= 0.88 [max_regression: 0.001]; val_loss <= 0.35',
        }),
        await judge(stage, nothing, {
          'metrics-threshold': 'accuracy: 0.9\nf1: { min: 0.88, max_regression: 0.001 }\nval_loss: "<= 0.35"\n',
        }),
        await judge(stage, nothing, {
          'metrics-threshold':
            '{"accuracy": 0.9, "f1": {"min": 0.88, "max_regression": 0.001}, "val_loss": {"max": 0.35}}',
        }),
        await judge(
          stage,
          'metrics_threshold:\n  accuracy: 0.9\n  f1: { min: 0.88, max_regression: 0.001 }\n  val_loss: { max: 0.35 }',
        ),
      ];
      for (const { decision, rules } of forms) {
        expect(decision).toBe('rejected (threshold-missed)');
        expect(rules.map(withoutOrigin)).toEqual(forms[0]?.rules.map(withoutOrigin));
      }
      expect(forms[0]?.rules.map((line) => [line.metric, line.status])).toEqual([
        ['accuracy', 'pass'],
        ['f1', 'fail'],
        ['val_loss', 'pass'],
      ]);
    }));

  it('merge: a rule of the input replaces the rule of the file for that metric alone', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(BEFORE), 0);
      stage.version(NOW);
      const judged = await judge(stage, 'metrics_threshold: { accuracy: 0.99, f1: 0.9 }', {
        'metrics-threshold': 'accuracy >= 0.9',
      });
      expect(judged.decision).toBe('passed (ok)');
      expect(judged.rules.map((line) => [line.metric, line.required])).toEqual(
        expect.arrayContaining([
          ['accuracy', 'at least 0.9'],
          ['f1', 'at least 0.9'],
        ]),
      );
    }));
});

describe('conditions', () => {
  it('are all listed with value, bound, baseline and margin, and the gravest gives the reason', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(BEFORE), 0);
      stage.version(NOW);
      const judged = await judge(stage, 'baseline: serving', {
        'metrics-threshold': [
          'accuracy > 0.91',
          'f1 >= baseline - 0.01 and <= 0.95',
          'val_loss [max_relative_regression: 5%]',
          '"eval/log likelihood" [max_relative_regression: 5%]',
          'recall/cat == 0.8 +- 0.02',
          'recall/dog [min_improvement: 0.01]',
          'never_logged >= 1',
        ].join('\n'),
      });
      expect(judged.decision).toBe('rejected (threshold-missed)');
      const found = judged.rules.map((line) => `${line.metric}: ${line.status} ${line.reason_code}`);
      expect(found).toEqual([
        'accuracy: fail threshold-missed',
        'f1: pass ok',
        'val_loss: pass ok',
        'eval/log likelihood: pass ok',
        'recall/cat: pass ok',
        'recall/dog: fail threshold-missed',
        'never_logged: fail metric-missing',
      ]);
      const likelihood = judged.rules[3];
      expect(likelihood).toMatchObject({ value: -10.5, baseline: -10, bound: -10.5, margin: 0 });
      expect(judged.rules[5]).toMatchObject({ value: 0.7, baseline: 0.75 });
      expect(judged.rules[5]?.margin).toBeCloseTo(-0.06, 9);
      for (const line of judged.rules) expect(judged.log).toContain(line.explanation.slice(0, 40));
    }));

  it('of severity warn, and those that a policy lets pass, do not reject', () =>
    onStage(async (stage) => {
      stage.serve(stage.version({ accuracy: 0.9 }), 0);
      stage.version(NOW);
      const judged = await judge(stage, 'baseline: serving', {
        'metrics-threshold': [
          'accuracy >= 0.99 [severity: warn]',
          'never_logged >= 1 [on_missing_metric: warn]',
          'also_missing >= 1 [on_missing_metric: pass]',
          'f1 >= baseline [on_missing_baseline_metric: pass]',
        ].join('\n'),
      });
      expect(judged.decision).toBe('passed (ok)');
      expect(judged.rules.map((line) => line.status)).toEqual(['warn', 'warn', 'note', 'note']);
      expect(stage.comments()[0]).toContain('never_logged');
    }));
});

describe('the baseline', () => {
  it('is what serves, an alias, a number, or none, and the report says which', () =>
    onStage(async (stage) => {
      const served = stage.version({ ...BEFORE, accuracy: 0.92 });
      stage.serve(served, 0);
      const champion = stage.version(BEFORE, { aliases: ['champion'] });
      stage.version(NOW);
      const rule = 'metrics_threshold: { accuracy: { max_regression: 0 } }';
      const chosen = {
        serving: await judge(stage, rule),
        alias: await judge(stage, `${rule}\nbaseline: "@champion"`),
        number: await judge(stage, rule, { baseline: served }),
        none: await judge(stage, 'metrics_threshold: { accuracy: 0.9 }', { baseline: 'none' }),
        absent: await judge(stage, rule, { baseline: '@nobody' }),
      };
      expect(Object.entries(chosen).map(([how, { decision, baseline }]) => [how, decision, baseline.version])).toEqual([
        ['serving', 'rejected (threshold-missed)', served],
        ['alias', 'passed (ok)', champion],
        ['number', 'rejected (threshold-missed)', served],
        ['none', 'passed (ok)', null],
        ['absent', 'passed (ok)', null],
      ]);
      expect(chosen.absent.baseline.note).toContain('no alias nobody');
      expect(chosen.absent.rule('accuracy')).toBe('note baseline-missing');
      const impossible = await judge(stage, rule, { baseline: 'none' });
      expect(impossible.decision).toBe('failed (configuration-invalid)');
    }));

  it('that lacks a metric fails what compares with it', () =>
    onStage(async (stage) => {
      stage.serve(stage.version({ accuracy: 0.9 }), 0);
      stage.version(NOW);
      const judged = await judge(stage, 'metrics_threshold: { f1: ">= baseline - 0.01", accuracy: 0.9 }');
      expect(judged.decision).toBe('rejected (baseline-metric-missing)');
      expect([judged.rule('f1'), judged.rule('accuracy')]).toEqual(['fail baseline-metric-missing', 'pass']);
    }));

  it('does not exist yet on a first deployment: comparisons pass with a note', () =>
    onStage(async (stage) => {
      stage.version(NOW);
      const judged = await judge(stage, 'metrics_threshold: { f1: { min: 0.9, max_regression: 0.01 } }');
      expect(judged.decision).toBe('passed (first-deployment)');
      expect(judged.notes.join(' ')).toContain('First deployment');
    }));
});

describe('patterns', () => {
  it('give one line a metric, also for what only the baseline has, and fail when nothing matches', () =>
    onStage(async (stage) => {
      stage.serve(stage.version({ ...BEFORE, 'recall/fish': 0.9 }), 0);
      stage.version(NOW);
      const slices = await judge(stage, 'metrics_threshold: { "recall/*": { min: 0.75, max_regression: 0.1 } }');
      expect(slices.decision).toBe('rejected (threshold-missed)');
      expect(slices.rules.map((line) => [line.metric, line.status, line.reason_code])).toEqual([
        ['recall/cat', 'pass', 'ok'],
        ['recall/dog', 'fail', 'threshold-missed'],
        ['recall/fish', 'fail', 'metric-missing'],
      ]);
      const unmatched = await judge(stage, 'metrics_threshold: { "precision/*": { min: 0.7 } }');
      expect(unmatched.decision).toBe('rejected (pattern-unmatched)');
    }));
});

describe('values', () => {
  it('on several datasets need a name; digests that differ are said', () =>
    onStage(async (stage) => {
      const logged = (digest: string, value: number) => ({
        loggedModel: true,
        datasets: [
          { name: 'eval', digest, metrics: { accuracy: value } },
          { name: 'stress', digest: 's1', metrics: { accuracy: 0.6 } },
        ],
      });
      stage.serve(stage.version({}, logged('e1', 0.9)), 0);
      stage.version({}, logged('e2', 0.93));
      const unnamed = await judge(stage, 'metrics_threshold: { accuracy: 0.9 }');
      expect(unnamed.decision).toBe('rejected (metric-missing)');
      expect(unnamed.rules[0]?.explanation).toMatch(/several datasets.*eval.*stress/);
      const named = await judge(
        stage,
        'metrics_threshold:\n  accuracy: [{ min: 0.9, dataset: eval }, { min: 0.5, dataset: s1 }, { max_regression: 0.1, dataset: eval }, { min: 0.1, dataset: none }, { min: 0.9, dataset: eval@e2 }, { max_regression: 1, dataset: e2 }]',
      );
      expect(named.rules.map((line) => [line.status, line.value])).toEqual([
        ['pass', 0.93],
        ['pass', 0.6],
        ['pass', 0.93],
        ['fail', null],
        ['pass', 0.93],
        ['fail', 0.93],
      ]);
      expect(named.rules[5]?.reason_code).toBe('baseline-metric-missing');
      expect(named.rules[2]?.explanation).toMatch(/e1/);
      const same = await judge(
        stage,
        'metrics_threshold: { accuracy: { max_regression: 0.1, dataset: eval } }\nrequire: { same_dataset: true }',
      );
      expect(same.decision).toBe('rejected (dataset-mismatch)');
      expect(same.requirement('dataset').details?.join()).toMatch(/e2.*e1/);
    }));

  it('that are no numbers never pass, also where a logged model keeps a zero for them', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(BEFORE), 0);
      stage.version(
        { accuracy: Number.NaN, f1: Number.POSITIVE_INFINITY, auc: 1.7976931348623157e308, drift: 0 },
        { loggedModel: true },
      );
      const judged = await judge(stage, 'baseline: serving', {
        'metrics-threshold': 'accuracy >= -1\nf1 >= 0 [on_missing_metric: pass]\nauc >= 0\ndrift <= 0.1',
      });
      expect(judged.decision).toBe('rejected (metric-not-finite)');
      expect(['accuracy', 'f1', 'auc', 'drift'].map((metric) => judged.rule(metric))).toEqual([
        'fail metric-not-finite',
        'fail metric-not-finite',
        'fail metric-not-finite',
        'pass',
      ]);
    }));

  it('of a history are the best, or the mean of the last', () =>
    onStage(async (stage) => {
      const history = [0.5, 0.2, 0.3, 0.4].map((value, step) => ({ key: 'val_loss', value, step: step + 1 }));
      stage.serve(stage.version(BEFORE), 0);
      stage.version({}, { history });
      const judged = await judge(stage, 'baseline: serving', {
        'metrics-threshold':
          'val_loss <= 0.35\nval_loss <= 0.25 [point: best]\nval_loss <= 0.3 [point: mean of last 3]\nval_loss <= 9 [point: mean of last 9]',
      });
      expect(judged.rules.map((line) => [line.status, line.value])).toEqual([
        ['fail', 0.4],
        ['pass', 0.2],
        ['pass', expect.closeTo(0.3, 9)],
        ['fail', null],
      ]);
    }));
});

describe('confidence', () => {
  it('asks for more than noise, by the folds that were logged', () =>
    onStage(async (stage) => {
      const folds = (values: readonly number[]) =>
        Object.fromEntries([
          ...values.map((value, fold) => [`f1/fold_${fold}`, value]),
          ['f1', values.reduce((sum, value) => sum + value, 0) / values.length],
        ]);
      stage.serve(stage.version(folds([0.9, 0.88, 0.91, 0.89, 0.92])), 0);
      stage.version(folds([0.93, 0.91, 0.945, 0.92, 0.95]));
      const rule = 'metrics_threshold: { f1: { min_improvement: 0.01, confidence: 95% } }';
      const clear = await judge(stage, rule);
      expect(clear.decision).toBe('passed (ok)');
      expect(clear.rules[0]?.interval?.method).toMatch(/paired|t /i);
      stage.version(folds([0.99, 0.85, 0.97, 0.84, 0.97]));
      const noisy = await judge(stage, rule);
      expect(noisy.decision).toBe('rejected (threshold-missed)');
      expect(noisy.rules[0]?.explanation).toMatch(/95 ?%/);
      stage.version({ f1: 0.99 });
      expect((await judge(stage, rule)).decision).toBe('rejected (threshold-missed)');
      const lenient = 'metrics_threshold: { f1: { min_improvement: 0.01, confidence: 95%, on_thin_evidence: warn } }';
      expect((await judge(stage, lenient)).decision).toBe('passed (ok)');
    }));
});
