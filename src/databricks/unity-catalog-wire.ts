import { z } from 'zod';
import { epochMs, integerText } from '../registry/wire.js';

/** Answers of the Unity Catalog models API (2.1). Versions are integers here, aliases rows of their own. */
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

const aliasRows = z
  .array(z.looseObject({ alias_name: z.string(), version_num: integerText }))
  .nullish()
  .transform((rows) => rows ?? []);

export const catalogModelAnswer = z.looseObject({ name: text, owner: text, aliases: aliasRows });

export const catalogVersionAnswer = z.looseObject({
  version: integerText,
  status: text,
  run_id: text,
  run_workspace_id: integerText.nullish(),
  source: text,
  comment: text,
  created_at: epochMs,
  created_by: text,
  aliases: aliasRows,
});
export type CatalogVersionWire = z.infer<typeof catalogVersionAnswer>;

export const catalogVersionsAnswer = z.looseObject({
  model_versions: z
    .array(catalogVersionAnswer)
    .nullish()
    .transform((rows) => rows ?? []),
  next_page_token: text,
});
