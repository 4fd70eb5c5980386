import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  configurationDiff,
  delivers,
  differences,
  fingerprint,
  sameConfiguration,
} from '../../../src/rollout/core/compare.js';
import { restoreCommand } from '../../../src/rollout/core/restore-command.js';
import { apportion, candidateRoutes, modelShare } from '../../../src/rollout/core/split.js';
import { sha256 } from '../../../src/rollout/journal-store.js';
import { configOf, entity } from './world/endpoint.js';
import { MODEL } from './world/world.js';

const seven = entity(MODEL, '7');
const eight = entity(MODEL, '8');

describe('comparing configurations', () => {
  it('does not care for order, computed fields, defaults or numbers as text', () => {
    const one = configOf([seven, 90], [eight, 10]);
    const spec = {
      ...seven.spec,
      workload_type: undefined,
      state: { deployment: 'DEPLOYMENT_READY' },
      creator: 'me',
      min_dbus: 4,
    };
    const routes = one.routes.map((route) => ({ ...route, served_model_name: route.servedEntityName })).reverse();
    const other = { servedEntities: [eight, { ...seven, spec }], routes };
    expect(sameConfiguration(one, other)).toBe(true);
    expect(fingerprint(one, sha256)).toBe(fingerprint(other, sha256));
  });

  it('ignores a size that the server computed beside a concurrency range', () => {
    const range = { workload_size: undefined, min_provisioned_concurrency: 4, max_provisioned_concurrency: '16' };
    const asked = configOf([entity(MODEL, '7', range), 100]);
    const echoed = configOf([
      entity(MODEL, '7', { ...range, workload_size: 'Medium', max_provisioned_concurrency: 16 }),
      100,
    ]);
    expect(sameConfiguration(asked, echoed)).toBe(true);
  });

  it('sees every real difference, and says which', () => {
    const before = configOf([seven, 90], [eight, 10]);
    const changed = entity(MODEL, '7', { environment_vars: { MODE: 'x' }, workload_size: 'Large' });
    const after = configOf([changed, 100], [entity(MODEL, '9'), 0]);
    expect(sameConfiguration(before, after)).toBe(false);
    expect(differences(before, after)).toEqual([
      'fraud-7 differs in workload_size, environment_vars',
      'fraud-8 was removed',
      `fraud-9 was added (${MODEL} version 9)`,
      'fraud-7 has 100 % of the traffic and had 90 %',
      'fraud-8 has 0 % of the traffic and had 10 %',
    ]);
    expect(differences(null, after)).toEqual(['a configuration has appeared']);
  });

  it('takes fields that the server adds for delivered, and fields that it dropped for not', () => {
    const desired = configOf([eight, 100]);
    expect(delivers(desired, configOf([entity(MODEL, '8', { instance_profile_arn: 'arn' }), 100]))).toBe(true);
    expect(delivers(desired, configOf([entity(MODEL, '8', { workload_size: 'Large' }), 100]))).toBe(false);
    expect(delivers(desired, configOf([eight, 99], [seven, 1]))).toBe(false);
    expect(delivers(desired, null)).toBe(false);
  });

  it('shows a diff without the values of environment variables', () => {
    const before = configOf([
      entity(MODEL, '7', { environment_vars: { TOKEN: 'hunter2', KEY: '{{secrets/a/b}}' } }),
      100,
    ]);
    const after = configOf(
      [entity(MODEL, '7', { environment_vars: { TOKEN: 'hunter3', KEY: '{{secrets/a/c}}' } }), 95],
      [eight, 5],
    );
    const diff = configurationDiff(before, after);
    expect(diff).not.toContain('hunter');
    expect(diff.split('\n')).toEqual(
      expect.arrayContaining([
        '-fraud-7 traffic: 100 %',
        '+fraud-7 traffic: 95 %',
        '+fraud-8 traffic: 5 %',
        '-fraud-7 environment TOKEN: (value not shown)',
        '+fraud-7 environment TOKEN: (value not shown) (changed)',
        '+fraud-7 environment KEY: {{secrets/a/c}}',
        ' fraud-7 workload_size: Small',
      ]),
    );
    expect(configurationDiff(after, after)).toBe('');
  });

  it('gives a person the whole call, without secrets', () => {
    const config = configOf([
      entity(MODEL, '7', { environment_vars: { TOKEN: "hunt'er2", KEY: '{{secrets/a/b}}' } }),
      100,
    ]);
    const command = restoreCommand('fraud', config);
    expect(command).toMatch(/^databricks serving-endpoints update-config fraud --json '\{.*\}'$/);
    expect(command).not.toContain('er2');
    expect(command).toContain('{{secrets/a/b}}');
    expect(command).toContain('"traffic_percentage":100');
  });
});

describe('sharing out traffic', () => {
  const weights = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 6 });

  it('always gives whole percents that make 100, and leaves other models alone', () => {
    fc.assert(
      fc.property(weights, weights, fc.integer({ min: 0, max: 100 }), (mine, theirs, share) => {
        const whole = apportion([...mine, ...theirs], 100);
        if (whole.slice(0, mine.length).every((percent) => percent === 0)) return;
        const own = mine.map((_, index) => [entity(MODEL, String(index + 1)), whole[index] ?? 0] as const);
        const others = theirs.map(
          (_, index) => [entity('a.b.other', String(index + 1)), whole[mine.length + index] ?? 0] as const,
        );
        const base = configOf(...own, ...others);
        const candidate = entity(MODEL, '99');
        const routes = new Map(
          candidateRoutes(base, candidate, share).map((route) => [route.servedEntityName, route.trafficPercentage]),
        );
        const percents = [...routes.values()];
        expect(percents.reduce((sum, percent) => sum + percent, 0)).toBe(100);
        expect(percents.every((percent) => Number.isInteger(percent) && percent >= 0)).toBe(true);
        for (const [served, percent] of others) expect(routes.get(served.name)).toBe(percent);
        const total = modelShare(base, MODEL);
        const got = routes.get(candidate.name) ?? 0;
        if (share === 0) expect(got).toBe(0);
        if (share === 100) expect(got).toBe(total);
        if (share > 0) expect(got).toBeGreaterThan(0);
        expect(Math.abs(got - (total * share) / 100)).toBeLessThanOrEqual(1);
        for (const [served, percent] of own) {
          expect(Math.abs((routes.get(served.name) ?? 0) - (percent * (total - got)) / total)).toBeLessThan(1);
        }
      }),
    );
  });

  it('never gives the candidate less for a greater share', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), (total) => {
        const base = configOf([seven, total], [entity('a.b.other', '1'), 100 - total]);
        const shares = Array.from(
          { length: 101 },
          (_, share) =>
            candidateRoutes(base, eight, share).find((route) => route.servedEntityName === 'fraud-8')
              ?.trafficPercentage ?? 0,
        );
        expect([...shares].sort((one, other) => one - other)).toEqual(shares);
      }),
    );
  });
});
