import { appendFile } from 'node:fs/promises';
import type { EnvironmentRecord } from './inputs.js';

/** The runner drops a step's summary that is larger than this, with an error annotation. */
export const SUMMARY_LIMIT_BYTES = 1024 * 1024;

export type SummaryOutcome =
  | { readonly kind: 'written'; readonly bytes: number }
  /** There is no file to write to: not on a runner. */
  | { readonly kind: 'unavailable' }
  /** No rendering is small enough, or the file cannot be written. */
  | { readonly kind: 'failed'; readonly message: string };

/**
 * Writes the job summary, once, in the `finally` of a run. `renderings` are the same summary from whole to shortest; the
 * first that fits the runner's limit is written. Never throws: a summary must not fail a promotion that succeeded.
 */
export async function writeSummary(
  renderings: readonly string[],
  environment: EnvironmentRecord,
): Promise<SummaryOutcome> {
  const file = environment.GITHUB_STEP_SUMMARY ?? '';
  if (file === '') return { kind: 'unavailable' };
  const fitting = renderings.find((text) => Buffer.byteLength(text, 'utf8') < SUMMARY_LIMIT_BYTES);
  if (fitting === undefined) return { kind: 'failed', message: 'No rendering of the summary fits the limit of 1 MiB.' };
  try {
    await appendFile(file, fitting.endsWith('\n') ? fitting : `${fitting}\n`, 'utf8');
    return { kind: 'written', bytes: Buffer.byteLength(fitting, 'utf8') };
  } catch (thrown) {
    return { kind: 'failed', message: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}
