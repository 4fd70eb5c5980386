import { INPUT_NAMES, INPUTS, type InputName, type InputValues, inputSpecification } from './input-registry.js';

/** Environment variables as Node and the runner give them. */
export type EnvironmentRecord = Readonly<Record<string, string | undefined>>;

/**
 * The variable in which the runner hands over an input: blanks become underscores, letters become capitals, hyphens stay.
 * Source: the runner's own naming of step inputs.
 */
export function inputVariable(name: string): string {
  return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
}

/**
 * Reads every declared input from `environment`. Values are trimmed; an input that is empty after that counts as not
 * given, because the runner passes declared inputs without a value as empty text. Nothing else in the project reads inputs.
 */
export function readInputs(environment: EnvironmentRecord): InputValues {
  const given: Partial<Record<InputName, string>> = {};
  for (const name of INPUT_NAMES) {
    const value = environment[inputVariable(name)]?.trim() ?? '';
    if (value !== '') given[name] = value;
  }
  return given;
}

/** Values that must never be printed, of the inputs that were given. */
export function secretValues(inputs: InputValues): readonly string[] {
  return INPUT_NAMES.flatMap((name) => {
    const value = inputs[name];
    return inputSpecification(name).secret === true && value !== undefined ? [value] : [];
  });
}

/**
 * Names given under `with:` that are no inputs of this Action, in lower case. The runner only warns of them, so that a
 * misspelt setting would silently fall back to its default.
 */
export function unknownInputs(environment: EnvironmentRecord): readonly string[] {
  const known = new Set(Object.keys(INPUTS).map(inputVariable));
  return Object.keys(environment)
    .filter((variable) => variable.startsWith('INPUT_') && !known.has(variable))
    .map((variable) => variable.slice('INPUT_'.length).toLowerCase());
}
