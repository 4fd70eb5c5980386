import * as core from '@actions/core';
import { OUTPUT_NAMES, type OutputName } from './registry.js';

/** GitHub allows 1 MB of outputs for a whole job, counted about in UTF-16: one output may take half of that. */
export const OUTPUT_LIMIT_BYTES = 512 * 1024;

/** Values of the outputs that a run knows. `null` and absent outputs are written as empty text. */
export type OutputValues = Readonly<Partial<Record<OutputName, string | number | null>>>;

/** Bytes that GitHub counts for a text: two for each UTF-16 unit. */
export function outputSize(text: string): number {
  return text.length * 2;
}

/** Writes every declared output, also those without a value, so that later steps never see one from an older state. */
export function writeOutputs(values: OutputValues): void {
  for (const name of OUTPUT_NAMES) core.setOutput(name, String(values[name] ?? ''));
}
