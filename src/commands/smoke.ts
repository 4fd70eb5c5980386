import type { SmokeChoice } from '../health/collect/options.js';
import { parseSmokeFile, smokeFromExample } from '../health/collect/smoke-file.js';
import type { SmokeLibrary, Workbench } from './types.js';

const NONE = 'none';

/**
 * Reads every smoke file that a step names, all before anything is changed. A step that names none uses the first file that
 * any step names, then the serving input example that was logged with the model, then nothing.
 */
export async function loadSmoke(bench: Workbench, version: string): Promise<SmokeLibrary> {
  const { steps } = bench.settings.rollout;
  const named = steps === 'auto' ? [] : steps.flatMap((step) => (step.smoke === undefined ? [] : [step.smoke]));
  const files = [...new Set(named.filter((name) => name !== NONE))];
  const choices = new Map<string, SmokeChoice>();
  for (const file of files) {
    choices.set(file, { kind: 'cases', cases: parseSmokeFile(await bench.readFile(file), file), origin: file });
  }
  const usual = choices.get(files[0] ?? '') ?? (await defaultChoice(bench, version, named.includes(NONE)));
  return {
    choose: (setting) => {
      if (setting === undefined) return usual;
      return choices.get(setting) ?? { kind: 'none', why: 'Smoke requests are turned off (`smoke: none`).' };
    },
    hasProbes: usual.kind === 'cases',
    note: usual.kind === 'cases' ? `${usual.cases.length} smoke requests from ${usual.origin}.` : usual.why,
  };
}

async function defaultChoice(bench: Workbench, version: string, isOff: boolean): Promise<SmokeChoice> {
  if (isOff) return { kind: 'none', why: 'Smoke requests are turned off (`smoke: none`).' };
  const { settings, registry, signal } = bench;
  const example = await registry.servingExample(settings.model.name, version, signal);
  const cases = smokeFromExample(example);
  if (cases !== null) return { kind: 'cases', cases, origin: 'the serving input example of the model' };
  const why =
    'No smoke file is given and the model has no serving input example: nothing is sent, traffic alone decides.';
  return { kind: 'none', why };
}
