import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { COMPLETE, faultsOf, load, loaded } from './loading.js';

const fixture = (name: string): string =>
  readFileSync(new URL(`../../contract/fixtures/${name}`, import.meta.url), 'utf8');

describe('the older form of the configuration', () => {
  const given = { with: { ...COMPLETE, 'metrics-threshold': '' }, file: fixture('older.yaml') };

  it('works unchanged, and says how its sizing was mapped', async () => {
    const { endpoint, notes } = await loaded(given);
    expect(endpoint.sizing).toMatchObject({
      workloadType: 'CPU',
      minProvisionedConcurrency: 4,
      maxProvisionedConcurrency: 20,
      scaleToZero: true,
    });
    expect(endpoint.sizing.mapping.join(' ')).toMatch(
      /Standard_DS3_v2 became workload_type CPU.*1 and max_instances 5 became provisioned concurrency 4 to 20/,
    );
    expect(notes.map((note) => note.message)).toEqual(expect.arrayContaining([...endpoint.sizing.mapping]));
  });

  it('has its thresholds as rules and its alerts in their units', async () => {
    const { gate, monitoring } = await loaded(given);
    expect(gate.rules.map((rule) => [rule.metric, rule.conditions])).toEqual(
      ['accuracy', 'precision', 'recall'].map((metric) => [metric, [{ kind: 'bound', operator: '>=', value: 0.9 }]]),
    );
    expect(monitoring.alerts).toEqual([
      { metric: 'error_rate', threshold: 0.01, quantile: 0.95 },
      { metric: 'latency', threshold: 100, quantile: 0.95 },
    ]);
  });
});

describe('the full form of the configuration', () => {
  it('becomes settings, durations in ms and shares as numbers', async () => {
    const settings = await loaded({ with: { 'databricks-host': 'https://w.example' }, file: fixture('full.yaml') });
    expect(settings.model).toEqual({
      name: 'main.cv_models.cv_model',
      registry: 'unity-catalog',
      version: { kind: 'latest' },
    });
    expect(settings.gate.require).toEqual({
      signature: 'compatible',
      maxAgeMs: 30 * 86_400_000,
      tags: { validation: 'passed' },
      sameCommit: true,
      sameDataset: true,
    });
    expect(settings.gate.evaluation).toEqual({
      jobId: '123456789',
      timeoutMs: 2_700_000,
      parameters: { split: 'test' },
      when: 'promote',
    });
    expect(settings.rollout.steps).toEqual([
      { traffic: 0, bakeMs: 0, smoke: 'samples/requests.json' },
      { traffic: 5, bakeMs: 600_000 },
      { traffic: 25, bakeMs: 600_000 },
      { traffic: 100, bakeMs: 900_000 },
    ]);
    expect(settings.monitoring.alerts.at(-1)).toEqual({ metric: 'latency', maxRegression: 0.2, quantile: 0.95 });
    expect(settings.app).toEqual({ name: 'cv-training-pipeline', source: 'lakehouse_app' });
    expect([settings.rollout.promoteAlias, settings.rollout.previousAlias]).toEqual(['champion', 'previous-champion']);
  });
});

describe('defaults', () => {
  it('are those of the documentation when nothing else is said', async () => {
    const settings = await loaded({ with: COMPLETE });
    expect(settings.configFile).toBeNull();
    expect(settings.rollout).toEqual({
      steps: 'auto',
      bakeMs: 300_000,
      finalBakeMs: 900_000,
      onFailure: 'rollback',
      onNoData: 'rollback',
      retainPrevious: false,
      promoteAlias: null,
      previousAlias: null,
      minRequests: 100,
      probeRate: 2,
    });
    expect(settings.control).toEqual({
      dryRun: false,
      until: null,
      expectPlan: null,
      onCancel: 'rollback',
      timeoutMs: 5 * 3_600_000,
      rollbackOnAlert: false,
      durationMs: null,
    });
    expect(settings.monitoring).toEqual({
      intervalMs: 15_000,
      metrics: ['latency', 'throughput', 'error_rate'],
      alerts: [],
    });
    expect(settings.gate.baseline).toEqual({ kind: 'serving' });
    expect(settings.endpoint).toEqual({ name: 'digits', sizing: { mapping: [] }, environmentVars: null, tags: {} });
  });

  it('let final_bake follow a bake time that was given', async () => {
    const given = async (more: object) => (await loaded({ with: { ...COMPLETE, ...more } })).rollout;
    expect(await given({ 'bake-time': '90s' })).toMatchObject({ bakeMs: 90_000, finalBakeMs: 90_000 });
    const file = 'deployment: { rollout: { bake: 2m, final_bake: 1h } }';
    expect((await loaded({ with: COMPLETE, file })).rollout).toMatchObject({ bakeMs: 120_000, finalBakeMs: 3_600_000 });
  });
});

describe('precedence', () => {
  const file = `
deployment:
  rollout: { bake: 1m, steps: [10, 100], min_requests: 5 }
  ci_cd:
    metrics_threshold: { accuracy: 0.5, f1: { min: 0.5, max_regression: 0.1 }, auc: 0.5 }
    require: { tags: { a: one, b: two } }
  endpoint: { workload_size: Small, tags: { team: vision } }
targets:
  prod:
    rollout: { bake: 2m }
    ci_cd:
      metrics_threshold: { f1: { min: 0.6 } }
      require: { tags: { b: other } }
    endpoint: { min_provisioned_concurrency: 8, max_provisioned_concurrency: 32 }
`;

  it('is input, then overlay, then file, then default', async () => {
    const base = { ...COMPLETE, 'metrics-threshold': '' };
    expect((await loaded({ with: base, file })).rollout.bakeMs).toBe(60_000);
    expect((await loaded({ with: { ...base, target: 'prod' }, file })).rollout.bakeMs).toBe(120_000);
    const strongest = await loaded({ with: { ...base, target: 'prod', 'bake-time': '3m' }, file });
    expect(strongest.rollout).toMatchObject({ bakeMs: 180_000, minRequests: 5 });
    expect(strongest.rollout.steps).toContainEqual({ traffic: 10, bakeMs: 180_000 });
  });

  it('merges rules metric by metric, a stronger rule replacing the weaker one whole', async () => {
    const { gate } = await loaded({ with: { ...COMPLETE, target: 'prod', 'metrics-threshold': 'auc >= 0.9' }, file });
    const bounds = gate.rules.map((rule) => [rule.metric, rule.conditions.length, rule.origin]);
    expect(bounds).toEqual([
      ['accuracy', 1, 'deployment.ci_cd.metrics_threshold.accuracy'],
      ['f1', 1, 'targets.prod.ci_cd.metrics_threshold.f1'],
      ['auc', 1, 'input:metrics-threshold:1'],
    ]);
  });

  it('merges other maps key by key and lets one form of sizing replace another', async () => {
    const { gate, endpoint } = await loaded({ with: { ...COMPLETE, target: 'prod' }, file });
    expect(gate.require.tags).toEqual({ a: 'one', b: 'other' });
    expect(endpoint.sizing).toEqual({ minProvisionedConcurrency: 8, maxProvisionedConcurrency: 32, mapping: [] });
    expect(endpoint.tags).toEqual({ team: 'vision' });
  });
});

describe('the command', () => {
  it.each([
    ['pull_request', 'gate'],
    ['pull_request_target', 'gate'],
    ['merge_group', 'gate'],
    ['push', 'promote'],
    ['workflow_dispatch', 'promote'],
    ['workflow_run', 'promote'],
    ['repository_dispatch', 'promote'],
    ['release', 'promote'],
    ['deployment', 'promote'],
    ['schedule', 'monitor'],
  ])('of auto on %s is %s', async (event, command) => {
    expect((await loaded({ with: COMPLETE, event })).command).toBe(command);
  });

  it('has to be set for any other event', async () => {
    for (const event of ['issue_comment', '', 'toString']) {
      const [fault] = await faultsOf({ with: COMPLETE, event });
      expect(fault).toMatchObject({ key: 'input:command' });
      expect(fault?.fix).toContain('Set command');
    }
  });

  it('beats the event', async () => {
    expect((await loaded({ with: { ...COMPLETE, command: 'rollback' }, event: 'issue_comment' })).command).toBe(
      'rollback',
    );
  });
});

describe('inputs', () => {
  it.each(['true', 'True', 'TRUE'])('take %s for true', async (word) => {
    expect((await loaded({ with: { ...COMPLETE, 'dry-run': word } })).control.dryRun).toBe(true);
  });

  it.each(['false', 'False', 'FALSE', '', '  '])('take "%s" for false where that is the default', async (word) => {
    expect((await loaded({ with: { ...COMPLETE, 'dry-run': word } })).control.dryRun).toBe(false);
  });

  it.each(['yes', '1', 'tRue', 'on', 'no'])('refuse %s as a switch', async (word) => {
    const faults = await faultsOf({ with: { ...COMPLETE, 'dry-run': word, 'fail-on-rejection': word } });
    expect(faults.map((fault) => fault.key)).toEqual(['input:dry-run', 'input:fail-on-rejection']);
  });

  it('that do not exist are warned about, with the nearest that does', async () => {
    const { notes } = await loaded({ with: COMPLETE, env: { 'INPUT_BAKE-TIEM': '10m' } });
    expect(notes).toContainEqual({
      level: 'warning',
      message: 'There is no input bake-tiem; it is ignored. Did you mean bake-time?',
    });
  });

  it('give the thresholds in every form', async () => {
    const forms = ['accuracy: 0.9', '{"accuracy": 0.9}', 'accuracy >= 0.9', '{ accuracy: { min: 0.9 } }'];
    for (const form of forms) {
      const { gate } = await loaded({ with: { ...COMPLETE, 'metrics-threshold': form } });
      expect(gate.rules.map((rule) => [rule.metric, rule.conditions])).toEqual([
        ['accuracy', [{ kind: 'bound', operator: '>=', value: 0.9 }]],
      ]);
    }
  });

  it('key the comment by model, target and matrix leg', async () => {
    const file = 'targets: { prod: {} }';
    const inputs = { ...COMPLETE, target: 'prod', matrix: '{\n  "size": "small",\n  "region": 1\n}' };
    expect((await loaded({ with: inputs, file })).reporting.commentKey).toBe(
      'main.vision.digits / prod / region=1, size=small',
    );
    expect((await loaded({ with: { ...COMPLETE, matrix: 'null' } })).reporting.commentKey).toBe('main.vision.digits');
    expect((await loaded({ with: { ...inputs, 'comment-key': 'mine' }, file })).reporting.commentKey).toBe('mine');
  });
});

describe('a faulty configuration', () => {
  it('still tells how and to whom to report', async () => {
    const outcome = await load({
      with: { ...COMPLETE, comment: 'never', 'github-token': 't', until: '40', 'rollout-steps': '5, 100' },
    });
    expect(outcome).toMatchObject({
      kind: 'faults',
      known: {
        command: 'promote',
        githubToken: 't',
        modelName: 'main.vision.digits',
        endpointName: 'digits',
        reporting: { comment: 'never' },
      },
    });
  });
});
