import { describe, expect, it } from '@jest/globals';
import { parseRules } from '../../../src/gate/grammar.js';
import { GRAVITY, gravest } from '../../../src/gate/gravity.js';
import { checkRulesAgainstBaseline } from '../../../src/gate/rule-checks.js';
import type { GateContext } from '../../../src/gate/types.js';
import { decide, type GateQuestion } from '../../../src/gate/verdict.js';
import { ABSENT, against, rules, version } from './facts.js';

const context: GateContext = { nowMs: 1_000_000, commits: ['abc1234'], servingVersion: '6' };

function question(more: Partial<GateQuestion> = {}): GateQuestion {
  return {
    candidate: version({ f1: 0.9, accuracy: 0.95 }),
    baseline: against({ f1: 0.85, accuracy: 0.95 }),
    rules: rules('f1 >= baseline', 'accuracy >= 0.9'),
    requirements: {},
    context,
    ...more,
  };
}

describe('decide', () => {
  it('passes when every rule holds, and says what was compared', () => {
    const verdict = decide(question());
    expect(verdict).toMatchObject({ kind: 'passed', reason: 'ok' });
    expect(verdict.summary).toBe('Version 7 of main.cv.model may be promoted: against version 6, 2 of 2 rules hold.');
  });

  it('rejects with every rule listed and the first failure in words', () => {
    const verdict = decide(question({ rules: rules('f1 >= 0.99', 'accuracy >= 0.9', 'missing >= 1') }));
    expect(verdict).toMatchObject({ kind: 'rejected', reason: 'threshold-missed' });
    expect(verdict.rules.map((line) => line.status)).toEqual(['fail', 'pass', 'fail']);
    expect(verdict.summary).toBe(
      'Version 7 of main.cv.model is rejected: 2 of 3 rules fail (f1, missing). f1: 0.9 is not at least 0.99, missed by 0.09.',
    );
  });

  it('does not reject for warnings, and counts them', () => {
    const verdict = decide(question({ rules: rules('f1 >= 0.99 [severity: warn]', 'accuracy >= 0.9') }));
    expect(verdict.kind).toBe('passed');
    expect(verdict.summary).toBe(
      'Version 7 of main.cv.model may be promoted: against version 6, 1 of 2 rules holds, 1 only warns.',
    );
    expect(verdict.notes).toEqual(['1 rule would have failed, but only warns.']);
  });

  it('has nothing to promote when the candidate serves, and lists the rules all the same', () => {
    const verdict = decide(question({ candidate: version({ f1: 0 }), context: { ...context, servingVersion: '7' } }));
    expect(verdict).toMatchObject({ kind: 'unchanged', reason: 'already-serving' });
    expect(verdict.rules).toHaveLength(2);
  });

  it('passes a first deployment with its own reason, but not past a fixed limit', () => {
    const first = { baseline: ABSENT, context: { nowMs: 0, commits: [] } };
    expect(decide(question(first))).toMatchObject({
      kind: 'passed',
      reason: 'first-deployment',
      summary:
        'Version 7 of main.cv.model may be promoted: 1 of 2 rules holds, 1 had nothing to be judged by. This is the first deployment.',
    });
    expect(decide(question({ ...first, rules: rules('accuracy >= 0.99') }))).toMatchObject({
      kind: 'rejected',
      reason: 'threshold-missed',
    });
  });

  it('does not call it a first deployment when only the alias of the baseline is missing', () => {
    expect(decide(question({ baseline: ABSENT }))).toMatchObject({ kind: 'passed', reason: 'ok' });
  });

  it.each(['PENDING', 'FAILED', 'UNKNOWN'] as const)('rejects a version that is %s', (status) => {
    expect(decide(question({ candidate: version({ f1: 0.9, accuracy: 1 }, { status }) }))).toMatchObject({
      kind: 'rejected',
      reason: 'version-not-ready',
    });
  });

  it('does not pass when it is asked nothing', () => {
    expect(decide(question({ rules: [] }))).toMatchObject({ kind: 'rejected', reason: 'configuration-invalid' });
    expect(decide(question({ rules: [], requirements: { signature: 'ignore', sameCommit: false } })).kind).toBe(
      'rejected',
    );
  });

  it('passes when the user said on purpose that nothing is asked', () => {
    const verdict = decide(question({ rules: [], context: { ...context, emptyOnPurpose: true } }));
    expect(verdict.kind).toBe('passed');
    expect(verdict.requirements[0]).toMatchObject({ name: 'rules', status: 'note' });
  });

  it('has something to finish when other versions still have traffic', () => {
    const half = { ...context, servingVersion: '7', servedAlone: false };
    expect(decide(question({ context: half })).kind).toBe('passed');
  });

  it('passes on requirements alone, and says so', () => {
    const verdict = decide(
      question({
        rules: [],
        candidate: version({}, { tags: { validation: 'passed' } }),
        requirements: { tags: { validation: 'passed' } },
      }),
    );
    expect(verdict.kind).toBe('passed');
    expect(verdict.notes).toContain('The gate has no metric rule; only the requirements were checked.');
  });

  it('says so when the baseline is the candidate itself', () => {
    const verdict = decide(question({ baseline: against({ f1: 0.9, accuracy: 1 }, { version: '7' }) }));
    expect(verdict.notes.join()).toContain('The baseline (serving) is the candidate itself');
  });

  it('gives the gravest reason', () => {
    const candidate = version({ f1: Number.NaN, accuracy: 0.1 }, { tags: {} });
    expect(decide(question({ candidate, requirements: { tags: { a: 'b' } } })).kind).toBe('rejected');
    expect(decide(question({ candidate, requirements: { tags: { a: 'b' } } })).reason).toBe('metric-not-finite');
    expect(gravest(['tag-missing', 'threshold-missed', 'run-unfinished'])).toBe('run-unfinished');
    expect(gravest([])).toBeUndefined();
    expect(new Set(GRAVITY).size).toBe(GRAVITY.length);
  });
});

describe('rules against no baseline', () => {
  it('are a fault each, fixed limits are not', () => {
    const parsed = parseRules(
      { f1: { min: 0.9, max_regression: 0.1 }, accuracy: 0.9, auc: { min: 'baseline' } },
      'file',
    ).rules;
    expect(checkRulesAgainstBaseline(parsed, 'none').map((fault) => fault.origin)).toEqual(['file.f1', 'file.auc']);
    expect(checkRulesAgainstBaseline(parsed, 'version')).toEqual([]);
    expect(checkRulesAgainstBaseline(parsed, 'absent')).toEqual([]);
  });
});
