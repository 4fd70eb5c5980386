import { describe, expect, it } from '@jest/globals';
import { agreementOf, difference, pathSteps } from '../../../src/health/core/answer-comparison.js';
import { checkAnswer, type Expectation, rowsOfRequest } from '../../../src/health/core/assertions.js';
import { mismatch, schemaFaults } from '../../../src/health/core/json-schema.js';

const rows = { dataframe_split: { columns: ['a'], data: [[1], [2]] } };

function fault(
  answer: unknown,
  expect: Expectation = {},
  request: unknown = rows,
  status: number | null = 200,
): string | null {
  const body = typeof answer === 'string' ? answer : JSON.stringify(answer);
  const checked = checkAnswer({ index: 0, request, expect }, { status, body });
  return checked.ok ? null : `${checked.fault.kind}: ${checked.fault.message}`;
}

describe('the default assertions', () => {
  it('accept one finite prediction a row', () => {
    expect(fault({ predictions: [1, 2] })).toBeNull();
    expect(fault({ predictions: { label: ['a', 'b'], score: [0.1, 0.2] } })).toBeNull();
    expect(fault({ choices: [] }, {}, { messages: [] })).toBeNull();
    expect(fault({ predictions: 7 }, {}, { inputs: [[1], [2]] })).toBeNull();
  });

  it.each([
    [{ predictions: [1] }, 'answer: the request has 2 rows, but the answer has 1 predictions'],
    [
      { predictions: { label: ['a'], score: [1, 2] } },
      'answer: the request has 2 rows, but the answer has 1 predictions',
    ],
    [{ outputs: [] }, 'answer: the request has 2 rows, but the answer has no predictions'],
    [{ predictions: [1, 'NaN'] }, 'answer: the answer holds a number that is not finite'],
    ['{"predictions": [1, NaN]}', 'answer: the answer holds a number that is not finite'],
    ['{"predictions": [1, -Infinity]}', 'answer: the answer holds a number that is not finite'],
    [{ predictions: [1, null] }, 'answer: a prediction is null'],
    ['<html>', 'answer: the answer is not JSON: <html>'],
  ])('refuse %j', (answer, expected) => {
    expect(fault(answer)).toBe(expected);
  });

  it('tell who failed by the status', () => {
    expect(fault('boom', {}, rows, 500)).toBe('server: status 500, expected 2xx: boom');
    expect(fault('{}', {}, rows, 404)).toMatch(/^client: status 404/);
    expect(fault('', {}, rows, null)).toMatch(/^transport/);
  });

  it.each([
    [{ dataframe_records: [{}, {}, {}] }, 3],
    [{ instances: [1] }, 1],
    [rows, 2],
    [{ inputs: [1, 2] }, null],
    [[], null],
  ])('count the rows of %j', (request, count) => {
    expect(rowsOfRequest(request)).toBe(count);
  });
});

describe('expectations', () => {
  it('compare with a golden answer within a tolerance', () => {
    const predictions = [0.5, 1000];
    expect(fault({ predictions: [0.5005, 1000.9] }, { predictions, tolerance: 0.001 })).toBeNull();
    expect(fault({ predictions: [0.502, 1000] }, { predictions, tolerance: 0.001 })).toMatch(
      /predictions\[0\] is 0.502, expected 0.5 within 0.001/,
    );
    expect(fault({ predictions: ['a', 'c'] }, { predictions: ['a', 'b'] })).toMatch(
      /predictions\[1\] is "c", expected "b"/,
    );
  });

  it('allow a null prediction where it is expected', () => {
    expect(fault({ predictions: [1, null] }, { predictions: [1, null] })).toBeNull();
  });

  it('may ask for a refusal', () => {
    expect(fault('no', { status: 400 }, {}, 400)).toBeNull();
    expect(fault({ predictions: [1, 2] }, { status: 400 })).toMatch(/status 200, expected 400/);
    expect(fault({ error_code: 'X' }, { status: 400, jsonPath: { '$.error_code': 'Y' } }, {}, 400)).toMatch(
      /expected "Y"/,
    );
  });

  it('look at paths and at a schema', () => {
    const answer = {
      predictions: [
        { label: 'cat', 'the score': 0.91 },
        { label: 'dog', 'the score': 0.5 },
      ],
    };
    expect(
      fault(answer, {
        jsonPath: { '$.predictions[0].label': 'cat', "$.predictions[0]['the score']": 0.9 },
        tolerance: 0.05,
      }),
    ).toBeNull();
    expect(fault(answer, { jsonPath: { '$.predictions[5].label': 'cat' } })).toMatch(/missing/);
    const schema = {
      type: 'object',
      properties: { predictions: { type: 'array', items: { type: 'object', required: ['label'] } } },
    };
    expect(fault(answer, { schema })).toBeNull();
    expect(fault({ predictions: [{}, {}] }, { schema })).toBe('answer: $.predictions[0].label is missing');
  });

  it.each([
    ['$', []],
    ['$.a.b-c[0]', ['a', 'b-c', 0]],
    ["$['it\\'s'][12]", ["it's", 12]],
    ['a.b', null],
    ['$..a', null],
    ['$[x]', null],
  ])('read the path %s', (path, steps) => {
    expect(pathSteps(path)).toEqual(steps);
  });
});

describe('comparing answers', () => {
  it('counts the rows that agree', () => {
    expect(agreementOf({ predictions: [1, 2, 3, 4] }, { predictions: [1, 2, 3, 9] }, 0)).toBe(0.75);
    expect(agreementOf({ predictions: [1] }, { predictions: [1, 2] }, 0)).toBe(0);
    expect(agreementOf({ outputs: 1 }, { outputs: 1 }, 0)).toBe(1);
  });

  it('finds missing and additional keys', () => {
    expect(difference({ a: 1 }, { a: 1, b: 2 }, 0)).toBe('$.b is missing, expected 2');
    expect(difference({ a: 1, b: 2 }, { a: 1 }, 0)).toBe('$.b is 2, expected missing');
    expect(difference([1, [2]], [1, [2]], 0)).toBeNull();
  });
});

describe('schemas', () => {
  it.each([
    [1, { type: 'integer' }, null],
    [1.5, { type: 'integer' }, '$ is number, not integer'],
    [1, { type: ['string', 'number'] }, null],
    [null, { type: 'number' }, '$ is null, not number'],
    [5, { minimum: 6 }, '$ is 5, below 6'],
    [7, { maximum: 6 }, '$ is 7, above 6'],
    ['b', { enum: ['a'] }, '$ is none of the allowed values'],
    ['b', { const: 'a' }, '$ is not "a"'],
    ['b', { pattern: '^a' }, '$ does not match ^a'],
    ['', { minLength: 1 }, '$ is shorter than 1'],
    [[1], { minItems: 2 }, '$ has 1 items, fewer than 2'],
    [[1, 2, 3], { maxItems: 2 }, '$ has 3 items, more than 2'],
    [{ a: 1, b: 1 }, { properties: { a: {} }, additionalProperties: false }, '$.b is not expected'],
  ])('%j against %j', (value, schema, expected) => {
    expect(mismatch(value, schema)).toBe(expected);
  });

  it('are refused where they use what is not supported', () => {
    expect(schemaFaults({ type: 'float', properties: { a: { $ref: '#' } }, items: 3, pattern: '(' })).toEqual([
      'schema.type names no JSON type: float',
      'schema.pattern is no regular expression',
      'schema.items is not an object',
      'schema.properties.a.$ref is not supported',
    ]);
  });
});
