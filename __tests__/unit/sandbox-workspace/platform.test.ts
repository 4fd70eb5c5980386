import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Workspace } from '../../../sandbox/workspace/index.js';
import { ask, ENDPOINT, entity, MODEL, part, put, sandbox } from './client.js';

let workspace: Workspace;

afterEach(() => workspace.stop());

const CI = 'ci-application-id';

async function withCi(): Promise<void> {
  workspace = await sandbox({ identities: [{ userName: CI, token: 'dapi-ci', groups: ['deployers'] }] });
}

function grantAll(): void {
  const { securables } = workspace.platform;
  securables.grant('catalog', 'ml', 'deployers', 'USE_CATALOG');
  securables.grant('schema', 'ml.risk', CI, 'USE_SCHEMA');
  securables.grant('function', MODEL, 'account users', 'EXECUTE');
}

describe('grants', () => {
  const get = () => ask(workspace, 'GET', `/api/2.1/unity-catalog/models/${MODEL}`, undefined, 'dapi-ci');

  it('a model shows itself only with all three rights, through groups as well', async () => {
    await withCi();
    grantAll();
    expect((await get()).status).toBe(200);
    const { securables } = workspace.platform;
    for (const [type, name, principal, privilege] of [
      ['catalog', 'ml', 'deployers', 'USE_CATALOG'],
      ['schema', 'ml.risk', CI, 'USE_SCHEMA'],
      ['function', MODEL, 'account users', 'EXECUTE'],
    ] as const) {
      securables.revoke(type, name, principal, privilege);
      expect((await get()).status).toBe(404);
      securables.grant(type, name, principal, privilege);
    }
    const alias = { version_num: 1 };
    const set = () => ask(workspace, 'PUT', `/api/2.1/unity-catalog/models/${MODEL}/aliases/a`, alias, 'dapi-ci');
    expect((await set()).status).toBe(403);
    securables.grant('function', MODEL, CI, 'MANAGE');
    expect((await set()).status).toBe(200);
  });

  it('ALL_PRIVILEGES stands for the rest, but not for MANAGE', async () => {
    await withCi();
    workspace.platform.securables.grant('catalog', 'ml', CI, 'ALL PRIVILEGES');
    expect((await get()).status).toBe(200);
    const set = await ask(
      workspace,
      'PUT',
      `/api/2.1/unity-catalog/models/${MODEL}/aliases/a`,
      { version_num: 1 },
      'dapi-ci',
    );
    expect(set.status).toBe(403);
  });

  it('are effective with where they come from; those of others are not for everybody', async () => {
    await withCi();
    grantAll();
    const read = (principal: string, token?: string) =>
      ask(
        workspace,
        'GET',
        `/api/2.1/unity-catalog/effective-permissions/function/${MODEL}?principal=${encodeURIComponent(principal)}`,
        undefined,
        token,
      );
    expect((await read('deployers', 'dapi-ci')).json.privilege_assignments).toEqual([
      {
        principal: 'deployers',
        privileges: [{ privilege: 'USE_CATALOG', inherited_from_name: 'ml', inherited_from_type: 'CATALOG' }],
      },
    ]);
    expect((await read('somebody', 'dapi-ci')).status).toBe(403);
    expect((await read('somebody')).status).toBe(200);
  });

  it('of the recorded creator are needed for every update', async () => {
    workspace = await sandbox({ identities: [{ userName: CI, token: 'dapi-ci' }] });
    workspace.serving.place({
      name: 'theirs',
      creator: 'gone@example.com',
      entities: [{ name: 'fraud-1', model: MODEL, version: 1, traffic: 100 }],
    });
    workspace.credentials.add({ userName: 'gone@example.com' });
    const body = { served_entities: [entity(1)] };
    const refused = await ask(workspace, 'PUT', '/api/2.0/serving-endpoints/theirs/config', body);
    expect([refused.status, refused.text.includes('gone@example.com')]).toEqual([403, true]);
    expect((await put(workspace, [entity(1)], { 'fraud-1': 100 })).status).toBe(200);
    expect((await ask(workspace, 'GET', ENDPOINT)).status).toBe(200);
  });

  it('hide objects: what may not be used does not exist', async () => {
    await withCi();
    const schema = () => ask(workspace, 'GET', '/api/2.1/unity-catalog/schemas/ml.risk', undefined, 'dapi-ci');
    expect((await schema()).json.error_code).toBe('SCHEMA_DOES_NOT_EXIST');
    grantAll();
    expect((await schema()).status).toBe(200);
    workspace.platform.securables.attached = false;
    expect((await ask(workspace, 'GET', '/api/2.1/unity-catalog/current-metastore-assignment')).status).toBe(404);
  });

  it('experiments have rights of their own', async () => {
    await withCi();
    const { runId, experimentId } = workspace.seed.version({ model: MODEL });
    const read = () => ask(workspace, 'GET', `/api/2.0/mlflow/runs/get?run_id=${runId}`, undefined, 'dapi-ci');
    expect((await read()).status).toBe(403);
    workspace.permissions.grant('experiments', experimentId, {
      kind: 'group_name',
      principal: 'deployers',
      level: 'CAN_READ',
    });
    expect((await read()).status).toBe(200);
  });
});

describe('workspace files', () => {
  it('need their folder, do not overwrite unasked, and turn notebooks into notebooks', async () => {
    workspace = await sandbox();
    const put = (path: string, body: string, query = '') =>
      fetch(`${workspace.url}/api/2.0/workspace-files/import-file/${path}${query}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${workspace.token}`, 'content-type': 'application/octet-stream' },
        body,
      });
    expect((await put('Workspace/Users/x/app.py', 'a')).status).toBe(404);
    await ask(workspace, 'POST', '/api/2.0/workspace/mkdirs', { path: '/Workspace/Users/x' });
    expect((await put('Workspace/Users/x/a%20b.py', 'one')).status).toBe(200);
    expect((await put('Workspace/Users/x/a%20b.py', 'two')).status).toBe(409);
    expect((await put('Workspace/Users/x/a%20b.py', 'two', '?overwrite=true')).status).toBe(200);
    await put('Workspace/Users/x/n.py', '# Databricks notebook source\nprint(1)');
    const listed = await ask(workspace, 'GET', '/api/2.0/workspace/list?path=/Users/x');
    expect(listed.json.objects).toMatchObject([
      { path: '/Users/x/a b.py', object_type: 'FILE' },
      { path: '/Users/x/n', object_type: 'NOTEBOOK' },
    ]);
    expect((await put('Workspace/Users/x/n', 'plain')).status).toBe(400);
    expect(workspace.platform.files.under('/Workspace/Users/x').get('a b.py')?.toString()).toBe('two');
  });
});

describe('jobs', () => {
  it('run once per token, have an effect, fail with the task’s error, and can be cancelled', async () => {
    workspace = await sandbox();
    const { jobs } = workspace.platform;
    const job = jobs.create('evaluate', workspace.clientId);
    const effects: string[] = [];
    jobs.conduct(job.id, { durationMs: 60_000, effect: (run) => effects.push(run.parameters.model_version ?? '') });
    const start = (token: string) =>
      ask(workspace, 'POST', '/api/2.1/jobs/run-now', {
        job_id: job.id,
        idempotency_token: token,
        job_parameters: { model_version: '2' },
      });
    const run = (await start('a')).json.run_id;
    expect((await start('a')).json.run_id).toBe(run);
    workspace.advance(60_000);
    const state = async (id: unknown) =>
      part((await ask(workspace, 'GET', `/api/2.1/jobs/runs/get?run_id=${id}`)).json, 'state');
    expect(await state(run)).toEqual({ life_cycle_state: 'TERMINATED', result_state: 'SUCCESS' });
    expect(effects).toEqual(['2']);
    jobs.conduct(job.id, { result: 'FAILED', failedTask: { key: 'score', error: 'ValueError: bad' } });
    const failing = (await start('b')).json.run_id;
    workspace.advance(60_000);
    expect((await state(failing)).result_state).toBe('FAILED');
    const output = await ask(workspace, 'GET', `/api/2.1/jobs/runs/get-output?run_id=${Number(failing) * 10}`);
    expect(output.json.error).toBe('ValueError: bad');
    jobs.conduct(job.id, { durationMs: Number.POSITIVE_INFINITY });
    const endless = (await start('c')).json.run_id;
    workspace.advance(86_400_000);
    expect((await state(endless)).life_cycle_state).toBe('RUNNING');
    await ask(workspace, 'POST', '/api/2.1/jobs/runs/cancel', { run_id: endless });
    expect((await state(endless)).result_state).toBe('CANCELED');
  });
});

describe('apps', () => {
  const APP = '/api/2.0/apps/web';
  const deploy = () => ask(workspace, 'POST', `${APP}/deployments`, { source_code_path: '/Workspace/Shared/web' });
  const app = async () => (await ask(workspace, 'GET', APP)).json;
  const visit = async () => (await fetch(`${workspace.url}/apps/web/health`)).status;

  async function created(): Promise<void> {
    workspace = await sandbox();
    await ask(workspace, 'POST', '/api/2.0/workspace/mkdirs', { path: '/Workspace/Shared/web' });
    await ask(workspace, 'POST', '/api/2.0/apps', { name: 'web' });
    workspace.advance(60_000);
  }

  it('are deployed once their compute is active, one deployment at a time', async () => {
    workspace = await sandbox();
    await ask(workspace, 'POST', '/api/2.0/workspace/mkdirs', { path: '/Workspace/Shared/web' });
    await ask(workspace, 'POST', '/api/2.0/apps?no_compute=true', { name: 'web' });
    expect((await deploy()).status).toBe(400);
    await ask(workspace, 'POST', `${APP}/start`);
    workspace.advance(60_000);
    expect((await deploy()).status).toBe(200);
    expect((await deploy()).text).toContain('active deployment in progress');
    expect(await visit()).toBe(503);
    workspace.advance(60_000);
    expect(part(await app(), 'app_status').state).toBe('RUNNING');
    expect(await visit()).toBe(200);
  });

  it.each([
    ['failed', 'FAILED', 'UNAVAILABLE', 503],
    ['cancelled', 'CANCELLED', 'UNAVAILABLE', 503],
    ['crash', 'SUCCEEDED', 'CRASHED', 502],
    ['never', 'IN_PROGRESS', 'DEPLOYING', 503],
  ] as const)('can end badly: %s', async (outcome, deployment, state, status) => {
    await created();
    workspace.platform.apps.script({ outcome, afterMs: 5000 });
    const id = (await deploy()).json.deployment_id;
    workspace.advance(120_000);
    expect(part((await ask(workspace, 'GET', `${APP}/deployments/${id}`)).json, 'status').state).toBe(deployment);
    expect([part(await app(), 'app_status').state, await visit()]).toEqual([state, status]);
  });

  it('start again with what they ran before', async () => {
    await created();
    await deploy();
    workspace.advance(60_000);
    await ask(workspace, 'POST', `${APP}/stop`);
    workspace.advance(60_000);
    expect((await app()).active_deployment).toBeUndefined();
    await ask(workspace, 'POST', `${APP}/start`);
    workspace.advance(60_000);
    expect((await deploy()).status).toBe(409);
    workspace.advance(60_000);
    expect(part(await app(), 'app_status').state).toBe('RUNNING');
  });

  it('take their time to go', async () => {
    await created();
    await ask(workspace, 'DELETE', APP);
    expect((await ask(workspace, 'DELETE', APP)).text).toContain('not terminal with state DELETING');
    const again = await ask(workspace, 'POST', '/api/2.0/apps', { name: 'web' });
    expect([again.status, again.json.message]).toEqual([409, 'An app with the same name already exists: web']);
    workspace.advance(300_000);
    expect((await ask(workspace, 'GET', APP)).status).toBe(404);
  });

  it('are answered for by a real process where a launcher starts one', async () => {
    const real = createServer((request, response) => response.end(`real ${request.url}`));
    await new Promise<void>((resolve) => real.listen(0, '127.0.0.1', resolve));
    const address = real.address();
    await created();
    workspace.platform.apps.launcher = async () =>
      typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : null;
    await deploy();
    workspace.advance(60_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await (await fetch(`${workspace.url}/apps/web/health?a=1`)).text()).toBe('real /health?a=1');
    real.close();
  });
});
