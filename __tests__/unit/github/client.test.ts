import { afterEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ActionError } from '../../../src/errors.js';
import { createGitHub } from '../../../src/github/client.js';
import { SIGNAL, type Stand, stand } from './stand.js';

let open: Stand | undefined;

afterEach(async () => {
  await open?.standIn.close();
  open = undefined;
});

const PULL = 'GET /repos/{owner}/{repo}/pulls/{pull_number}';
const CREATE = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
const pullSchema = z.object({ number: z.number() });

async function withPull(): Promise<Stand> {
  open = await stand();
  open.standIn.seed.pull({ number: 4, headSha: 'a'.repeat(40) });
  return open;
}

async function failureOf(call: Promise<unknown>): Promise<ActionError> {
  const thrown: unknown = await call.then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown instanceof ActionError) return thrown;
  throw new Error(`Expected an ActionError, got ${String(thrown)}`);
}

describe('a read', () => {
  it('is tried again after a fault of the server and after a lost connection', async () => {
    const { github, standIn } = await withPull();
    standIn.faults.add({ path: /pulls/, status: 502 });
    standIn.faults.add({ path: /pulls/, nth: 2, reset: true });
    expect(await github.request(PULL, { pull_number: 4 }, pullSchema, { signal: SIGNAL })).toEqual({ number: 4 });
    expect(standIn.requests).toHaveLength(3);
  });

  it('is given up after three tries, with what was asked and what came back', async () => {
    const { github, standIn } = await withPull();
    standIn.faults.add({ path: /pulls/, status: 503, times: 9 });
    const error = await failureOf(github.request(PULL, { pull_number: 4 }, pullSchema, { signal: SIGNAL }));
    expect(error.reason).toBe('remote-error');
    expect(error.message).toContain(PULL);
    expect(error.remote).toMatchObject({ status: 503, request: PULL });
    expect(standIn.requests).toHaveLength(3);
  });

  it.each([
    [401, 'credentials-rejected'],
    [403, 'permission-denied'],
    [404, 'not-found'],
    [410, 'not-found'],
    [422, 'remote-error'],
  ] as const)('that is refused with %d is not tried again: %s', async (status, reason) => {
    const { github, standIn } = await withPull();
    standIn.faults.add({ path: /pulls/, status, message: 'No.', times: 9 });
    const error = await failureOf(github.request(PULL, { pull_number: 4 }, pullSchema, { signal: SIGNAL }));
    expect(error).toMatchObject({ reason, kind: 'remote' });
    expect(error.message).toContain('No.');
    expect(standIn.requests).toHaveLength(1);
  });

  it('of an answer in an unknown form is a fault of the server, named by field', async () => {
    const { github } = await withPull();
    const other = z.object({ number: z.string() });
    const error = await failureOf(github.request(PULL, { pull_number: 4 }, other, { signal: SIGNAL }));
    expect(error.message).toContain('(number)');
  });

  it('that the caller aborts ends with the caller’s reason', async () => {
    const { github, standIn } = await withPull();
    standIn.faults.add({ path: /pulls/, hang: true });
    const controller = new AbortController();
    const asked = github.request(PULL, { pull_number: 4 }, pullSchema, { signal: controller.signal });
    await standIn.seen('GET', /pulls/);
    controller.abort();
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('that is asked too late is not sent', async () => {
    const { github, standIn } = await withPull();
    await expect(
      github.request(PULL, { pull_number: 4 }, pullSchema, { signal: AbortSignal.abort() }),
    ).rejects.toThrow();
    expect(standIn.requests).toHaveLength(0);
  });
});

describe('a write that must not happen twice', () => {
  it('is sent once', async () => {
    const { github, standIn } = await withPull();
    standIn.faults.add({ method: 'POST', path: /comments/, status: 502 });
    const parameters = { issue_number: 4, body: 'x' };
    await failureOf(github.request(CREATE, parameters, z.unknown(), { signal: SIGNAL, retries: 0 }));
    expect(standIn.requests).toHaveLength(1);
  });
});

describe('a client', () => {
  const options = { token: 'ghp_x', baseUrl: 'http://127.0.0.1:9/', log: { debug: () => {}, warning: () => {} } };

  it.each(['acme', 'acme/', '/models', 'a/b/c', ''])('is not made for "%s"', (repository) => {
    expect(() => createGitHub({ ...options, repository })).toThrow(ActionError);
  });

  it('says that no answer came, without the token', async () => {
    const github = createGitHub({ ...options, repository: 'acme/models', retryBaseMs: 1 });
    const error = await failureOf(github.request(PULL, { pull_number: 1 }, pullSchema, { signal: SIGNAL }));
    expect(error.remote?.status).toBeNull();
    expect(`${error.message} ${error.fix} ${JSON.stringify(error.remote)}`).not.toContain('ghp_x');
  });
});
