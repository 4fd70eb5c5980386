import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { annotateFaults, createLog, maskedForms } from '../../../src/action/log.js';

let printed = '';

beforeEach(() => {
  printed = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    printed += String(chunk);
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
});

describe('phases', () => {
  it('end before the next one begins and before an error, which must stay visible', () => {
    const log = createLog();
    log.phase('One');
    log.info('a');
    log.phase('Two');
    log.error('b');
    log.endPhase();
    expect(printed.split('\n').slice(0, 5)).toEqual([
      '::group::One',
      'a',
      '::endgroup::',
      '::group::Two',
      '::endgroup::',
    ]);
    expect(printed.match(/::endgroup::/g)).toHaveLength(2);
  });
});

describe('annotations', () => {
  const fault = (index: number) => ({
    message: `Fault ${index}.`,
    fix: 'Mend it.',
    key: `k${index}`,
    file: 'c.yaml',
    line: index,
    column: 2,
  });

  it('carry file, line and column', () => {
    annotateFaults(createLog(), [fault(7)]);
    expect(printed).toContain('::error title=Configuration,file=c.yaml,line=7,col=2::Fault 7. Mend it.');
  });

  it('are eight and a closing one; the others are in the log', () => {
    annotateFaults(
      createLog(),
      Array.from({ length: 30 }, (_, index) => fault(index + 1)),
    );
    expect(printed.match(/^::error/gm)).toHaveLength(9);
    expect(printed).toContain('22 more faults are in the log: k9, k10');
    expect(printed).toContain('c.yaml:30:2: Fault 30. Mend it.');
  });

  it('are none for no fault', () => {
    annotateFaults(createLog(), []);
    expect(printed).toBe('');
  });

  it('are cut to what the runner shows, and cannot start a command of their own', () => {
    createLog().error(`${'x'.repeat(5000)}`);
    createLog().warning('a\n::set-output name=x::y');
    expect(printed).toContain(`${'x'.repeat(4095)}…`);
    expect(printed).not.toMatch(/^::set-output/m);
  });
});

describe('masks', () => {
  it('cover the forms in which a secret leaves a process', () => {
    createLog().mask('s3cr/t "é"');
    expect(printed.split('\n')).toEqual(
      expect.arrayContaining(['::add-mask::s3cr/t "é"', '::add-mask::s3cr%252Ft%2520%2522%25C3%25A9%2522']),
    );
    expect(maskedForms('s3cr/t "é"')).toContain(Buffer.from('s3cr/t "é"').toString('base64'));
    expect(maskedForms('s3cr/t "é"')).toContain('s3cr/t \\"é\\"');
  });

  it('are none for blank text, and no forms of very short ones', () => {
    expect([maskedForms(''), maskedForms('  '), maskedForms('ab')]).toEqual([[], [], ['ab']]);
  });
});
