import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseCommandFile, parsePathFile } from '../../../sandbox/runner/file-commands.js';
import { faultsOfTiny, runTiny } from './tiny-action.js';

const runs = { numRuns: process.env.NIGHTLY === '1' ? 5000 : 300 };

describe('the grammar of command files', () => {
  it.each([
    ['a line', 'a=1\n', { a: '1' }],
    ['a last line without its end', 'a=1', { a: '1' }],
    ['an empty value', 'a=\n', { a: '' }],
    ['a value with = and <<', 'a=b=c<<d\n', { a: 'b=c<<d' }],
    ['empty lines between', '\n\na=1\n\nb=2\n\n', { a: '1', b: '2' }],
    ['the last of two values', 'a=1\na=2\n', { a: '2' }],
    ['spaces as they are', ' a = 1 \n', { ' a ': ' 1 ' }],
    ['a carriage return as part of the value', 'a=1\r\n', { a: '1\r' }],
    ['a block', 'a<<E\none\ntwo\nE\n', { a: 'one\ntwo' }],
    ['a block whose delimiter ends the file', 'a<<E\none\nE', { a: 'one' }],
    ['an empty block', 'a<<E\nE\n', { a: '' }],
    ['a block of one empty line', 'a<<E\n\nE\n', { a: '' }],
    ['a block of two empty lines', 'a<<E\n\n\nE\n', { a: '\n' }],
    ['a delimiter with = in it', 'a<<E=F\none\nE=F\n', { a: 'one' }],
    ['a delimiter inside a line', 'a<<E\nE not alone\nE\n', { a: 'E not alone' }],
    ['nothing', '', {}],
  ])('reads %s', (_name, text, expected) => {
    expect(parseCommandFile(text)).toEqual(expected);
  });

  it.each([
    ['a line without = or <<', 'alone\n'],
    ['a line without a name', '=1\n'],
    ['a block without a name', '<<E\n1\nE\n'],
    ['a block without a delimiter', 'a<<\n1\n\n'],
    ['a block without its end', 'a<<E\n1\n'],
    ['a file that ends inside a block', 'a<<E\n1'],
    ['a delimiter with a space after it', 'a<<E\n1\nE \n'],
  ])('refuses %s', (_name, text) => {
    expect(() => parseCommandFile(text)).toThrow(/^Invalid/);
  });

  it('brings back whatever was written as a block with a delimiter of its own', () => {
    const name = fc.string({ minLength: 1 }).filter((text) => !/[\n=]|<</.test(text) && !text.endsWith('<'));
    const value = fc.string({ unit: fc.constantFrom('a', '=', '<', '\n', '\r', ' ', 'é', '\u2028') });
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), (pairs) => {
        const text = pairs.map(([key, content]) => `${key}<<delimiter\n${content}\ndelimiter\n`).join('');
        expect(Object.entries(parseCommandFile(text)).sort()).toEqual([...new Map(pairs)].sort());
      }),
      runs,
    );
  });

  it('reads the search path line by line', () => {
    expect(parsePathFile('/a\n\n/b\r\n')).toEqual(['/a', '/b']);
  });
});

describe('command files of a step', () => {
  it('exist, are empty, and have names of their own', async () => {
    const result = await runTiny({
      main: `const files = ['OUTPUT', 'STATE', 'ENV', 'PATH', 'STEP_SUMMARY'].map((name) => process.env['GITHUB_' + name]);
append('GITHUB_OUTPUT', 'files=' + JSON.stringify(files.map((file) => [file.split('/').at(-2), file.split('/').at(-1).replace(/_[0-9a-f-]{36}$/, ''), fs.readFileSync(file, 'utf8')])) + '\\n');`,
    });
    const names = ['set_output', 'save_state', 'set_env', 'add_path', 'step_summary'];
    expect(JSON.parse(result.outputs.files ?? '')).toEqual(names.map((name) => ['_runner_file_commands', name, '']));
  });

  it.each(['OUTPUT', 'STATE', 'ENV'])('fail the step when GITHUB_%s is malformed', async (name) => {
    const { faults, result } = await faultsOfTiny({ main: `append('GITHUB_${name}', 'a<<E\\nno end\\n');` });
    expect(faults).toEqual([
      `main: file command '${name.toLowerCase()}': Invalid value. Matching delimiter not found 'E'`,
    ]);
    expect(result).toMatchObject({ exitCode: 0, conclusion: 'failure', annotations: [{ level: 'error' }] });
  });

  it('may not set NODE_OPTIONS', async () => {
    const { faults } = await faultsOfTiny({ main: `append('GITHUB_ENV', 'NODE_OPTIONS=--inspect\\n');` });
    expect(faults).toEqual([expect.stringContaining("Can't store NODE_OPTIONS")]);
  });

  it('keep a summary of one MiB and drop a larger one without failing', async () => {
    const write = (bytes: number): string => `append('GITHUB_STEP_SUMMARY', 'x'.repeat(${bytes}));`;
    const kept = await runTiny({ main: write(1024 * 1024) });
    expect(kept.summary).toHaveLength(1024 * 1024);
    const dropped = await runTiny({ main: write(1024 * 1024 + 1) });
    expect(dropped).toMatchObject({ summary: '', conclusion: 'success', annotations: [{ level: 'error' }] });
  });

  it('keep outputs of a mebi-unit and fail over it', async () => {
    const { faults } = await faultsOfTiny({
      main: `append('GITHUB_OUTPUT', 'a=' + 'x'.repeat(1024 * 1024 + 1) + '\\n');`,
    });
    expect(faults).toEqual([expect.stringContaining('a job keeps 1048576')]);
  });

  it('report an input that action.yml does not declare', async () => {
    const { faults } = await faultsOfTiny({ main: '' }, { inputs: { 'modle-name': 'x' } });
    expect(faults).toEqual(["Unexpected input 'modle-name': action.yml does not declare it"]);
  });
});
