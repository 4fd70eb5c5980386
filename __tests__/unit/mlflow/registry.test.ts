import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createMlflowClient } from '../../../src/mlflow/client.js';
import type { ModelRegistry } from '../../../src/registry/types.js';
import { AGENT, NEVER } from '../databricks/workspace.js';
import { createFixture, type Fixture } from '../http/fixture.js';
import { reply, replyText, type Seen } from '../http/local-server.js';

const API = '/prefix/api/2.0/mlflow';

type Answer = readonly [number, unknown] | readonly [number, string, string];
type Routes = Record<string, (seen: Seen) => Answer>;

const MODEL = "it's a/model: x";

describe('the registry of an MLflow server', () => {
  let fixture: Fixture;
  let registry: ModelRegistry;
  let routes: Routes;
  let aliases: Record<string, string>;
  const version = (number: string, more: object = {}) => ({
    name: MODEL,
    version: number,
    status: 'READY',
    run_id: `run-${number}`,
    source: `models:/m-${number}`,
    creation_timestamp: 7,
    ...more,
  });

  beforeAll(async () => {
    fixture = await createFixture();
    const { connections, timing, secrets, server } = fixture;
    registry = createMlflowClient({
      baseUrl: `${server.url}/prefix`,
      authentication: { kind: 'basic', username: 'user', password: 'pass-word' },
      headers: { 'x-gateway': 'gate-key' },
      exchange: connections.exchange,
      timing,
      secrets,
      agent: AGENT,
      startEpochMs: 0,
    }).registry;
    server.handle((seen, response) => {
      const route = routes[`${seen.method} ${seen.path}`];
      const answer = route?.(seen) ?? ([404, '<!doctype html><title>404 Not Found</title>', 'text/html'] as const);
      if (answer[2] === undefined) reply(response, answer[0], answer[1]);
      else replyText(response, answer[0], String(answer[1]), answer[2]);
    });
  });
  afterAll(() => fixture.close());
  beforeEach(() => {
    fixture.server.seen.length = 0;
    fixture.timing.waits.length = 0;
    aliases = { champion: '7' };
    routes = {
      [`GET ${API}/registered-models/get`]: () => [
        200,
        {
          registered_model: {
            name: MODEL,
            aliases: Object.entries(aliases).map(([alias, at]) => ({ alias, version: at })),
          },
        },
      ],
      [`GET ${API}/model-versions/search`]: () => [
        200,
        {
          model_versions: ['12', '10', '9'].map((number) =>
            version(number, number === '12' ? { status: 'PENDING_REGISTRATION' } : {}),
          ),
        },
      ],
      [`GET ${API}/model-versions/get`]: ({ query }) => [
        200,
        { model_version: version(query.get('version') ?? '', { aliases: ['champion'] }) },
      ],
      [`GET ${API}/runs/get`]: ({ query }) => [
        200,
        {
          run: {
            info: { run_id: query.get('run_id'), experiment_id: '1', status: 'FINISHED', lifecycle_stage: 'active' },
            data: { metrics: [{ key: 'auc', value: 1.7976931348623157e308 }] },
          },
        },
      ],
      [`GET ${API}/registered-models/alias`]: ({ query }) => {
        const at = aliases[query.get('alias') ?? ''];
        if (at === undefined)
          return [
            400,
            {
              error_code: 'INVALID_PARAMETER_VALUE',
              message: `Registered model alias ${query.get('alias')} not found.`,
            },
          ];
        return [200, { model_version: version(at) }];
      },
      [`POST ${API}/registered-models/alias`]: ({ json }) => {
        const { alias, version: at } = json as Record<string, unknown>;
        if (typeof at !== 'string') return [400, { error_code: 'INVALID_PARAMETER_VALUE', message: 'not a string' }];
        aliases[String(alias)] = at;
        return [200, {}];
      },
      [`DELETE ${API}/registered-models/alias`]: ({ json }) => {
        const { alias } = (json ?? {}) as Record<string, unknown>;
        if (alias === undefined) return [400, { error_code: 'INVALID_PARAMETER_VALUE', message: 'missing' }];
        delete aliases[String(alias)];
        return [200, {}];
      },
      [`POST ${API}/model-versions/set-tag`]: () => [200, {}],
    };
  });

  it('resolves the latest in two calls side by side, quoting any name', async () => {
    expect(await registry.resolve(MODEL, { kind: 'latest' }, NEVER)).toEqual({
      version: '10',
      passedOver: [{ version: '12', why: 'its registration has not finished' }],
      aliases: { champion: '7' },
    });
    expect(fixture.server.seen).toHaveLength(2);
    const search = fixture.server.seen.find((seen) => seen.path.endsWith('search'));
    expect(search?.query.get('filter')).toBe(`name="${MODEL}"`);
    expect(search?.query.getAll('order_by')).toEqual(['version_number DESC']);
    expect(search?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from('user:pass-word').toString('base64')}`,
      'x-gateway': 'gate-key',
    });
    expect(search?.headers.origin).toBeUndefined();
  });

  it('reads on when a server does not keep the order', async () => {
    routes[`GET ${API}/model-versions/search`] = ({ query }) =>
      query.get('page_token') === null
        ? [200, { model_versions: [version('3'), version('5')], next_page_token: 'n' }]
        : [200, { model_versions: [version('10')] }];
    expect(await registry.resolve(MODEL, { kind: 'latest' }, NEVER)).toMatchObject({ version: '10' });
  });

  it('tells an absent alias from other refusals', async () => {
    expect(await registry.alias(MODEL, 'nobody', NEVER)).toBeNull();
    routes[`GET ${API}/registered-models/alias`] = () => [
      404,
      { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'no' },
    ];
    expect(await registry.alias(MODEL, 'nobody', NEVER)).toBeNull();
    routes[`GET ${API}/registered-models/alias`] = () => [
      400,
      { error_code: 'INVALID_PARAMETER_VALUE', message: 'bad name' },
    ];
    await expect(registry.alias(MODEL, 'nobody', NEVER)).rejects.toMatchObject({ reason: 'remote-error' });
    routes[`GET ${API}/registered-models/alias`] = () => [404, '<html>404</html>', 'text/html'];
    await expect(registry.alias(MODEL, 'nobody', NEVER)).rejects.toMatchObject({
      fix: expect.stringContaining('path prefix'),
    });
  });

  it('moves aliases as text, deletes by body, and puts them back', async () => {
    const record = {
      version: '8',
      previousVersion: '7',
      promoteAlias: 'champion',
      previousAlias: 'previous',
      tags: { t: 'v' },
    };
    const { undo, warnings } = await registry.promote(MODEL, record, { champion: '7' }, NEVER);
    expect(warnings).toEqual([]);
    expect(aliases).toEqual({ champion: '8', previous: '7' });
    expect(await registry.restore(MODEL, undo, NEVER)).toEqual([]);
    expect(aliases).toEqual({ champion: '7' });
  });

  it.each(['latest', 'LATEST', 'v7', 'a b', ''])('refuses alias `%s` before writing', async (alias) => {
    const record = { version: '8', previousVersion: null, promoteAlias: alias, previousAlias: null, tags: {} };
    await expect(registry.promote(MODEL, record, {}, NEVER)).rejects.toMatchObject({ reason: 'configuration-invalid' });
    expect(fixture.server.seen).toHaveLength(0);
  });

  it('reads the signature and the example by version, and does not repeat the 500 of a missing file', async () => {
    const files: Record<string, string> = {
      MLmodel:
        'signature: {inputs: \'[{"type": "long", "name": "x"}]\'}\nsaved_input_example_info: {serving_input_path: serving_input_example.json}',
      'serving_input_example.json': '{"inputs": [1]}',
    };
    routes['GET /prefix/model-versions/get-artifact'] = ({ query }) => {
      const text = files[query.get('path') ?? ''];
      return text === undefined
        ? [500, { error_code: 'INTERNAL_ERROR', message: 'no such file' }]
        : [200, text, 'text/plain'];
    };
    routes[`GET ${API}/logged-models/m-7`] = () => [404, { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'no' }];
    const facts = await registry.facts(MODEL, '7', { histories: [], signature: true }, NEVER);
    expect(facts.signature?.inputs).toEqual([{ name: 'x', type: 'long', required: true }]);
    expect(facts.metrics).toEqual([
      { name: 'auc', value: Number.POSITIVE_INFINITY, provenance: { source: 'run', id: 'run-7' } },
    ]);
    expect(facts.aliases).toEqual(['champion']);
    expect(await registry.servingExample(MODEL, '7', NEVER)).toEqual({ inputs: [1] });
    delete files.MLmodel;
    delete files['serving_input_example.json'];
    expect(await registry.servingExample(MODEL, '7', NEVER)).toBeNull();
    const blind = await registry.facts(MODEL, '7', { histories: [], signature: true }, NEVER);
    expect(blind.signature).toBeUndefined();
    expect(blind.signatureNote).toContain('500');
    expect(fixture.timing.waits).toEqual([]);
  });

  it('asks for no more versions than a search by commit looks at, unless the server ignores the order', async () => {
    let isOrdered = true;
    const pageOf = (token: number): string[] => {
      const numbers = Array.from({ length: 250 }, (_, index) => 1000 - token * 250 - index);
      return (isOrdered ? numbers : numbers.reverse()).map(String);
    };
    routes[`GET ${API}/model-versions/search`] = ({ query }) => {
      const token = Number(query.get('page_token') ?? 0);
      const rows = pageOf(token).map((number) =>
        version(number, { tags: [{ key: 'git_commit', value: 'f'.repeat(40) }] }),
      );
      return [200, { model_versions: rows, ...(token < 3 ? { next_page_token: String(token + 1) } : {}) }];
    };
    const searches = (): number => fixture.server.seen.filter(({ path }) => path.endsWith('/search')).length;
    const query = { kind: 'commit', commits: ['f'.repeat(40)] } as const;
    expect((await registry.resolve(MODEL, query, NEVER)).version).toBe('1000');
    expect(searches()).toBe(1);
    isOrdered = false;
    expect((await registry.resolve(MODEL, query, NEVER)).version).toBe('1000');
    expect(searches()).toBe(5);
  });

  it('does not take a server in trouble for a model without files', async () => {
    routes['GET /prefix/model-versions/get-artifact'] = () => [
      502,
      '<html><title>Bad Gateway</title></html>',
      'text/html',
    ];
    const reading = registry.facts(MODEL, '7', { histories: [], signature: true }, NEVER);
    await expect(reading).rejects.toMatchObject({ reason: 'remote-error' });
    await expect(registry.servingExample(MODEL, '7', NEVER)).rejects.toMatchObject({ reason: 'remote-error' });
    routes['GET /prefix/model-versions/get-artifact'] = () => [
      500,
      { error_code: 'INTERNAL_ERROR', message: 'storage' },
    ];
    expect((await registry.facts(MODEL, '7', { histories: [], signature: true }, NEVER)).signatureNote).toContain(
      '500',
    );
  });

  it('follows a copied version to its logged model once', async () => {
    routes[`GET ${API}/model-versions/get`] = ({ query }) =>
      query.get('name') === 'dev'
        ? [200, { model_version: version('3') }]
        : [200, { model_version: version('7', { source: 'models:/dev/3' }) }];
    routes[`GET ${API}/logged-models/m-3`] = () => [
      200,
      { model: { info: { model_id: 'm-3' }, data: { metrics: [{ key: 'f1', value: 0.8 }] } } },
    ];
    const facts = await registry.facts(MODEL, '7', { histories: [], signature: false }, NEVER);
    expect(facts.loggedModelId).toBe('m-3');
    expect(facts.metrics[0]).toEqual({ name: 'f1', value: 0.8, provenance: { source: 'logged-model', id: 'm-3' } });
  });

  it('explains the host check, the login and a login page', async () => {
    const errorOf = async (answer: Answer) => {
      routes[`GET ${API}/registered-models/get`] = () => answer;
      return registry.resolve(MODEL, { kind: 'alias', alias: 'x' }, NEVER).catch((error: unknown) => error);
    };
    expect(
      await errorOf([403, 'Invalid Host header - possible DNS rebinding attack detected', 'text/plain']),
    ).toMatchObject({
      fix: expect.stringContaining('--allowed-hosts'),
    });
    expect(await errorOf([401, '<html>You are not authenticated</html>', 'text/html'])).toMatchObject({
      reason: 'credentials-rejected',
    });
    expect(await errorOf([403, 'Permission denied', 'text/plain'])).toMatchObject({ reason: 'permission-denied' });
    expect(await errorOf([200, '<html><title>Sign in</title></html>', 'text/html'])).toMatchObject({
      reason: 'credentials-rejected',
    });
  });
});
