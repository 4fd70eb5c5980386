import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { editDistance, nearest } from '../../../src/gate/nearest.js';
import { formatBeside, formatNumber, formatShare } from '../../../src/gate/numbers.js';
import { patternTest } from '../../../src/gate/pattern.js';

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['severity', 'severity', 0],
    ['severty', 'severity', 1],
    ['mni', 'min', 1],
    ['MIN', 'min', 0],
    ['kitten', 'sitting', 3],
    ['', 'abc', 3],
  ])('%s to %s is %d', (left, right, distance) => {
    expect(editDistance(left, right)).toBe(distance);
    expect(editDistance(right, left)).toBe(distance);
  });
});

describe('nearest', () => {
  it('gives the closest word, or none', () => {
    expect(nearest('scale_to_zer', ['name', 'scale_to_zero'])).toBe('scale_to_zero');
    expect(nearest('rolout', ['rollout', 'registry'])).toBe('rollout');
    expect(nearest('banana', ['min', 'max'])).toBeUndefined();
    expect(nearest('ab', ['xy'])).toBeUndefined();
    expect(nearest('x'.repeat(1000), ['x'])).toBeUndefined();
    expect(nearest('min', [])).toBeUndefined();
  });
});

describe('patternTest', () => {
  it('agrees with the regular expression that it stands for', () => {
    const letters = fc.constantFrom('a', 'b', '/', '*');
    const text = fc.array(letters, { maxLength: 8 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, text, (pattern, name) => {
        const expected = new RegExp(`^${pattern.split('*').join('.*')}$`, 's').test(name);
        expect(patternTest(pattern)(name)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('stays fast on patterns that make regular expressions slow', () => {
    expect(patternTest(`${'*a'.repeat(50)}b`)('a'.repeat(5000))).toBe(false);
  });
});

describe('numbers for people', () => {
  it('shortens numbers but never makes two different ones look the same', () => {
    expect([0.1 + 0.2, 12, -0, 1e21, 1e-7, Number.NaN, Number.NEGATIVE_INFINITY, 123456789].map(formatNumber)).toEqual([
      '0.3',
      '12',
      '0',
      '1e+21',
      '1e-7',
      'NaN',
      '-Infinity',
      '123456789',
    ]);
    expect(formatBeside(0.8999999, 0.9)).toBe('0.8999999');
    expect(formatBeside(0.9, 0.8999999)).toBe('0.9');
    expect(formatBeside(0.1 + 0.2, 0.3)).toBe('0.30000000000000004');
    expect([0.05, 1, 0.001, 0.07].map(formatShare)).toEqual(['5%', '100%', '0.1%', '7%']);
  });
});
