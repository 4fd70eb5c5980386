import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { readInputs } from '../../src/action/inputs.js';
import { loadSettings } from '../../src/config/settings.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(`${root}/README.md`, 'utf8');
const OURS = /\/databricks-model-promotion@/;

const blocks = [...readme.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map((found): unknown => parse(found[1] ?? ''));
const isWorkflow = (block: unknown): boolean => z.looseObject({ jobs: z.unknown() }).safeParse(block).success;

const workflowSchema = z.looseObject({
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(
    z.string(),
    z.looseObject({
      steps: z.array(z.looseObject({ uses: z.string(), with: z.record(z.string(), z.string()).optional() })),
    }),
  ),
});
const workflows = blocks.filter(isWorkflow).map((block) => workflowSchema.parse(block));
const inputs = z
  .looseObject({ inputs: z.record(z.string(), z.unknown()) })
  .parse(parse(readFileSync(`${root}/action.yml`, 'utf8'))).inputs;

describe('README.md', () => {
  it('has a workflow for the pull request, one for the merge and one by hand, with inputs that exist', () => {
    expect(workflows).toHaveLength(3);
    for (const workflow of workflows) {
      const steps = Object.values(workflow.jobs).flatMap((job) => job.steps.filter((step) => OURS.test(step.uses)));
      expect(steps).toHaveLength(1);
      const given = Object.keys(steps[0]?.with ?? {});
      expect(given.length).toBeGreaterThan(0);
      expect(given.filter((name) => !Object.hasOwn(inputs, name))).toEqual([]);
      expect(workflow.permissions['id-token']).toBe('write');
    }
  });

  it.each(['gate', 'plan', 'promote', 'rollback', 'monitor'])(
    'has a configuration that %s takes as it is',
    async (command) => {
      const [configuration, ...more] = blocks.filter((block) => !isWorkflow(block));
      expect(more).toEqual([]);
      const text = JSON.stringify(configuration);
      const environment = {
        INPUT_COMMAND: command,
        'INPUT_DATABRICKS-HOST': 'https://workspace.example',
        'INPUT_DATABRICKS-CLIENT-ID': '5b2c7f1e-1111-4222-8333-aaaaaaaaaaaa',
      };
      const outcome = await loadSettings({
        inputs: readInputs(environment),
        eventName: 'push',
        readFile: async (path) => ({ kind: 'text', path, text }),
        environment,
      });
      expect(outcome.kind === 'faults' ? outcome.faults : []).toEqual([]);
      const { model, endpoint } = outcome.kind === 'settings' ? outcome.settings : { model: null, endpoint: null };
      expect([model?.name, endpoint?.name]).toEqual(['main.cv_models.cv_model', 'cv_endpoint']);
    },
  );

  it('shows a picture that exists and is small enough to load at once', () => {
    const pictures = [...readme.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map((found) => found[1] ?? '');
    expect(pictures.length).toBeGreaterThan(0);
    for (const path of pictures) expect(readFileSync(`${root}/${path}`).length).toBeLessThan(120_000);
  });
});
