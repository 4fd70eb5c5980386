import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { INPUT_NAMES } from '../../src/action/registry.js';
import { inputsSchema } from '../../src/config/schema/inputs.js';

const folder = fileURLToPath(new URL('../../examples', import.meta.url));
const OURS = /\/databricks-model-promotion@|^\.\/$/;

const workflowSchema = z.looseObject({
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(
    z.string(),
    z.looseObject({
      permissions: z.record(z.string(), z.string()).optional(),
      if: z.string().optional(),
      steps: z.array(
        z.looseObject({ uses: z.string().optional(), with: z.record(z.string(), z.unknown()).optional() }),
      ),
    }),
  ),
});

const workflows = readdirSync(folder).filter((name) => name.endsWith('.yml'));
const load = (name: string) => workflowSchema.parse(parse(readFileSync(`${folder}/${name}`, 'utf8')));

describe.each(workflows)('examples/%s', (name) => {
  const workflow = load(name);
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps.filter((step) => OURS.test(step.uses ?? '')));

  it('uses the Action with inputs that exist and values that it takes', () => {
    expect(steps.length).toBeGreaterThan(0);
    for (const step of steps) {
      const given = Object.entries(step.with ?? {}).map(([key, value]) => [key, String(value)]);
      expect(given.filter(([key]) => !INPUT_NAMES.some((known) => known === key))).toEqual([]);
      const literal = given.filter(([, value]) => !value?.includes('${{'));
      expect(inputsSchema.safeParse(Object.fromEntries(literal)).error).toBeUndefined();
    }
  });

  it('gives each job only the rights that it names', () => {
    for (const job of Object.values(workflow.jobs)) {
      const rights = job.permissions ?? workflow.permissions;
      expect(rights['id-token']).toBe('write');
      expect(
        Object.keys(rights).every((right) => ['contents', 'id-token', 'pull-requests', 'deployments'].includes(right)),
      ).toBe(true);
    }
  });
});

describe('examples/promote-on-merge.yml', () => {
  it('has a guardian that reconciles when the rollout did not succeed', () => {
    const guardian = load('promote-on-merge.yml').jobs.guardian;
    expect(guardian?.if).toBe("always() && needs.rollout.result != 'success'");
    expect(guardian?.steps.some((step) => step.with?.command === 'reconcile')).toBe(true);
  });
});
