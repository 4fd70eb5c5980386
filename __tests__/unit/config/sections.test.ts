import { describe, expect, it } from '@jest/globals';
import type { InputName } from '../../../src/action/registry.js';
import { secretsOf } from '../../../src/config/credentials.js';
import { COMPLETE, faultsOf, loaded } from './loading.js';

const endpoint = (keys: string) => ({ with: COMPLETE, file: `deployment: { endpoint: { ${keys} } }` });
const alert = (keys: string) => ({ with: COMPLETE, file: `deployment: { monitoring: { alerts: [{ ${keys} }] } }` });

describe('sizing', () => {
  it.each([
    ['min_instances: 2, max_instances: 3', { minProvisionedConcurrency: 8, maxProvisionedConcurrency: 12 }],
    ['min_instances: 0, max_instances: 1', { minProvisionedConcurrency: 0, maxProvisionedConcurrency: 4 }],
    [
      'min_provisioned_concurrency: 4, max_provisioned_concurrency: 8',
      { minProvisionedConcurrency: 4, maxProvisionedConcurrency: 8 },
    ],
    ['workload_size: Medium, min_instances: 2, max_instances: 4', { workloadSize: 'Medium' }],
    [
      'min_provisioned_concurrency: 4, max_provisioned_concurrency: 8, min_instances: 1, max_instances: 2',
      { minProvisionedConcurrency: 4, maxProvisionedConcurrency: 8 },
    ],
    ['workload_type: GPU_SMALL, instance_type: Standard_NC6s_v3', { workloadType: 'GPU_SMALL' }],
    ['instance_type: m5.xlarge', { workloadType: 'CPU' }],
    ['scale_to_zero: false', { scaleToZero: false }],
  ])('%s', async (keys, sizing) => {
    const settings = await loaded(endpoint(keys));
    const { mapping, ...rest } = settings.endpoint.sizing;
    expect(rest).toEqual(sizing);
    expect(mapping.length > 0).toBe(/instance/.test(keys));
  });

  it.each([
    ['min_instances: 1', 'without max_instances'],
    ['min_instances: 3, max_instances: 2', 'no size lies between'],
    ['min_instances: 0, max_instances: 0', 'no size lies between'],
    ['workload_size: Small, min_instances: 1, max_instances: 5', 'differs'],
    ['workload_size: Small, min_provisioned_concurrency: 4, max_provisioned_concurrency: 4', 'both given'],
    ['min_provisioned_concurrency: 4, max_provisioned_concurrency: 8, min_instances: 1, max_instances: 3', 'differs'],
    ['instance_type: Standard_NC6s_v3', 'GPU machine'],
    ['instance_type: g4dn.xlarge', 'GPU machine'],
    ['instance_type: a2-highgpu-1g', 'GPU machine'],
    ['instance_type: Standard_DS3_v2, workload_type: GPU_SMALL', 'CPU family'],
    ['instance_type: p3.2xlarge, workload_type: CPU', 'GPU family'],
    ['workload_type: gpu_small', 'cannot be gpu_small'],
    ['min_instances: 1.5, max_instances: 2', 'cannot be 1.5'],
  ])('refuses %s: %s', async (keys, words) => {
    const faults = await faultsOf(endpoint(keys));
    expect(faults.map((fault) => fault.message).join(' ')).toContain(words);
    expect(faults).toHaveLength(1);
  });
});

describe('alerts', () => {
  it.each([
    ['metric: error_rate, threshold: 1%', { threshold: 0.01 }],
    ['metric: error_rate, threshold: 0', { threshold: 0 }],
    ['metric: latency, threshold: 1.5s', { threshold: 1500 }],
    ['metric: latency, threshold: 250ms, quantile: 0.5', { threshold: 250, quantile: 0.5 }],
    ['metric: throughput, threshold: 3', { threshold: 3 }],
    ['metric: cpu, threshold: 80%', { threshold: 80 }],
    ['metric: memory, threshold: 80', { threshold: 80 }],
    ['metric: error_rate, max_regression: 0.5', { maxRegression: 0.5 }],
    ['metric: latency, max_regression: 150%', { maxRegression: 1.5 }],
  ])('%s', async (keys, expected) => {
    const { alerts } = (await loaded(alert(keys))).monitoring;
    expect(alerts).toEqual([{ metric: /metric: ([a-z_]+)/.exec(keys)?.[1], quantile: 0.95, ...expected }]);
  });

  it.each([
    'metric: error_rate, threshold: 5',
    'metric: error_rate, threshold: 10ms',
    'metric: latency, threshold: 5%',
    'metric: latency, threshold: 0',
    'metric: throughput, threshold: 5%',
    'metric: throughput, max_regression: 5%',
    'metric: cpu, threshold: 120',
    'metric: latency',
    'metric: error_rate, threshold: 0.1, quantile: 0.9',
    'metric: latency, max_regression: 20',
  ])('refuses %s', async (keys) => {
    expect(await faultsOf(alert(keys))).toHaveLength(1);
  });
});

describe('the registry', () => {
  const choose = async (name: string, more: Partial<Record<InputName, string>>) => {
    const { 'databricks-host': _host, ...rest } = COMPLETE;
    return (await loaded({ with: { ...rest, 'model-name': name, command: 'gate', ...more } })).model.registry;
  };
  const host = { 'databricks-host': 'https://w.example' };
  const server = { 'mlflow-tracking-uri': 'http://127.0.0.1:5000' };

  it('is chosen from the name and the servers', async () => {
    expect(await choose('a.b.c', host)).toBe('unity-catalog');
    expect(await choose('plain', host)).toBe('workspace');
    expect(await choose('plain', { ...host, ...server })).toBe('mlflow');
    expect(await choose('a.b.c', { ...host, ...server })).toBe('unity-catalog');
    expect(await choose('a.b.c', { ...host, ...server, registry: 'mlflow' })).toBe('mlflow');
  });

  it('of the workspace is meant by a tracking URI of databricks', async () => {
    expect(await choose('plain', { ...host, 'mlflow-tracking-uri': 'databricks' })).toBe('workspace');
    expect(await choose('a.b.c', { ...host, 'mlflow-tracking-uri': 'databricks-uc://profile' })).toBe('unity-catalog');
  });

  it.each([
    [{ 'model-name': 'plain', registry: 'unity-catalog' }, 'input:model-name'],
    [{ 'model-name': 'a.b', registry: 'workspace' }, 'input:model-name'],
    [{ registry: 'mlflow' }, 'input:mlflow-tracking-uri'],
    [{ registry: 'mlflow', 'mlflow-tracking-uri': 'sqlite:///x.db' }, 'input:mlflow-tracking-uri'],
  ])('refuses %j', async (inputs, key) => {
    expect((await faultsOf({ with: { ...COMPLETE, ...inputs } })).map((fault) => fault.key)).toEqual([key]);
  });
});

describe('selectors', () => {
  it.each([
    ['latest', { kind: 'latest' }],
    ['7', { kind: 'number', version: '7' }],
    ['@champion', { kind: 'alias', alias: 'champion' }],
    ['commit', { kind: 'commit' }],
  ])('of a version: %s', async (written, selector) => {
    expect((await loaded({ with: { ...COMPLETE, 'model-version': written } })).model.version).toEqual(selector);
  });

  it.each(['0', '-1', '1.5', '@', 'champion', 'v3', 'Latest', '@a b'])('of a version: not %s', async (written) => {
    expect(await faultsOf({ with: { ...COMPLETE, 'model-version': written } })).toHaveLength(1);
  });

  it('of a baseline', async () => {
    expect((await loaded({ with: { ...COMPLETE, baseline: '3' } })).gate.baseline).toEqual({
      kind: 'number',
      version: '3',
    });
    expect((await loaded({ with: { ...COMPLETE, baseline: '@champion' } })).gate.baseline).toEqual({
      kind: 'alias',
      alias: 'champion',
    });
  });

  it.each(['latest', 'v1', 'V20', 'a b', 'LATEST'])('of an alias to move: not %s', async (alias) => {
    expect(
      await faultsOf({ with: COMPLETE, file: `deployment: { rollout: { promote_alias: "${alias}" } }` }),
    ).toHaveLength(1);
  });

  it('of aliases must differ', async () => {
    const file = 'deployment: { rollout: { promote_alias: champion, previous_alias: champion } }';
    expect((await faultsOf({ with: COMPLETE, file })).map((fault) => fault.key)).toEqual([
      'deployment.rollout.previous_alias',
    ]);
  });
});

describe('credentials', () => {
  it('come from inputs first and from the standard variables', async () => {
    const env = {
      DATABRICKS_HOST: 'https://env.example',
      DATABRICKS_TOKEN: 'from-env',
      ARM_TENANT_ID: 'tenant',
      MLFLOW_TRACKING_PASSWORD: ' p ',
    };
    const { credentials } = await loaded({ with: { ...COMPLETE, 'databricks-client-id': 'id' }, env });
    expect(credentials).toEqual({
      databricks: { host: 'https://workspace.example', token: 'from-env', clientId: 'id', azureTenantId: 'tenant' },
      mlflow: { password: 'p' },
    });
    expect(secretsOf(credentials)).toEqual(['from-env', 'p']);
  });

  it('include headers and the password of an address, and all of these are secrets', async () => {
    const env = {
      MLFLOW_TRACKING_URI: 'https://user:hidden@mlflow.example/x',
      MLFLOW_TRACKING_HEADERS: '{"X-Key":"abc"}',
    };
    const { credentials } = await loaded({ with: COMPLETE, env });
    expect(credentials.mlflow).toEqual({ trackingUri: env.MLFLOW_TRACKING_URI, headers: { 'X-Key': 'abc' } });
    expect(secretsOf(credentials)).toEqual(['abc', 'hidden']);
  });

  it('refuse headers that are no JSON map', async () => {
    const faults = await faultsOf({ with: COMPLETE, env: { MLFLOW_TRACKING_HEADERS: 'X-Key: abc' } });
    expect(faults.map((fault) => fault.key)).toEqual(['MLFLOW_TRACKING_HEADERS']);
  });
});
