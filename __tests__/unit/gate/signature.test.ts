import { describe, expect, it } from '@jest/globals';
import { compareSignatures, isSameOrWider } from '../../../src/gate/signature.js';
import { checkSignature } from '../../../src/gate/signature-requirement.js';
import type { Baseline, GateContext, Requirements, Signature, SignatureField } from '../../../src/gate/types.js';
import { ABSENT, against, version } from './facts.js';

function field(name: string, type: string, required = true): SignatureField {
  return { name, type, required };
}

const serving: Signature = {
  inputs: [field('age', 'integer'), field('name', 'string'), field('note', 'string', false)],
  outputs: [field('score', 'double')],
  params: [field('top_k', 'long', false)],
};

describe('isSameOrWider', () => {
  it.each([
    ['double', 'double', true],
    ['integer', 'long', true],
    ['integer', 'double', true],
    ['float', 'double', true],
    ['string', 'any', true],
    ['long', 'double', false],
    ['long', 'integer', false],
    ['double', 'float', false],
    ['integer', 'string', false],
    ['tensor(float32, [-1, 64])', 'tensor(float32, [-1, -1])', true],
    ['tensor(float32, [-1, 64])', 'tensor(float32, [-1, 32])', false],
    ['tensor(float32, [-1, 64])', 'tensor(float64, [-1, 64])', false],
    ['tensor(float32, [-1, 64])', 'tensor(float32, [-1])', false],
    ['tensor(float32, [])', 'tensor(float32, [])', true],
  ])('%s to %s: %s', (from, to, expected) => {
    expect(isSameOrWider(from, to)).toBe(expected);
  });
});

describe('compareSignatures', () => {
  const changed = (part: Partial<Signature>) =>
    compareSignatures(serving, { ...serving, ...part }).map(({ breaking, text }) => `${breaking ? '!' : '.'} ${text}`);

  it('names every change and whether it breaks callers', () => {
    expect(changed({})).toEqual([]);
    expect(
      changed({
        inputs: [
          field('age', 'long'),
          field('name', 'long'),
          field('note', 'string'),
          field('zip', 'string'),
          field('sex', 'string', false),
        ],
      }),
    ).toEqual([
      '. input age: integer became long, which is wider',
      '! input name: string became long',
      '! input note: optional became required',
      '! input zip: new and required (string)',
      '. input sex: new and optional (string)',
    ]);
    expect(changed({ inputs: [field('age', 'integer'), field('note', 'string', false)] })).toEqual([
      '. input name: removed; what callers still send for it is ignored',
    ]);
    expect(changed({ outputs: [field('score', 'float'), field('why', 'string')] })).toEqual([
      '! output score: double became float',
      '. output why: new (string)',
    ]);
    expect(changed({ outputs: [] })).toEqual(['! output score: removed']);
    expect(
      changed({ params: [field('top_k', 'string', false), field('new', 'long', false), field('must', 'long')] }),
    ).toEqual([
      '! parameter top_k: long became string',
      '. parameter new: new and optional (long)',
      '! parameter must: new and required (long)',
    ]);
  });

  it('tells fields without a name apart by position', () => {
    const unnamed = (...types: readonly string[]): Signature => ({
      inputs: types.map((type) => field('', type)),
      outputs: [],
      params: [],
    });
    expect(
      compareSignatures(unnamed('double', 'double'), unnamed('double', 'string')).map((change) => change.text),
    ).toEqual(['input #2: double became string']);
  });
});

describe('the requirement', () => {
  const context: GateContext = { nowMs: 0, commits: [], servingVersion: '6' };
  const check = (
    asked: Requirements['signature'],
    own: Signature | null | undefined,
    baseline: Baseline,
    at = context,
  ) =>
    checkSignature(
      asked,
      version({}, own === undefined ? { signatureNote: 'no credentials' } : { signature: own }),
      baseline,
      at,
    );
  const breaking: Signature = { ...serving, outputs: [] };
  const wider: Signature = { ...serving, inputs: [field('age', 'long'), field('name', 'string')] };

  it.each([
    ['compatible', serving, 'pass', 'ok'],
    ['compatible', wider, 'pass', 'ok'],
    ['identical', serving, 'pass', 'ok'],
    ['identical', wider, 'fail', 'signature-incompatible'],
    ['compatible', breaking, 'fail', 'signature-incompatible'],
    [undefined, breaking, 'fail', 'signature-incompatible'],
    [undefined, wider, 'pass', 'ok'],
    ['ignore', breaking, 'note', 'ok'],
    ['compatible', null, 'fail', 'signature-unknown'],
    ['compatible', undefined, 'fail', 'signature-unknown'],
    [undefined, undefined, 'note', 'ok'],
  ] as const)('%s with %j: %s', (asked, own, status, reason) => {
    expect(check(asked, own, against({}, { signature: serving }))).toMatchObject({ status, reason });
  });

  it('lists the changes and says why a signature is not known', () => {
    expect(check('compatible', breaking, against({}, { signature: serving })).details).toEqual([
      'output score: removed',
    ]);
    expect(check('compatible', undefined, against({}, { signature: null })).explanation).toBe(
      'The signatures cannot be compared: that of version 7 could not be read (no credentials); version 6 has no signature.',
    );
  });

  it('compares with what serves where that is not the baseline', () => {
    const at = { ...context, serving: version({}, { version: '5', signature: serving }) };
    expect(check('compatible', breaking, { kind: 'none' }, at)).toMatchObject({
      status: 'fail',
      reason: 'signature-incompatible',
    });
  });

  it('has nothing to break on a first deployment, and does not pass unseen otherwise', () => {
    expect(check('compatible', serving, ABSENT, { nowMs: 0, commits: [] }).status).toBe('note');
    expect(check('compatible', serving, { kind: 'none' }).status).toBe('fail');
    expect(check(undefined, serving, { kind: 'none' }).status).toBe('note');
  });
});
