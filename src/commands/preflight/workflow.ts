import { parse } from 'yaml';
import { z } from 'zod';
import type { Workbench } from '../types.js';
import { attempt, type Check, checksOf } from './check.js';

const write = checksOf('Workflow');
const TITLE = 'One rollout at a time (concurrency)';
const FIX = 'Add `concurrency: { group: promotion, cancel-in-progress: false }` to the job or the workflow.';

const concurrencySchema = z.union([
  z.string().transform((group) => ({ group, cancel: false as unknown })),
  z
    .looseObject({ group: z.string(), 'cancel-in-progress': z.unknown().optional() })
    .transform((given) => ({ group: given.group, cancel: given['cancel-in-progress'] })),
]);
const workflowSchema = z.looseObject({
  concurrency: concurrencySchema.optional(),
  jobs: z.record(z.string(), z.looseObject({ concurrency: concurrencySchema.optional() })).optional(),
});

/** Path of the workflow file in this repository; `null` for one of another repository. */
export function workflowPath(workflowRef: string, repository: string): string | null {
  const prefix = `${repository}/`;
  if (!workflowRef.startsWith(prefix)) return null;
  return workflowRef.slice(prefix.length).replace(/@.*$/, '') || null;
}

/** Two rollouts of one endpoint at the same time only wait for each other; `concurrency` keeps them apart from the start. */
export async function workflowCheck(bench: Workbench): Promise<Check> {
  const { caller, signal } = bench;
  const path = workflowPath(caller.workflowRef ?? '', caller.repository);
  if (path === null) return write.unknown(TITLE, 'The workflow file of this run is not part of this repository.', FIX);
  const text = await attempt(signal, () => bench.readFile(path));
  if (text.kind === 'fault') return write.unknown(TITLE, `${path} is not checked out.`, FIX);
  return judgeWorkflow(text.value, path, caller.job);
}

/** Looks for `concurrency` at the job, and at the workflow. */
export function judgeWorkflow(text: string, path: string, job: string): Check {
  const parsed = workflowSchema.safeParse(parseYaml(text));
  if (!parsed.success) return write.unknown(TITLE, `${path} cannot be read as a workflow.`, FIX);
  const found = parsed.data.jobs?.[job]?.concurrency ?? parsed.data.concurrency;
  if (found === undefined) return write.missing(TITLE, `${path} sets no concurrency for the job ${job}.`, FIX);
  if (found.cancel === true) {
    return write.missing(TITLE, `${path} has cancel-in-progress: true, which stops rollouts halfway.`, FIX);
  }
  if (found.cancel === undefined || found.cancel === false)
    return write.ok(TITLE, `${path} uses the group ${found.group}.`);
  return write.unknown(TITLE, `${path}: whether cancel-in-progress holds depends on an expression.`, FIX);
}

function parseYaml(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return null;
  }
}
