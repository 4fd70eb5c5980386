import { describe, expect, it } from '@jest/globals';
import { ENDPOINT, MODEL } from '../../sandbox/stage.js';
import { expectDecision, onStage, reportOf } from './support.js';

const POOR = { accuracy: 0.8, f1: 0.95, val_loss: 0.1 };

describe('gate on a pull request', () => {
  it('rejects a version that misses a threshold, says why, and writes nothing', () =>
    onStage(async (stage) => {
      stage.serve(stage.version());
      stage.version(POOR);
      const run = await stage.onPullRequest();
      expectDecision(run, 'rejected', 'threshold-missed');
      expect(run.exitCode).toBe(1);
      expect(stage.workspace.requests.writes()).toEqual([]);
      reportOf(run);
      const [comment] = stage.comments();
      expect(comment).toContain('accuracy');
      expect(comment).toContain('at least 0.9');
      expect(run.annotations.some((one) => one.level === 'error' && one.message.includes('0.8'))).toBe(true);
    }));

  it('does not fail the job with fail-on-rejection: false', () =>
    onStage(async (stage) => {
      stage.serve(stage.version());
      stage.version(POOR);
      const run = await stage.onPullRequest({ inputs: { 'fail-on-rejection': 'false' } });
      expectDecision(run, 'rejected', 'threshold-missed');
      expect(run.exitCode).toBe(0);
    }));

  it('creates one comment and then updates it', () =>
    onStage(async (stage) => {
      stage.serve(stage.version());
      stage.version(POOR);
      await stage.onPullRequest();
      stage.version();
      const second = await stage.onPullRequest();
      expectDecision(second, 'passed', 'ok');
      expect(second.exitCode).toBe(0);
      expect(stage.comments()).toHaveLength(1);
      expect(stage.comments()[0]).toContain('Version 3');
      expect(second.outputs['comment-url']).toContain('#issuecomment-');
      const creations = stage.github.requests.filter((one) => one.method === 'POST' && one.path.endsWith('/comments'));
      expect(creations).toHaveLength(1);
    }));

  it('says that there is nothing to promote when the version serves already', () =>
    onStage(async (stage) => {
      stage.serve(stage.version());
      const run = await stage.onPullRequest();
      expectDecision(run, 'unchanged', 'already-serving');
      expect(run.exitCode).toBe(0);
      expect(run.outputs['traffic-percentage']).toBe('100');
    }));

  it('ends skipped on the pull request of a fork, without asking the workspace', () =>
    onStage(async (stage) => {
      stage.serve(stage.version());
      const before = stage.workspace.requests.all.length;
      const run = await stage.onPullRequest({
        inputs: { 'databricks-host': '', 'databricks-token': '' },
        event: {
          pull_request: {
            number: 7,
            head: { sha: 'a'.repeat(40), ref: 'x', repo: { full_name: 'stranger/vision' } },
            base: { repo: { full_name: 'acme/vision' } },
          },
        },
      });
      expectDecision(run, 'skipped', 'fork-pull-request');
      expect(run.exitCode).toBe(0);
      reportOf(run);
      expect(stage.workspace.requests.all.length).toBe(before);
    }));

  it('names every fault of the configuration at its line', () =>
    onStage(async (stage) => {
      stage.serve(stage.version());
      const run = await stage.onPullRequest({
        files: {
          'config/deployment_config.yaml': [
            'deployment:',
            `  model: { name: ${MODEL} }`,
            `  endpoint: { name: ${ENDPOINT} }`,
            '  ci_cd:',
            '    metric_threshold: { accuracy: 0.9 }',
            '    metrics_threshold: { val_loss: 0.3 }',
            '  rollout:',
            '    bake: soon',
          ].join('\n'),
        },
      });
      expectDecision(run, 'failed', 'configuration-invalid');
      expect(run.exitCode).toBe(1);
      const lines = run.annotations
        .filter((one) => one.file === 'config/deployment_config.yaml')
        .map((one) => one.line);
      expect(lines).toEqual(expect.arrayContaining([5, 6, 8]));
      expect(run.log).toContain('metrics_threshold');
      expect(stage.workspace.requests.all.filter((one) => one.path.includes('/api/'))).toEqual([]);
      reportOf(run);
    }));

  it('reads the older form of the configuration unchanged, and shows how it is mapped', () =>
    onStage(async (stage) => {
      stage.version({ accuracy: 0.95, precision: 0.94, recall: 0.93 });
      const older = `deployment:
  endpoint:
    instance_type: "Standard_DS3_v2"
    min_instances: 1
    max_instances: 5
    scale_to_zero: true
  monitoring:
    metrics:
      - latency
      - throughput
      - error_rate
    alerts:
      - metric: "error_rate"
        threshold: 0.01
      - metric: "latency"
        threshold: 100
  ci_cd:
    metrics_threshold:
      accuracy: 0.9
      precision: 0.9
      recall: 0.9
`;
      const run = await stage.byHand(
        { command: 'plan', 'model-name': MODEL, 'endpoint-name': ENDPOINT },
        { files: { 'config/deployment_config.yaml': older } },
      );
      expectDecision(run, 'planned', 'first-deployment');
      expect(run.log).toMatch(/min_instances 1.*max_instances 5.*4.*20|provisioned concurrency 4.*20/s);
      const plan = JSON.parse(run.outputs.result ?? '{}').plan;
      expect(JSON.stringify(plan)).toContain('max_provisioned_concurrency: 20');
      expect(stage.workspace.requests.writes()).toEqual([]);
    }));

  it('knows a model of Unity Catalog in any letter case', () =>
    onStage(async (stage) => {
      stage.serve(stage.version());
      stage.version({ accuracy: 0.95, f1: 0.9, val_loss: 0.1 });
      const run = await stage.onPullRequest({ inputs: { 'model-name': 'Main.Vision.DIGITS' } });
      expectDecision(run, 'rejected', 'threshold-missed');
      expect(run.outputs['previous-version']).toBe('1');
    }));

  it('judges what needs no comparison when the version that serves was deleted', () =>
    onStage(async (stage) => {
      const first = stage.version();
      stage.serve(first);
      stage.version();
      stage.workspace.unityCatalog.get(MODEL).versions.delete(Number(first));
      const plain = await stage.onPullRequest({
        inputs: { 'metrics-threshold': 'f1 >= 0.9' },
      });
      expectDecision(plain, 'passed', 'ok');
      const compared = await stage.onPullRequest();
      expectDecision(compared, 'rejected', 'baseline-metric-missing');
    }));
});
