import { describe, expect, it } from '@jest/globals';
import { CONFIGURATION, MERGE_SHA, type Stage } from '../../sandbox/stage.js';
import { expectDecision, onStage, reportOf } from './support.js';

const APP = 'vision-app';
const CONFIGURED = `${CONFIGURATION}  app:
    name: ${APP}
    source: lakehouse_app
`;
const SOURCE = {
  'lakehouse_app/app.yaml':
    'command: ["uvicorn", "app:app"]\nenv:\n  - name: ENDPOINT\n    valueFrom: serving-endpoint\n',
  'lakehouse_app/app.py': 'async def app(scope, receive, send):\n    pass\n',
  'lakehouse_app/requirements.txt': 'uvicorn==0.32.0\n',
};

function deploy(stage: Stage, changes: Readonly<Record<string, string>> = {}) {
  const files = { 'config/deployment_config.yaml': CONFIGURED, ...SOURCE, ...changes };
  return stage.byHand({ command: 'deploy-app' }, { files });
}

function appOf(stage: Stage) {
  return stage.workspace.platform.apps.get(APP);
}

describe('deploy-app', () => {
  it('creates the app with the right to query the endpoint, deploys it, and leaves it alone the next time', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(), 0);
      const run = await deploy(stage);
      expectDecision(run, 'deployed', 'ok');
      expect(run.exitCode).toBe(0);
      const app = appOf(stage);
      expect([app.compute.state, app.app.state]).toEqual(['ACTIVE', 'RUNNING']);
      expect(app.active?.sourceCodePath).toContain(`/.model-promotion/apps/${APP}/${MERGE_SHA}-`);
      expect(app.resources).toEqual([
        { name: 'serving-endpoint', serving_endpoint: { name: 'digits', permission: 'CAN_QUERY' } },
      ]);
      expect(reportOf(run).app).toMatchObject({ name: APP, deployment_id: app.active?.id, compute: 'ACTIVE' });
      expect(run.summary).toContain(app.active?.id ?? 'missing');
      stage.workspace.requests.clear();
      const again = await deploy(stage);
      expectDecision(again, 'unchanged', 'ok');
      expect(stage.workspace.requests.writes()).toEqual([]);
    }));

  it('puts the previous deployment back when the new one crashes after it succeeded', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(), 0);
      await deploy(stage);
      const good = appOf(stage).active;
      stage.workspace.platform.apps.script({
        outcome: 'crash',
        afterMs: 20_000,
        message: 'ModuleNotFoundError: torch',
      });
      const run = await deploy(stage, { 'lakehouse_app/app.py': 'import torch\n' });
      expectDecision(run, 'rolled-back', 'app-unhealthy');
      expect(run.exitCode).toBe(1);
      expect(appOf(stage).active?.sourceCodePath).toBe(good?.sourceCodePath);
      expect(appOf(stage).app.state).toBe('RUNNING');
      expect(reportOf(run).app).toMatchObject({ previous_deployment_id: good?.id });
      expect(run.log).toContain('ModuleNotFoundError: torch');
    }));

  it('goes on from what a cancelled job left', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(), 0);
      const files = { 'config/deployment_config.yaml': CONFIGURED, ...SOURCE };
      const signals = { when: /Following deployment/, signal: 'SIGINT' } as const;
      const cancelled = await stage.byHand({ command: 'deploy-app' }, { files, signals });
      expectDecision(cancelled, 'cancelled', 'cancelled');
      reportOf(cancelled);
      const run = await deploy(stage);
      expect(['deployed', 'unchanged']).toContain(run.outputs.decision);
      expect(appOf(stage).deployments).toHaveLength(1);
    }));

  it('names every fault of the source with its file, and asks nothing of the workspace', () =>
    onStage(async (stage) => {
      const run = await deploy(stage, {
        'lakehouse_app/app.yaml': 'command: uvicorn\n',
        'lakehouse_app/job.py': '# Databricks notebook source\n',
      });
      expectDecision(run, 'failed', 'configuration-invalid');
      expect(run.exitCode).toBe(1);
      const places = run.annotations.map((one) => `${one.file}:${one.line}`);
      expect(places).toEqual(expect.arrayContaining(['lakehouse_app/app.yaml:1', 'lakehouse_app/job.py:1']));
      expect(stage.workspace.requests.writes()).toEqual([]);
      reportOf(run);
    }));
});
