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

/** Where a variable may be looked up, and why. */
const VARIABLE_READERS = [
  ['src/action/', "the runner's own variables"],
  ['src/databricks/auth/', 'credentials, and the right to ask for an OIDC token'],
  ['src/mlflow/authentication.ts', 'credentials of the MLflow server'],
  ['src/config/credentials.ts', 'credentials in their standard variables'],
  ['src/github/event.ts', 'the event, and where it happened'],
  ['src/http/proxy.ts', 'the proxy, whose variables every client reads'],
  ['src/commands/connections.ts', 'which cloud, and whether this is GitHub'],
] as const;

const VARIABLE = '(?:GITHUB|ACTIONS|RUNNER|DATABRICKS|ARM|AZURE|MLFLOW)_[A-Z_]+';
/** A record indexed by such a name, or given to a function that does it; and any other look into a record of variables. */
const LOOKS_UP = [
  new RegExp(`\\w\\??\\.${VARIABLE}\\b`),
  new RegExp(`\\w\\??\\.?\\[\\s*['"\`]${VARIABLE}['"\`]\\s*\\]`),
  new RegExp(`\\b(?:text|variable|env\\w*)\\(\\s*['"\`]${VARIABLE}['"\`]`),
  /\benv(?:ironment)?\s*(?:\?\.)?\[/,
  /\benv(?:ironment)?\??\.[A-Z]/,
  /\{[^{}\n]*\b(?:GITHUB|DATABRICKS|ARM|MLFLOW)_[A-Z_]+\b[^{}\n]*\}\s*=\s*\w/,
];

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

  it('read the process environment only at the entry and in the runner side', () => {
    expect(reading(/process\.env/, /^src\/(index\.ts$|action\/)/)).toEqual([]);
  });

  it('look variables up in the environment that they are given only where there is a reason for it', () => {
    const allowed = VARIABLE_READERS.map(([path]) => path);
    const found = sourceFiles('src').filter((path) => LOOKS_UP.some((pattern) => pattern.test(text(path))));
    expect(found.filter((path) => !allowed.some((place) => path.startsWith(place)))).toEqual([]);
    expect(allowed.filter((place) => !found.some((path) => path.startsWith(place)))).toEqual([]);
  });

  it('write outputs and saved state in one place', () => {
    expect(reading(/core\.(setOutput|saveState|getState|setSecret)\(/, /^src\/action\//)).toEqual([]);
  });
});
