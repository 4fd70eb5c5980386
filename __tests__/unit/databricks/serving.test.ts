import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createInvoker } from '../../../src/databricks/invoker.js';
import { configBody, endpointView } from '../../../src/databricks/serving-view.js';
import { endpointWire } from '../../../src/databricks/serving-wire.js';
import { ActionError } from '../../../src/errors.js';
import type { Authorizer } from '../../../src/http/types.js';
import type { EndpointConfig } from '../../../src/rollout/core/types.js';
import { reply, replyText } from '../http/local-server.js';
import { createWorkspace, NEVER, type Workspace } from './workspace.js';

const FULL = {
  name: 'fraud',
  id: 'ab12',
  creator: 'sp-1',
  permission_level: 'CAN_MANAGE',
  state: { ready: 'READY', config_update: 'IN_PROGRESS', suspend: 'NOT_SUSPENDED' },
  config: {
    config_version: 4,
    served_entities: [
      {
        name: 'fraud-7',
        entity_name: 'ml.risk.fraud',
        entity_version: '7',
        workload_size: 'Small',
        min_provisioned_concurrency: 4,
        max_provisioned_concurrency: 8,
        scale_to_zero_enabled: false,
        environment_vars: { K: '{{secrets/s/k}}' },
        future_field: { a: [1] },
        creator: 'x',
        creator_kind: 'User',
        creation_timestamp: 1,
        type: 'CUSTOM',
        id: 'e1',
        min_dbus: 1,
        state: { deployment: 'DEPLOYMENT_READY', deployment_state_message: '' },
      },
    ],
    served_models: [{ name: 'fraud-7', model_name: 'ml.risk.fraud', model_version: '7' }],
    traffic_config: {
      routes: [{ served_entity_name: 'fraud-7', served_model_name: 'fraud-7', traffic_percentage: 100 }],
    },
    auto_capture_config: { catalog_name: 'c', enabled: true, state: { payload_table: {} } },
  },
  pending_config: {
    config_version: 5,
    served_models: [
      { name: 'fraud-7', model_name: 'ml.risk.fraud', model_version: 7, workload_size: 'Small' },
      {
        name: 'fraud-8',
        model_name: 'ml.risk.fraud',
        model_version: '8',
        state: { deployment: 'DEPLOYMENT_FAILED', deployment_state_message: 'no image' },
      },
    ],
    traffic_config: {
      routes: [
        { served_model_name: 'fraud-7', traffic_percentage: '90' },
        { served_model_name: 'fraud-8', traffic_percentage: '10' },
      ],
    },
  },
  tags: [{ key: 'team', value: 'risk' }, { key: 'flag' }],
  ai_gateway: { fallback_config: { enabled: true } },
  unknown: { anything: 1 },
};

const view = (wire: object) => endpointView(endpointWire.parse(wire), 'page');

describe('the picture of an endpoint', () => {
  it('keeps every writable field and nothing else', () => {
    const seen = view(FULL);
    expect(seen.config).toEqual({
      version: 4,
      servedEntities: [
        {
          name: 'fraud-7',
          entityName: 'ml.risk.fraud',
          entityVersion: '7',
          spec: {
            min_provisioned_concurrency: 4,
            max_provisioned_concurrency: 8,
            scale_to_zero_enabled: false,
            environment_vars: { K: '{{secrets/s/k}}' },
            future_field: { a: [1] },
          },
        },
      ],
      routes: [{ servedEntityName: 'fraud-7', trafficPercentage: 100 }],
      extra: { auto_capture_config: { catalog_name: 'c', enabled: true } },
    });
    expect(seen).toMatchObject({
      ready: true,
      update: 'IN_PROGRESS',
      stopped: false,
      gatewayFallback: true,
      routeOptimized: false,
    });
    expect(seen.tags).toEqual({ team: 'risk', flag: '' });
  });

  it('reads the older twin lists, numbers as text and percentages as text', () => {
    const { pending, pendingEntityStates } = view(FULL);
    expect(
      pending?.servedEntities.map(({ entityName, entityVersion, spec }) => [entityName, entityVersion, spec]),
    ).toEqual([
      ['ml.risk.fraud', '7', { workload_size: 'Small', scale_to_zero_enabled: false }],
      ['ml.risk.fraud', '8', { scale_to_zero_enabled: false }],
    ]);
    expect(pending?.routes.map((route) => route.trafficPercentage)).toEqual([90, 10]);
    expect(pendingEntityStates[1]).toEqual({ name: 'fraud-8', deployment: 'DEPLOYMENT_FAILED', message: 'no image' });
  });

  it('reads the other spelling of the update state, and a stopped endpoint', () => {
    expect(
      view({ name: 'x', state: { ready: 'NOT_READY', update_state: 'UPDATE_FAILED', suspend: 'STOPPED' } }),
    ).toMatchObject({
      ready: false,
      update: 'UPDATE_FAILED',
      stopped: true,
      config: null,
      pending: null,
    });
  });

  it('gives one entity without routes all the traffic', () => {
    const config = { served_entities: [{ name: 'only', entity_name: 'm', entity_version: '1' }] };
    expect(view({ name: 'x', config }).config?.routes).toEqual([{ servedEntityName: 'only', trafficPercentage: 100 }]);
  });

  it.each([
    [{ external_model: { name: 'gpt', openai_config: {} } }, true],
    [{ external_model: { openai_config: { openai_api_key: '{{secrets/s/k}}' } } }, false],
    [{ environment_vars: { A: '***' } }, true],
    [{ environment_vars: { A: '[REDACTED]' } }, true],
    [{ environment_vars: { A: '{{secrets/s/k}}', B: 'plain' } }, false],
  ])('knows what cannot be put back: %j %s', (fields, lost) => {
    const config = { served_entities: [{ name: 'e', ...fields }] };
    expect(view({ name: 'x', config }).config?.servedEntities[0]?.notReproducible !== undefined).toBe(lost);
  });

  it('is put back unchanged by the body that is made of it', () => {
    const { config } = view(FULL);
    if (config === null) throw new Error('no config');
    const { version: _version, ...sent } = config;
    const echoed = view({ name: 'fraud', config: configBody(sent) });
    expect(echoed.config).toEqual({ ...sent, version: null });
  });
});

describe('writes to an endpoint', () => {
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = await createWorkspace();
  });
  afterAll(() => workspace.close());
  beforeEach(() => {
    workspace.server.seen.length = 0;
  });

  const config: EndpointConfig = {
    servedEntities: [
      { name: 'fraud-8', entityName: 'ml.risk.fraud', entityVersion: '8', spec: { workload_size: 'Small' } },
    ],
    routes: [{ servedEntityName: 'fraud-8', trafficPercentage: 100 }],
  };
  const serving = () => workspace.databricks.serving('fraud');

  it('send the whole configuration, and give back what the answer shows', async () => {
    workspace.server.handle((_seen, response) => reply(response, 200, FULL));
    const result = await serving().update(config, NEVER);
    expect(result).toMatchObject({ kind: 'accepted', view: { name: 'fraud', update: 'IN_PROGRESS' } });
    expect(workspace.server.seen[0]).toMatchObject({
      method: 'PUT',
      path: '/api/2.0/serving-endpoints/fraud/config',
      json: {
        served_entities: [
          { name: 'fraud-8', entity_name: 'ml.risk.fraud', entity_version: '8', workload_size: 'Small' },
        ],
        traffic_config: { routes: [{ served_entity_name: 'fraud-8', traffic_percentage: 100 }] },
      },
    });
    expect(workspace.server.seen[0]?.headers['user-agent']).toBe(
      'databricks-model-promotion/0.1.0 node/24.0.0 os/linux auth/pat cicd/github',
    );
  });

  it.each([
    [
      'a running update',
      409,
      { error_code: 'RESOURCE_CONFLICT', message: 'Endpoint served entities are currently being updated' },
      'busy',
    ],
    ['a running update under another status', 400, { error_code: 'RESOURCE_CONFLICT', message: 'x' }, 'busy'],
    ['bad parameters', 400, { error_code: 'INVALID_PARAMETER_VALUE', message: 'no' }, 'refused'],
    ['no right', 403, { error_code: 'PERMISSION_DENIED', message: 'no' }, 'refused'],
    ['no endpoint', 404, { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'no' }, 'refused'],
    ['an existing endpoint', 409, { error_code: 'RESOURCE_ALREADY_EXISTS', message: 'no' }, 'refused'],
    ['a server error', 500, { error_code: 'INTERNAL_ERROR', message: 'x' }, 'unknown'],
    ['a limit that stays', 429, { message: 'x' }, 'unknown'],
    ['a bad gateway', 502, { message: 'x' }, 'unknown'],
  ])('that meet %s: %i', async (_name, status, body, kind) => {
    workspace.server.handle((_seen, response) => reply(response, status, body));
    expect(await serving().update(config, NEVER)).toMatchObject({ kind });
  });

  it('whose answer is lost or broken are unknown, and sent once', async () => {
    workspace.server.handle((_seen, _response, request) => request.socket.destroy());
    expect(await serving().create(config, { owner: 'us' }, NEVER)).toMatchObject({ kind: 'unknown' });
    workspace.server.handle((_seen, response) => replyText(response, 200, '{"name": "fra', 'application/json'));
    expect(await serving().update(config, NEVER)).toMatchObject({ kind: 'unknown' });
    workspace.server.handle((_seen, response) => reply(response, 200, undefined));
    expect(await serving().update(config, NEVER)).toMatchObject({ kind: 'unknown' });
    expect(workspace.server.seen).toHaveLength(3);
    expect(workspace.server.seen[0]?.json).toMatchObject({ name: 'fraud', tags: [{ key: 'owner', value: 'us' }] });
  });

  it('that meet a conflict only after a repeated attempt are unknown: it may be our own', async () => {
    let calls = 0;
    workspace.server.handle((_seen, response) => {
      calls += 1;
      if (calls === 1) reply(response, 503, { error_code: 'TEMPORARILY_UNAVAILABLE', message: 'x' });
      else reply(response, 409, { error_code: 'RESOURCE_CONFLICT', message: 'being updated' });
    });
    expect(await serving().update(config, NEVER)).toMatchObject({ kind: 'unknown' });
  });

  it('of tags are accepted, refused or unknown', async () => {
    const patch = () => serving().patchTags({ a: '1' }, ['b'], NEVER);
    workspace.server.handle((_seen, response) => reply(response, 200, { tags: [] }));
    expect(await patch()).toEqual({ kind: 'accepted' });
    expect(workspace.server.seen[0]).toMatchObject({
      method: 'PATCH',
      json: { add_tags: [{ key: 'a', value: '1' }], delete_tags: ['b'] },
    });
    workspace.server.handle((_seen, response) => reply(response, 400, { message: 'too long' }));
    expect(await patch()).toMatchObject({ kind: 'refused', message: expect.stringContaining('too long') });
    workspace.server.handle((_seen, response) => reply(response, 500, {}));
    expect(await patch()).toMatchObject({ kind: 'unknown' });
  });

  it('an endpoint that does not exist is null, and one that may not be seen is an error', async () => {
    workspace.server.handle((_seen, response) =>
      reply(response, 404, { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'no' }),
    );
    expect(await serving().read(NEVER)).toBeNull();
    workspace.server.handle((_seen, response) =>
      reply(response, 403, { error_code: 'PERMISSION_DENIED', message: 'no' }),
    );
    await expect(serving().read(NEVER)).rejects.toMatchObject({ reason: 'permission-denied' });
  });

  it('reads build logs where there are any', async () => {
    workspace.server.handle((seen, response) =>
      seen.path.endsWith('/served-models/fraud-8/build-logs')
        ? reply(response, 200, { logs: 'line' })
        : reply(response, 404, {}),
    );
    expect(await serving().buildLogs('fraud-8', NEVER)).toBe('line');
    expect(await serving().serverLogs('fraud-8', NEVER)).toBeNull();
  });
});

describe('evidence', () => {
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = await createWorkspace();
  });
  afterAll(() => workspace.close());
  beforeEach(() => {
    workspace.server.seen.length = 0;
  });

  it('reads the metrics export as text, wrapped in JSON, absent and failed', async () => {
    const source = workspace.databricks.metrics('fraud');
    workspace.server.handle((_seen, response) =>
      replyText(response, 200, 'request_count_total 3 1\n', 'text/plain; version=0.0.4'),
    );
    expect(await source.read(NEVER)).toEqual({
      kind: 'text',
      text: 'request_count_total 3 1\n',
      contentType: 'text/plain; version=0.0.4',
    });
    workspace.server.handle((_seen, response) => reply(response, 200, { contents: 'a 1\n' }));
    expect(await source.read(NEVER)).toEqual({ kind: 'text', text: 'a 1\n', contentType: 'text/plain' });
    workspace.server.handle((_seen, response) => reply(response, 404, { message: 'no metrics' }));
    expect(await source.read(NEVER)).toMatchObject({ kind: 'absent' });
    workspace.server.handle((_seen, response) => replyText(response, 200, '<html>login</html>', 'text/html'));
    expect(await source.read(NEVER)).toMatchObject({ kind: 'failed' });
    workspace.server.handle((_seen, response) => reply(response, 200, { other: 1 }));
    expect(await source.read(NEVER)).toMatchObject({ kind: 'failed' });
    workspace.server.handle((_seen, response) => reply(response, 403, {}));
    expect(await source.read(NEVER)).toMatchObject({ kind: 'failed' });
  });

  it('sends probes to one entity through its own path, once, whatever comes back', async () => {
    const invoker = workspace.databricks.invoker('fraud');
    workspace.server.handle((_seen, response) => reply(response, 200, { predictions: [1] }));
    expect(await invoker.invoke('fraud-8', { inputs: [1] }, 1000, NEVER)).toMatchObject({
      status: 200,
      body: '{"predictions":[1]}',
    });
    expect(workspace.server.seen[0]).toMatchObject({
      method: 'POST',
      path: '/serving-endpoints/fraud/served-models/fraud-8/invocations',
      json: { inputs: [1] },
    });
    for (const status of [429, 500, 503]) {
      workspace.server.seen.length = 0;
      workspace.server.handle((_seen, response) =>
        reply(response, status, { error_code: 'X', message: 'm' }, { 'retry-after': '1' }),
      );
      expect(await invoker.invoke('fraud-8', {}, 1000, NEVER)).toMatchObject({ status });
      expect(workspace.server.seen).toHaveLength(1);
    }
    workspace.server.handle((_seen) => undefined);
    expect(await invoker.invoke('fraud-8', {}, 50, NEVER)).toMatchObject({
      status: null,
      fault: expect.stringContaining('50 ms'),
    });
    await expect(invoker.invoke('fraud-8', {}, 50, AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
  });

  it('keeps the time that a token takes out of the latency, and has no datum without a token', async () => {
    const { timing, clock, server } = workspace;
    const slow: Authorizer = {
      authType: 'slow',
      headers: async () => {
        timing.advance(2000);
        return {};
      },
      renew: async () => false,
    };
    server.handle((_seen, response) => {
      timing.advance(30);
      reply(response, 200, { predictions: [1] });
    });
    const before = clock.now();
    const answer = await createInvoker(workspace.client(slow), 'fraud', clock).invoke('e', {}, 1000, NEVER);
    expect(answer.latencyMs).toBe(30);
    expect(answer.sentAtMs).not.toBe(before);
    const error = new ActionError('no token', { kind: 'remote', reason: 'credentials-rejected', fix: 'f' });
    const none: Authorizer = { ...slow, headers: () => Promise.reject(error) };
    await expect(createInvoker(workspace.client(none), 'fraud', clock).invoke('e', {}, 1000, NEVER)).rejects.toBe(
      error,
    );
  });

  it('answers a 401 with a renewed token, for a probe as well', async () => {
    let renewed = false;
    const authorizer: Authorizer = {
      authType: 't',
      headers: async () => ({ authorization: renewed ? 'Bearer new' : 'Bearer old' }),
      renew: async () => {
        renewed = true;
        return true;
      },
    };
    workspace.server.handle((seen, response) =>
      reply(response, seen.headers.authorization === 'Bearer new' ? 200 : 401, {}),
    );
    const invoker = createInvoker(workspace.client(authorizer), 'fraud', workspace.clock);
    expect(await invoker.invoke('e', {}, 1000, NEVER)).toMatchObject({ status: 200 });
  });
});
