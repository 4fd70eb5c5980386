import { z } from 'zod';
import type { HttpClient } from '../http/client.js';
import { integerText } from '../registry/wire.js';

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

const stagedVersions = z.looseObject({
  model_versions: z
    .array(z.looseObject({ version: integerText, current_stage: text }))
    .nullish()
    .transform((rows) => rows ?? []),
});

/** Stages that a version can be promoted into. */
const STAGES = ['Staging', 'Production', 'Archived'] as const;

/** The registry's spelling of a stage, whatever the letter case; `null` when it is not one. */
export function stageNamed(name: string): string | null {
  return STAGES.find((stage) => stage.toLowerCase() === name.toLowerCase()) ?? null;
}

/** The newest READY version of each stage: stage -> version. Throws `ActionError`; a missing model is `not-found`. */
export async function readStages(
  http: HttpClient,
  model: string,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const payload = { kind: 'json', value: { name: model, stages: [...STAGES] } } as const;
  const path = '/api/2.0/mlflow/registered-models/get-latest-versions';
  const request = { method: 'POST', path, payload, effect: 'read', signal } as const;
  const answer = await http.json(`Reading the stages of ${model}`, request, stagedVersions);
  return Object.fromEntries(answer.model_versions.map((row) => [row.current_stage, row.version]));
}
