import { describe, expect, it } from '@jest/globals';
import { CONFIGURATION, GOOD_METRICS, MODEL, PULL_REQUEST, type Stage } from '../../sandbox/stage.js';
import type { JobConduct } from '../../sandbox/workspace/platform/jobs.js';
import { expectDecision, onStage, reportOf } from './support.js';

const FILE = 'config/deployment_config.yaml';

/** A rule that only the job's metric can meet, and the evaluation that logs it. */
function configured(jobId: number, more = ''): Readonly<Record<string, string>> {
  const evaluation = `    evaluation: { job_id: ${jobId}, parameters: { split: test }${more} }\n`;
  const rules = CONFIGURATION.replace('      accuracy: 0.9\n', '      accuracy: 0.9\n      judged/f1: 0.8\n');
  return { [FILE]: rules.replace('  rollout:\n', `${evaluation}  rollout:\n`) };
}

/** A job that takes six server seconds, which last a tenth of one here, and logs a metric to the run of the version that it was given. */
function evaluationJob(stage: Stage, judged: number, conduct: JobConduct = {}): number {
  const { platform, tracking, unityCatalog } = stage.workspace;
  const job = platform.jobs.create('evaluate-digits', 'someone@example.com');
  platform.jobs.conduct(job.id, {
    durationMs: 6_000,
    effect: ({ parameters, startedAt }) => {
      const version = unityCatalog.get(parameters.model_name ?? '').versions.get(Number(parameters.model_version));
      const run = tracking.run(version?.runId ?? '');
      tracking.logMetric(run, { key: 'judged/f1', value: judged, timestamp: startedAt, step: 0 });
    },
    ...conduct,
  });
  return job.id;
}

function lineOf(result: string | undefined, name: string): Record<string, unknown> {
  const lines: Record<string, unknown>[] = JSON.parse(result ?? '{}').gate.requirements;
  return lines.find((line) => line.name === name) ?? {};
}

const DRY = { 'dry-run': 'false', command: 'plan' };

describe('evaluation on Databricks', () => {
  it('runs the job for the version, links its page, and judges what it logged', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(), 0);
      const version = stage.version();
      const jobId = evaluationJob(stage, 0.91);
      const files = configured(jobId, ', when: always');
      const run = await stage.onPullRequest({ files });
      expectDecision(run, 'passed', 'ok');
      const [started] = [...stage.workspace.platform.jobs.runs.values()];
      expect(started?.parameters).toEqual({ split: 'test', model_name: MODEL, model_version: version });
      expect(started?.idempotencyToken).toMatch(/^[0-9a-f]{64}$/);
      const page = `job/${jobId}/run/${started?.id}`;
      expect(run.log).toContain(page);
      expect(stage.comments()[0]).toContain(page);
      expect(lineOf(run.outputs.result, 'evaluation')).toMatchObject({ status: 'pass', reason_code: 'ok' });
      expect(JSON.parse(run.outputs.metrics ?? '{}')['judged/f1']).toBe(0.91);
      expect(stage.workspace.requests.writes().map((one) => one.path)).toEqual(['/api/2.1/jobs/run-now']);
      reportOf(run);
    }));

  it('starts it once for a workflow run, and anew only after it failed for an earlier attempt', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(), 0);
      stage.version();
      const jobId = evaluationJob(stage, 0.91);
      const files = configured(jobId, ', when: always');
      const { jobs } = stage.workspace.platform;
      await stage.onPullRequest({ files, runId: 5 });
      const again = await stage.onPullRequest({ files, runId: 5, runAttempt: 2 });
      expectDecision(again, 'passed', 'ok');
      expect(jobs.runs.size).toBe(1);
      await stage.onPullRequest({ files, runId: 6 });
      expect(jobs.runs.size).toBe(2);
      jobs.conduct(jobId, { result: 'FAILED', failedTask: { key: 'score', error: 'OOM' } });
      expectDecision(await stage.onPullRequest({ files, runId: 7 }), 'rejected', 'evaluation-failed');
      expectDecision(await stage.onPullRequest({ files, runId: 7 }), 'rejected', 'evaluation-failed');
      expect(jobs.runs.size).toBe(3);
      await stage.onPullRequest({ files, runId: 7, runAttempt: 2 });
      expect(jobs.runs.size).toBe(4);
    }));

  it('rejects with the error of the task that failed', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(), 0);
      stage.version();
      const failedTask = { key: 'score', error: 'ValueError: the test split is empty' };
      const jobId = evaluationJob(stage, 0.91, { result: 'FAILED', failedTask });
      const run = await stage.onMerge({ files: configured(jobId) });
      expectDecision(run, 'rejected', 'evaluation-failed');
      expect(run.exitCode).toBe(1);
      const line = lineOf(run.outputs.result, 'evaluation');
      expect(line).toMatchObject({ status: 'fail', reason_code: 'evaluation-failed' });
      expect(String(line.explanation)).toContain('score: ValueError: the test split is empty');
      expect(stage.comments()[0]).toContain('the test split is empty');
      expect(stage.workspace.requests.writes()).toHaveLength(1);
      reportOf(run);
    }));

  it('judges what is there, and writes nothing, where the command does not start it', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(), 0);
      const version = stage.version();
      const jobId = evaluationJob(stage, 0.91);
      for (const inputs of [{ command: 'gate' }, DRY, { command: 'promote', 'dry-run': 'true' }]) {
        const run = await stage.byHand(inputs, { files: configured(jobId) });
        expectDecision(run, 'rejected', 'evaluation-missing');
        expect(String(lineOf(run.outputs.result, 'evaluation').explanation)).toContain('was not started');
      }
      const trained = stage.workspace.unityCatalog.get(MODEL).versions.get(Number(version))?.runId ?? '';
      const { tracking } = stage.workspace;
      tracking.logMetric(tracking.run(trained), { key: 'judged/f1', value: 0.9, timestamp: 1, step: 0 });
      const run = await stage.byHand({ command: 'gate' }, { files: configured(jobId) });
      expectDecision(run, 'passed', 'ok');
      expect(stage.workspace.requests.writes()).toEqual([]);
    }));

  it('does not start it for a version that is rejected already, and names the true cause', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(), 0);
      stage.version({ ...GOOD_METRICS, accuracy: 0.2 });
      const jobId = evaluationJob(stage, 0.91);
      const run = await stage.onMerge({ files: configured(jobId) });
      expectDecision(run, 'rejected', 'threshold-missed');
      expect(stage.workspace.platform.jobs.runs.size).toBe(0);
      expect(lineOf(run.outputs.result, 'evaluation')).toMatchObject({ status: 'note' });
      const rules: { metric: string; status: string }[] = JSON.parse(run.outputs.result ?? '{}').gate.rules;
      expect(rules.find((rule) => rule.metric === 'judged/f1')?.status).toBe('note');
      expect(stage.workspace.requests.writes()).toEqual([]);
    }));

  it('rejects when the job ended well without the metric, or with one that is too low', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(), 0);
      stage.version();
      const silent = evaluationJob(stage, 0, { effect: () => undefined });
      const poor = evaluationJob(stage, 0.4);
      const command = { command: 'promote' };
      expectDecision(await stage.byHand(command, { files: configured(silent) }), 'rejected', 'evaluation-missing');
      expectDecision(await stage.byHand(command, { files: configured(poor) }), 'rejected', 'threshold-missed');
    }));

  it('cancels the run when its time is up', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(), 0);
      stage.version();
      const jobId = evaluationJob(stage, 0.91, { durationMs: Number.POSITIVE_INFINITY });
      const run = await stage.onMerge({ files: configured(jobId, ', timeout: 600ms') });
      expectDecision(run, 'rejected', 'evaluation-missing');
      expect([...stage.workspace.platform.jobs.runs.values()].map((one) => one.result)).toEqual(['CANCELED']);
      expect(String(lineOf(run.outputs.result, 'evaluation').explanation)).toContain('evaluation.timeout');
      reportOf(run);
    }));

  it('cancels the run when the workflow is cancelled', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(), 0);
      stage.version();
      const jobId = evaluationJob(stage, 0.91, { durationMs: Number.POSITIVE_INFINITY });
      const files = configured(jobId);
      const run = await stage.onMerge({ files, signals: { when: /Run 800000: RUNNING/, signal: 'SIGINT' } });
      expectDecision(run, 'cancelled', 'cancelled');
      expect([...stage.workspace.platform.jobs.runs.values()].map((one) => one.result)).toEqual(['CANCELED']);
      expect(stage.workspace.requests.writes().map((one) => one.path.split('/').at(-1))).toEqual(['run-now', 'cancel']);
    }));

  it('shows on the pull request that the job is under way', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(), 0);
      stage.version();
      const jobId = evaluationJob(stage, 0.91, { durationMs: 30_000 });
      const running = stage.onPullRequest({ files: configured(jobId, ', when: always') });
      const seen = new Set<string>();
      const watch = setInterval(() => seen.add(stage.comments().join('')), 20);
      await running;
      clearInterval(watch);
      const live = [...seen].filter((comment) => comment.includes('Evaluating version'));
      expect(live).toHaveLength(1);
      expect(live[0]).toContain(`job/${jobId}/run/`);
      expect(live[0]).toContain('is running');
      expect(stage.github.state.comments.filter((one) => one.issue === PULL_REQUEST)).toHaveLength(1);
    }));

  it('promotes a version that passed it, and goes on after a pause with the same evaluation', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(), 25);
      const version = stage.version();
      const files = {
        [FILE]: (configured(evaluationJob(stage, 0.91))[FILE] ?? '').replace('[5, 25, 50, 100]', '[50, 100]'),
      };
      expectDecision(await stage.onMerge({ files, runId: 5, inputs: { until: '50' } }), 'paused', 'approval-pending');
      expectDecision(await stage.onMerge({ files, runId: 6 }), 'promoted', 'ok');
      expect(stage.split()).toEqual({ [version]: 100 });
      expect(stage.workspace.platform.jobs.runs.size).toBe(1);
    }));

  it('says what to do when the job does not exist', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(), 0);
      stage.version();
      const run = await stage.byHand({ command: 'promote' }, { files: configured(1) });
      expectDecision(run, 'failed', 'not-found');
      expect(run.log).toContain('job_id');
      expect(stage.workspace.requests.writes()).toHaveLength(1);
    }));
});
