import { describe, expect, it } from '@jest/globals';
import { GOOD_METRICS, HEAD_SHA, MERGE_SHA, MODEL } from '../../sandbox/stage.js';
import type { SeedVersion } from '../../sandbox/workspace/models/seeding.js';
import { onStage } from './support.js';
import { judge, statusOf } from './verdict.js';

const HOUR_MS = 3_600_000;
const RULE = 'metrics_threshold: { accuracy: 0.9 }';

const column = (name: string, type: string, required = true) => ({ name, type, required });
const outputs = [column('label', 'long'), column('score', 'double')];

/** One gate: what the version carries, what is required of it, the decision, and each line with what it says. */
interface Gate {
  readonly what: string;
  readonly version: Partial<SeedVersion>;
  readonly require: string;
  readonly reason: string;
  readonly lines: Readonly<Record<string, readonly [status: string, says: RegExp]>>;
}

const JOB = { jobId: '1', runId: '2', currentTaskName: 'approve' };
const DATA = [{ name: 'eval', digest: 'e1' }];

const GATES: readonly Gate[] = [
  {
    what: 'all is as required',
    version: {
      ageMs: HOUR_MS,
      commit: HEAD_SHA,
      datasets: DATA,
      tags: { validation: 'passed' },
      params: { data: 'v3' },
      deploymentJob: { ...JOB, runState: 'APPROVED' },
      createdBy: 'ci@example.com',
    },
    require:
      'max_age: 1d, same_commit: true, same_dataset: true, tags: { validation: passed }, params: { data: v3 }, deployment_job: approved, registered_by: [ci@example.com]',
    reason: 'ok',
    lines: {
      run: ['pass', /finished/],
      age: ['pass', /at most 1 day/],
      commit: ['pass', /a11ce5e/],
      dataset: ['pass', /same data/],
      'tag validation': ['pass', /passed/],
      'parameter data': ['pass', /v3/],
      'deployment job': ['pass', /APPROVED/],
      'registered by': ['pass', /ci@example/],
    },
  },
  {
    what: 'a run that still runs',
    version: { runStatus: 'RUNNING', commit: MERGE_SHA },
    require: 'same_commit: true',
    reason: 'run-unfinished',
    lines: { run: ['fail run-unfinished', /RUNNING/], commit: ['pass', /b0b5eed/] },
  },
  {
    what: 'a run that failed',
    version: { runStatus: 'FAILED' },
    require: 'signature: ignore',
    reason: 'run-unfinished',
    lines: { run: ['fail run-unfinished', /FAILED/] },
  },
  {
    what: 'a run that was deleted',
    version: { runDeleted: true },
    require: 'signature: ignore',
    reason: 'run-unfinished',
    lines: { run: ['fail run-unfinished', /deleted/] },
  },
  {
    what: 'no run, and so no metric',
    version: { withoutRun: true },
    require: 'same_commit: true',
    reason: 'metric-missing',
    lines: { run: ['note ok', /No run/], commit: ['fail commit-mismatch', /Neither the run nor the version/] },
  },
  {
    what: 'a run that is too old, and no tag',
    version: { ageMs: 50 * HOUR_MS },
    require: 'max_age: 1d, tags: { validation: passed }',
    reason: 'run-too-old',
    lines: {
      age: ['fail run-too-old', /2\.08 days old.*at most 1 day/],
      'tag validation': ['fail tag-missing', /is not there/],
    },
  },
  {
    what: 'another commit',
    version: { commit: 'c'.repeat(40) },
    require: 'same_commit: true',
    reason: 'commit-mismatch',
    lines: { commit: ['fail commit-mismatch', /cccc.*a11ce5e/] },
  },
  {
    what: 'another digest of the dataset',
    version: { datasets: [{ name: 'eval', digest: 'e2' }] },
    require: 'same_dataset: true',
    reason: 'dataset-mismatch',
    lines: { dataset: ['fail dataset-mismatch', /e2|e1/] },
  },
  {
    what: 'other values of tag and parameter',
    version: { tags: { validation: 'failed' }, params: { data: 'v2' } },
    require: 'tags: { validation: passed }, params: { data: v3 }',
    reason: 'tag-missing',
    lines: {
      'tag validation': ['fail tag-missing', /is "failed"/],
      'parameter data': ['fail tag-missing', /is "v2"/],
    },
  },
  {
    what: 'a deployment job that failed',
    version: { deploymentJob: { ...JOB, runState: 'FAILED' } },
    require: 'deployment_job: approved',
    reason: 'evaluation-failed',
    lines: { 'deployment job': ['fail evaluation-failed', /FAILED/] },
  },
  {
    what: 'a deployment job that waits, registered by another',
    version: { deploymentJob: { ...JOB, runState: 'PENDING' }, createdBy: 'eve@example.com' },
    require: 'deployment_job: approved, registered_by: [ci@example.com]',
    reason: 'permission-denied',
    lines: {
      'deployment job': ['fail approval-pending', /PENDING/],
      'registered by': ['fail permission-denied', /eve@example/],
    },
  },
  {
    what: 'no deployment job',
    version: {},
    require: 'deployment_job: approved',
    reason: 'approval-pending',
    lines: { 'deployment job': ['fail approval-pending', /no state/] },
  },
];

describe('requirements', () => {
  it('are a line each, with a reason of their own and words that name what was found', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(GOOD_METRICS, { datasets: DATA }), 0);
      const found: string[] = [];
      for (const { what, version, require: required, lines } of GATES) {
        const number = stage.version(GOOD_METRICS, { commit: undefined, ...version });
        const rule = 'metrics_threshold: { accuracy: { min: 0.9, max_regression: 1 } }';
        const gate = await judge(stage, `${rule}\nrequire: { ${required} }`, { 'model-version': number });
        found.push(`${what}: ${gate.decision}`);
        for (const [name, [status, says]] of Object.entries(lines)) {
          const line = gate.requirement(name);
          expect([what, name, statusOf(line)]).toEqual([what, name, status]);
          expect(`${line.explanation} ${line.details?.join(' ') ?? ''}`).toMatch(says);
        }
      }
      const decisions = GATES.map(
        ({ what, reason }) => `${what}: ${reason === 'ok' ? 'passed' : 'rejected'} (${reason})`,
      );
      expect(found).toEqual(decisions);
      expect(stage.workspace.requests.writes()).toEqual([]);
    }));
});

describe('the signature', () => {
  const serving = { inputs: [column('p0', 'double'), column('p1', 'integer')], outputs };

  it('is compared with what serves, and every change is named', () =>
    onStage(async (stage) => {
      const version = (signature: SeedVersion['signature'] | undefined) => stage.version(GOOD_METRICS, { signature });
      stage.serve(version(serving), 0);
      const same = version(serving);
      const wider = version({ inputs: [column('p0', 'double'), column('p1', 'long')], outputs });
      const broken = version({
        inputs: [column('p0', 'string'), column('p1', 'integer'), column('p2', 'double')],
        outputs: [column('label', 'string')],
      });
      const none = version(undefined);
      const asked = async (wanted: string, number: string) =>
        judge(stage, `${RULE}\nrequire: { signature: ${wanted} }`, { 'model-version': number });
      expect((await asked('identical', same)).decision).toBe('passed (ok)');
      expect((await asked('compatible', wider)).decision).toBe('passed (ok)');
      expect((await asked('identical', wider)).decision).toBe('rejected (signature-incompatible)');
      expect((await asked('compatible', none)).decision).toBe('rejected (signature-unknown)');
      expect((await asked('ignore', broken)).decision).toBe('passed (ok)');
      const gate = await asked('compatible', broken);
      expect(gate.decision).toBe('rejected (signature-incompatible)');
      const details = (gate.requirement('signature').details ?? []).join('\n');
      for (const change of [/p0.*double.*string/, /p2/, /label.*long.*string/, /score/])
        expect(details).toMatch(change);
      expect(stage.comments()[0]).toContain('p2');
      const elsewhere = `${RULE}\nbaseline: "${broken}"\nrequire: { signature: compatible }`;
      expect((await judge(stage, elsewhere, { 'model-version': same })).decision).toBe('passed (ok)');
      const unasked = await judge(stage, RULE, { 'model-version': none });
      expect(unasked.decision).toBe('passed (ok)');
      expect(unasked.requirement('signature').status).toBe('note');
    }));
});

describe('all of them', () => {
  it('are listed, whatever the first one says, and the gravest gives the reason', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(), 0);
      stage.version(
        { accuracy: 0.2 },
        { runStatus: 'FAILED', commit: 'd'.repeat(40), ageMs: 90 * HOUR_MS, createdBy: 'eve@example.com' },
      );
      const gate = await judge(
        stage,
        `${RULE}\nrequire: { max_age: 1d, same_commit: true, tags: { a: b }, deployment_job: approved, registered_by: [ci@example.com] }`,
      );
      expect(gate.decision).toBe('rejected (run-unfinished)');
      const names = ['run', 'age', 'commit', 'tag a', 'deployment job', 'registered by'];
      expect(names.map((name) => statusOf(gate.requirement(name)))).toEqual([
        'fail run-unfinished',
        'fail run-too-old',
        'fail commit-mismatch',
        'fail tag-missing',
        'fail approval-pending',
        'fail permission-denied',
      ]);
      expect(gate.rule('accuracy')).toBe('fail threshold-missed');
      expect(stage.comments()[0]).toContain('eve');
    }));

  it('can be all that is asked, and nothing can be asked on purpose', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(), 0);
      stage.version({}, { tags: { validation: 'passed' } });
      expect((await judge(stage, 'require: { tags: { validation: passed } }')).decision).toBe('passed (ok)');
      expect((await judge(stage, 'metrics_threshold: {}')).decision).toBe('passed (ok)');
      const nothing = await judge(stage, 'baseline: serving');
      expect(nothing.decision).toBe('failed (configuration-invalid)');
      expect(stage.workspace.unityCatalog.get(MODEL).versions.size).toBe(2);
    }));
});
