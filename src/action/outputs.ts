import * as core from '@actions/core';
import { OUTPUT_NAMES, type OutputName } from './registry.js';

/** Values of the outputs that a run knows. `null` and absent outputs are written as empty text. */
export type OutputValues = Readonly<Partial<Record<OutputName, string | number | null>>>;

/** Writes every declared output, also those without a value, so that later steps never see one from an older state. */
export function writeOutputs(values: OutputValues): void {
  for (const name of OUTPUT_NAMES) core.setOutput(name, String(values[name] ?? ''));
}
