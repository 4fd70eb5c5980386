import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { COMPLETE, faultsOf, load } from './loading.js';

/** Faults as `line:column key`. */
async function placed(file: string, more: object = {}): Promise<string[]> {
  const faults = await faultsOf({ with: { ...COMPLETE, ...more }, file });
  return faults.map((fault) => `${fault.line ?? '-'}:${fault.column ?? '-'} ${fault.key}`);
}

describe('faults of the file', () => {
  it('come all at once, in order, each at its line and column', async () => {
    const file = `deployment:
  endpoint:
    nmae: x
    min_instances: 3
  rollout:
    on_failure: rolback
    steps:
      - { traffic: 5, bake: 3 minutes }
      - 200
  ci_cd:
    metrics_threshold:
      loss: 0.3
      f1: { mni: 3 }
  monitoring:
    interval: 0s
targets:
  prod:
    rollout: { bak: 3m }
`;
    expect(await placed(file)).toEqual([
      '3:5 deployment.endpoint.nmae',
      '4:20 deployment.endpoint.min_instances',
      '6:17 deployment.rollout.on_failure',
      '8:29 deployment.rollout.steps[0].bake',
      '9:9 deployment.rollout.steps[1]',
      '12:7 deployment.ci_cd.metrics_threshold.loss',
      '13:13 deployment.ci_cd.metrics_threshold.f1.mni',
      '15:15 deployment.monitoring.interval',
      '18:16 targets.prod.rollout.bak',
    ]);
  });

  it.each([
    ['deployment: { rollout: { stpes: [100] } }', 'Did you mean steps?'],
    ['deployment: { rollout: { on_failure: rolback } }', 'Did you mean rollback?'],
    ['deployment: { cicd: {} }', 'Write ci_cd.'],
    ['deployments: {}', 'Did you mean deployment?'],
    ['targets: { prod: { endpoint: { workload_sise: Small } } }', 'Did you mean workload_size?'],
    ['deployment: { rollout: { steps: [{ trafic: 5 }] } }', 'Did you mean traffic?'],
    ['deployment: { monitoring: { alerts: [{ metric: latency, treshold: 5 }] } }', 'Did you mean threshold?'],
    ['deployment: { ci_cd: { require: { signature: compatibel } } }', 'Did you mean compatible?'],
    [
      'deployment: { ci_cd: { metrics_threshold: { f1: { greater_is_better: true, min: 1 } } } }',
      'Write direction: higher or direction: lower.',
    ],
  ])('%s: %s', async (file, fix) => {
    const faults = await faultsOf({ with: COMPLETE, file });
    expect(faults.map((fault) => fault.fix).join(' ')).toContain(fix);
    expect(faults.length).toBeLessThanOrEqual(2);
  });

  it.each([
    ['a: [1', 'not valid YAML'],
    ['deployment:\n\trollout: {}\n', 'Tabs'],
    ['deployment: {}\ndeployment: {}\n', 'a key stands twice'],
    ['deployment: {}\n---\ndeployment: {}\n', 'more than one document'],
    ['deployment: !include other.yaml\n', 'tag'],
    ['- deployment\n', 'cannot be a list'],
    ['just text\n', 'cannot be "just text"'],
    ['deployment: 5\n', 'cannot be 5'],
    ['deployment:\n  rollout:\n', 'cannot be empty'],
    ['a: &a [x]\nb: &b [*a, *a]\n', 'not a key'],
  ])('%j is refused: %s', async (file, words) => {
    const faults = await faultsOf({ with: COMPLETE, file });
    expect(faults.map((fault) => fault.message).join(' ')).toContain(words);
    expect(faults.every((fault) => fault.file === 'config/deployment_config.yaml')).toBe(true);
  });

  it('follow anchors to where the value stands', async () => {
    expect(await placed('deployment:\n  rollout: { bake: &b 3x, final_bake: *b }\n')).toEqual([
      '2:23 deployment.rollout.bake',
      '2:39 deployment.rollout.final_bake',
    ]);
  });

  it('ask for quotes where YAML would change a text', async () => {
    const file = 'deployment:\n  endpoint: { tags: { a: 1.0, b: 010, c: True, d: 5, e: true, f: "1.0" } }\n';
    expect(await placed(file)).toEqual([
      '2:26 deployment.endpoint.tags.a',
      '2:34 deployment.endpoint.tags.b',
      '2:42 deployment.endpoint.tags.c',
    ]);
  });

  it('an empty file, or one of comments alone, is no fault', async () => {
    for (const file of ['', '\n', '# nothing\n', '\uFEFFdeployment: {}\n']) expect(await placed(file)).toEqual([]);
  });
});

describe('the path of the file', () => {
  it('that was given must exist', async () => {
    const [fault] = await faultsOf({ with: { ...COMPLETE, config: 'nowhere.yaml' } });
    expect(fault).toMatchObject({
      key: 'input:config',
      message: expect.stringContaining('nowhere.yaml does not exist'),
    });
  });

  it('that is the default may be missing', async () => {
    expect(await faultsOf({ with: COMPLETE })).toEqual([]);
  });
});

describe('faults of the inputs', () => {
  it('name the input and never show a secret', async () => {
    const faults = await faultsOf({
      with: { ...COMPLETE, 'bake-time': '10', until: '101', 'pr-number': 'x', 'expect-plan': 'Z', registry: 'unity' },
    });
    expect(faults.map((fault) => fault.key)).toEqual([
      'input:registry',
      'input:bake-time',
      'input:until',
      'input:expect-plan',
      'input:pr-number',
    ]);
  });

  it('of a rule point at the input', async () => {
    const [fault] = await faultsOf({ with: { ...COMPLETE, 'metrics-threshold': 'loss: 0.3' } });
    expect(fault).toMatchObject({
      key: 'input:metrics-threshold',
      message: expect.stringContaining('lower is better'),
    });
  });

  it('are reported together with those of the file', async () => {
    expect(await placed('deployment: { rollout: { bake: 3 } }\n', { 'bake-time': 'x' })).toEqual([
      '-:- input:bake-time',
      '1:32 deployment.rollout.bake',
    ]);
  });

  it('of a target name the nearest overlay', async () => {
    const [fault] = await faultsOf({
      with: { ...COMPLETE, target: 'prd' },
      file: 'targets: { prod: {}, staging: {} }',
    });
    expect(fault).toMatchObject({ key: 'input:target', fix: 'Did you mean prod?' });
  });
});

describe('any text at all', () => {
  const runs = process.env.NIGHTLY === '1' ? 10_000 : 300;

  it('as the file gives settings or faults with a message and a fix, and never an exception', async () => {
    const yamlish = fc.stringMatching(/^([a-z_]{0,12}: ?[[\]{}&*!|>'"%@`#,?:\-0-9a-z ]{0,20}\n {0,4}){0,6}$/);
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), yamlish, fc.json()), async (file) => {
        const outcome = await load({ with: COMPLETE, file });
        if (outcome.kind === 'faults') {
          expect(outcome.faults.every(({ message, fix }) => message.length > 10 && fix.length > 5)).toBe(true);
        }
      }),
      { numRuns: runs },
    );
  });

  it('as inputs too', async () => {
    const inputs = fc.record({
      command: fc.string(),
      'metrics-threshold': fc.string(),
      'rollout-steps': fc.string(),
      until: fc.string(),
      matrix: fc.oneof(fc.string(), fc.json()),
      'mlflow-tracking-uri': fc.string(),
    });
    await fc.assert(
      fc.asyncProperty(inputs, async (given) => {
        const outcome = await load({ with: { ...COMPLETE, ...given } });
        expect(['settings', 'faults']).toContain(outcome.kind);
      }),
      { numRuns: runs },
    );
  });
});
