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
        z.looseObject({
          uses: z.string().optional(),
          if: z.string().optional(),
          with: z.record(z.string(), z.unknown()).optional(),
        }),
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

describe('examples/staged-approval.yml', () => {
  it('has a guardian that takes back a share whose approval was refused, and nothing else', () => {
    const { guardian, production } = load('staged-approval.yml').jobs;
    const [settle, back] = guardian?.steps.filter((step) => OURS.test(step.uses ?? '')) ?? [];
    expect([settle?.with?.command, back?.with?.command]).toEqual(['reconcile', 'rollback']);
    for (const part of [
      "needs.production.result == 'failure'",
      "needs.production.result == 'cancelled'",
      "needs.production.outputs.decision != 'held'",
      "steps.reconcile.outputs.decision == 'unchanged'",
      `!contains(fromJSON('["", "0", "100"]'), steps.reconcile.outputs.traffic-percentage)`,
    ]) {
      expect(back?.if).toContain(part);
    }
    expect(production?.outputs).toEqual({ decision: `\${{ steps.promote.outputs.decision }}` });
  });
});

describe('concurrency groups', () => {
  it('have one name for each endpoint, in the examples and in README.md', () => {
    const texts = [...workflows.map((name) => `${folder}/${name}`), `${folder}/../README.md`].map((path) =>
      readFileSync(path, 'utf8'),
    );
    const groups = texts.flatMap((text) => [...text.matchAll(/group: ([\w-]*(?:promot|rollout)[\w-]*)/g)]);
    expect(new Set(groups.map((found) => found[1]))).toEqual(new Set(['promote-cv_endpoint', 'promote-']));
  });
});
