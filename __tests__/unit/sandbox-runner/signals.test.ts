import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { GRACES, runTiny } from './tiny-action.js';

const WAIT = 'setInterval(() => {}, 1000);';
const handler = (signal: string, body: string): string =>
  `process.on('${signal}', () => { console.log('got ${signal}'); ${body} });`;
const READY = `console.log('ready');`;
const POST = `console.log('post', process.env.INPUT_STATUS);`;
const STATUS = `  status:\n    default: \${{ job.status }}`;

/** Returns once a process is gone, or is a zombie that nobody has collected yet; never, if it lives on. */
async function untilDead(pid: number): Promise<void> {
  const isAlive = (): boolean =>
    existsSync(`/proc/${pid}/stat`) && !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  while (isAlive()) await sleep(10);
}

describe('a cancelled job', () => {
  it('is interrupted once when the step ends by itself, and post sees it', async () => {
    const main = handler('SIGINT', `append('GITHUB_STATE', 'left=yes\\n'); process.exit(0);`) + READY + WAIT;
    const result = await runTiny(
      { inputs: STATUS, main, post: `${POST} console.log(process.env.STATE_left);` },
      { signals: { when: /^ready$/, signal: 'SIGINT' } },
    );
    expect(result).toMatchObject({ exitCode: 0, conclusion: 'cancelled', sent: ['SIGINT'], log: 'ready\ngot SIGINT' });
    expect(result.post?.log).toBe('post cancelled\nyes');
  });

  it('goes on to SIGTERM and then kills', async () => {
    const stubborn = handler('SIGINT', '') + handler('SIGTERM', '') + READY + WAIT;
    const result = await runTiny(
      { main: stubborn, post: POST },
      { signals: { when: /ready/, signal: 'SIGINT' }, graces: { ...GRACES, interrupt: 1_000, terminate: 1_000 } },
    );
    expect(result).toMatchObject({
      sent: ['SIGINT', 'SIGTERM', 'SIGKILL'],
      signal: 'SIGKILL',
      exitCode: null,
      conclusion: 'cancelled',
    });
    expect(result.log).toBe('ready\ngot SIGINT\ngot SIGTERM');
    expect(result.post).not.toBeNull();
  });

  it('ends at SIGTERM when the step minds it', async () => {
    const main = handler('SIGINT', '') + handler('SIGTERM', 'process.exit(3);') + READY + WAIT;
    const result = await runTiny(
      { main },
      { signals: { when: (line) => line.text === 'ready', signal: 'SIGINT' }, graces: { ...GRACES, interrupt: 300 } },
    );
    expect(result).toMatchObject({ sent: ['SIGINT', 'SIGTERM'], exitCode: 3 });
  });

  it('does not signal post', async () => {
    const result = await runTiny({ main: '', post: READY }, { signals: { when: /ready/, signal: 'SIGINT' } });
    expect(result.post).toMatchObject({ log: 'ready', sent: [] });
  });
});

describe('a machine that is gone', () => {
  it('runs no post, and what was written stays', async () => {
    const main = `append('GITHUB_OUTPUT', 'a=1\\n');${handler('SIGTERM', '')}${READY}${WAIT}`;
    const result = await runTiny({ main, post: POST }, { signals: { when: /ready/, signal: 'SIGKILL' } });
    expect(result).toMatchObject({
      sent: ['SIGKILL'],
      post: null,
      conclusion: 'failure',
      outputs: { a: '1' },
      log: 'ready',
    });
  });

  it('runs post when only the process was killed', async () => {
    const result = await runTiny(
      { inputs: STATUS, main: READY + WAIT, post: POST },
      { signals: { when: /ready/, signal: 'SIGKILL', post: true } },
    );
    expect(result.post?.log).toBe('post failure');
  });

  it('forgives a file that was cut off by the kill', async () => {
    const main = `append('GITHUB_OUTPUT', 'a<<E\\nhalf');${READY}${WAIT}`;
    const result = await runTiny({ main }, { signals: { when: /ready/, signal: 'SIGKILL' } });
    expect(result.outputs).toEqual({});
  });
});

describe('other ends', () => {
  it('interrupts when a promise resolves', async () => {
    let trigger = (): void => undefined;
    const when = new Promise<void>((resolve) => {
      trigger = resolve;
    });
    const result = await runTiny(
      { main: READY + WAIT },
      { signals: { when, signal: 'SIGTERM' }, onLine: () => trigger() },
    );
    expect(result).toMatchObject({ sent: ['SIGTERM'], signal: 'SIGTERM', conclusion: 'cancelled' });
  });

  it('interrupts a step that runs for too long, and calls that a failure', async () => {
    const result = await runTiny({ inputs: STATUS, main: READY + WAIT, post: POST }, { timeoutMs: 400 });
    expect(result).toMatchObject({ timedOut: true, conclusion: 'failure', sent: ['SIGINT'] });
    expect(result.post?.log).toBe('post failure');
  });

  it('cuts the streams that an orphan holds open, and ends the orphan', async () => {
    const main = `import { spawn } from 'node:child_process';
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
child.unref();
console.log(child.pid);
process.exit(0);`;
    const result = await runTiny({ main });
    expect(result.exitCode).toBe(0);
    await untilDead(Number(result.log));
  });

  it('stops everything when aborted', async () => {
    const controller = new AbortController();
    const result = await runTiny(
      { main: READY + WAIT, post: POST },
      { abort: controller.signal, onLine: () => controller.abort() },
    );
    expect(result).toMatchObject({ signal: 'SIGKILL', post: null });
  });
});
