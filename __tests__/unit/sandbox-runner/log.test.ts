import { describe, expect, it } from '@jest/globals';
import { SecretMasker } from '../../../sandbox/runner/masking.js';
import { StepLog } from '../../../sandbox/runner/step-log.js';
import { parseWorkflowCommand } from '../../../sandbox/runner/workflow-commands.js';
import { faultsOfTiny, runTiny } from './tiny-action.js';

function logOf(lines: readonly string[], debug = false): StepLog {
  const log = new StepLog({ stage: 'main', masker: new SecretMasker(), debug, onLine: () => undefined });
  for (const line of lines) log.take(line, 'stdout');
  return log;
}

describe('workflow commands', () => {
  it.each([
    ['::error::text', { name: 'error', properties: {}, data: 'text' }],
    ['  ::error::after space', { name: 'error', properties: {}, data: 'after space' }],
    ['::ERROR::any case', { name: 'error', properties: {}, data: 'any case' }],
    [
      '::warning file=a.yaml,line=3,title=A%3A b%2C c::x',
      { name: 'warning', properties: { file: 'a.yaml', line: '3', title: 'A: b, c' }, data: 'x' },
    ],
    ['::error::50%25 of%0Atwo lines', { name: 'error', properties: {}, data: '50% of\ntwo lines' }],
    ['::group::a::b', { name: 'group', properties: {}, data: 'a::b' }],
    ['said ##[warning]old form', { name: 'warning', properties: {}, data: 'old form' }],
    ['##[error file=a;line=2]old%5D', { name: 'error', properties: { file: 'a', line: '2' }, data: 'old]' }],
  ])('parses %s', (line, expected) => {
    expect(parseWorkflowCommand(line)).toEqual(expected);
  });

  it.each([
    'plain',
    'a ::error::not at the start',
    '::unknown::x',
    '::error:: '.slice(0, 7),
    ':: ::x',
    '##[unknown]x',
    '',
  ])('takes %j for text', (line) => {
    expect(parseWorkflowCommand(line)).toBeNull();
  });

  it('are text until the token that stopped them', () => {
    const log = logOf(['::stop-commands::pause', '::error::text', '::pause::', '::error::command']);
    expect(log.annotations.map(({ message }) => message)).toEqual(['command']);
    expect(log.text()).toBe('::error::text\n##[error]command');
  });
});

describe('the log', () => {
  it('groups lines and shows commands as the runner does', () => {
    const log = logOf(['before', '::group::Read', 'inside', '::endgroup::', 'after', '::notice::done']);
    expect(log.closedGroups()).toMatchObject([{ title: 'Read', lines: [{ text: 'inside', group: 'Read' }] }]);
    expect(log.text()).toBe('before\n##[group]Read\ninside\n##[endgroup]\nafter\n##[notice]done');
  });

  it('shows debug lines only when asked', () => {
    expect(logOf(['::debug::detail']).text()).toBe('');
    expect(logOf(['::debug::detail'], true).text()).toBe('##[debug]detail');
  });

  it('keeps ten annotations of a level and 4,096 characters of each', () => {
    const many = Array.from(
      { length: 12 },
      (_item, index) => `::error file=a.yaml,line=${index + 1},col=2::${'x'.repeat(5000)}`,
    );
    const log = logOf([...many, '::warning title=T::w']);
    expect(log.annotations).toHaveLength(11);
    expect(log.droppedAnnotations).toBe(2);
    expect(log.annotations[0]).toEqual({
      level: 'error',
      file: 'a.yaml',
      line: 1,
      column: 2,
      message: 'x'.repeat(4096),
    });
    expect(log.annotations[10]).toEqual({ level: 'warning', title: 'T', message: 'w' });
  });

  it('takes both streams, split at line feeds and carriage returns alone', async () => {
    const result = await runTiny({
      main: `process.stdout.write('one\\r\\ntwo\\rthree\\u2028::error::no command'); process.stderr.write('::warning::from stderr\\n');`,
    });
    expect(result.lines.filter(({ stream }) => stream === 'stdout').map(({ text }) => text)).toEqual([
      'one',
      'two',
      'three\u2028::error::no command',
    ]);
    expect(result.annotations).toEqual([{ level: 'warning', message: 'from stderr' }]);
  });

  it('keeps characters whole that arrive in two pieces', async () => {
    const result = await runTiny({
      main: `const bytes = Buffer.from('größe\\n'); fs.writeSync(1, bytes.subarray(0, 3)); setTimeout(() => fs.writeSync(1, bytes.subarray(3)), 50);`,
    });
    expect(result.log).toBe('größe');
  });

  it.each(['set-env name=a::b', 'add-path::/x', 'set-output name=a::b', 'save-state name=a::b'])(
    'refuses ::%s',
    async (command) => {
      const { faults } = await faultsOfTiny({ main: `console.log('::${command}');` });
      expect(faults).toEqual([expect.stringMatching(/^The (disabled|deprecated) command/)]);
    },
  );
});
