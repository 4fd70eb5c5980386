import { type InputName, type InputValues, inputSpecification } from '../action/registry.js';
import type { ConfigurationFault } from '../errors.js';
import { nearest } from '../gate/nearest.js';
import { shown } from './fault-words.js';
import { formFaults } from './form.js';
import type { Layer } from './layers.js';
import { type CheckedInputs, inputsSchema } from './schema/inputs.js';

/** The inputs with their form checked. Inputs with a fault are treated as not given, so that the rest can be judged. */
export interface InputLayer {
  readonly inputs: CheckedInputs;
  /** What the inputs say about keys of the configuration. */
  readonly layer: Layer;
  readonly faulty: readonly InputName[];
  readonly faults: readonly ConfigurationFault[];
}

/** Checks every input and lifts those that beat a key of the configuration into a layer of settings. */
export function readInputLayer(given: InputValues): InputLayer {
  const found = formFaults(inputsSchema, given);
  const faulty = found.map((fault) => String(fault.path[0]) as InputName);
  const good = Object.fromEntries(Object.entries(given).filter(([name]) => !faulty.some((bad) => bad === name)));
  const faults = found.map((fault) => {
    const name = String(fault.path[0]) as InputName;
    const words = fault.kind === 'value' ? fault.words : [];
    const expected = fault.kind === 'unknown-key' ? 'nothing' : fault.expected;
    return inputFault(name, given[name], expected, words);
  });
  return {
    inputs: inputsSchema.parse(good),
    layer: { origin: { kind: 'inputs' }, values: valuesOf(good) },
    faulty,
    faults,
  };
}

function inputFault(
  name: InputName,
  value: string | undefined,
  expected: string,
  words: readonly string[],
): ConfigurationFault {
  const secret = inputSpecification(name).secret === true;
  const meant = value === undefined ? undefined : nearest(value, words);
  return {
    message: `The input ${name} cannot be ${secret ? 'what was given' : shown(value)}.`,
    fix: meant === undefined ? `Write ${expected}.` : `Did you mean ${meant}? It must be ${expected}.`,
    key: `input:${name}`,
  };
}

/** `{ 'model-name': 'm' }` as `{ model: { name: 'm' } }`. The thresholds have a grammar of their own and are not lifted. */
function valuesOf(given: InputValues): Record<string, unknown> {
  const sections = new Map<string, Record<string, unknown>>();
  for (const [name, value] of Object.entries(given)) {
    const [section, key] = (inputSpecification(name as InputName).overrides ?? '').split('.');
    if (section === undefined || key === undefined || key === 'metrics_threshold') continue;
    sections.set(section, { ...sections.get(section), [key]: value });
  }
  return Object.fromEntries(sections);
}
