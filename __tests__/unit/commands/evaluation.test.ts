import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { followRun } from '../../../src/commands/evaluation/follow.js';
import { outcomeOf } from '../../../src/commands/evaluation/outcome.js';
import { startEvaluation } from '../../../src/commands/evaluation/start.js';
import { type EvaluationIdentity, evaluationToken } from '../../../src/commands/evaluation/token.js';
import type { JobRun, Jobs } from '../../../src/databricks/jobs.js';
import type { Written } from '../../../src/databricks/written.js';

const NEVER = new AbortController().signal;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const IDENTITY: EvaluationIdentity = {
  repository: 'acme/vision',
  workflowRun: '5',
  jobId: '600',
  model: 'main.vision.digits',
  version: '2',
  parameters: { split: 'test' },
};

function jobRun(more: Partial<JobRun> = {}): JobRun {
  return {
    id: '800',
    jobId: '600',
    ended: false,
    succeeded: false,
    state: 'RUNNING',
    message: '',
    url: 'https://workspace.example/#job/600/run/800',
    startedAtMs: 1_000,
    endedAtMs: null,
    failedTasks: [],
    ...more,
  };
}

const GOOD = jobRun({ ended: true, succeeded: true, state: 'TERMINATED SUCCESS', endedAtMs: 61_000 });
const BAD = jobRun({ ended: true, state: 'TERMINATED FAILED', endedAtMs: 61_000, message: 'Workload failed' });

interface Script {
  /** What each start gives; a token that was seen before gives the same run again. */
  readonly starts?: readonly Written<string>[];
  readonly runs?: (runId: string, look: number) => JobRun | null;
  readonly cancel?: Written<unknown>;
  readonly errors?: Readonly<Record<string, string>>;
}

/** Jobs that follow a script, with a record of what was asked. */
function scripted(script: Script) {
  const asked: string[] = [];
  const parameters: Readonly<Record<string, string>>[] = [];
  let looks = 0;
  let starts = 0;
  const refused = async () => {
    throw new Error('not part of this script');
  };
  const jobs: Jobs = {
    name: refused,
    start: async (_jobId, given) => {
      asked.push('start');
      parameters.push(given);
      starts += 1;
      return script.starts?.[starts - 1] ?? { kind: 'accepted', value: `80${starts - 1}` };
    },
    run: async (runId) => {
      looks += 1;
      return script.runs?.(runId, looks) ?? null;
    },
    cancel: async (runId) => {
      asked.push(`cancel ${runId}`);
      return script.cancel ?? { kind: 'accepted', value: {} };
    },
    taskError: async (runId) => script.errors?.[runId] ?? null,
  };
  return { jobs, asked, parameters, looks: () => looks };
}

/** A clock that only moves while somebody sleeps, and a log that keeps its lines. */
function bench(signal: AbortSignal = NEVER, onSleep: (now: number) => void = () => undefined) {
  let now = 0;
  const waits: number[] = [];
  const lines: string[] = [];
  const keep = (message: string): void => {
    lines.push(message);
  };
  return {
    waits,
    lines,
    sha256,
    signal,
    log: { info: keep, warning: keep, debug: keep, phase: keep },
    clock: {
      now: () => now,
      serverNow: () => now,
      sleep: async (ms: number, own: AbortSignal) => {
        now += ms;
        waits.push(ms);
        onSleep(now);
        own.throwIfAborted();
      },
    },
  };
}

const FOLLOW = { runId: '800', timeoutMs: 60_000, firstWaitMs: 1_000, seen: () => undefined };

describe('the token of an evaluation', () => {
  it('is 64 characters, the same for the same evaluation in any order of parameters, and no other', () => {
    const text = fc.string({ maxLength: 20 });
    const parameters = fc.dictionary(text, text, { maxKeys: 5 });
    const identity = fc.record({
      repository: text,
      workflowRun: text,
      jobId: text,
      model: text,
      version: text,
      parameters,
    });
    fc.assert(
      fc.property(identity, identity, fc.integer({ min: 1, max: 3 }), (left, right, attempt) => {
        const token = evaluationToken(left, attempt, sha256);
        const turned = Object.fromEntries(Object.entries(left.parameters).reverse());
        expect(token).toMatch(/^[0-9a-f]{64}$/);
        expect(evaluationToken({ ...left, parameters: turned }, attempt, sha256)).toBe(token);
        expect(evaluationToken(left, attempt + 1, sha256)).not.toBe(token);
        const isSame = JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));
        expect(evaluationToken(right, attempt, sha256) === token).toBe(isSame);
      }),
    );
  });
});

function sorted({ parameters, ...others }: EvaluationIdentity): unknown {
  return [others, Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1))];
}

describe('starting', () => {
  it('passes model and version over parameters of the same name', async () => {
    const { jobs, parameters } = scripted({});
    const identity = { ...IDENTITY, parameters: { split: 'test', model_version: '1' } };
    await startEvaluation(bench(), jobs, { identity, attempt: 1 });
    expect(parameters).toEqual([{ split: 'test', model_name: 'main.vision.digits', model_version: '2' }]);
  });

  it('looks for runs of earlier attempts, and passes over those that failed', async () => {
    const failedFirst = scripted({ runs: (runId) => (runId === '800' ? BAD : jobRun({ id: runId })) });
    expect(await startEvaluation(bench(), failedFirst.jobs, { identity: IDENTITY, attempt: 3 })).toBe('801');
    const allFailed = scripted({ runs: () => BAD });
    expect(await startEvaluation(bench(), allFailed.jobs, { identity: IDENTITY, attempt: 3 })).toBe('802');
    const good = scripted({ runs: () => GOOD });
    expect(await startEvaluation(bench(), good.jobs, { identity: IDENTITY, attempt: 3 })).toBe('800');
  });

  it.each([
    [403, 'PERMISSION_DENIED: no', 'permission-denied', /Can Manage Run/],
    [400, 'INVALID_PARAMETER_VALUE: Job 600 does not exist.', 'not-found', /job_id/],
    [404, 'RESOURCE_DOES_NOT_EXIST', 'not-found', /job_id/],
    [400, 'INVALID_PARAMETER_VALUE: unknown job parameter split', 'remote-error', /declare/],
  ])('says what to do after a %i: %s', async (status, message, reason, fix) => {
    const { jobs } = scripted({ starts: [{ kind: 'refused', status, code: '', message }] });
    const error = startEvaluation(bench(), jobs, { identity: IDENTITY, attempt: 1 });
    await expect(error).rejects.toMatchObject({ reason, fix: expect.stringMatching(fix) });
  });

  it('does not guess when no answer came', async () => {
    const { jobs, asked } = scripted({ starts: [{ kind: 'unknown', message: 'no answer' }] });
    const error = startEvaluation(bench(), jobs, { identity: IDENTITY, attempt: 1 });
    await expect(error).rejects.toMatchObject({ reason: 'remote-error', fix: expect.stringContaining('Run again') });
    expect(asked).toEqual(['start']);
  });
});

describe('following', () => {
  it('looks less and less often, says each state once, and ends with the run', async () => {
    const { jobs } = scripted({ runs: (_, look) => (look < 12 ? jobRun() : GOOD) });
    const at = bench();
    const seen: string[] = [];
    const followed = await followRun(at, jobs, { ...FOLLOW, timeoutMs: 600_000, seen: ({ id }) => seen.push(id) });
    expect(followed).toEqual({ kind: 'ended', run: GOOD });
    expect(at.waits.slice(0, 4)).toEqual([1_000, 1_500, 2_250, 3_375]);
    expect(at.waits.at(-1)).toBe(10_000);
    expect(at.lines).toHaveLength(2);
    expect(seen).toEqual(['800']);
  });

  it('cancels the run when its time is over, not a moment earlier or later, and says when that failed', async () => {
    const late = scripted({ runs: () => jobRun() });
    const at = bench();
    expect(await followRun(at, late.jobs, FOLLOW)).toEqual({ kind: 'late', run: jobRun(), cancelled: true });
    expect(at.clock.now()).toBe(60_000);
    expect(late.asked).toEqual(['cancel 800']);
    const stuck = scripted({ runs: () => jobRun(), cancel: { kind: 'unknown', message: 'no answer' } });
    expect(await followRun(bench(), stuck.jobs, FOLLOW)).toMatchObject({ kind: 'late', cancelled: false });
  });

  it('cancels the run when the workflow is cancelled, and throws its reason', async () => {
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const { jobs, asked } = scripted({ runs: () => jobRun() });
    const at = bench(controller.signal, (now) => (now > 5_000 ? controller.abort(reason) : undefined));
    await expect(followRun(at, jobs, FOLLOW)).rejects.toBe(reason);
    expect(asked).toEqual(['cancel 800']);
    const before = scripted({ runs: () => jobRun() });
    await expect(followRun(bench(controller.signal), before.jobs, FOLLOW)).rejects.toBe(reason);
    expect([before.asked, before.looks()]).toEqual([['cancel 800'], 0]);
  });

  it('lets the run go on when it cannot be read', async () => {
    const fault = new Error('503');
    const { jobs, asked } = scripted({
      runs: () => {
        throw fault;
      },
    });
    await expect(followRun(bench(), jobs, FOLLOW)).rejects.toBe(fault);
    expect(asked).toEqual([]);
  });
});

describe('the outcome', () => {
  const outcome = (jobs: Jobs, run: JobRun | null) => outcomeOf(jobs, '600', { kind: 'ended', run }, 60_000, NEVER);

  it('names the error of each task that failed, on one line', async () => {
    const { jobs } = scripted({ errors: { 81: `ValueError: empty\n  at split ${'x'.repeat(900)}` } });
    const failedTasks = [
      { runId: '81', key: 'score', message: 'see the output' },
      { runId: '82', key: 'slices', message: 'Cluster lost' },
    ];
    const state = await outcome(jobs, { ...BAD, failedTasks });
    expect(state).toMatchObject({ stage: 'failed', url: BAD.url, details: ['slices: Cluster lost'] });
    expect(state.explanation).toMatch(
      /after 1m 00s \(TERMINATED FAILED: Workload failed\).*score: ValueError: empty at split x+…$/,
    );
    expect(state.explanation.length).toBeLessThan(800);
  });

  it('of a run that ended well is good, also where a task was allowed to fail', async () => {
    const failedTasks = [{ runId: '82', key: 'slices', message: 'Cluster lost' }];
    const state = await outcome(scripted({}).jobs, { ...GOOD, failedTasks });
    expect(state).toMatchObject({ stage: 'succeeded', details: ['slices: Cluster lost'] });
  });

  it('of a run that is gone is a failure', async () => {
    expect(await outcome(scripted({}).jobs, null)).toMatchObject({ stage: 'failed' });
  });
});
