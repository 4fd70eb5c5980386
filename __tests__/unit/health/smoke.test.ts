import { describe, expect, it } from '@jest/globals';
import { ActionError } from '../../../src/errors.js';
import type { HealthOptions } from '../../../src/health/collect/options.js';
import { runSmoke } from '../../../src/health/collect/smoke.js';
import { parseSmokeFile, smokeFromExample } from '../../../src/health/collect/smoke-file.js';
import type { SmokeCase } from '../../../src/health/core/assertions.js';
import type { InvocationAnswer } from '../../../src/health/ports.js';
import { settingsWith } from './scenes.js';
import { ManualClock } from './simulated.js';

const never = new AbortController().signal;

function faultsOf(text: string): readonly { key: string; message: string; fix: string; file?: string }[] {
  try {
    parseSmokeFile(text, 'samples/requests.json');
  } catch (error) {
    if (error instanceof ActionError) return error.faults;
  }
  return [];
}

describe('smoke files', () => {
  it('hold bodies, or requests with expectations', () => {
    const text =
      '[{"inputs":[1]},{"request":{"inputs":[2]},"expect":{"status":200,"predictions":[1],"tolerance":0.1,"agreement":true,"json_path":{"$.a":1},"schema":{"type":"object"}}}]';
    expect(parseSmokeFile(text, 'f')).toEqual([
      { index: 0, request: { inputs: [1] }, expect: {} },
      {
        index: 1,
        request: { inputs: [2] },
        expect: {
          status: 200,
          predictions: [1],
          tolerance: 0.1,
          agreement: 1,
          jsonPath: { '$.a': 1 },
          schema: { type: 'object' },
        },
      },
    ]);
  });

  it('are refused with every fault, its file and its place', () => {
    const text =
      '[1,{"request":[],"expects":{}},{"request":{"a":1},"expect":{"stauts":1,"status":"200","agreement":2,"tolerance":-1,"json_path":{"x":1},"schema":{"$ref":"#"}}}]';
    const faults = faultsOf(text);
    expect(faults.map(({ key }) => key)).toEqual([
      'smoke[0]',
      'smoke[1].expects',
      'smoke[1].request',
      'smoke[2].expect.stauts',
      'smoke[2].expect.status',
      'smoke[2].expect.tolerance',
      'smoke[2].expect.agreement',
      'smoke[2].expect.json_path.x',
      'smoke[2].expect.schema',
    ]);
    expect(
      faults.every(
        ({ file, fix, message }) =>
          file === 'samples/requests.json' && fix.length > 5 && message.startsWith('samples/requests.json: '),
      ),
    ).toBe(true);
  });

  it.each(['', '{', '{"a":1}', '[]'])('are refused when they are %j', (text) => {
    expect(faultsOf(text)).toHaveLength(1);
  });

  it('may be replaced by the serving input example', () => {
    expect(smokeFromExample({ inputs: [1] })).toEqual([{ index: 0, request: { inputs: [1] }, expect: {} }]);
    expect(smokeFromExample(null)).toBeNull();
    expect(smokeFromExample([1])).toBeNull();
  });
});

function run(cases: readonly SmokeCase[], answers: (entity: string, attempt: number) => Partial<InvocationAnswer>) {
  const clock = new ManualClock();
  const sent: string[] = [];
  const options: HealthOptions = {
    source: null,
    invoker: {
      invoke: async (entity) => {
        sent.push(entity);
        const right = {
          status: 200,
          latencyMs: 5,
          body: '{"predictions":[1]}',
          contentType: '',
          sentAtMs: clock.serverNow(),
        };
        return { ...right, ...answers(entity, sent.length) };
      },
    },
    smoke: () => ({ kind: 'cases', cases, origin: 'samples/requests.json' }),
    settings: settingsWith(),
    probeRate: 2,
    subjects: { candidate: { name: 'm-2' }, current: { name: 'm-1' } },
    clock,
  };
  return { clock, sent, outcome: runSmoke(options, undefined, never) };
}

const simple = (index: number): SmokeCase => ({ index, request: { instances: [1] }, expect: {} });

describe('smoke requests', () => {
  it('pass when the candidate answers all of them', async () => {
    const { outcome, sent } = run([simple(0), simple(1)], () => ({}));
    expect(await outcome).toMatchObject({ kind: 'passed', sent: 2 });
    expect(sent).toEqual(['m-2', 'm-2']);
  });

  it('do not repeat a wrong answer, and name each that is wrong', async () => {
    const { outcome, sent } = run([simple(0), simple(1)], (_, attempt) => (attempt === 2 ? { body: '{}' } : {}));
    expect(await outcome).toEqual({
      kind: 'failed',
      sent: 2,
      failed: 1,
      explanation:
        '1 of 2 requests of samples/requests.json failed on the candidate: request 1: the request has 1 rows, but the answer has no predictions.',
    });
    expect(sent).toHaveLength(2);
  });

  it('wait for an entity that is still starting, within the deadline', async () => {
    const { clock, outcome, sent } = run([simple(0)], (_, attempt) =>
      attempt < 4 ? { status: attempt === 1 ? null : 503, body: '' } : {},
    );
    await clock.advance(60_000);
    expect(await outcome).toMatchObject({ kind: 'passed' });
    expect(sent).toHaveLength(4);
  });

  it('fail when it never starts', async () => {
    const { clock, outcome } = run([simple(0)], () => ({ status: 503, body: 'scaled to zero' }));
    await clock.advance(700_000);
    expect(await outcome).toMatchObject({ kind: 'failed', explanation: expect.stringContaining('status 503') });
    expect(clock.now()).toBeGreaterThanOrEqual(570_000);
  });

  it('do not excuse a refusal after the first answer', async () => {
    const { outcome, sent } = run([simple(0), simple(1)], (_, attempt) =>
      attempt === 2 ? { status: 503, body: '' } : {},
    );
    expect(await outcome).toMatchObject({ kind: 'failed', failed: 1 });
    expect(sent).toHaveLength(2);
  });

  it('compare with the current version where agreement is asked for', async () => {
    const agreeing: SmokeCase = { index: 0, request: { instances: [1, 2] }, expect: { agreement: 1 } };
    const answer = (entity: string) => ({ body: entity === 'm-2' ? '{"predictions":[1,2]}' : '{"predictions":[1,3]}' });
    expect(await run([agreeing], answer).outcome).toMatchObject({
      kind: 'failed',
      explanation: expect.stringContaining('50 % of the rows'),
    });
    expect(await run([{ ...agreeing, expect: { agreement: 0.5 } }], answer).outcome).toMatchObject({ kind: 'passed' });
  });
});
