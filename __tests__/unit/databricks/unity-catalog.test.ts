import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ModelRegistry } from '../../../src/registry/types.js';
import { reply, type Seen } from '../http/local-server.js';
import { createWorkspace, NEVER, type Workspace } from './workspace.js';

const MODEL = 'ml.risk.fraud';
const UC = `/api/2.1/unity-catalog/models/${MODEL}`;
const MLFLOW = '/api/2.0/mlflow';

type Answer = readonly [number, unknown];
type Routes = Record<string, (seen: Seen) => Answer>;

const COMMIT = '0123456789abcdef0123456789abcdef01234567';

/** A catalog with versions 1 to 12: 11 pending, 12 failed. */
const BASE: Routes = {
  [`GET ${UC}`]: ({ query }) => [
    200,
    {
      name: 'fraud',
      ...(query.get('include_aliases') === 'true' ? { aliases: [{ alias_name: 'champion', version_num: 7 }] } : {}),
    },
  ],
  [`GET ${UC}/versions`]: ({ query }) => {
    const all = Array.from({ length: 12 }, (_, index) => index + 1);
    const status = (version: number) =>
      version === 12 ? 'FAILED_REGISTRATION' : version === 11 ? 'PENDING_REGISTRATION' : 'READY';
    const rows = (list: number[]) =>
      list.map((version) => ({ version, status: status(version), run_id: `run-${version}` }));
    const pages: Record<string, unknown> = {
      '': { next_page_token: 'p1' },
      p1: { model_versions: rows(all.slice(8)), next_page_token: 'p2' },
      p2: { model_versions: [], next_page_token: 'p3' },
      p3: { model_versions: rows(all.slice(0, 8)) },
    };
    return [200, pages[query.get('page_token') ?? '']];
  },
  [`GET ${UC}/versions/8`]: () => [
    200,
    {
      version: 8,
      status: 'READY',
      run_id: 'run-8',
      run_workspace_id: 900800700600,
      source: 'models:/m-8',
      comment: 'described',
      created_at: 1000,
      created_by: 'a@b.c',
      aliases: [{ alias_name: 'challenger', version_num: 8 }],
    },
  ],
  [`GET ${UC}/aliases/champion`]: () => [200, { version: 7, status: 'READY' }],
  [`GET ${MLFLOW}/unity-catalog/model-versions/get`]: ({ query }) => [
    200,
    {
      model_version: {
        name: MODEL,
        version: query.get('version'),
        tags:
          query.get('version') === '9'
            ? [{ key: 'git_commit', value: COMMIT }]
            : [{ key: 'validation', value: 'passed' }],
        model_id: 'm-8',
        model_metrics: [{ key: 'auc', value: 0.93, timestamp: 5, step: 1, dataset_name: 'test', dataset_digest: 'd1' }],
        deployment_job_state: { run_state: 'SUCCEEDED' },
        aliases: [{ alias: 'challenger', version: '8' }],
      },
    },
  ],
  [`GET ${MLFLOW}/runs/get`]: ({ query }) => [
    200,
    {
      run: {
        info: {
          run_id: query.get('run_id'),
          experiment_id: '42',
          status: 'FINISHED',
          lifecycle_stage: 'active',
          start_time: 1,
          end_time: 2,
        },
        data: {
          metrics: [
            { key: 'auc', value: 0.9, timestamp: 5, step: 1 },
            { key: 'loss', value: 'NaN', timestamp: 5, step: 1 },
          ],
          params: [{ key: 'lr', value: '0.1' }],
          tags: [{ key: 'mlflow.source.git.commit', value: 'ffff' }],
        },
        inputs: { dataset_inputs: [{ dataset: { name: 'train', digest: 'x1' } }] },
      },
    },
  ],
  [`GET ${MLFLOW}/logged-models/m-8`]: () => [
    200,
    {
      model: {
        info: { model_id: 'm-8', source_run_id: 'run-8' },
        data: {
          metrics: [
            { key: 'loss', value: 0, step: 1, timestamp: 5, run_id: 'run-8' },
            { key: 'recall', value: 0, step: 1, run_id: 'run-other' },
            { key: 'recall', value: 0.4, step: 0, run_id: 'run-other' },
          ],
        },
      },
    },
  ],
  [`GET ${MLFLOW}/metrics/get-history`]: ({ query }) => [
    200,
    query.get('max_results') === '25000'
      ? {
          metrics: [
            { key: 'auc', value: 0.5, step: 0 },
            { key: 'auc', value: 0.9, step: 1 },
          ],
          next_page_token: 'same',
        }
      : {},
  ],
  'GET /ajax-api/2.0/mlflow/logged-models/m-8/artifacts/files': () => [
    404,
    { error_code: 'ENDPOINT_NOT_FOUND', message: 'no' },
  ],
};

describe('the Unity Catalog registry', () => {
  let workspace: Workspace;
  let registry: ModelRegistry;
  let routes: Routes;
  beforeAll(async () => {
    workspace = await createWorkspace();
    registry = workspace.databricks.unityCatalog;
    workspace.server.handle((seen, response) => {
      const route = routes[`${seen.method} ${seen.path}`];
      const [status, body] = route?.(seen) ?? [
        404,
        { error_code: 'RESOURCE_DOES_NOT_EXIST', message: `${seen.path} does not exist` },
      ];
      reply(response, status, body);
    });
  });
  afterAll(() => workspace.close());
  beforeEach(() => {
    routes = { ...BASE };
    workspace.server.seen.length = 0;
    workspace.timing.waits.length = 0;
  });

  it('takes the greatest READY version over empty pages, and lists what it passed over', async () => {
    expect(await registry.resolve(MODEL, { kind: 'latest' }, NEVER)).toEqual({
      version: '10',
      passedOver: [
        { version: '12', why: 'its registration failed' },
        { version: '11', why: 'its registration has not finished' },
      ],
      aliases: { champion: '7' },
    });
  });

  it('resolves aliases and numbers, and says what is missing', async () => {
    expect(await registry.resolve(MODEL, { kind: 'alias', alias: 'champion' }, NEVER)).toMatchObject({ version: '7' });
    expect(await registry.resolve(MODEL, { kind: 'number', version: '8' }, NEVER)).toMatchObject({ version: '8' });
    await expect(registry.resolve(MODEL, { kind: 'alias', alias: 'nope' }, NEVER)).rejects.toMatchObject({
      reason: 'version-not-found',
      message: expect.stringContaining('champion'),
    });
    await expect(registry.resolve(MODEL, { kind: 'number', version: '99' }, NEVER)).rejects.toMatchObject({
      reason: 'version-not-found',
    });
    await expect(registry.resolve('ml.risk.other', { kind: 'latest' }, NEVER)).rejects.toMatchObject({
      reason: 'not-found',
    });
  });

  it('finds the newest version of a commit by the tags of version or run', async () => {
    expect(await registry.resolve(MODEL, { kind: 'commit', commits: [COMMIT] }, NEVER)).toMatchObject({
      version: '9',
      passedOver: [{ version: '12' }, { version: '11' }, { version: '10' }],
    });
    await expect(registry.resolve(MODEL, { kind: 'commit', commits: ['a'.repeat(40)] }, NEVER)).rejects.toMatchObject({
      reason: 'version-not-found',
    });
  });

  it('says that nothing is ready', async () => {
    routes[`GET ${UC}/versions`] = () => [200, { model_versions: [{ version: 1, status: 'PENDING_REGISTRATION' }] }];
    await expect(registry.resolve(MODEL, { kind: 'latest' }, NEVER)).rejects.toMatchObject({
      reason: 'version-not-ready',
    });
    routes[`GET ${UC}/versions`] = () => [200, {}];
    await expect(registry.resolve(MODEL, { kind: 'latest' }, NEVER)).rejects.toMatchObject({
      reason: 'version-not-found',
    });
  });

  it('gives all facts with the provenance of every number, in few round trips', async () => {
    const facts = await registry.facts(MODEL, '8', { histories: [], signature: true }, NEVER);
    expect(facts).toMatchObject({
      model: MODEL,
      version: '8',
      status: 'READY',
      createdAtMs: 1000,
      createdBy: 'a@b.c',
      description: 'described',
      aliases: ['challenger'],
      tags: { validation: 'passed' },
      loggedModelId: 'm-8',
      deploymentJobState: 'SUCCEEDED',
      run: {
        id: 'run-8',
        status: 'FINISHED',
        lifecycle: 'active',
        params: { lr: '0.1' },
        datasets: [{ name: 'train', digest: 'x1' }],
      },
      signatureNote: expect.stringContaining('404'),
    });
    expect(facts.metrics).toEqual([
      {
        name: 'auc',
        value: 0.93,
        provenance: { source: 'version', id: '8', dataset: 'test', datasetDigest: 'd1', step: 1, loggedAtMs: 5 },
      },
      { name: 'loss', value: Number.NaN, provenance: { source: 'logged-model', id: 'm-8', step: 1, loggedAtMs: 5 } },
      { name: 'recall', value: 0, provenance: { source: 'logged-model', id: 'm-8', step: 1 } },
      { name: 'auc', value: 0.9, provenance: { source: 'run', id: 'run-8', step: 1, loggedAtMs: 5 } },
      { name: 'loss', value: Number.NaN, provenance: { source: 'run', id: 'run-8', step: 1, loggedAtMs: 5 } },
    ]);
    expect(workspace.server.seen.length).toBeLessThanOrEqual(6);
  });

  it('brings whole histories where a rule asks, and does not loop on a token that stays', async () => {
    const facts = await registry.facts(MODEL, '8', { histories: ['auc'], signature: false }, NEVER);
    const auc = facts.metrics.filter((point) => point.name === 'auc' && point.provenance.source === 'run');
    expect(auc.map((point) => point.value)).toEqual([0.5, 0.9]);
    expect(workspace.server.seen.filter((seen) => seen.path.endsWith('get-history'))).toHaveLength(2);
  });

  it('goes without tags and metrics when the MLflow-style path is refused, and says so', async () => {
    routes[`GET ${MLFLOW}/unity-catalog/model-versions/get`] = () => [
      403,
      { error_code: 'PERMISSION_DENIED', message: 'not for you' },
    ];
    const facts = await registry.facts(MODEL, '8', { histories: [], signature: false }, NEVER);
    expect(facts.tags).toEqual({});
    expect(facts.loggedModelId).toBe('m-8');
    expect(facts.notes).toEqual([expect.stringContaining('not for you')]);
  });

  it('lets no hiccup of that path change the facts', async () => {
    routes[`GET ${MLFLOW}/unity-catalog/model-versions/get`] = () => [
      500,
      { error_code: 'INTERNAL_ERROR', message: 'x' },
    ];
    await expect(registry.facts(MODEL, '8', { histories: [], signature: false }, NEVER)).rejects.toMatchObject({
      reason: 'remote-error',
    });
  });

  it('says where the run may be when it is not here', async () => {
    routes[`GET ${MLFLOW}/runs/get`] = () => [404, { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'Run not found' }];
    const facts = await registry.facts(MODEL, '8', { histories: [], signature: false }, NEVER);
    expect(facts.run).toBeUndefined();
    expect(facts.notes?.join(' ')).toContain('workspace 900800700600');
  });

  it('moves and restores aliases, with numbers as the API wants them', async () => {
    const aliases: Record<string, number> = { champion: 7 };
    for (const alias of ['champion', 'previous']) {
      routes[`GET ${UC}/aliases/${alias}`] = () =>
        aliases[alias] === undefined ? [404, { message: 'none' }] : [200, { version: aliases[alias] }];
      routes[`PUT ${UC}/aliases/${alias}`] = ({ json }) => {
        aliases[alias] = (json as { version_num: number }).version_num;
        return [200, {}];
      };
      routes[`DELETE ${UC}/aliases/${alias}`] = () => {
        delete aliases[alias];
        return [200, undefined];
      };
    }
    routes[`POST ${MLFLOW}/unity-catalog/model-versions/set-tag`] = () => [403, { message: 'no tags' }];
    const record = {
      version: '8',
      previousVersion: '7',
      promoteAlias: 'champion',
      previousAlias: 'previous',
      tags: { commit: COMMIT },
    };
    const { undo, warnings } = await registry.promote(MODEL, record, { champion: '7', previous: null }, NEVER);
    expect(aliases).toEqual({ champion: 8, previous: 7 });
    expect(warnings).toEqual([expect.stringContaining('no tags')]);
    expect(await registry.restore(MODEL, undo, NEVER)).toEqual([]);
    expect(aliases).toEqual({ champion: 7 });
    expect(await registry.alias(MODEL, 'previous', NEVER)).toBeNull();
  });
});
