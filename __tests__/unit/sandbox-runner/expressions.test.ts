import { describe, expect, it } from '@jest/globals';
import { evaluateCondition, evaluateTemplate } from '../../../sandbox/runner/expressions.js';
import { expression } from './tiny-action.js';

const contexts = {
  github: { token: 'abc', event: { number: 7 } },
  job: { status: 'success' },
  matrix: { model: 'a', deep: { b: [1] } },
  strategy: null,
};

describe('expressions of action.yml', () => {
  it.each([
    ['github.token', 'abc'],
    ['github.event.number', '7'],
    ['github.event.pull_request.number', ''],
    ['matrix.model', 'a'],
    ['matrix.absent', ''],
    ["'it''s'", "it's"],
    ['toJSON(matrix.deep)', '{\n  "b": [\n    1\n  ]\n}'],
    ['tojson(strategy)', 'null'],
  ])('evaluates %s', (text, expected) => {
    expect(evaluateTemplate(expression(text), contexts)).toBe(expected);
  });

  it('leaves text around them', () => {
    expect(evaluateTemplate(`a-${expression('job.status')}-${expression('matrix.model')}`, contexts)).toBe(
      'a-success-a',
    );
    expect(evaluateTemplate('plain', contexts)).toBe('plain');
  });

  it.each(['secrets.token', 'github.tokn', 'job.absent', 'github.token || 1', 'hashFiles(x)', '1 + 1', ''])(
    'refuses %j',
    (text) => {
      expect(() => evaluateTemplate(expression(text), contexts)).toThrow();
    },
  );

  it('refuses a condition that it does not know', () => {
    expect(() => evaluateCondition("github.ref == 'x'", 'success')).toThrow('does not know the condition');
  });
});
