import { describe, expect, it } from '@jest/globals';
import { historiesNeeded } from '../../../src/gate/facts-needed.js';
import { checkRequirements } from '../../../src/gate/requirements.js';
import type {
  Baseline,
  GateContext,
  RequirementResult,
  Requirements,
  RunFacts,
  VersionFacts,
} from '../../../src/gate/types.js';
import { ABSENT, against, point, rules, version } from './facts.js';

const DAY_MS = 86_400_000;
const context: GateContext = {
  nowMs: 100 * DAY_MS,
  commits: ['0123456789abcdef0123456789abcdef01234567'],
  servingVersion: '6',
};

function run(more: Partial<RunFacts> = {}): RunFacts {
  return { id: 'r1', status: 'FINISHED', lifecycle: 'active', params: {}, tags: {}, datasets: [], ...more };
}

function check(
  name: string,
  requirements: Requirements,
  candidate: VersionFacts,
  baseline: Baseline = against({}),
  at = context,
): RequirementResult | undefined {
  return checkRequirements(requirements, rules('f1 >= baseline'), candidate, baseline, at).find(
    (line) => line.name === name,
  );
}

describe('the run', () => {
  it.each([
    [run(), 'pass'],
    [run({ status: 'FAILED' }), 'fail'],
    [run({ status: 'RUNNING' }), 'fail'],
    [run({ status: 'KILLED' }), 'fail'],
    [run({ lifecycle: 'deleted' }), 'fail'],
    [run({ status: 'UNKNOWN' }), 'note'],
    [run({ status: 'UNKNOWN', lifecycle: 'deleted' }), 'fail'],
  ])('%j: %s', (facts, status) => {
    expect(check('run', {}, version({}, { run: facts }))?.status).toBe(status);
    if (status === 'fail')
      expect(check('run', { runFinished: false }, version({}, { run: facts }))?.status).toBe('note');
  });

  it('is noted when there is none', () => {
    expect(check('run', {}, version({}))).toMatchObject({ status: 'note' });
  });
});

describe('age', () => {
  it.each([
    [{ run: run({ endedAtMs: 90 * DAY_MS }) }, 'pass'],
    [{ run: run({ endedAtMs: 69 * DAY_MS }), createdAtMs: 99 * DAY_MS }, 'fail'],
    [{ run: run({ startedAtMs: 69 * DAY_MS }) }, 'fail'],
    [{ createdAtMs: 80 * DAY_MS }, 'pass'],
    [{ createdAtMs: 101 * DAY_MS }, 'pass'],
    [{}, 'fail'],
  ])('%j against 30 days: %s', (facts, status) => {
    expect(check('age', { maxAgeMs: 30 * DAY_MS }, version({}, facts))?.status).toBe(status);
  });

  it('is not asked when no limit is given', () => {
    expect(check('age', {}, version({}))).toBeUndefined();
  });
});

describe('commit', () => {
  const tagged = (commit: string): VersionFacts =>
    version({}, { run: run({ tags: { 'mlflow.source.git.commit': commit } }) });

  it.each([
    [tagged('0123456789ABCDEF0123456789abcdef01234567'), 'pass'],
    [tagged('0123456'), 'pass'],
    [tagged('012345'), 'fail'],
    [tagged('fedcba98'), 'fail'],
    [version({}, { tags: { git_sha: '0123456789ab' } }), 'pass'],
    [
      version(
        {},
        { tags: { git_sha: 'ffffffff' }, run: run({ tags: { 'mlflow.source.git.commit': '0123456789ab' } }) },
      ),
      'fail',
    ],
    [version({}), 'fail'],
  ])('%#: %s', (candidate, status) => {
    expect(check('commit', { sameCommit: true }, candidate)?.status).toBe(status);
  });

  it('fails when the commit of the workflow is not known', () => {
    expect(
      check('commit', { sameCommit: true }, tagged('0123456'), against({}), { ...context, commits: [] })?.status,
    ).toBe('fail');
  });
});

describe('tags, parameters, job and principal', () => {
  it.each([
    [{ tags: { validation: 'passed' } }, 'tag validation', { tags: { validation: 'passed' } }, 'pass', 'ok'],
    [{ tags: { validation: 'passed' } }, 'tag validation', { tags: { validation: 'failed' } }, 'fail', 'tag-missing'],
    [{ tags: { validation: 'passed' } }, 'tag validation', {}, 'fail', 'tag-missing'],
    [{ params: { depth: '3' } }, 'parameter depth', { run: run({ params: { depth: '3' } }) }, 'pass', 'ok'],
    [{ params: { depth: '3' } }, 'parameter depth', {}, 'fail', 'tag-missing'],
    [{ deploymentJob: 'approved' }, 'deployment job', { deploymentJobState: 'SUCCEEDED' }, 'pass', 'ok'],
    [{ deploymentJob: 'approved' }, 'deployment job', { deploymentJobState: 'approved' }, 'pass', 'ok'],
    [{ deploymentJob: 'approved' }, 'deployment job', { deploymentJobState: 'APPROVAL' }, 'fail', 'approval-pending'],
    [{ deploymentJob: 'approved' }, 'deployment job', { deploymentJobState: 'FAILED' }, 'fail', 'evaluation-failed'],
    [{ deploymentJob: 'approved' }, 'deployment job', {}, 'fail', 'approval-pending'],
    [{ registeredBy: ['ci@bank'] }, 'registered by', { createdBy: 'ci@bank' }, 'pass', 'ok'],
    [{ registeredBy: ['ci@bank'] }, 'registered by', { createdBy: 'eve@bank' }, 'fail', 'permission-denied'],
    [{ registeredBy: ['ci@bank'] }, 'registered by', {}, 'fail', 'permission-denied'],
  ] as const)('%j %s %j: %s', (requirements, name, facts, status, reason) => {
    expect(check(name, requirements, version({}, facts))).toMatchObject({ status, reason });
  });
});

describe('dataset', () => {
  const on = (digest: string | undefined, dataset = 'eval') => [
    point('f1', 0.9, {
      source: 'logged-model',
      id: 'm',
      dataset,
      ...(digest === undefined ? {} : { datasetDigest: digest }),
    }),
  ];

  it.each([
    [on('a'), on('a'), 'pass'],
    [on('a'), on('b'), 'fail'],
    [on('a'), on(undefined), 'fail'],
    [on('a', 'x'), on('a', 'y'), 'pass'],
  ])('%#: %s', (own, other, status) => {
    expect(check('dataset', { sameDataset: true }, version(own), against(other))?.status).toBe(status);
  });

  it('falls back to the datasets of the runs', () => {
    const facts = (digest: string) => ({ run: run({ datasets: [{ name: 'eval', digest }] }) });
    expect(
      check('dataset', { sameDataset: true }, version({ f1: 1 }, facts('a')), against({ f1: 1 }, facts('a')))?.status,
    ).toBe('pass');
    const differing = check(
      'dataset',
      { sameDataset: true },
      version({ f1: 1 }, facts('a')),
      against({ f1: 1 }, facts('b')),
    );
    expect(differing).toMatchObject({ status: 'fail', reason: 'dataset-mismatch' });
    expect(differing?.details).toEqual(['only the candidate: eval (digest a)', 'only the baseline: eval (digest b)']);
    expect(check('dataset', { sameDataset: true }, version({ f1: 1 }), against({ f1: 1 }))?.status).toBe('fail');
  });

  it('is noted for a first deployment and fails where no baseline was asked for', () => {
    expect(check('dataset', { sameDataset: true }, version({ f1: 1 }), ABSENT)?.status).toBe('note');
    expect(check('dataset', { sameDataset: true }, version({ f1: 1 }), { kind: 'none' })?.status).toBe('fail');
  });
});

describe('historiesNeeded', () => {
  it('names the metrics of rules that look at more than the last point', () => {
    expect(historiesNeeded(rules('f1 >= 0.9', 'auc >= 0.9 [point: best]', 'auc >= 0 [point: mean of last 3]'))).toEqual(
      ['auc'],
    );
  });
});
