import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Workspace } from '../../../sandbox/workspace/index.js';
import type { JsonObject } from '../../../sandbox/workspace/json.js';
import { ask, ENDPOINT, entity, MODEL, part, put, sandbox, split } from './client.js';

let workspace: Workspace;

afterEach(() => workspace.stop());

async function state(): Promise<JsonObject> {
  return (await ask(workspace, 'GET', ENDPOINT)).json;
}

describe('creating an endpoint', () => {
  it('has no active configuration until the first one is ready', async () => {
    workspace = await sandbox();
    const body = { name: 'fresh', config: { served_entities: [entity(1)], traffic_config: split({ 'fraud-1': 100 }) } };
    const created = await ask(workspace, 'POST', '/api/2.0/serving-endpoints', body);
    expect(created.json.config).toBeUndefined();
    expect(part(created.json, 'pending_config').config_version).toBe(1);
    expect(part(created.json, 'state')).toMatchObject({ ready: 'NOT_READY', config_update: 'IN_PROGRESS' });
    workspace.advance(119_999);
    expect(part((await ask(workspace, 'GET', '/api/2.0/serving-endpoints/fresh')).json, 'state').ready).toBe(
      'NOT_READY',
    );
    workspace.advance(1);
    const ready = (await ask(workspace, 'GET', '/api/2.0/serving-endpoints/fresh')).json;
    expect(part(ready, 'state')).toMatchObject({ ready: 'READY', config_update: 'NOT_UPDATING' });
    expect(ready.pending_config).toBeUndefined();
  });

  it('keeps a failed first configuration pending, never active', async () => {
    workspace = await sandbox();
    workspace.serving.script({ entityVersion: '2', outcome: 'deployment-failed', message: 'image build failed' });
    await ask(workspace, 'POST', '/api/2.0/serving-endpoints', {
      name: 'fresh',
      config: { served_entities: [entity(2)] },
    });
    workspace.advance(120_000);
    const failed = (await ask(workspace, 'GET', '/api/2.0/serving-endpoints/fresh')).json;
    expect(part(failed, 'state')).toMatchObject({ ready: 'NOT_READY', config_update: 'UPDATE_FAILED' });
    expect(failed.config).toBeUndefined();
    expect(JSON.stringify(failed.pending_config)).toContain('image build failed');
  });

  it('names an unnamed entity after the last part of the model', async () => {
    workspace = await sandbox();
    const { name: _name, ...unnamed } = entity(1);
    const created = await ask(workspace, 'POST', '/api/2.0/serving-endpoints', {
      name: 'fresh',
      config: { served_entities: [unnamed] },
    });
    expect(JSON.stringify(created.json.pending_config)).toContain('"served_entity_name":"fraud-1"');
    expect(workspace.complaints.some((complaint) => complaint.includes('without a name'))).toBe(true);
  });
});

describe('updating an endpoint', () => {
  it('answers with the update in progress while the old configuration serves', async () => {
    workspace = await sandbox();
    const answer = await put(workspace, [entity(1), entity(2)], { 'fraud-1': 100, 'fraud-2': 0 });
    expect(part(answer.json, 'state')).toMatchObject({ ready: 'READY', config_update: 'IN_PROGRESS' });
    expect(part(answer.json, 'config').config_version).toBe(1);
    expect(part(answer.json, 'pending_config').config_version).toBe(2);
  });

  it('refuses a second update with a conflict', async () => {
    workspace = await sandbox();
    await put(workspace, [entity(1), entity(2)], { 'fraud-1': 100, 'fraud-2': 0 });
    const second = await put(workspace, [entity(1)], { 'fraud-1': 100 });
    expect(second.status).toBe(409);
    expect(second.json).toMatchObject({
      error_code: 'RESOURCE_CONFLICT',
      message: 'Endpoint served entities are currently being updated',
    });
  });

  it('takes the short time when only traffic changes', async () => {
    workspace = await sandbox();
    await put(workspace, [entity(1), entity(2)], { 'fraud-1': 100, 'fraud-2': 0 });
    workspace.advance(120_000);
    await put(workspace, [entity(1), entity(2)], { 'fraud-1': 75, 'fraud-2': 25 });
    workspace.advance(30_000);
    const settled = await state();
    expect(part(settled, 'state').config_update).toBe('NOT_UPDATING');
    expect(part(settled, 'config', 'traffic_config').routes).toEqual([
      { served_entity_name: 'fraud-1', served_model_name: 'fraud-1', traffic_percentage: 75 },
      { served_entity_name: 'fraud-2', served_model_name: 'fraud-2', traffic_percentage: 25 },
    ]);
    expect(workspace.invariants.violations).toEqual([]);
  });

  it('fails, is cancelled, reverts or never ends as scripted, and the old configuration serves on', async () => {
    for (const [outcome, update] of [
      ['deployment-failed', 'UPDATE_FAILED'],
      ['failed-shift', 'UPDATE_FAILED'],
      ['cancelled', 'UPDATE_CANCELED'],
      ['silent-revert', 'NOT_UPDATING'],
      ['never-finishes', 'IN_PROGRESS'],
    ] as const) {
      workspace = await sandbox();
      workspace.serving.script({ endpoint: 'fraud', outcome });
      await put(workspace, [entity(1), entity(2)], { 'fraud-1': 100, 'fraud-2': 0 });
      workspace.advance(3_600_000);
      const after = await state();
      expect([outcome, part(after, 'state').config_update]).toEqual([outcome, update]);
      expect(part(after, 'config').config_version).toBe(1);
      expect(part(after, 'state').ready).toBe('READY');
      await workspace.stop();
    }
    workspace = await sandbox();
  });

  it('shows what was before to reads that lag', async () => {
    workspace = await sandbox();
    workspace.serving.staleReads(2);
    await put(workspace, [entity(1), entity(2)], { 'fraud-1': 100, 'fraud-2': 0 });
    const seen = [await state(), await state(), await state()].map((view) => part(view, 'state').config_update);
    expect(seen).toEqual(['NOT_UPDATING', 'NOT_UPDATING', 'IN_PROGRESS']);
  });

  it('lets somebody else edit the routes once an entity has traffic', async () => {
    workspace = await sandbox();
    const foreign = { endpoint: 'fraud', routes: { 'fraud-1': 10, 'fraud-2': 90 } };
    workspace.serving.foreignWrite(foreign, { whenTraffic: { endpoint: 'fraud', entity: 'fraud-2', atLeast: 25 } });
    await put(workspace, [entity(1), entity(2)], { 'fraud-1': 100, 'fraud-2': 0 });
    workspace.advance(120_000);
    await put(workspace, [entity(1), entity(2)], { 'fraud-1': 75, 'fraud-2': 25 });
    workspace.advance(30_000);
    expect(part(await state(), 'config').config_version).toBe(4);
    expect(JSON.stringify(part(await state(), 'config', 'traffic_config'))).toContain('90');
  });
});

describe('what is refused', () => {
  const cases: readonly (readonly [string, readonly JsonObject[], Readonly<Record<string, unknown>>, number])[] = [
    ['shares that do not make 100', [entity(1), entity(2)], { 'fraud-1': 50, 'fraud-2': 40 }, 400],
    ['an entity without a route', [entity(1), entity(2)], { 'fraud-1': 100 }, 400],
    ['a route to nobody', [entity(1)], { 'fraud-1': 50, other: 50 }, 400],
    ['a share above 100', [entity(1), entity(2)], { 'fraud-1': 101, 'fraud-2': -1 }, 400],
    ['a broken share', [entity(1), entity(2)], { 'fraud-1': 99.5, 'fraud-2': 0.5 }, 400],
    ['a version that does not exist', [entity(9)], { 'fraud-9': 100 }, 404],
    ['the same version twice', [entity(1), entity(1, { name: 'b' })], { 'fraud-1': 50, b: 50 }, 400],
    [
      'size and concurrency together',
      [entity(1, { min_provisioned_concurrency: 4, max_provisioned_concurrency: 8 })],
      { 'fraud-1': 100 },
      400,
    ],
    ['an unknown size', [entity(1, { workload_size: 'Tiny' })], { 'fraud-1': 100 }, 400],
    ['an unknown type', [entity(1, { workload_type: 'TPU' })], { 'fraud-1': 100 }, 400],
    ['a version as a number', [entity(1, { entity_version: 1 })], { 'fraud-1': 100 }, 400],
    ['a name with a dot', [entity(1, { name: 'ml.fraud' })], { 'ml.fraud': 100 }, 400],
    ['no entity', [], {}, 400],
  ];

  it.each(cases)('%s', async (_title, entities, shares, status) => {
    workspace = await sandbox();
    expect((await put(workspace, entities, shares)).status).toBe(status);
    expect(workspace.endpoints.get('fraud').update).toBe('NOT_UPDATING');
  });

  it('more than fifteen entities and versions that are not ready', async () => {
    workspace = await sandbox();
    const many = Array.from({ length: 16 }, (_, index) => {
      const { version } = workspace.seed.version({ model: `ml.risk.many${index}` });
      return entity(version, { name: `e${index}`, entity_name: `ml.risk.many${index}` });
    });
    const shares = Object.fromEntries(many.map((_, index) => [`e${index}`, index === 0 ? 100 : 0]));
    const refused = await put(workspace, many, shares);
    expect([refused.status, refused.json.message]).toEqual([400, 'served_models cannot contain more than 15 elements']);
    const pending = workspace.seed.version({ model: MODEL, status: 'PENDING_REGISTRATION' });
    expect((await put(workspace, [entity(pending.version)], { [`fraud-${pending.version}`]: 100 })).status).toBe(400);
  });
});

describe('the watch over the endpoint', () => {
  it('finds an update that gives traffic to an entity that was never ready', async () => {
    workspace = await sandbox();
    await put(workspace, [entity(2)], { 'fraud-2': 100 });
    expect(workspace.invariants.violations.map((violation) => violation.rule)).toEqual([
      'unready-entity-takes-traffic',
      'live-entity-removed',
    ]);
  });

  it('accepts exactly the splits of whole percents that make 100', async () => {
    workspace = await sandbox();
    const names = ['fraud-1', 'fraud-2', 'fraud-3'];
    await put(workspace, [entity(1), entity(2), entity(3)], { 'fraud-1': 100, 'fraud-2': 0, 'fraud-3': 0 });
    workspace.advance(120_000);
    const shares = fc.array(fc.integer({ min: -5, max: 105 }), { minLength: 3, maxLength: 3 });
    const summing = fc
      .tuple(fc.nat(100), fc.nat(100))
      .map(([a, b]) => [Math.min(a, b), Math.abs(a - b), 100 - Math.max(a, b)]);
    await fc.assert(
      fc.asyncProperty(fc.oneof(shares, summing), async (given) => {
        const legal =
          given.every((share) => share >= 0 && share <= 100) && given.reduce((sum, share) => sum + share, 0) === 100;
        const wanted = Object.fromEntries(names.map((name, index) => [name, given[index]]));
        const answer = await put(workspace, [entity(1), entity(2), entity(3)], wanted);
        workspace.advance(30_000);
        expect(answer.status).toBe(legal ? 200 : 400);
      }),
      { numRuns: process.env.NIGHTLY === '1' ? 2000 : 100 },
    );
    expect(workspace.invariants.violations).toEqual([]);
  });
});

describe('tags, permissions and suspension', () => {
  it('overwrites, adds and removes tags', async () => {
    workspace = await sandbox();
    await ask(workspace, 'PATCH', `${ENDPOINT}/tags`, {
      add_tags: [
        { key: 'a', value: '1' },
        { key: 'b', value: '1' },
      ],
    });
    const changed = await ask(workspace, 'PATCH', `${ENDPOINT}/tags`, {
      add_tags: [{ key: 'a', value: '2' }],
      delete_tags: ['b', 'absent'],
    });
    expect(changed.json).toEqual({ tags: [{ key: 'a', value: '2' }] });
  });

  it('goes by the caller’s level', async () => {
    workspace = await sandbox({ identities: [{ userName: 'reader@example.com', token: 'dapi-reader' }] });
    const get = () => ask(workspace, 'GET', ENDPOINT, undefined, 'dapi-reader');
    expect((await get()).status).toBe(403);
    const id = String((await ask(workspace, 'GET', ENDPOINT)).json.id);
    const entry = { user_name: 'reader@example.com', permission_level: 'CAN_VIEW' };
    await ask(workspace, 'PATCH', `/api/2.0/permissions/serving-endpoints/${id}`, { access_control_list: [entry] });
    expect((await get()).json.permission_level).toBe('CAN_VIEW');
    const query = await ask(
      workspace,
      'POST',
      '/serving-endpoints/fraud/invocations',
      { instances: [1] },
      'dapi-reader',
    );
    expect(query.status).toBe(403);
  });

  it('answers 400 while stopped', async () => {
    workspace = await sandbox();
    await ask(workspace, 'POST', `${ENDPOINT}/config:stop`);
    expect((await ask(workspace, 'POST', '/serving-endpoints/fraud/invocations', { instances: [1] })).status).toBe(400);
    expect(part(await state(), 'state')).toMatchObject({ ready: 'NOT_READY', suspend: 'STOPPED' });
    await ask(workspace, 'POST', `${ENDPOINT}/config:start`);
    expect((await ask(workspace, 'POST', '/serving-endpoints/fraud/invocations', { instances: [1] })).status).toBe(200);
  });
});
