import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { INPUT_NAMES, INPUTS, inputSpecification, OUTPUT_NAMES } from '../../src/action/registry.js';
import { CREDENTIAL_VARIABLES } from '../../src/config/credentials.js';
import { deploymentSchema } from '../../src/config/schema/document.js';
import { ruleSchema } from '../../src/config/schema/gate.js';
import { inputsSchema } from '../../src/config/schema/inputs.js';
import { RULE_KEYS } from '../../src/gate/rule-keys.js';
import { DECISIONS, REASON_CODES } from '../../src/reasons.js';
import { PROMISED_DECISIONS, PROMISED_INPUTS, PROMISED_OUTPUTS, PROMISED_REASONS } from './names.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const text = (path: string): string => readFileSync(join(root, path), 'utf8');

const actionSchema = z.object({
  name: z.string(),
  description: z.string(),
  author: z.string(),
  branding: z.object({ icon: z.string(), color: z.string() }),
  inputs: z.record(
    z.string(),
    z.strictObject({ description: z.string(), required: z.literal(false), default: z.string().optional() }),
  ),
  outputs: z.record(z.string(), z.strictObject({ description: z.string() })),
  runs: z.strictObject({ using: z.string(), main: z.string(), post: z.string(), 'post-if': z.string() }),
});
const action = actionSchema.parse(parse(text('action.yml')));

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? sourceFiles(join(folder, entry.name))
      : entry.name.endsWith('.ts')
        ? [join(folder, entry.name)]
        : [],
  );
}

describe('the public contract', () => {
  it('is written to action.yml, schema/, docs/ and README.md as the generator makes it', () => {
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/generate.mjs'), '--check'], {
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('has the inputs and outputs that users were promised', () => {
    expect(Object.keys(action.inputs)).toEqual(PROMISED_INPUTS);
    expect(Object.keys(action.outputs)).toEqual(PROMISED_OUTPUTS);
    expect([...INPUT_NAMES]).toEqual(PROMISED_INPUTS);
    expect([...OUTPUT_NAMES]).toEqual(PROMISED_OUTPUTS);
    expect(Object.keys(inputsSchema.shape).toSorted()).toEqual(PROMISED_INPUTS.toSorted());
  });

  it('has the closed vocabularies that users were promised', () => {
    expect([...DECISIONS]).toEqual(PROMISED_DECISIONS);
    expect([...REASON_CODES]).toEqual(PROMISED_REASONS);
  });
});

describe('action.yml', () => {
  it('fits the marketplace', () => {
    expect(action.description.length).toBeLessThanOrEqual(125);
    expect(['white', 'yellow', 'blue', 'green', 'orange', 'red', 'purple', 'gray-dark']).toContain(
      action.branding.color,
    );
    expect(action.runs).toEqual({
      using: 'node24',
      main: 'dist/index.js',
      post: 'dist/index.js',
      'post-if': 'always()',
    });
  });

  it('gives defaults for context alone, so that a configuration file is never beaten by a default', () => {
    const defaults = Object.entries(action.inputs).flatMap(([name, input]) =>
      input.default === undefined ? [] : [[name, input.default]],
    );
    expect(Object.fromEntries(defaults)).toEqual({
      'github-token': `\${{ github.token }}`,
      'job-status': `\${{ job.status }}`,
      matrix: `\${{ toJSON(matrix) }}`,
    });
  });

  it('describes every input and output in sentences', () => {
    const descriptions = [...Object.entries(action.inputs), ...Object.entries(action.outputs)];
    expect(descriptions.filter(([, { description }]) => description.length < 20 || !description.endsWith('.'))).toEqual(
      [],
    );
  });
});

describe('the registry of inputs', () => {
  it('marks every token, secret and password as one to mask', () => {
    const secret = INPUT_NAMES.filter((name) => inputSpecification(name).secret === true);
    expect(secret).toEqual(INPUT_NAMES.filter((name) => /token|secret|password/.test(name)));
  });

  it('points at keys of the configuration that exist, and has no defaults for them', () => {
    for (const name of INPUT_NAMES) {
      const path = inputSpecification(name).overrides?.split('.');
      if (path === undefined) continue;
      const issues = deploymentSchema.safeParse({ [path[0] ?? '']: { [path[1] ?? '']: -1.5 } }).error?.issues;
      expect(issues?.filter((issue) => issue.code === 'unrecognized_keys' && issue.path.length < 2)).toEqual([]);
      expect(inputsSchema.shape[name].safeParse(undefined)).toEqual({ success: true, data: undefined });
    }
  });

  it('names the standard variable of each credential in its description', () => {
    for (const [name, variable] of Object.entries(CREDENTIAL_VARIABLES)) {
      expect(Object.entries(INPUTS).find(([input]) => input === name)?.[1].description).toContain(variable);
    }
  });
});

describe('the schema of rules', () => {
  it('has the keys of the grammar', () => {
    expect(Object.keys(ruleSchema.shape)).toEqual([...RULE_KEYS]);
  });
});

describe('the sources', () => {
  const reading = (pattern: RegExp, allowed: RegExp): string[] =>
    sourceFiles('src').filter((path) => pattern.test(text(path)) && !allowed.test(path));

  it('read inputs in one place', () => {
    expect(
      reading(/['"`]INPUT_|getInput|getBooleanInput|getMultilineInput/, /^src\/action\/(inputs|input-registry)\.ts$/),
    ).toEqual([]);
  });

  it('read environment variables only at the entry, in the runner side and in the providers of credentials', () => {
    expect(reading(/process\.env/, /^src\/(index\.ts|action\/|databricks\/auth)/)).toEqual([]);
  });

  it('write outputs and saved state in one place', () => {
    expect(reading(/core\.(setOutput|saveState|getState|setSecret)\(/, /^src\/action\//)).toEqual([]);
  });
});
