import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { callerHolds, otherHolds } from '../../../src/commands/preflight/privileges.js';
import { grantStatement, shellWord, sqlName, sqlPrincipal } from '../../../src/commands/preflight/quoting.js';
import { judgeWorkflow, workflowPath } from '../../../src/commands/preflight/workflow.js';

describe('quoting', () => {
  it('lets no name end its quotes', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        const quoted = sqlPrincipal(text);
        expect(quoted.slice(1, -1).replaceAll('``', '')).not.toContain('`');
        expect(quoted.slice(1, -1).replaceAll('``', '`')).toBe(text);
      }),
      { numRuns: process.env.NIGHTLY === '1' ? 20_000 : 300 },
    );
  });

  it('gives a shell exactly the text', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        const word = shellWord(text);
        const plain = word.startsWith("'") ? word.slice(1, -1).replaceAll(`'\\''`, "'") : word;
        expect(plain).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  it('names models as functions, as GRANT does', () => {
    expect(grantStatement('EXECUTE', 'model', 'a.b.c`d', 'o`brien')).toBe(
      'GRANT EXECUTE ON FUNCTION `a`.`b`.`c``d` TO `o``brien`;',
    );
    expect(sqlName('main.vision')).toBe('`main`.`vision`');
  });
});

describe('privileges', () => {
  const me = { name: 'ci', names: ['ci', 'group', 'account users'] };
  const missing = { kind: 'missing', message: '404' } as const;
  const denied = { kind: 'unknown', message: '403' } as const;
  const owned = (owner: string) => ({ kind: 'found', value: { name: 'x', owner } }) as const;
  const rows = (principal: string, ...privileges: string[]) =>
    ({ kind: 'found', value: [{ principal, privileges }] }) as const;

  it.each([
    ['owner without any grant', owned('ci'), rows('else'), 'EXECUTE', 'held'],
    ['owner by a group', owned('group'), denied, 'EXECUTE', 'held'],
    ['direct grant', missing, rows('ci', 'EXECUTE'), 'EXECUTE', 'held'],
    ['grant to everybody', missing, rows('account users', 'EXECUTE'), 'EXECUTE', 'held'],
    ['all privileges', missing, rows('group', 'ALL_PRIVILEGES'), 'EXECUTE', 'held'],
    ['all privileges are not MANAGE', missing, rows('group', 'ALL_PRIVILEGES'), 'MANAGE', 'not-held'],
    ['readable although no grant is shown', owned('else'), rows('outer group', 'EXECUTE'), 'EXECUTE', 'held'],
    ['nothing shown', missing, rows('else', 'EXECUTE'), 'EXECUTE', 'not-held'],
    ['refused', missing, denied, 'EXECUTE', 'unknown'],
  ] as const)('of the caller: %s', (_what, object, grants, privilege, expected) =>
    expect(callerHolds(me, privilege, object, grants).kind).toBe(expected),
  );

  it.each([
    ['owner', owned('x@acme.org'), denied, 'held'],
    ['direct grant', owned('else'), rows('x@acme.org', 'EXECUTE'), 'held'],
    ['everybody', owned('else'), rows('account users', 'EXECUTE'), 'held'],
    ['some group', owned('else'), rows('ml-team', 'EXECUTE'), 'unknown'],
    ['another person alone', owned('else'), rows('y@acme.org', 'EXECUTE'), 'not-held'],
    ['refused', owned('else'), denied, 'unknown'],
  ] as const)('of somebody else: %s', (_what, object, grants, expected) =>
    expect(otherHolds('x@acme.org', 'EXECUTE', object, grants).kind).toBe(expected),
  );
});

describe('the workflow file', () => {
  it('is found by its reference, in this repository only', () => {
    expect(workflowPath('a/b/.github/workflows/x.yml@refs/heads/main', 'a/b')).toBe('.github/workflows/x.yml');
    expect(workflowPath('a/shared/.github/workflows/x.yml@v1', 'a/b')).toBeNull();
    expect(workflowPath('', 'a/b')).toBeNull();
  });

  it.each([
    ['on: push\nconcurrency: one\njobs: { app: {} }', 'ok'],
    ['jobs: { app: { concurrency: { group: one } } }', 'ok'],
    ['jobs: { other: { concurrency: one }, app: {} }', 'missing'],
    ['concurrency: { group: one, cancel-in-progress: true }\njobs: { app: {} }', 'missing'],
    ['concurrency: { group: one, cancel-in-progress: "some expression" }\njobs: { app: {} }', 'unknown'],
    ['jobs: [', 'unknown'],
  ])('%j is %s', (text, expected) => expect(judgeWorkflow(text, 'x.yml', 'app').status).toBe(expected));
});
