import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { autoSteps } from '../../../src/rollout/core/auto-steps.js';
import { formatDuration, parseDuration } from '../../../src/rollout/core/duration.js';
import { parseSteps, type StepsInput } from '../../../src/rollout/core/steps.js';

const BAKE = 300_000;

function traffic(input: StepsInput): readonly number[] {
  const result = parseSteps(input, BAKE);
  if (result.kind === 'faults' || result.steps === 'auto') throw new Error(JSON.stringify(result));
  return result.steps.map((step) => step.traffic);
}

function faults(input: StepsInput): string {
  const result = parseSteps(input, BAKE);
  return result.kind === 'faults' ? result.faults.map((fault) => `${fault.message} ${fault.fix}`).join(' ') : 'none';
}

describe('parseSteps', () => {
  it.each([
    ['5, 25, 50, 100', [0, 5, 25, 50, 100]],
    ['5% 25% 100%', [0, 5, 25, 100]],
    ['100', [0, 100]],
    ['0, 100', [0, 100]],
    ['linear(20, 10m)', [0, 20, 40, 60, 80, 100]],
    ['linear(30)', [0, 30, 60, 90, 100]],
    ['exponential(5, 3, 10m)', [0, 5, 15, 45, 100]],
    ['exponential(1, 1.1, 1m)', expect.arrayContaining([0, 1, 2, 3, 100])],
    ['canary(10, 10m)', [0, 10, 100]],
    ['canary(10 %)', [0, 10, 100]],
    ['all-at-once', [0, 100]],
    ['blue-green', [0, 100]],
  ])('reads %s', (text, expected) => {
    expect(traffic(text)).toEqual(expected);
  });

  it('gives every step but the one at 0 % its bake time', () => {
    expect(parseSteps('canary(10, 2m)', BAKE)).toMatchObject({
      steps: [
        { traffic: 0, bakeMs: 0 },
        { traffic: 10, bakeMs: 120_000 },
        { traffic: 100, bakeMs: 120_000 },
      ],
    });
    expect(parseSteps('blue-green', BAKE)).toMatchObject({ steps: [{ bakeMs: BAKE }, { bakeMs: BAKE }] });
  });

  it('reads lists of steps with their own bakes and smoke files', () => {
    const input = [
      { traffic: 0, smoke: 'samples.json' },
      { traffic: 5, bake: '10m' },
      { traffic: '100%', bake: 60_000 },
    ];
    expect(parseSteps(input, BAKE)).toEqual({
      kind: 'steps',
      notes: [],
      steps: [
        { traffic: 0, bakeMs: 0, smoke: 'samples.json' },
        { traffic: 5, bakeMs: 600_000 },
        { traffic: 100, bakeMs: 60_000 },
      ],
    });
  });

  it('leaves auto to the plan', () => {
    expect(parseSteps('auto', BAKE)).toEqual({ kind: 'steps', steps: 'auto', notes: [] });
  });

  it.each([
    ['5, 25, 50', 'until: 50'],
    ['25, 5, 100', 'rising order'],
    ['5, 5, 100', 'rising order'],
    ['5.5, 100', 'whole percent'],
    ['-5, 100', 'whole percent'],
    ['5, 120', 'whole percent'],
    ['', 'no steps'],
    ['linear(0, 10m)', 'linear(growth, bake)'],
    ['linear(20, 10)', 'linear(growth, bake)'],
    ['exponential(5, 1, 10m)', 'exponential(start, factor, bake)'],
    ['canary(100, 10m)', 'canary(share, bake)'],
    ['canary', 'canary(share, bake)'],
    ['all-at-once(5)', 'without parentheses'],
    ['progressive', 'not a known way'],
  ])('refuses %j with what to write instead', (text, part) => {
    expect(faults(text)).toContain(part);
  });

  it('names the place of a bad step in a list', () => {
    const result = parseSteps([{ traffic: 5, bake: '10 minutes' }, { traffic: 'all' }], BAKE);
    expect(result).toMatchObject({ kind: 'faults', faults: [{ index: 0 }, { index: 1 }] });
  });

  it('always ends at 100, begins at 0 and rises, or says what is wrong', () => {
    const words = fc.oneof(
      fc.string(),
      fc.constantFrom('linear(7)', 'exponential(3, 2.5, 1m)'),
      fc.array(fc.integer({ min: -5, max: 105 })).map(String),
    );
    fc.assert(
      fc.property(words, (text) => {
        const result = parseSteps(text, BAKE);
        if (result.kind === 'faults')
          return result.faults.length > 0 && result.faults.every((fault) => fault.fix !== '');
        if (result.steps === 'auto') return true;
        const shares = result.steps.map((step) => step.traffic);
        const rising = shares.every((share, index) => index === 0 || share > (shares[index - 1] ?? 0));
        return rising && shares[0] === 0 && shares.at(-1) === 100 && shares.every(Number.isInteger);
      }),
    );
  });
});

describe('autoSteps', () => {
  const request = { minRequests: 100, controlLatencySeconds: 45, bakeMs: BAKE };

  it.each([
    [null, [0, 5, 25, 50, 100]],
    [5, [0, 25, 50, 100]],
    [50, [0, 4, 16, 50, 100]],
    [500, [0, 1, 4, 16, 50, 100]],
    [0, [0, 25, 50, 100]],
  ])('with %s requests a second', (requestRate, expected) => {
    expect(autoSteps({ ...request, requestRate }).map((step) => step.traffic)).toEqual(expected);
  });
});

describe('durations', () => {
  it.each([
    ['90s', 90_000],
    ['10m', 600_000],
    ['2h', 7_200_000],
    ['30d', 2_592_000_000],
    ['500ms', 500],
    ['0s', 0],
    ['10', null],
    ['1.5m', null],
    ['-1m', null],
    ['ten minutes', null],
    ['9999999999999d', null],
  ])('%s', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  it('prints what it reads', () => {
    expect([90_000, 600_000, 3_900_000, 0, 250].map(formatDuration)).toEqual(['1m 30s', '10m', '1h 5m', '0s', '250ms']);
  });
});
