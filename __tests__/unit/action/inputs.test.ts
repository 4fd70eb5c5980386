import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readRunnerContext } from '../../../src/action/environment.js';
import { inputVariable, readInputs, secretValues, unknownInputs } from '../../../src/action/inputs.js';
import { INPUT_NAMES } from '../../../src/action/registry.js';

describe('readInputs', () => {
  it('keeps hyphens, trims, and takes empty for absent', () => {
    const environment = {
      'INPUT_MODEL-NAME': '  main.a.b \n',
      INPUT_TARGET: '   ',
      INPUT_COMMAND: '',
      INPUT_MODEL_NAME: 'wrong',
    };
    expect(readInputs(environment)).toEqual({ 'model-name': 'main.a.b' });
  });

  it('gives back every input as it was set, whatever the text', () => {
    const word = fc.string({ minLength: 1 }).filter((text) => text.trim() !== '');
    const given = fc.dictionary(fc.constantFrom(...INPUT_NAMES), word, { noNullPrototype: true });
    fc.assert(
      fc.property(given, (inputs) => {
        const environment = Object.fromEntries(
          Object.entries(inputs).map(([name, value]) => [inputVariable(name), value]),
        );
        const trimmed = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, value.trim()]));
        expect(readInputs(environment)).toEqual(trimmed);
        expect(unknownInputs(environment)).toEqual([]);
      }),
    );
  });

  it('names variables as the runner does', () => {
    expect(inputVariable('fail-on-rejection')).toBe('INPUT_FAIL-ON-REJECTION');
    expect(inputVariable('two words')).toBe('INPUT_TWO_WORDS');
  });
});

describe('secretValues and unknownInputs', () => {
  it('list what has to be masked and what does not exist', () => {
    expect(secretValues({ 'databricks-token': 'one', 'model-name': 'two', 'github-token': 'three' })).toEqual([
      'one',
      'three',
    ]);
    expect(unknownInputs({ 'INPUT_BAKE-TIEM': '1', 'INPUT_BAKE-TIME': '1', PATH: '' })).toEqual(['bake-tiem']);
  });
});

describe('readRunnerContext', () => {
  it('makes the address of the attempt', () => {
    const context = readRunnerContext({
      GITHUB_SERVER_URL: 'https://github.example/',
      GITHUB_REPOSITORY: 'team/models',
      GITHUB_RUN_ID: '42',
      GITHUB_RUN_ATTEMPT: '3',
    });
    expect(context.runUrl).toBe('https://github.example/team/models/actions/runs/42/attempts/3');
  });

  it('has sensible values on a machine that is no runner', () => {
    const context = readRunnerContext({});
    expect(context).toMatchObject({
      serverUrl: 'https://github.com',
      apiUrl: 'https://api.github.com',
      runUrl: '',
      workspace: '.',
    });
  });
});
