import { describe, expect, it } from '@jest/globals';
import type { EvaluationState, GateContext, Requirements, Verdict } from '../../../src/gate/types.js';
import { decide } from '../../../src/gate/verdict.js';
import { against, rules, version } from './facts.js';

type Stage = EvaluationState['stage'];

const context: GateContext = { nowMs: 1_000_000, commits: [], servingVersion: '6' };

function judged(stage: Stage | null, lines: readonly string[], requirements: Requirements = {}): Verdict {
  return decide({
    candidate: version({ accuracy: 0.95 }),
    baseline: against({ accuracy: 0.94 }),
    rules: rules(...lines),
    requirements,
    context:
      stage === null
        ? context
        : { ...context, evaluation: { stage, explanation: 'Job 600.', details: ['a'], url: 'https://x' } },
  });
}

const reasonsOf = (verdict: Verdict): string[] =>
  [...verdict.rules, ...verdict.requirements].map((line) => `${line.status} ${line.reason}`);

describe('a metric that is missing', () => {
  const lines = ['accuracy >= 0.9', 'judged >= 0.8', 'slices/* >= 0.8'];

  it.each<[Stage | null, string, string, string]>([
    [null, 'rejected metric-missing', 'fail metric-missing', 'fail pattern-unmatched'],
    ['ahead', 'passed ok', 'note ok', 'note ok'],
    ['elsewhere', 'rejected evaluation-missing', 'fail evaluation-missing', 'fail evaluation-missing'],
    ['succeeded', 'rejected evaluation-missing', 'fail evaluation-missing', 'fail evaluation-missing'],
    ['late', 'rejected evaluation-missing', 'fail evaluation-missing', 'fail evaluation-missing'],
    ['failed', 'rejected evaluation-failed', 'fail evaluation-missing', 'fail evaluation-missing'],
  ])('while the evaluation is %s', (stage, decision, metric, pattern) => {
    const verdict = judged(stage, lines);
    expect(`${verdict.kind} ${verdict.reason}`).toBe(decision);
    expect(reasonsOf(verdict).slice(0, 3)).toEqual(['pass ok', metric, pattern]);
  });

  it('keeps what a policy or a severity says of it', () => {
    const lenient = ['judged >= 0.8 [on_missing_metric: warn]', 'other >= 0.8 [severity: warn]'];
    for (const stage of ['ahead', 'elsewhere', 'succeeded'] as const)
      expect(judged(stage, lenient)).toMatchObject({ kind: 'passed', rules: [{ status: 'warn' }, { status: 'warn' }] });
  });
});

describe('what an evaluation cannot bring', () => {
  it('rejects before it, with its own reason', () => {
    expect(judged('ahead', ['accuracy >= 0.99', 'judged >= 0.8'])).toMatchObject({ reason: 'threshold-missed' });
    expect(judged('ahead', ['judged >= 0.8'], { registeredBy: ['ci'] })).toMatchObject({ reason: 'permission-denied' });
    expect(judged('ahead', ['judged >= 0.8'], { params: { data: 'v3' } })).toMatchObject({ reason: 'tag-missing' });
  });

  it('is a tag with another value, but not one that is not there', () => {
    expect(judged('ahead', ['accuracy >= 0.9'], { tags: { validation: 'passed' } }).kind).toBe('passed');
    expect(judged('succeeded', ['accuracy >= 0.9'], { tags: { validation: 'passed' } })).toMatchObject({
      reason: 'tag-missing',
    });
    const candidate = version({ accuracy: 0.95 }, { tags: { validation: 'failed' } });
    const verdict = decide({
      candidate,
      baseline: against({ accuracy: 0.94 }),
      rules: rules('accuracy >= 0.9'),
      requirements: { tags: { validation: 'passed' } },
      context: { ...context, evaluation: { stage: 'ahead', explanation: 'Job 600.', details: [] } },
    });
    expect(verdict).toMatchObject({ kind: 'rejected', reason: 'tag-missing' });
  });

  it('is a metric on several datasets of which the rule names none', () => {
    const on = (dataset: string) => ({
      name: 'accuracy',
      value: 0.95,
      provenance: { source: 'logged-model' as const, id: 'm-1', dataset },
    });
    const verdict = decide({
      candidate: version([on('a'), on('b')]),
      baseline: against({ accuracy: 0.94 }),
      rules: rules('accuracy >= 0.9'),
      requirements: {},
      context: { ...context, evaluation: { stage: 'ahead', explanation: 'Job 600.', details: [] } },
    });
    expect(verdict).toMatchObject({ kind: 'rejected', reason: 'metric-missing' });
  });
});

describe('the line of the evaluation', () => {
  it.each<[Stage, string]>([
    ['ahead', 'note ok'],
    ['elsewhere', 'note ok'],
    ['succeeded', 'pass ok'],
    ['failed', 'fail evaluation-failed'],
    ['late', 'fail evaluation-missing'],
  ])('says that it is %s, with its page', (stage, wanted) => {
    const line = judged(stage, ['accuracy >= 0.9']).requirements.at(-1);
    expect(line).toMatchObject({ name: 'evaluation', explanation: 'Job 600.', details: ['a'], url: 'https://x' });
    expect(`${line?.status} ${line?.reason}`).toBe(wanted);
  });

  it('can be all that is asked, where it is started', () => {
    expect(judged('succeeded', [])).toMatchObject({ kind: 'passed' });
    expect(judged('ahead', [])).toMatchObject({ kind: 'passed' });
    expect(judged('elsewhere', [])).toMatchObject({ kind: 'rejected', reason: 'evaluation-missing' });
    expect(judged(null, [])).toMatchObject({ kind: 'rejected', reason: 'configuration-invalid' });
  });
});
