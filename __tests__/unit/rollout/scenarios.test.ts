import { describe, expect, it } from '@jest/globals';
import type { RolloutOutcome } from '../../../src/rollout/core/types.js';
import { configOf, entity } from './world/endpoint.js';
import { MINUTE, Process, planFor } from './world/rollout.js';
import { BAD, BLIND, FEW, HEALTHY } from './world/watch.js';
import { MODEL, World } from './world/world.js';

/** Runs one rollout and checks what holds in every scenario. */
async function outcomeOf(process: Process): Promise<RolloutOutcome> {
  const outcome = await process.run();
  expect(process.world.broken).toEqual([]);
  expect(outcome.endedAtMs - outcome.startedAtMs).toBeLessThanOrEqual(process.settings.timeLimitMs);
  expect(process.world.state.config?.routes.reduce((sum, route) => sum + route.trafficPercentage, 0) ?? 100).toBe(100);
  return outcome;
}

function shares(process: Process): Record<string, number> {
  const routes = process.world.state.config?.routes ?? [];
  return Object.fromEntries(routes.map((route) => [route.servedEntityName, route.trafficPercentage]));
}

const BEFORE = { 'fraud-7': 100 };
const AFTER = { 'fraud-8': 100 };

describe('a healthy version', () => {
  it('#1 is promoted; the old entity stays through the final bake and goes', async () => {
    const process = new Process();
    const outcome = await outcomeOf(process);
    expect(outcome).toMatchObject({ decision: 'promoted', reason: 'ok', updates: 6, rollback: null });
    const sent = process.world.configurations.map((config) => config.routes.map((route) => route.trafficPercentage));
    expect(sent).toEqual([[100, 0], [95, 5], [75, 25], [50, 50], [0, 100], [100]]);
    expect(process.registry.champion).toBe('8');
    expect(process.world.journal).toMatchObject({ status: 'ended', lease: null, outcome: { decision: 'promoted' } });
    const verdicts = outcome.steps.map((step) => `${step.label} ${step.verdict}`);
    expect(verdicts).toEqual([
      '0 % passed',
      '5 % passed',
      '25 % passed',
      '50 % passed',
      '100 % passed',
      'final bake passed',
    ]);
  });

  it('#1 is promoted and the old entity kept at 0 % where that is asked for', async () => {
    const process = new Process();
    const outcome = await process.run(planFor(process.world, { retainPrevious: true }));
    expect(outcome.decision).toBe('promoted');
    expect(shares(process)).toEqual({ 'fraud-7': 0, 'fraud-8': 100 });
    expect(process.world.journal?.record?.retained).toEqual(['fraud-7']);
  });

  it('adds nothing to bakes and updates but a few seconds of polling', async () => {
    const process = new Process();
    const outcome = await outcomeOf(process);
    const bakes = 4 * 5 * MINUTE + 15 * MINUTE;
    const updates = 180_000 + 5 * 30_000;
    expect(outcome.endedAtMs - outcome.startedAtMs - bakes - updates).toBeLessThan(150_000);
  });

  it('#7 is not taken back for alarms that are not raised', async () => {
    const process = new Process();
    process.watch.opinion = () => HEALTHY;
    expect(await outcomeOf(process)).toMatchObject({ decision: 'promoted' });
  });

  it('is promoted with a warning where the AI gateway hides errors from callers', async () => {
    const process = new Process();
    const read = process.world.read.bind(process.world);
    process.world.read = async (signal) => {
      const view = await read(signal);
      return view === null ? null : { ...view, gatewayFallback: true };
    };
    const outcome = await process.run();
    expect(outcome.decision).toBe('promoted');
    expect(outcome.warnings).toEqual([expect.stringContaining('AI gateway retries failed calls')]);
    expect(process.onlooker.warnings).toEqual(outcome.warnings);
  });

  it('#9 is held for one extension by a blip, and goes on', async () => {
    const process = new Process();
    process.watch.opinion = ({ share, sinceMs }) => (share === 5 && sinceMs < 6 * MINUTE ? FEW : HEALTHY);
    const outcome = await outcomeOf(process);
    expect(outcome.decision).toBe('promoted');
    expect(outcome.steps[1]).toMatchObject({ extensions: 1, verdict: 'passed' });
  });
});

describe('a bad version', () => {
  it('#2 that fails at 25 % is taken back by one update', async () => {
    const process = new Process();
    process.watch.opinion = ({ share, sinceMs }) => (share === 25 && sinceMs > MINUTE ? BAD : HEALTHY);
    const outcome = await outcomeOf(process);
    expect(outcome).toMatchObject({ decision: 'rolled-back', reason: 'canary-errors' });
    expect(outcome.rollback).toMatchObject({
      updates: 1,
      requestsExposed: expect.any(Number),
      restoredAtMs: expect.any(Number),
    });
    expect(shares(process)).toEqual(BEFORE);
    expect(process.world.journal).toMatchObject({
      status: 'ended',
      outcome: { decision: 'rolled-back', reason: 'canary-errors' },
    });
    expect(outcome.steps.map((step) => step.verdict)).toEqual(['passed', 'passed', 'failed']);
  });

  it('#3 that is slow only under load at 50 % is taken back from there', async () => {
    const process = new Process();
    process.watch.opinion = ({ share }) =>
      share === 50 ? { kind: 'unhealthy', reason: 'canary-latency', explanation: 'Slow.' } : HEALTHY;
    expect(await outcomeOf(process)).toMatchObject({ decision: 'rolled-back', reason: 'canary-latency' });
    expect(shares(process)).toEqual(BEFORE);
  });

  it('#4 whose errors begin in the final bake goes back to the entity that is still there', async () => {
    const process = new Process();
    process.watch.opinion = ({ index, sinceMs }) => (index === 5 && sinceMs > 10 * MINUTE ? BAD : HEALTHY);
    const outcome = await outcomeOf(process);
    expect(outcome).toMatchObject({ decision: 'rolled-back', rollback: { updates: 1 } });
    expect(shares(process)).toEqual(BEFORE);
    expect(process.registry.promotions).toBe(0);
  });

  it.each(['#5 that fails its probes', '#6 that answers 200 with nonsense'])(
    '%s at 0 % reaches no caller',
    async () => {
      const process = new Process();
      process.watch.smokeOutcome = { kind: 'failed', sent: 3, failed: 3, explanation: 'predictions are not finite' };
      const outcome = await outcomeOf(process);
      expect(outcome).toMatchObject({ decision: 'rolled-back', reason: 'smoke-failed' });
      const exposed = process.world.configurations.some((config) =>
        config.routes.some((route) => route.servedEntityName === 'fraud-8' && route.trafficPercentage > 0),
      );
      expect(exposed).toBe(false);
      expect(shares(process)).toEqual(BEFORE);
    },
  );

  it('is held where it is when the settings say so, with the one command for a person', async () => {
    const process = new Process();
    process.settings = { ...process.settings, onFailure: 'hold' };
    process.watch.opinion = ({ share }) => (share === 25 ? BAD : HEALTHY);
    const outcome = await outcomeOf(process);
    expect(outcome).toMatchObject({ decision: 'held', reason: 'canary-errors' });
    expect(outcome.action).toContain('databricks serving-endpoints update-config');
    expect(shares(process)).toEqual({ 'fraud-7': 75, 'fraud-8': 25 });
    expect(process.world.journal).toMatchObject({ status: 'held', lease: null });
  });
});

describe('evidence that does not suffice', () => {
  it('#8 both versions sick: held through two extensions, then taken back with that reason', async () => {
    const process = new Process();
    process.watch.opinion = ({ share }) =>
      share === 25 ? { kind: 'baseline-unhealthy', explanation: 'Both fail.' } : HEALTHY;
    const outcome = await outcomeOf(process);
    expect(outcome).toMatchObject({ decision: 'rolled-back', reason: 'baseline-unhealthy' });
    expect(outcome.steps[2]).toMatchObject({ extensions: 2 });
  });

  it.each([
    ['rollback', 'rolled-back', 'no-data'],
    ['hold', 'held', 'no-data'],
    ['continue', 'promoted', 'ok'],
  ] as const)('#10 no traffic at all and on_no_data: %s ends as %s', async (onNoData, decision, reason) => {
    const process = new Process();
    process.settings = { ...process.settings, onNoData };
    process.watch.opinion = () => FEW;
    const outcome = await process.run();
    expect(outcome).toMatchObject({ decision, reason });
    expect(outcome.steps[1]).toMatchObject({ verdict: 'no-data', extensions: 2 });
    if (decision === 'promoted') expect(outcome.warnings.join()).toContain('without enough evidence');
  });

  it('#12 metrics that vanish hold the weight, then take it back after the blind time', async () => {
    const process = new Process();
    process.watch.opinion = ({ share, sinceMs }) => (share === 25 && sinceMs > MINUTE ? BLIND : HEALTHY);
    const outcome = await outcomeOf(process);
    expect(outcome).toMatchObject({ decision: 'rolled-back', reason: 'metrics-unavailable' });
    const step = outcome.steps[2];
    expect((step?.endedAtMs ?? 0) - (step?.startedAtMs ?? 0)).toBeGreaterThan(6 * MINUTE - 20_000);
    expect((step?.endedAtMs ?? 0) - (step?.startedAtMs ?? 0)).toBeLessThan(7 * MINUTE);
  });

  it('#15 a blind spell does not count towards the bake', async () => {
    const process = new Process();
    process.watch.opinion = ({ share, sinceMs }) =>
      share === 25 && sinceMs > MINUTE && sinceMs < 4 * MINUTE ? BLIND : HEALTHY;
    const outcome = await outcomeOf(process);
    expect(outcome.decision).toBe('promoted');
    const step = outcome.steps[2];
    expect((step?.endedAtMs ?? 0) - (step?.startedAtMs ?? 0)).toBeGreaterThan(8 * MINUTE - 20_000);
  });

  it('#17 a split that does not fit holds, and is taken back when it stays so', async () => {
    const process = new Process();
    process.watch.opinion = ({ share }) =>
      share === 5 ? { kind: 'suspect', explanation: 'Far from the weight.' } : HEALTHY;
    const outcome = await outcomeOf(process);
    expect(outcome).toMatchObject({ decision: 'rolled-back', reason: 'metrics-unavailable' });
    expect(process.watch.windows.every((window) => window.candidateTraffic <= 5)).toBe(true);
  });

  it('#16 a runner whose clock is ten minutes ahead bakes for as long as any other', async () => {
    const straight = new Process();
    const skewed = new Process();
    skewed.world.clock.skew -= 10 * MINUTE;
    const [one, other] = [await outcomeOf(straight), await outcomeOf(skewed)];
    expect(other.endedAtMs - other.startedAtMs).toBe(one.endedAtMs - one.startedAtMs);
  });
});

describe('several entities on one endpoint', () => {
  const old = entity(MODEL, '6');
  const current = entity(MODEL, '7');
  const other = entity('main.risk.other', '3');

  it('#43 the others keep their proportions, and get them back', async () => {
    const process = new Process(new World(configOf([current, 60], [old, 30], [other, 10])));
    process.watch.opinion = ({ share }) => (share >= 45 ? BAD : HEALTHY);
    const outcome = await outcomeOf(process);
    expect(outcome.decision).toBe('rolled-back');
    const sent = process.world.configurations.map((config) => config.routes.map((route) => route.trafficPercentage));
    expect(sent).toEqual([
      [60, 30, 10, 0],
      [57, 28, 10, 5],
      [45, 22, 10, 23],
      [30, 15, 10, 45],
      [60, 30, 10],
    ]);
    expect(shares(process)).toEqual({ 'fraud-7': 60, 'fraud-6': 30, 'other-3': 10 });
  });

  it('#43 and a promotion removes only what gave way', async () => {
    const idle = entity(MODEL, '5');
    const process = new Process(new World(configOf([current, 90], [idle, 0], [other, 10])));
    expect((await outcomeOf(process)).decision).toBe('promoted');
    expect(shares(process)).toEqual({ 'fraud-5': 0, 'other-3': 10, 'fraud-8': 90 });
  });
});

describe('a first deployment', () => {
  it('#46 is created with all the traffic, tried and watched', async () => {
    const process = new Process(new World(null));
    const outcome = await outcomeOf(process);
    expect(outcome).toMatchObject({ decision: 'promoted', reason: 'first-deployment', updates: 1 });
    expect(process.watch.smoked).toBe(1);
    expect(shares(process)).toEqual(AFTER);
    expect(process.world.journal).toMatchObject({ status: 'ended', kind: 'first-deployment' });
  });

  it('#46 that fails says that there is nothing to go back to, and the next promotion can go ahead', async () => {
    const process = new Process(new World(null));
    process.watch.smokeOutcome = { kind: 'failed', sent: 1, failed: 1, explanation: 'status 500' };
    const outcome = await process.run();
    expect(outcome).toMatchObject({ decision: 'held', reason: 'smoke-failed' });
    expect(outcome.explanation).toContain('no earlier version');
    expect(process.world.journal).toMatchObject({ status: 'ended' });
    const plan = planFor(process.world);
    expect(plan.kind).toBe('already-serving');
  });

  it('#18 that never comes up leaves an endpoint on which the next promotion deploys', async () => {
    const process = new Process(new World(null));
    process.world.fates = ['failed'];
    const outcome = await process.run();
    expect(outcome).toMatchObject({ decision: 'failed', reason: 'update-failed' });
    expect(outcome.explanation).toContain('fraud-8 is in state DEPLOYMENT_FAILED');
    const again = new Process(process.world, process.registry);
    again.nonce = 'n2';
    again.runId = '101';
    expect(await again.run()).toMatchObject({ decision: 'promoted', reason: 'first-deployment' });
  });
});

describe('#41 a version that has all the traffic already', () => {
  it('is left as it is, without a single write', async () => {
    const process = new Process(new World(configOf([entity(MODEL, '8'), 100])));
    expect(await outcomeOf(process)).toMatchObject({ decision: 'unchanged', reason: 'already-serving', updates: 0 });
    expect(process.world.calls.filter((call) => call !== 'read')).toEqual([]);
  });
});
