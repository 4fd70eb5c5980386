import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SecretMasker } from '../../../sandbox/runner/masking.js';
import { faultsOfTiny, runTiny } from './tiny-action.js';

const SECRET = 'dapi-0123456789abcdef';
const secrets = { TOKEN: SECRET };
const runs = { numRuns: process.env.NIGHTLY === '1' ? 5000 : 300 };

/** The fault that a run must have, with its place. */
function shown(place: string): string {
  return `A secret would show unmasked: secret TOKEN, in ${place}`;
}

describe('the masker', () => {
  it('never leaves a registered value, however values overlap', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 4 }),
        fc.string({ unit: fc.constantFrom('a', 'b', 'c') }),
        (values, text) => {
          const masker = new SecretMasker();
          for (const value of values) masker.add(value, 'value');
          const masked = masker.mask(text);
          expect(values.filter((value) => masked.includes(value))).toEqual([]);
        },
      ),
      runs,
    );
  });

  it('leaves text without a value as it is', () => {
    const masker = new SecretMasker();
    masker.add(SECRET, 'value');
    expect(masker.mask('nothing here')).toBe('nothing here');
    expect(masker.mask(`a${SECRET}b${SECRET}${SECRET}`)).toBe('a***b***');
  });

  it('hides each line of a value of several lines', () => {
    const masker = new SecretMasker();
    masker.add('first line\nsecond line', 'key');
    expect(masker.mask('has second line only')).toBe('has *** only');
  });
});

describe('secrets of a run', () => {
  it('are masked in the log, annotations, groups and the summary', async () => {
    const result = await runTiny(
      {
        main: `console.log('a ${SECRET}'); console.log('::error::b ${SECRET}'); console.log('::group::c ${SECRET}'); append('GITHUB_STEP_SUMMARY', 'd ${SECRET}\\n');`,
      },
      { secrets },
    );
    expect(result.log).toBe('a ***\n##[error]b ***\n##[group]c ***');
    expect(result.annotations).toEqual([{ level: 'error', message: 'b ***' }]);
    expect(result.groups.map(({ title }) => title)).toEqual(['c ***']);
    expect(result.summary).toBe('d ***\n');
    expect(result.raw).toContain(SECRET);
  });

  it('that the step registers are masked from then on', async () => {
    const result = await runTiny({
      main: `console.log('::add-mask::minted-token-1'); console.log('uses minted-token-1');`,
    });
    expect(result.log).toBe('uses ***');
  });

  it('fail the run when they were printed before they were registered', async () => {
    const { faults } = await faultsOfTiny({
      main: `console.log('minted-token-1'); console.log('::add-mask::minted-token-1');`,
    });
    expect(faults).toEqual(['A secret would show unmasked: value 1 of add-mask in main, in the log of main']);
  });

  it.each([
    ['an output', `append('GITHUB_OUTPUT', 'a=x ${SECRET}\\n');`, "the output 'a'"],
    ['the state', `append('GITHUB_STATE', 'a=${SECRET}\\n');`, "the saved state 'a'"],
    ['base64 in the log', `console.log(Buffer.from('${SECRET}').toString('base64'));`, 'the log of main'],
    ['an address in the log', `console.log('?t=' + encodeURIComponent('a+b/c=d&e'));`, 'the log of main'],
    [
      'a file of the workspace',
      `fs.mkdirSync('out'); fs.writeFileSync('out/report.html', '<p>${SECRET}</p>');`,
      'the file out/report.html',
    ],
    [
      'a file of the runner',
      `fs.writeFileSync(process.env.RUNNER_TEMP + '/report.json', '${SECRET}');`,
      'the file report.json',
    ],
    ['a title of an annotation', `console.log('::error title=${SECRET}::x');`, 'an annotation of main'],
  ])('fail the run in %s', async (name, main, place) => {
    const value = name === 'an address in the log' ? 'a+b/c=d&e' : SECRET;
    const { faults, message } = await faultsOfTiny({ main }, { secrets: { TOKEN: value } });
    expect(faults).toEqual([shown(place)]);
    expect(message).not.toContain(value);
  });

  it('fail the run in what post prints of them', async () => {
    const main = `append('GITHUB_ENV', 'CARRIED=minted-token-1\\n');`;
    const post = `console.log(process.env.CARRIED); console.log('::add-mask::minted-token-1');`;
    const { faults } = await faultsOfTiny({ main, post });
    expect(faults).toEqual(['A secret would show unmasked: value 1 of add-mask in post, in the log of post']);
  });

  it('fail the run in the body of a request to GitHub', async () => {
    const github = {
      apiUrl: 'http://127.0.0.1:9',
      serverUrl: 'https://github.com',
      token: 'ghs_0123456789',
      requestBodies: () => ['fine', `{"body":"${SECRET}"}`],
    };
    const { faults } = await faultsOfTiny({ main: '' }, { secrets, github });
    expect(faults).toEqual([shown('the body of request 2 to GitHub')]);
  });

  it('may stand in files that were there before', async () => {
    const result = await runTiny({ main: '' }, { secrets, files: { '.env': SECRET }, event: { token: SECRET } });
    expect(result.faults).toEqual([]);
  });

  it('include the job token', async () => {
    const github = { apiUrl: 'http://127.0.0.1:9', serverUrl: 'https://github.com', token: 'ghs_0123456789' };
    const result = await runTiny({ main: `console.log('ghs_0123456789');` }, { github });
    expect(result.log).toBe('***');
  });
});
