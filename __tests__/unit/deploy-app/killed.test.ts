import { describe, expect, it } from '@jest/globals';
import { deployApp } from '../../../src/commands/deploy-app/deploy-app.js';
import { appOf, edit, INPUTS, NEXT_COMMIT, STAND, uploads } from './scenes.js';
import { onStand, type Stand } from './stand.js';

/** Runs `deploy-app` for the next commit and stops it dead after the write for which `isLast` holds; returns how many there were. */
async function runUntil(stand: Stand, isLast: (sent: number) => boolean): Promise<{ sent: number; decision: string }> {
  const controller = new AbortController();
  let sent = 0;
  stand.whenWritten(() => {
    sent += 1;
    if (isLast(sent)) controller.abort(new Error('killed'));
  });
  const end = await stand.run(deployApp, INPUTS, { commit: NEXT_COMMIT, signal: controller.signal });
  stand.whenWritten(() => {});
  return { sent, decision: end.decision };
}

async function prepared(stand: Stand): Promise<void> {
  await stand.run(deployApp, INPUTS);
  edit(stand, 'next');
}

describe('deploy-app after a run that was killed', () => {
  it('goes on from what stands, whichever write was the last', async () => {
    let total = 0;
    await onStand(STAND, async (stand) => {
      await prepared(stand);
      total = (await runUntil(stand, () => false)).sent;
    });
    expect(total).toBeGreaterThanOrEqual(7);
    for (let writes = 1; writes <= total; writes += 1) {
      await onStand(STAND, async (stand) => {
        await prepared(stand);
        const killed = await runUntil(stand, (sent) => sent === writes);
        expect(killed.decision).toBe('cancelled');
        const end = await stand.run(deployApp, INPUTS, { commit: NEXT_COMMIT });
        const app = appOf(stand);
        expect(['deployed', 'unchanged']).toContain(end.decision);
        expect(app.app.state).toBe('RUNNING');
        expect(app.active?.sourceCodePath).toContain(NEXT_COMMIT);
        expect(app.deployments.filter((one) => one.sourceCodePath.includes(NEXT_COMMIT))).toHaveLength(1);
        expect(uploads(stand)).toHaveLength(2);
      });
    }
  });

  it('follows the deployment that a killed run had started, and judges it', () =>
    onStand(STAND, async (stand) => {
      await prepared(stand);
      const good = appOf(stand).active?.sourceCodePath;
      stand.workspace.platform.apps.script({ outcome: 'crash', afterMs: 60_000, message: 'exit 1' });
      await runUntil(stand, () => appOf(stand).pending !== null);
      expect(appOf(stand).pending?.sourceCodePath).toContain(NEXT_COMMIT);
      const end = await stand.run(deployApp, INPUTS, { commit: NEXT_COMMIT });
      expect([end.decision, end.reason_code]).toEqual(['rolled-back', 'app-unhealthy']);
      expect(appOf(stand).active?.sourceCodePath).toBe(good);
    }));

  it('finds the deployment whose answer was lost instead of sending a second one', () =>
    onStand(STAND, async (stand) => {
      await prepared(stand);
      stand.workspace.faults.add({
        match: { method: 'POST', path: /\/deployments$/ },
        effect: { kind: 'reset', when: 'after' },
        times: 1,
      });
      const end = await stand.run(deployApp, INPUTS, { commit: NEXT_COMMIT });
      expect(end.decision).toBe('deployed');
      expect(appOf(stand).deployments).toHaveLength(2);
    }));

  it('reports a job whose time was over as such', () =>
    onStand(STAND, async (stand) => {
      const controller = new AbortController();
      stand.whenWritten(() => controller.abort(new DOMException('late', 'TimeoutError')));
      const end = await stand.run(deployApp, INPUTS, { signal: controller.signal });
      expect([end.decision, end.reason_code]).toEqual(['failed', 'time-budget']);
    }));
});
