import { describe, expect, it } from '@jest/globals';
import { MODEL } from '../../sandbox/stage.js';
import { expectDecision, onStage, reportOf } from './support.js';

const CALLERS = 25;

describe('rollback', () => {
  it('brings back the version that served before a promotion, and its alias', () =>
    onStage(async (stage) => {
      const first = stage.version(undefined, { aliases: ['champion'] });
      stage.serve(first, CALLERS);
      const second = stage.version();
      expectDecision(await stage.onMerge(), 'promoted', 'ok');
      expect(stage.split()).toEqual({ [second]: 100 });
      const run = await stage.byHand({ command: 'rollback' });
      expectDecision(run, 'rolled-back', 'ok');
      expect(run.exitCode).toBe(0);
      expect(stage.split()).toEqual({ [first]: 100 });
      expect(stage.workspace.unityCatalog.get(MODEL).aliases.get('champion')).toBe(Number(first));
      reportOf(run);
    }));

  it('says so when there is nothing to go back to', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(), CALLERS);
      const run = await stage.byHand({ command: 'rollback' });
      expectDecision(run, 'failed', 'nothing-to-roll-back-to');
      expect(run.exitCode).toBe(1);
      expect(stage.workspace.requests.writes()).toEqual([]);
      reportOf(run);
    }));
});

describe('reconcile', () => {
  it('succeeds when nothing was left behind', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(), CALLERS);
      const run = await stage.byHand({ command: 'reconcile' });
      expectDecision(run, 'unchanged', 'nothing-to-reconcile');
      expect(run.exitCode).toBe(0);
      expect(stage.workspace.requests.writes()).toEqual([]);
      reportOf(run);
    }));

  it('brings the endpoint to a good state after the machine of a rollout was lost', () =>
    onStage(async (stage) => {
      const first = stage.version();
      stage.serve(first, CALLERS);
      const second = stage.version();
      await stage.onMerge({ runId: 41, signals: { when: /Watching at 25 %/, signal: 'SIGKILL' } });
      expect(stage.split()[second]).toBeGreaterThan(0);
      const run = await stage.byHand({ command: 'reconcile' }, { runId: 41, runAttempt: 2 });
      expect(run.outputs.decision).toBe('reconciled');
      expect(run.exitCode).toBe(0);
      expect([{ [first]: 100 }, { [second]: 100 }]).toContainEqual(stage.split());
      reportOf(run);
    }));
});

describe('a cancelled promotion', () => {
  it('is taken back, verified by the post step', () =>
    onStage(async (stage) => {
      const first = stage.version();
      stage.serve(first, CALLERS);
      stage.version();
      const run = await stage.onMerge({ signals: { when: /Watching at 25 %/, signal: 'SIGINT' } });
      expect(run.outputs.decision).toBe('cancelled');
      expect(run.sent).toEqual(['SIGINT']);
      expect(stage.split()).toEqual({ [first]: 100 });
      reportOf(run);
    }));

  it('stays where it is with on-cancel: hold, and the next promotion goes on', () =>
    onStage(async (stage) => {
      const first = stage.version();
      stage.serve(first, CALLERS);
      const second = stage.version();
      const run = await stage.onMerge({
        inputs: { 'on-cancel': 'hold' },
        signals: { when: /Watching at 25 %/, signal: 'SIGINT' },
      });
      expect(run.outputs.decision).toBe('cancelled');
      expect(stage.split()).toEqual({ [first]: 75, [second]: 25 });
      const next = await stage.onMerge();
      expectDecision(next, 'promoted', 'ok');
      expect(stage.split()).toEqual({ [second]: 100 });
    }));
});

describe('a staged promotion', () => {
  it('pauses after the share that was asked for, and goes on in a later run', () =>
    onStage(async (stage) => {
      const first = stage.version();
      stage.serve(first, CALLERS);
      const second = stage.version();
      const run = await stage.onMerge({ inputs: { until: '25' } });
      expectDecision(run, 'paused', 'approval-pending');
      expect(run.exitCode).toBe(0);
      expect(stage.split()).toEqual({ [first]: 75, [second]: 25 });
      const next = await stage.onMerge({ runId: 77 });
      expectDecision(next, 'promoted', 'ok');
      expect(stage.split()).toEqual({ [second]: 100 });
    }));

  it('refuses a plan that is no longer the one that was reviewed, and says what moved', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(), CALLERS);
      stage.version();
      const reviewed = (await stage.byHand({ command: 'plan' })).outputs['plan-hash'] ?? '';
      const run = await stage.onMerge({ inputs: { 'expect-plan': reviewed, 'rollout-steps': '10, 100' } });
      expectDecision(run, 'rejected', 'plan-changed');
      expect(run.log).toContain('What moved: the steps');
      expect(stage.workspace.requests.writes()).toEqual([]);
      const same = await stage.onMerge({ inputs: { 'expect-plan': reviewed } });
      expectDecision(same, 'promoted', 'ok');
    }));
});

describe('monitor', () => {
  it('finds a healthy endpoint healthy, and changes nothing', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(), CALLERS);
      stage.workspace.advance(180_000);
      const run = await stage.byHand({ command: 'monitor' });
      expectDecision(run, 'healthy', 'ok');
      expect(stage.workspace.requests.writes()).toEqual([]);
      reportOf(run);
    }));

  it('raises an alert, and goes back when it may', () =>
    onStage(async (stage) => {
      const first = stage.version();
      stage.serve(first, CALLERS);
      const second = stage.version();
      expectDecision(await stage.onMerge(), 'promoted', 'ok');
      stage.workspace.traffic.behave(MODEL, second, { errorRate: 0.4 });
      stage.workspace.advance(180_000);
      const look = await stage.byHand({ command: 'monitor' });
      expectDecision(look, 'alerting', 'alert-raised');
      expect(look.exitCode).toBe(1);
      const back = await stage.byHand({ command: 'monitor', 'rollback-on-alert': 'true' });
      expectDecision(back, 'rolled-back', 'alert-raised');
      expect(back.exitCode).toBe(1);
      expect(back.outputs['model-name']).toBe(MODEL);
      expect(back.outputs['model-version']).toBe(second);
      expect(stage.split()).toEqual({ [first]: 100 });
      reportOf(back);
    }));
});
