import { describe, expect, it } from '@jest/globals';
import { createContractValidator } from '../../sandbox/github/openapi/validator.js';
import { CONFIGURATION } from '../../sandbox/stage.js';
import { expectDecision, onStage, reportOf } from './support.js';

const CALLERS = 25;
const QUICK = {
  'config/deployment_config.yaml': CONFIGURATION.replace('[5, 25, 50, 100]', '[50, 100]'),
};

describe('what is left on GitHub', () => {
  it('records one deployment with a status at each step, closed with a success', () =>
    onStage(
      async (stage) => {
        stage.serve(stage.version(), CALLERS);
        stage.version();
        const run = await stage.onMerge({ inputs: { environment: 'production' }, files: QUICK });
        expectDecision(run, 'promoted', 'ok');
        expect(stage.github.state.deployments).toHaveLength(1);
        const [deployment] = stage.github.state.deployments;
        expect(run.outputs['deployment-id']).toBe(String(deployment?.id));
        const statuses = deployment?.statuses ?? [];
        expect(statuses.map((one) => one.state).at(-1)).toBe('success');
        const said = statuses.map((one) => one.description).join('\n');
        expect(said).toContain('50 % of traffic');
        expect(said).toContain('100 % of traffic');
      },
      { github: { contract: createContractValidator('github.com') } },
    ));

  it('closes the deployment as a failure when the version is taken back', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(), CALLERS);
      stage.workspace.traffic.behave('main.vision.digits', stage.version(), { answers: 'nan' });
      const run = await stage.onMerge({ inputs: { environment: 'production' } });
      expectDecision(run, 'rolled-back', 'smoke-failed');
      expect(stage.github.state.deployments[0]?.statuses.at(-1)?.state).toBe('failure');
    }));

  it('never fails a promotion over a comment that cannot be written', () =>
    onStage(
      async (stage) => {
        stage.serve(stage.version(), CALLERS);
        stage.version();
        const run = await stage.onMerge({ files: QUICK });
        expectDecision(run, 'promoted', 'ok');
        expect(run.exitCode).toBe(0);
        expect(run.outputs['comment-url']).toBe('');
        expect(run.log).toContain('pull-requests: write');
        reportOf(run);
      },
      { github: { permissions: { contents: 'read', 'pull-requests': 'read' } } },
    ));

  it('works against an Enterprise Server under its own address', () =>
    onStage(
      async (stage) => {
        stage.serve(stage.version());
        stage.version();
        const run = await stage.onPullRequest();
        expectDecision(run, 'passed', 'ok');
        expect(stage.comments()).toHaveLength(1);
      },
      { github: { basePath: '/api/v3', contract: createContractValidator('ghes-3.17') } },
    ));

  it('keeps quiet with comment: never, and still writes summary and outputs', () =>
    onStage(async (stage) => {
      stage.serve(stage.version());
      stage.version();
      const run = await stage.onPullRequest({ inputs: { comment: 'never' } });
      expectDecision(run, 'passed', 'ok');
      expect(stage.comments()).toEqual([]);
      reportOf(run);
    }));

  it('ends cancelled when the job is cancelled before anything was changed', () =>
    onStage(
      async (stage) => {
        stage.serve(stage.version());
        stage.version();
        const run = await stage.onMerge({ signals: { when: /Version of/, signal: 'SIGINT' } });
        expectDecision(run, 'cancelled', 'cancelled');
        expect(run.exitCode).toBe(1);
        expect(stage.workspace.requests.writes()).toEqual([]);
        reportOf(run);
      },
      { workspace: { roundTripMs: 400 } },
    ));
});
