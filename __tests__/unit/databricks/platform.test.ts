import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { reply, replyText, type Seen } from '../http/local-server.js';
import { createWorkspace, NEVER, type Workspace } from './workspace.js';

type Answer = readonly [number, unknown, Record<string, string>?];

describe('the other clients of the workspace', () => {
  let workspace: Workspace;
  let routes: Record<string, (seen: Seen) => Answer>;
  const seen = () => workspace.server.seen;
  beforeAll(async () => {
    workspace = await createWorkspace();
    workspace.server.handle((one, response) => {
      const [status, body, headers] = routes[`${one.method} ${one.path}`]?.(one) ?? [404, { message: 'no such thing' }];
      if (typeof body === 'string') replyText(response, status, body);
      else reply(response, status, body, headers);
    });
  });
  afterAll(() => workspace.close());
  beforeEach(() => {
    routes = {};
    seen().length = 0;
  });

  it('knows who it is', async () => {
    routes['GET /api/2.0/preview/scim/v2/Me'] = () => [
      200,
      { id: '1', userName: 'app-id', displayName: 'ci', groups: [{ display: 'ml' }, {}] },
      { 'x-databricks-org-id': '77' },
    ];
    expect(await workspace.databricks.me(NEVER)).toEqual({
      id: '1',
      userName: 'app-id',
      displayName: 'ci',
      groups: ['ml'],
      workspaceId: '77',
    });
  });

  it('reads apps and deployments, and deploys a folder', async () => {
    const { apps } = workspace.databricks;
    expect(await apps.read('shop', NEVER)).toBeNull();
    routes['GET /api/2.0/apps/shop'] = () => [
      200,
      {
        name: 'shop',
        url: 'shop.example',
        compute_status: { state: 'ACTIVE' },
        app_status: { state: 'CRASHED', message: 'exit 1' },
        active_deployment: { deployment_id: 'd1', source_code_path: '/Workspace/a', status: { state: 'SUCCEEDED' } },
      },
    ];
    expect(await apps.read('shop', NEVER)).toMatchObject({
      url: 'https://shop.example',
      computeState: 'ACTIVE',
      appState: 'CRASHED',
      activeDeployment: { id: 'd1', state: 'SUCCEEDED', gitSource: null },
      pendingDeployment: null,
    });
    routes['POST /api/2.0/apps/shop/deployments'] = () => [
      200,
      { deployment_id: 'd2', status: { state: 'IN_PROGRESS' } },
    ];
    expect(await apps.deploy('shop', { kind: 'folder', path: '/Workspace/b' }, NEVER)).toMatchObject({
      kind: 'accepted',
      value: { id: 'd2' },
    });
    expect(seen().at(-1)?.json).toEqual({ source_code_path: '/Workspace/b', mode: 'SNAPSHOT' });
    routes['POST /api/2.0/apps/shop/deployments'] = () => [
      400,
      { error_code: 'BAD_REQUEST', message: 'Cannot deploy app shop as there is an active deployment in progress' },
    ];
    expect(await apps.deploy('shop', { kind: 'folder', path: '/x' }, NEVER)).toMatchObject({
      kind: 'refused',
      status: 400,
    });
    routes['POST /api/2.0/apps'] = () => [409, { error_code: 'RESOURCE_ALREADY_EXISTS', message: 'exists' }];
    expect(await apps.create('shop', { description: 'd' }, NEVER)).toMatchObject({
      kind: 'refused',
      code: 'RESOURCE_ALREADY_EXISTS',
    });
    expect(seen().at(-1)?.url).toBe('/api/2.0/apps?no_compute=true');
    routes['POST /api/2.0/apps/shop/start'] = () => [502, 'bad'];
    expect(await apps.start('shop', NEVER)).toMatchObject({ kind: 'unknown' });
    routes['GET /api/2.0/apps/shop/deployments'] = ({ query }) =>
      query.get('page_token') === null
        ? [200, { next_page_token: 'n' }]
        : [200, { app_deployments: [{ deployment_id: 'd1' }] }];
    expect(await apps.deployments('shop', NEVER)).toMatchObject([{ id: 'd1' }]);
  });

  it('writes and reads workspace files, encoding each segment', async () => {
    const { files } = workspace.databricks;
    routes['POST /api/2.0/workspace-files/import-file/Workspace/a%20b/app.py'] = () => [200, undefined];
    expect(await files.put('/Workspace/a b/app.py', Buffer.from('print(1)'), NEVER)).toMatchObject({
      kind: 'accepted',
    });
    expect(seen().at(-1)).toMatchObject({ body: 'print(1)', headers: { 'content-type': 'application/octet-stream' } });
    expect(await files.status('/nowhere', NEVER)).toBeNull();
    routes['GET /api/2.0/workspace/list'] = () => [200, { objects: [{ path: '/a/b', object_type: 'FILE' }] }];
    expect(await files.list('/a', NEVER)).toEqual([{ path: '/a/b', type: 'FILE' }]);
    routes['GET /api/2.0/workspace/export'] = () => [200, 'text'];
    expect(await files.readText('/a/b', NEVER)).toBe('text');
    routes['POST /api/2.0/workspace/delete'] = () => [403, { error_code: 'PERMISSION_DENIED', message: 'no' }];
    expect(await files.remove('/a', true, NEVER)).toMatchObject({ kind: 'refused', status: 403 });
  });

  it('tells missing from unknown when it looks at objects and grants', async () => {
    const { grants } = workspace.databricks;
    routes['GET /api/2.1/unity-catalog/schemas/c.s'] = () => [200, { full_name: 'c.s', owner: 'me' }];
    expect(await grants.object('schema', 'c.s', NEVER)).toEqual({ kind: 'found', value: { name: 'c.s', owner: 'me' } });
    expect(await grants.object('volume', 'c.s.v', NEVER)).toMatchObject({ kind: 'missing' });
    routes['GET /api/2.1/unity-catalog/models/c.s.m'] = () => [403, { error_code: 'PERMISSION_DENIED', message: 'no' }];
    expect(await grants.object('model', 'c.s.m', NEVER)).toMatchObject({ kind: 'unknown' });
    routes['GET /api/2.1/unity-catalog/effective-permissions/function/c.s.m'] = ({ query }) =>
      query.get('page_token') === null
        ? [
            200,
            {
              privilege_assignments: [
                { principal: 'p', privileges: [{ privilege: 'EXECUTE', inherited_from_name: 'c' }] },
              ],
              next_page_token: 'n',
            },
          ]
        : [200, { privilege_assignments: [{ principal: 'p', privileges: ['USE CATALOG'] }] }];
    expect(await grants.effective('model', 'c.s.m', 'p', NEVER)).toEqual({
      kind: 'found',
      value: [{ principal: 'p', privileges: ['EXECUTE', 'USE_CATALOG'] }],
    });
    expect(seen().at(-1)?.query.get('max_results')).toBe('0');
    routes['GET /api/2.1/unity-catalog/effective-permissions/catalog/c'] = () => [403, { message: 'no' }];
    expect(await grants.effective('catalog', 'c', null, NEVER)).toMatchObject({ kind: 'unknown' });
    routes['GET /api/2.0/permissions/serving-endpoints/id1'] = () => [
      200,
      { access_control_list: [{ group_name: 'g', all_permissions: [{ permission_level: 'CAN_QUERY' }] }] },
    ];
    expect(await grants.permissions('serving-endpoints', 'id1', NEVER)).toEqual({
      kind: 'found',
      value: [{ principal: 'g', privileges: ['CAN_QUERY'] }],
    });
  });

  it('starts a job once even when the answer is lost, and follows it', async () => {
    const { jobs } = workspace.databricks;
    let calls = 0;
    routes['POST /api/2.1/jobs/run-now'] = () => {
      calls += 1;
      return calls === 1 ? [502, 'lost'] : [200, { run_id: 99 }];
    };
    expect(await jobs.start('12', { split: 'test' }, 'once', NEVER)).toEqual({ kind: 'accepted', value: '99' });
    expect(seen().map((one) => (one.json as Record<string, unknown>).idempotency_token)).toEqual(['once', 'once']);
    routes['GET /api/2.1/jobs/runs/get'] = () => [
      200,
      {
        run_id: 99,
        state: { life_cycle_state: 'TERMINATED', result_state: 'FAILED', state_message: 'oops' },
        end_time: 5,
      },
    ];
    expect(await jobs.run('99', NEVER)).toMatchObject({
      ended: true,
      succeeded: false,
      state: 'TERMINATED FAILED',
      message: 'oops',
      endedAtMs: 5,
    });
    routes['GET /api/2.1/jobs/get'] = () => [
      400,
      { error_code: 'INVALID_PARAMETER_VALUE', message: 'Job 12 does not exist.' },
    ];
    expect(await jobs.name('12', NEVER)).toBeNull();
    routes['GET /api/2.1/jobs/runs/get'] = () => [
      200,
      { run_id: 1, state: { life_cycle_state: 'RUNNING' }, end_time: 0 },
    ];
    expect(await jobs.run('1', NEVER)).toMatchObject({ id: '1', ended: false, endedAtMs: null });
  });

  it('runs bounded queries with values as parameters only', async () => {
    const { warehouses } = workspace.databricks;
    const query = {
      warehouseId: 'w',
      statement: 'select :x',
      parameters: { x: "o'brien" },
      rowLimit: 10,
      timeoutMs: 5000,
    };
    let polls = 0;
    routes['POST /api/2.0/sql/statements'] = () => [200, { statement_id: 's1', status: { state: 'PENDING' } }];
    routes['GET /api/2.0/sql/statements/s1'] = () => {
      polls += 1;
      if (polls === 1) return [200, { statement_id: 's1', status: { state: 'RUNNING' } }];
      return [
        200,
        {
          statement_id: 's1',
          status: { state: 'SUCCEEDED' },
          manifest: { schema: { columns: [{ name: 'n' }] } },
          result: { data_array: [['1'], [null]] },
        },
      ];
    };
    expect(await warehouses.query(query, NEVER)).toEqual({ columns: ['n'], rows: [['1'], [null]], truncated: false });
    expect(seen()[0]?.json).toMatchObject({
      statement: 'select :x',
      parameters: [{ name: 'x', value: "o'brien", type: 'STRING' }],
      row_limit: 10,
    });
    routes['GET /api/2.0/sql/statements/s1'] = () => [200, { statement_id: 's1', status: { state: 'RUNNING' } }];
    routes['POST /api/2.0/sql/statements/s1/cancel'] = () => [200, undefined];
    await expect(warehouses.query(query, NEVER)).rejects.toThrow('5000 ms');
    expect(seen().at(-1)?.path).toBe('/api/2.0/sql/statements/s1/cancel');
    routes['POST /api/2.0/sql/statements'] = () => [
      200,
      { statement_id: 's2', status: { state: 'FAILED', error: { message: 'no table' } } },
    ];
    await expect(warehouses.query(query, NEVER)).rejects.toThrow('no table');
  });

  it('checks out git folders', async () => {
    const { gitFolders } = workspace.databricks;
    routes['GET /api/2.0/repos'] = () => [
      200,
      { repos: [{ id: 5, path: '/Repos/a/b', url: 'u', branch: 'main', head_commit_id: 'c' }] },
    ];
    expect(await gitFolders.list('/Repos/a', NEVER)).toEqual([
      { id: '5', path: '/Repos/a/b', url: 'u', branch: 'main', headCommit: 'c' },
    ]);
    routes['PATCH /api/2.0/repos/5'] = () => [200, {}];
    expect(await gitFolders.checkOut('5', { tag: 'v1' }, NEVER)).toMatchObject({ kind: 'accepted' });
  });
});

describe('the workspace id', () => {
  it('goes into a header, as unified hosts want it, and into the pages for people', async () => {
    const workspace = await createWorkspace('4711');
    workspace.server.handle((_seen, response) => reply(response, 200, { id: '1' }));
    await workspace.databricks.me(NEVER);
    expect(workspace.server.seen[0]?.headers).toMatchObject({
      'x-databricks-workspace-id': '4711',
      authorization: 'Bearer dapi-test-token',
    });
    expect(workspace.databricks.serving('e').url).toBe(`${workspace.server.url}/ml/endpoints/e?o=4711`);
    expect(workspace.databricks.unityCatalog.versionUrl('a.b.c d', '7')).toBe(
      `${workspace.server.url}/explore/data/models/a/b/c%20d/version/7?o=4711`,
    );
    await workspace.close();
  });
});
