import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ModelRegistry } from '../../../src/registry/types.js';
import { reply } from '../http/local-server.js';
import { createWorkspace, NEVER, type Workspace } from './workspace.js';

const API = '/api/2.0/mlflow';

describe('the workspace registry', () => {
  let workspace: Workspace;
  let registry: ModelRegistry;
  let stages: Record<string, string>;
  let mayTransition: boolean;
  let order: string[];
  /** Transitions that end in an error of the server before they are carried out. */
  let lost: number;

  beforeAll(async () => {
    workspace = await createWorkspace();
    registry = workspace.databricks.workspaceRegistry;
    workspace.server.handle((seen, response) => {
      const body = (seen.json ?? {}) as Record<string, string>;
      const version = (number: string) => ({
        name: 'fraud',
        version: number,
        current_stage: stages[number] ?? 'None',
        status: 'READY',
        run_id: '',
      });
      switch (`${seen.method} ${seen.path}`) {
        case `POST ${API}/registered-models/get-latest-versions`:
          return reply(response, 200, { model_versions: Object.keys(stages).map(version) });
        case `GET ${API}/model-versions/get`:
          return reply(response, 200, { model_version: version(seen.query.get('version') ?? '') });
        case `GET ${API}/model-versions/search`:
          order.push(seen.query.get('filter') ?? '');
          return reply(response, 200, { model_versions: ['3', '10', '9'].map(version) });
        case `POST ${API}/databricks/model-versions/transition-stage`: {
          if (lost > 0) {
            lost -= 1;
            return reply(response, 500, { error_code: 'INTERNAL_ERROR', message: 'no' });
          }
          if (!mayTransition) return reply(response, 403, { error_code: 'PERMISSION_DENIED', message: 'no' });
          for (const [other, stage] of Object.entries(stages)) if (stage === body.stage) stages[other] = 'Archived';
          stages[body.version ?? ''] = body.stage ?? '';
          return reply(response, 200, { model_version_databricks: {} });
        }
        case `POST ${API}/transition-requests/create`:
        case `POST ${API}/model-versions/set-tag`:
          return reply(response, 200, {});
        default:
          return reply(response, 404, { message: 'no' });
      }
    });
  });
  afterAll(() => workspace.close());
  beforeEach(() => {
    stages = { '7': 'Production' };
    mayTransition = true;
    order = [];
    lost = 0;
    workspace.server.seen.length = 0;
  });

  const record = (version: string, promoteAlias: string) => ({
    version,
    previousVersion: '7',
    promoteAlias,
    previousAlias: null,
    tags: { a: 'b' },
  });

  it('resolves the latest by number and stages as aliases', async () => {
    expect(await registry.resolve('fraud', { kind: 'latest' }, NEVER)).toMatchObject({
      version: '10',
      aliases: { Production: '7' },
    });
    expect(order).toEqual(["name='fraud'"]);
    expect(await registry.resolve('fraud', { kind: 'alias', alias: 'production' }, NEVER)).toMatchObject({
      version: '7',
    });
    expect(await registry.alias('fraud', 'Staging', NEVER)).toBeNull();
  });

  it('refuses names that are no stage', async () => {
    await expect(registry.alias('fraud', 'champion', NEVER)).rejects.toMatchObject({ reason: 'configuration-invalid' });
  });

  it('moves a stage and puts it back', async () => {
    const { undo, warnings } = await registry.promote('fraud', record('8', 'Production'), { Production: '7' }, NEVER);
    expect(warnings).toEqual([]);
    expect(stages).toMatchObject({ '8': 'Production', '7': 'Archived' });
    expect(undo.stage).toEqual({ from: '7', to: '8', name: 'Production', before: 'None' });
    expect(await registry.restore('fraud', undo, NEVER)).toEqual([]);
    expect(stages).toMatchObject({ '7': 'Production', '8': 'Archived' });
  });

  it('sends a transition again when reading back shows that it never happened', async () => {
    lost = 1;
    const { undo, warnings } = await registry.promote('fraud', record('8', 'Production'), {}, NEVER);
    expect(warnings).toEqual([]);
    lost = 2;
    expect(await registry.restore('fraud', undo, NEVER)).toEqual([]);
    expect(stages['7']).toBe('Production');
    lost = 9;
    const given = await registry.promote('fraud', record('8', 'Production'), {}, NEVER);
    expect(given.warnings).toEqual([expect.stringContaining('was not moved')]);
    expect(lost).toBe(6);
  });

  it('asks for a transition where it may not make one', async () => {
    mayTransition = false;
    const { undo, warnings } = await registry.promote('fraud', record('8', 'Production'), {}, NEVER);
    expect(undo).toEqual({ aliases: [] });
    expect(warnings).toEqual([expect.stringContaining('A transition request was made instead')]);
    expect(stages).toEqual({ '7': 'Production' });
  });

  it('leaves alone what someone else moved, and what is no stage', async () => {
    const moved = await registry.promote('fraud', record('8', 'Production'), { Production: '6' }, NEVER);
    expect(moved.warnings).toEqual([expect.stringContaining('holds 7 now')]);
    const named = await registry.promote('fraud', record('8', 'champion'), {}, NEVER);
    expect(named.warnings).toEqual([expect.stringContaining('nothing was moved')]);
    expect(stages).toEqual({ '7': 'Production' });
  });

  it('says to use Unity Catalog where the registry is switched off', async () => {
    const off = await createWorkspace();
    off.server.handle((_seen, response) =>
      reply(response, 403, {
        error_code: 'PERMISSION_DENIED',
        message: 'The legacy workspace model registry is disabled.',
      }),
    );
    await expect(off.databricks.workspaceRegistry.resolve('fraud', { kind: 'latest' }, NEVER)).rejects.toMatchObject({
      fix: expect.stringContaining('three-part name'),
    });
    await off.close();
  });
});
