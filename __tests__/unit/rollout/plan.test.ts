import { describe, expect, it } from '@jest/globals';
import { entityNameFor } from '../../../src/rollout/core/entity-name.js';
import { makePlan, type PlanRequest } from '../../../src/rollout/core/plan.js';
import { planChanges } from '../../../src/rollout/core/plan-hash.js';
import { candidateSpec } from '../../../src/rollout/core/sizing.js';
import type { EndpointView, Plan, ServedEntity } from '../../../src/rollout/core/types.js';
import { sha256 } from '../../../src/rollout/journal-store.js';
import { configOf, entity, viewOf } from './world/endpoint.js';
import { MINUTE, planRequest } from './world/rollout.js';
import { MODEL, NAME, World } from './world/world.js';

const HOUR = 60 * MINUTE;

function view(
  change: Partial<EndpointView> = {},
  ...shares: readonly (readonly [ServedEntity, number])[]
): EndpointView {
  const world = new World(configOf(...(shares.length > 0 ? shares : ([[entity(MODEL, '7'), 100]] as const))));
  return { ...viewOf(NAME, world.state), ...change };
}

function request(change: Partial<PlanRequest> = {}): PlanRequest {
  return { ...planRequest(new World()), ...change };
}

function planOf(change: Partial<PlanRequest> = {}): Plan {
  const made = makePlan(request(change));
  if (made.kind === 'refused') throw new Error(made.message);
  return made.plan;
}

describe('makePlan', () => {
  it('never provisions and shifts in one update, and removes the old entity last', () => {
    const plan = planOf();
    expect(plan.updates.map((update) => update.purpose)).toEqual([
      'provision',
      'shift',
      'shift',
      'shift',
      'shift',
      'cleanup',
    ]);
    expect(plan.updates[0]?.config.routes).toEqual([
      { servedEntityName: 'fraud-7', trafficPercentage: 100 },
      { servedEntityName: 'fraud-8', trafficPercentage: 0 },
    ]);
    expect(plan.updates.map((update) => update.deadlineMs / MINUTE)).toEqual([45, 10, 10, 10, 10, 10]);
    expect(plan.snapshot).toEqual(configOf([entity(MODEL, '7'), 100]));
    expect(plan.previous?.entityVersion).toBe('7');
    expect(plan.bakeMs).toBe(35 * MINUTE);
  });

  it('the default time limit takes an ordinary plan of four steps', () => {
    expect(planOf().worstCaseMs).toBe((35 * 3 + 45 + 5 * 10 + 20) * MINUTE);
    expect(makePlan(request({ timeLimitMs: 5 * HOUR })).kind).toBe('plan');
  });

  it('refuses what may not fit, with the sum', () => {
    const made = makePlan(request({ timeLimitMs: 3 * HOUR }));
    expect(made).toMatchObject({ kind: 'refused', reason: 'time-budget' });
    expect(JSON.stringify(made)).toContain(
      '1h 45m of bakes extended twice + 1h 35m of updates at their deadlines + 20m kept for going back = 3h 40m',
    );
  });

  it('leaves out steps that come to the same whole percents', () => {
    const steps = [0, 1, 2, 50, 100].map((traffic) => ({ traffic, bakeMs: MINUTE }));
    const live = view({}, [entity(MODEL, '7'), 10], [entity('a.b.other', '1'), 90]);
    const plan = planOf({ live, rollout: { ...request().rollout, steps } });
    expect(plan.steps.map((step) => step.traffic)).toEqual([0, 1, 50, 100]);
    expect(plan.notes.join()).toContain('The step at 2 %');
  });

  it('says what evidence and exposure to expect', () => {
    const plan = planOf();
    expect(plan.evidence).toContain('At 5 %: 100 requests are needed in 5m; about 1050 are expected.');
    expect(plan.exposure).toContain('if it fails in the first step (5 %)');
    const dry = planOf({ requestRate: 0.01, rollout: { ...request().rollout, probeRate: 0 } });
    expect(dry.evidence).toContain('too few');
    expect(planOf({ requestRate: null, rollout: { ...request().rollout, probeRate: 0 } }).evidence).toContain(
      'not known',
    );
  });

  it('chooses steps from the traffic', () => {
    const rollout = { ...request().rollout, steps: 'auto' as const };
    expect(planOf({ rollout }).steps.map((step) => step.traffic)).toEqual([0, 4, 16, 50, 100]);
  });

  it('deploys at once where nothing serves, also on an endpoint that never came up', () => {
    for (const live of [null, view({ config: null })]) {
      const plan = planOf({ live });
      expect(plan).toMatchObject({ kind: 'first-deployment', snapshot: null, previous: null });
      expect(plan.updates).toHaveLength(1);
      expect(plan.updates[0]).toMatchObject({ purpose: 'create', bakeMs: 15 * MINUTE });
      expect(plan.notes.join()).toContain('nothing to go back to');
    }
  });

  it('hashes the version, the rules, the steps and what is served, and nothing else', () => {
    const { hash } = planOf();
    expect(hash).toMatch(/^[0-9a-f]{16}$/);
    expect(planOf({ requestRate: 1, timeLimitMs: null }).hash).toBe(hash);
    const base = request();
    const moved = (change: Partial<PlanRequest>): readonly string[] => planChanges(hash, planOf(change).hash);
    expect(moved({ rulesText: 'accuracy >= 0.5' })).toEqual(['the rules of the gate']);
    expect(moved({ rollout: { ...base.rollout, finalBakeMs: MINUTE } })).toEqual(['the steps']);
    expect(moved({ candidate: { ...base.candidate, sizing: { workloadSize: 'Large' } } })).toEqual([
      'the version or its sizing',
    ]);
    const live = view({}, [entity(MODEL, '7'), 90], [entity('a.b.other', '1'), 10]);
    expect(moved({ live })).toEqual(['what the endpoint serves']);
    expect(planChanges('not a hash', hash)).toEqual([]);
  });

  it.each([
    ['a stopped endpoint', { stopped: true }, 'remote-error'],
    ['an endpoint that this identity may only query', { permissionLevel: 'CAN_QUERY' }, 'permission-denied'],
  ])('refuses %s', (_name, change, reason) => {
    expect(makePlan(request({ live: view(change) }))).toMatchObject({ kind: 'refused', reason });
  });

  it('refuses an endpoint whose entities could not be put back exactly', () => {
    const live = view({}, [
      { ...entity(MODEL, '7'), notReproducible: 'openai_api_key_plaintext is not returned' },
      100,
    ]);
    const made = makePlan(request({ live }));
    expect(made).toMatchObject({ kind: 'refused', reason: 'configuration-invalid' });
    expect(JSON.stringify(made)).toContain('openai_api_key_plaintext');
  });

  it('refuses a model without a share, and a sixteenth entity', () => {
    expect(makePlan(request({ live: view({}, [entity('a.b.other', '1'), 100]) }))).toMatchObject({ kind: 'refused' });
    const many = Array.from(
      { length: 15 },
      (_, index) => [entity(MODEL, String(index + 20)), index === 0 ? 100 : 0] as const,
    );
    expect(makePlan(request({ live: view({}, ...many) }))).toMatchObject({
      kind: 'refused',
      reason: 'configuration-invalid',
    });
  });

  it('warns where callers would not see the errors of a bad version', () => {
    expect(planOf({ live: view({ gatewayFallback: true }) }).notes.join()).toContain('AI gateway');
  });
});

describe('the candidate', () => {
  it('has the sizing and environment of the current version unless something else is asked for', () => {
    const current = entity(MODEL, '7', { environment_vars: { KEY: '{{secrets/a/b}}' }, workload_size: 'Medium' });
    expect(candidateSpec(current, {}, null)).toEqual(current.spec);
    expect(
      candidateSpec(current, { minProvisionedConcurrency: 4, maxProvisionedConcurrency: 20 }, { LEVEL: 'info' }),
    ).toEqual({
      workload_type: 'CPU',
      scale_to_zero_enabled: true,
      min_provisioned_concurrency: 4,
      max_provisioned_concurrency: 20,
      environment_vars: { KEY: '{{secrets/a/b}}', LEVEL: 'info' },
    });
    const ranged = entity(MODEL, '7', { min_provisioned_concurrency: 4, max_provisioned_concurrency: 8 });
    expect(candidateSpec(ranged, {}, null)).not.toHaveProperty('workload_size');
    expect(candidateSpec(ranged, { workloadSize: 'Large' }, null)).not.toHaveProperty('min_provisioned_concurrency');
  });

  it('always says whether it scales to zero when it is the first', () => {
    expect(candidateSpec(null, {}, null)).toEqual({
      workload_type: 'CPU',
      workload_size: 'Small',
      scale_to_zero_enabled: false,
    });
  });

  it('#44 gets a safe name of its own', () => {
    expect(entityNameFor('main.risk.fraud', '8', [], sha256)).toBe('fraud-8');
    expect(entityNameFor('fraud model', '8', [], sha256)).toBe('fraud-model-8');
    const taken = entityNameFor('main.risk.fraud', '8', ['fraud-8'], sha256);
    expect(taken).toMatch(/^fraud-8-[0-9a-f]{6}$/);
    expect(entityNameFor('main.risk.fraud', '8', ['fraud-8', taken], sha256)).not.toBe(taken);
    const long = entityNameFor(`main.risk.${'x'.repeat(90)}`, '1234', [], sha256);
    expect(long.length).toBeLessThanOrEqual(60);
    expect(long).toMatch(/-1234-[0-9a-f]{6}$/);
  });

  it('#44 keeps its name apart from an entity of another model', () => {
    const live = view({}, [entity(MODEL, '7'), 90], [{ ...entity('a.b.fraud', '8'), name: 'fraud-8' }, 10]);
    const plan = planOf({ live });
    expect(plan.candidate.name).toMatch(/^fraud-8-[0-9a-f]{6}$/);
    expect(plan.updates.at(-1)?.config.servedEntities.map((served) => served.name)).toContain('fraud-8');
  });
});
