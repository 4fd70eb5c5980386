import { z } from 'zod';

/**
 * Answers of the MLflow REST API, as far as they are read; unknown fields are kept out of the way and missing lists are empty
 * (proto2 rules: what was never set is absent). Times are epoch ms, sometimes as text.
 */
export const epochMs = z
  .union([z.number(), z.string().regex(/^\d+$/)])
  .transform(Number)
  .optional();

/** An integer that arrives as a number or as text, read as text. */
export const integerText = z.union([z.string(), z.number()]).transform(String);

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

const keyValues = z
  .array(z.looseObject({ key: z.string(), value: z.union([z.string(), z.number(), z.boolean()]).nullish() }))
  .nullish()
  .transform((rows) => Object.fromEntries((rows ?? []).map((row) => [row.key, String(row.value ?? '')])));

const metricRow = z.looseObject({
  key: z.string(),
  // A row without a value is read as no number; it does not make the whole answer unreadable.
  value: z.unknown().optional(),
  timestamp: epochMs,
  step: z.union([z.number(), z.string()]).transform(Number).optional(),
  dataset_name: text,
  dataset_digest: text,
  model_id: text,
  run_id: text,
});
export type MetricRow = z.infer<typeof metricRow>;

const metricRows = z
  .array(metricRow)
  .nullish()
  .transform((rows) => rows ?? []);

const datasetInputs = z
  .array(z.looseObject({ dataset: z.looseObject({ name: text, digest: text }).optional() }))
  .nullish()
  .transform((rows) => rows ?? []);

export const runAnswer = z.looseObject({
  run: z.looseObject({
    info: z.looseObject({
      run_id: text,
      experiment_id: text,
      status: text,
      lifecycle_stage: text,
      start_time: epochMs,
      end_time: epochMs,
    }),
    data: z.looseObject({ metrics: metricRows, params: keyValues, tags: keyValues }).optional(),
    inputs: z.looseObject({ dataset_inputs: datasetInputs }).optional(),
  }),
});
export type RunWire = z.infer<typeof runAnswer>['run'];

export const loggedModelAnswer = z.looseObject({
  model: z.looseObject({
    info: z.looseObject({ model_id: text, source_run_id: text, status: text, tags: keyValues }),
    data: z.looseObject({ metrics: metricRows, params: keyValues }).optional(),
  }),
});
export type LoggedModelWire = z.infer<typeof loggedModelAnswer>['model'];

export const historyAnswer = z.looseObject({ metrics: metricRows, next_page_token: text });

/** Aliases of a version are names on open-source servers and objects on Unity Catalog. */
const versionAliases = z
  .array(
    z.union([
      z.string(),
      z.looseObject({ alias: text, alias_name: text }).transform((row) => row.alias || row.alias_name),
    ]),
  )
  .nullish()
  .transform((rows) => rows ?? []);

const modelVersion = z.looseObject({
  name: text,
  version: integerText,
  creation_timestamp: epochMs,
  user_id: text,
  current_stage: text,
  description: text,
  source: text,
  run_id: text,
  run_tracking_server_id: text,
  status: text,
  status_message: text,
  tags: keyValues,
  aliases: versionAliases,
  model_id: text,
  model_metrics: metricRows,
  deployment_job_state: z.looseObject({ run_state: text, current_task_name: text }).nullish(),
});
export type ModelVersionWire = z.infer<typeof modelVersion>;

export const modelVersionAnswer = z.looseObject({ model_version: modelVersion });

export const versionSearchAnswer = z.looseObject({
  model_versions: z
    .array(modelVersion)
    .nullish()
    .transform((rows) => rows ?? []),
  next_page_token: text,
});

const modelAliases = z
  .array(z.looseObject({ alias: z.string(), version: integerText }))
  .nullish()
  .transform((rows) => Object.fromEntries((rows ?? []).map((row) => [row.alias, row.version])));

export const registeredModelAnswer = z.looseObject({
  registered_model: z.looseObject({ name: text, tags: keyValues, aliases: modelAliases }),
});

/** An answer of which nothing is read. */
export const anyAnswer = z.unknown();
