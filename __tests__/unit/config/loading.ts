import { readInputs } from '../../../src/action/inputs.js';
import type { InputName } from '../../../src/action/registry.js';
import type { ReadWorkspaceFile } from '../../../src/action/workspace.js';
import { loadSettings, type SettingsOutcome } from '../../../src/config/settings.js';
import type { Settings } from '../../../src/config/types.js';
import type { ConfigurationFault } from '../../../src/errors.js';

export interface Given {
  readonly with?: Partial<Record<InputName, string>>;
  /** Text of the file at `path`, or at the default path. */
  readonly file?: string;
  readonly path?: string;
  readonly event?: string;
  readonly env?: Record<string, string>;
}

/** What every case has unless it is about that: a workspace, a model, an endpoint, a threshold. */
export const COMPLETE: Partial<Record<InputName, string>> = {
  'databricks-host': 'https://workspace.example',
  'model-name': 'main.vision.digits',
  'endpoint-name': 'digits',
  'metrics-threshold': 'accuracy >= 0.9',
};

/** Loads settings through the same variables that the runner sets. */
export function load(given: Given): Promise<SettingsOutcome> {
  const variables = Object.entries(given.with ?? {}).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const environment = { ...given.env, ...Object.fromEntries(variables) };
  const path = given.path ?? 'config/deployment_config.yaml';
  const readFile: ReadWorkspaceFile = async (wanted) =>
    wanted === path && given.file !== undefined
      ? { kind: 'text', path, text: given.file }
      : { kind: 'absent', path: wanted };
  return loadSettings({
    inputs: readInputs(environment),
    eventName: given.event ?? 'push',
    readFile,
    environment,
  });
}

/** The settings, or an error that lists the faults. */
export async function loaded(given: Given): Promise<Settings> {
  const outcome = await load(given);
  if (outcome.kind === 'settings') return outcome.settings;
  throw new Error(outcome.faults.map((fault) => `${fault.key}: ${fault.message} ${fault.fix}`).join('\n'));
}

/** The faults; none when the configuration is good. */
export async function faultsOf(given: Given): Promise<readonly ConfigurationFault[]> {
  const outcome = await load(given);
  return outcome.kind === 'faults' ? outcome.faults : [];
}
