import { describe, expect, it } from '@jest/globals';
import type { InputName } from '../../../src/action/registry.js';
import { COMMANDS } from '../../../src/reasons.js';
import { COMPLETE, faultsOf, loaded } from './loading.js';

const HOST: Partial<Record<InputName, string>> = { 'databricks-host': 'https://w.example' };
const keys = async (inputs: Partial<Record<InputName, string>>, file?: string): Promise<string[]> =>
  (await faultsOf({ with: inputs, ...(file === undefined ? {} : { file }) })).map((fault) => fault.key);

describe('what each command cannot do without', () => {
  it.each([
    ['gate', ['input:model-name', 'input:metrics-threshold']],
    ['plan', ['input:model-name', 'input:endpoint-name', 'input:metrics-threshold']],
    ['promote', ['input:model-name', 'input:endpoint-name', 'input:metrics-threshold']],
    ['rollback', ['input:endpoint-name']],
    ['reconcile', ['input:endpoint-name']],
    ['monitor', ['input:endpoint-name']],
    ['preflight', ['input:model-name']],
    ['deploy-app', ['input:app-name', 'input:app-source']],
  ])('%s: %j', async (command, missing) => {
    expect(await keys({ ...HOST, command })).toEqual(missing);
    expect(await keys({ command })).toEqual([...missing, 'input:databricks-host']);
  });

  it('is all there with the complete inputs', async () => {
    for (const command of COMMANDS) {
      expect(await keys({ ...COMPLETE, command, 'app-name': 'my-app', 'app-source': 'app' })).toEqual([]);
    }
  });

  it('is not called missing where a faulty value was given', async () => {
    expect(await keys({ ...COMPLETE, 'endpoint-name': 'no spaces allowed' })).toEqual(['input:endpoint-name']);
    const file = 'deployment: { endpoint: { name: "a b" }, model: 5, ci_cd: { metrics_threshold: { loss: 1 } } }';
    expect(await keys(HOST, file)).toEqual([
      'deployment.endpoint.name',
      'deployment.model',
      'deployment.ci_cd.metrics_threshold.loss',
    ]);
    expect(await keys(HOST, 'a: [')).toEqual(['config/deployment_config.yaml']);
  });
});

describe('the baseline', () => {
  const alone: Partial<Record<InputName, string>> = { ...HOST, command: 'gate', 'model-name': 'a.b.c' };

  it('is none for a gate without an endpoint when nothing compares, and that is said', async () => {
    const settings = await loaded({ with: { ...alone, 'metrics-threshold': 'accuracy >= 0.9' } });
    expect(settings.gate.baseline).toEqual({ kind: 'none' });
    expect(settings.notes.map((note) => note.message).join(' ')).toContain('No endpoint is given');
  });

  it.each([
    [{ 'metrics-threshold': 'f1 >= baseline' }, undefined],
    [{ 'metrics-threshold': 'f1 >= 0.5', baseline: 'serving' }, undefined],
    [{ 'metrics-threshold': 'f1 >= 0.5' }, 'deployment: { ci_cd: { require: { same_dataset: true } } }'],
    [{ 'metrics-threshold': 'f1 >= 0.5' }, 'deployment: { ci_cd: { require: { signature: compatible } } }'],
  ])('needs the endpoint for %j %s', async (inputs, file) => {
    expect(await keys({ ...alone, ...inputs }, file)).toEqual(['input:endpoint-name']);
  });

  it('none contradicts rules and requirements that compare', async () => {
    const file =
      'deployment:\n  ci_cd:\n    metrics_threshold: { f1: { max_regression: 0.1 } }\n    require: { same_dataset: true }\n';
    const faults = await faultsOf({
      with: { ...COMPLETE, baseline: 'none', 'metrics-threshold': 'auc >= baseline - 0.1' },
      file,
    });
    expect(faults.map((fault) => [fault.line, fault.key])).toEqual([
      [undefined, 'input:metrics-threshold'],
      [3, 'deployment.ci_cd.metrics_threshold.f1'],
      [4, 'deployment.ci_cd.require.same_dataset'],
    ]);
  });
});

describe('nothing to judge by', () => {
  it('is a fault, but an empty map is a decision that is noted', async () => {
    const inputs = { ...COMPLETE, 'metrics-threshold': '' };
    expect(await keys(inputs)).toEqual(['input:metrics-threshold']);
    const { notes } = await loaded({ with: inputs, file: 'deployment: { ci_cd: { metrics_threshold: {} } }' });
    expect(notes).toContainEqual({ level: 'warning', message: expect.stringContaining('no metric') });
    expect(await keys(inputs, 'deployment: { ci_cd: { require: { same_commit: true } } }')).toEqual([]);
  });
});

describe('switches', () => {
  it.each(['rollback', 'reconcile', 'deploy-app'])(
    'dry-run is refused for %s, which would change things',
    async (command) => {
      const inputs = { ...COMPLETE, command, 'app-name': 'my-app', 'app-source': 'app' };
      expect(await keys({ ...inputs, 'dry-run': 'true' })).toEqual(['input:dry-run']);
    },
  );

  it('dry-run is refused for a monitor that may roll back, and harmless for one that only looks', async () => {
    const inputs = { ...COMPLETE, command: 'monitor', 'dry-run': 'true' };
    expect(await keys({ ...inputs, 'rollback-on-alert': 'true' })).toEqual(['input:dry-run']);
    expect(await keys(inputs)).toEqual([]);
  });

  it.each(['until', 'duration', 'rollback-on-alert', 'expect-plan'])(
    '%s is noted where it has no meaning',
    async (name) => {
      const value =
        { until: '100', duration: '5m', 'rollback-on-alert': 'true', 'expect-plan': '0123456789abcdef' }[name] ?? '';
      const { notes } = await loaded({ with: { ...COMPLETE, command: 'gate', [name]: value } });
      expect(notes.map((note) => note.message).join(' ')).toContain(`The input ${name} has no meaning for gate`);
    },
  );

  it('until must be a step', async () => {
    expect(await keys({ ...COMPLETE, 'rollout-steps': '5, 50, 100', until: '25' })).toEqual(['input:until']);
    expect((await loaded({ with: { ...COMPLETE, 'rollout-steps': '5, 50, 100', until: '50 %' } })).control.until).toBe(
      50,
    );
  });
});
