import { afterEach, describe, expect, it } from '@jest/globals';
import { startWorkspace, type Workspace } from '../../../sandbox/workspace/index.js';
import { ask, MODEL, part, sandbox } from './client.js';

let workspace: Workspace;

afterEach(() => workspace.stop());

const UC = `/api/2.1/unity-catalog/models/${MODEL}`;
const UC_MLFLOW = '/api/2.0/mlflow/unity-catalog';
const MLFLOW = '/api/2.0/mlflow';

describe('Unity Catalog, documented paths', () => {
  it('gives versions as integers, aliases only when asked', async () => {
    workspace = await sandbox();
    await ask(workspace, 'PUT', `${UC}/aliases/champion`, { version_num: 2 });
    expect((await ask(workspace, 'GET', UC)).json.aliases).toBeUndefined();
    const whole = await ask(workspace, 'GET', `${UC}?include_aliases=true`);
    expect(whole.json.aliases).toMatchObject([{ alias_name: 'champion', version_num: 2 }]);
    expect((await ask(workspace, 'GET', `${UC}/aliases/champion`)).json.version).toBe(2);
    expect((await ask(workspace, 'GET', `${UC}?include_aliases=yes`)).status).toBe(400);
  });

  it('refuses aliases to nowhere and of the wrong kind', async () => {
    workspace = await sandbox();
    expect((await ask(workspace, 'GET', `${UC}/aliases/none`)).status).toBe(404);
    expect((await ask(workspace, 'PUT', `${UC}/aliases/champion`, { version_num: 99 })).status).toBe(404);
    expect((await ask(workspace, 'PUT', `${UC}/aliases/champion`, { version_num: '2' })).status).toBe(400);
    expect((await ask(workspace, 'PUT', `${UC}/aliases/latest`, { version_num: 2 })).status).toBe(400);
    expect((await ask(workspace, 'GET', '/api/2.1/unity-catalog/models/ml.risk.none')).status).toBe(404);
  });

  it('pages, also through an empty first page, to every version once', async () => {
    workspace = await sandbox({ emptyFirstPage: true, pageSize: 2 });
    const seen: unknown[] = [];
    let token = '';
    let pages = 0;
    do {
      const query = token === '' ? '' : `?page_token=${token}`;
      const { json } = await ask(workspace, 'GET', `${UC}/versions${query}`);
      const rows = json.model_versions;
      if (Array.isArray(rows)) seen.push(...rows.map((row) => row.version));
      token = String(json.next_page_token ?? '');
      pages += 1;
    } while (token !== '');
    expect([seen.sort(), pages]).toEqual([[1, 2, 3], 3]);
  });

  it('folds names and never gives a number twice', async () => {
    workspace = await sandbox();
    expect((await ask(workspace, 'GET', '/api/2.1/unity-catalog/models/ML.Risk.Fraud')).json.full_name).toBe(MODEL);
    await ask(workspace, 'DELETE', `${UC}/versions/3`);
    expect(workspace.seed.version({ model: MODEL }).version).toBe('4');
  });
});

describe('Unity Catalog, MLflow-style paths', () => {
  it('have model id, metrics, tags and deployment job', async () => {
    workspace = await sandbox();
    const deploymentJob = { jobId: '1', runId: '2', runState: 'APPROVAL', currentTaskName: 'approve' };
    const { version } = workspace.seed.version({
      model: MODEL,
      metrics: { accuracy: 0.97 },
      loggedModel: true,
      versionMetrics: true,
      deploymentJob,
    });
    await ask(workspace, 'POST', `${UC_MLFLOW}/model-versions/set-tag`, { name: MODEL, version, key: 'a', value: 'b' });
    const answer = await ask(workspace, 'GET', `${UC_MLFLOW}/model-versions/get?name=${MODEL}&version=${version}`);
    expect(part(answer.json, 'model_version')).toMatchObject({
      version,
      tags: [{ key: 'a', value: 'b' }],
      model_metrics: [{ key: 'accuracy', value: 0.97 }],
      deployment_job_state: { job_id: '1', run_state: 'APPROVAL' },
    });
    await ask(workspace, 'DELETE', `${UC_MLFLOW}/model-versions/delete-tag?name=${MODEL}&version=${version}&key=a`);
    const after = await ask(workspace, 'GET', `${UC_MLFLOW}/model-versions/get?name=${MODEL}&version=${version}`);
    expect(part(after.json, 'model_version').tags).toBeUndefined();
  });

  it('search by one condition, without tags and aliases', async () => {
    workspace = await sandbox();
    const search = (query: string) => ask(workspace, 'GET', `${UC_MLFLOW}/model-versions/search?${query}`);
    const found = await search(`filter=${encodeURIComponent(`name='${MODEL}'`)}`);
    expect(found.json.model_versions).toHaveLength(3);
    expect((await search(`filter=${encodeURIComponent(`name='${MODEL}'`)}&order_by=version_number`)).status).toBe(400);
    expect((await search(`filter=${encodeURIComponent(`name='a' AND run_id='b'`)}`)).status).toBe(400);
  });

  it('can be switched off', async () => {
    workspace = await sandbox({ ucMlflowPaths: false });
    expect((await ask(workspace, 'GET', `${UC_MLFLOW}/registered-models/get?name=${MODEL}`)).status).toBe(403);
  });
});

describe('the legacy registry of a workspace', () => {
  it('moves stages for those who may, and takes requests from the others', async () => {
    workspace = await sandbox({ identities: [{ userName: 'ci@example.com', token: 'dapi-ci' }] });
    for (const _ of [1, 2]) workspace.seed.version({ model: 'legacy' });
    const { id } = workspace.registry.get('legacy');
    workspace.permissions.grant('registered-models', id, {
      kind: 'user_name',
      principal: 'ci@example.com',
      level: 'CAN_MANAGE_STAGING_VERSIONS',
    });
    const move = (version: string, stage: string, token?: string) =>
      ask(
        workspace,
        'POST',
        `${MLFLOW}/databricks/model-versions/transition-stage`,
        { name: 'legacy', version, stage, archive_existing_versions: true },
        token,
      );
    expect((await move('1', 'Staging', 'dapi-ci')).status).toBe(200);
    expect((await move('1', 'Production', 'dapi-ci')).status).toBe(403);
    const asked = { name: 'legacy', version: '1', stage: 'Production', comment: 'x' };
    await ask(workspace, 'POST', `${MLFLOW}/transition-requests/create`, asked, 'dapi-ci');
    const listed = await ask(workspace, 'GET', `${MLFLOW}/transition-requests/list?name=legacy&version=1`);
    expect(listed.json.requests).toMatchObject([{ to_stage: 'Production', user_id: 'ci@example.com' }]);
    await move('1', 'production');
    await move('2', 'Production');
    expect(workspace.registry.findVersion('legacy', 1)?.stage).toBe('Archived');
    expect((await move('2', 'Archived')).status).toBe(500);
  });

  it('has no aliases, and may be switched off', async () => {
    workspace = await sandbox();
    workspace.seed.version({ model: 'legacy' });
    expect((await ask(workspace, 'GET', `${MLFLOW}/registered-models/alias?name=legacy&alias=a`)).status).toBe(404);
    await workspace.stop();
    workspace = await sandbox({ workspaceRegistry: false });
    const refused = await ask(workspace, 'GET', `${MLFLOW}/registered-models/get?name=legacy`);
    expect([refused.status, refused.text.includes('legacy workspace model registry is disabled')]).toEqual([403, true]);
  });
});

describe('a plain MLflow server', () => {
  async function plain(): Promise<void> {
    workspace = await startWorkspace({ kind: 'mlflow', speed: 0, tickMs: 0, startAt: 1_800_000_000_000 });
    for (const accuracy of [0.9, 0.95]) {
      workspace.seed.version({
        model: 'm',
        metrics: { accuracy, broken: Number.NaN, huge: Number.POSITIVE_INFINITY },
        loggedModel: true,
      });
      workspace.advance(1000);
    }
  }

  it('answers 400 for an alias that does not exist and for a model that does', async () => {
    await plain();
    const alias = await ask(workspace, 'GET', `${MLFLOW}/registered-models/alias?name=m&alias=champion`);
    expect([alias.status, alias.json.message]).toEqual([400, 'Registered model alias champion not found.']);
    const duplicate = await ask(workspace, 'POST', `${MLFLOW}/registered-models/create`, { name: 'm' });
    expect([duplicate.status, duplicate.json.error_code]).toEqual([400, 'RESOURCE_ALREADY_EXISTS']);
  });

  it('reads the arguments of a deletion from the body alone', async () => {
    await plain();
    await ask(workspace, 'POST', `${MLFLOW}/registered-models/alias`, { name: 'm', alias: 'a', version: '1' });
    expect((await ask(workspace, 'DELETE', `${MLFLOW}/registered-models/alias?name=m&alias=a`)).status).toBe(400);
    expect(
      (await ask(workspace, 'DELETE', `${MLFLOW}/registered-models/alias`, { name: 'm', alias: 'a' })).status,
    ).toBe(200);
    expect(
      (await ask(workspace, 'POST', `${MLFLOW}/registered-models/alias`, { name: 'm', alias: 'a', version: 1 })).status,
    ).toBe(400);
  });

  it('orders versions by last update, and never gives a model id', async () => {
    await plain();
    await ask(workspace, 'PATCH', `${MLFLOW}/model-versions/update`, {
      name: 'm',
      version: '1',
      description: 'edited',
    });
    const search = (query: string) =>
      ask(workspace, 'GET', `${MLFLOW}/model-versions/search?filter=${encodeURIComponent("name='m'")}${query}`);
    const first = (rows: unknown) => (Array.isArray(rows) ? rows[0] : undefined);
    expect(first((await search('')).json.model_versions)).toMatchObject({ version: '1' });
    const newest = first((await search('&order_by=version_number%20DESC&max_results=1')).json.model_versions);
    expect(newest).toMatchObject({ version: '2', source: expect.stringMatching(/^models:\/m-/) });
    expect(newest).not.toHaveProperty('model_id');
    expect(
      (await ask(workspace, 'GET', `${MLFLOW}/model-versions/search?filter=${encodeURIComponent("name='none'")}`)).json,
    ).toEqual({});
  });

  it('writes NaN as text on a run, as 0 on a logged model, and clamps infinity', async () => {
    await plain();
    const { runId, modelId } = workspace.seed.version({
      model: 'm',
      metrics: { a: Number.NaN, b: Number.POSITIVE_INFINITY },
      loggedModel: true,
    });
    const run = await ask(workspace, 'GET', `${MLFLOW}/runs/get?run_id=${runId}`);
    expect(part(run.json, 'run', 'data').metrics).toMatchObject([
      { key: 'a', value: 'NaN' },
      { key: 'b', value: Number.MAX_VALUE },
    ]);
    const model = await ask(workspace, 'GET', `${MLFLOW}/logged-models/${modelId}`);
    expect(part(model.json, 'model', 'data').metrics).toMatchObject([
      { key: 'a', value: 0 },
      { key: 'b', value: Number.MAX_VALUE },
    ]);
  });

  it('gives files of versions, and 500 for a file that is not there', async () => {
    await plain();
    const { version } = workspace.seed.version({
      model: 'm',
      example: { inputs: [1] },
      signature: { inputs: [{ type: 'long', name: 'x' }] },
    });
    const file = (path: string) =>
      ask(workspace, 'GET', `/model-versions/get-artifact?name=m&version=${version}&path=${path}`);
    expect((await file('serving_input_example.json')).json).toEqual({ inputs: [1] });
    expect((await file('MLmodel')).text).toContain(`inputs: '[{"type":"long","name":"x"}]'`);
    expect((await file('nothing')).status).toBe(500);
    expect((await file('../secrets')).status).toBe(400);
  });

  it('asks for credentials where it has some, and can have the endless history', async () => {
    workspace = await startWorkspace({
      kind: 'mlflow',
      mlflowAuth: { username: 'u', password: 'p' },
      historyPagingBug: true,
      speed: 0,
    });
    const { runId } = workspace.seed.version({ model: 'm', metrics: { accuracy: 1 } });
    const get = async (path: string) => {
      const headers = { authorization: `Basic ${Buffer.from('u:p').toString('base64')}` };
      return (await fetch(`${workspace.url}${MLFLOW}/${path}`, { headers })).text();
    };
    expect((await ask(workspace, 'GET', `${MLFLOW}/registered-models/get?name=m`)).status).toBe(401);
    expect(await get(`metrics/get-history?run_id=${runId}&metric_key=accuracy`)).not.toContain('"metrics"');
    expect(await get(`metrics/get-history?run_id=${runId}&metric_key=accuracy&max_results=25000`)).toContain(
      '"metrics"',
    );
  });
});
