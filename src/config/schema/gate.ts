import { z } from 'zod';
import {
  baselineSelector,
  flag,
  matching,
  notNegative,
  numberBetween,
  oneOf,
  positiveDuration,
  share,
  text,
  textMap,
  whole,
} from './values.js';

const ruleError = 'a number, a text such as ">= 0.9", or a map such as { min: 0.9, max_regression: 0.01 }';
const numberError = 'a number, or a term of the baseline such as "baseline - 0.01"';
const limit = z.union([z.number({ error: numberError }), text], { error: numberError });
const amountError = 'a number that is not negative';
const amount = z.union([notNegative(amountError), text], { error: amountError });
const relative = z.union([share, text], {
  error: 'a share of the baseline: a number below 1 such as 0.05, or a percentage such as 5%',
});
const confidenceError = 'a confidence such as 95% or 0.95';
const missing = oneOf(['fail', 'pass', 'warn']);

/** The map form of one rule: its keys, for editors. What may stand together, and how terms are read, is the gate's grammar. */
export const ruleSchema = z
  .strictObject(
    {
      min: limit.describe('Least value that passes.').optional(),
      max: limit.describe('Greatest value that passes.').optional(),
      above: limit.describe('The value must be greater than this.').optional(),
      below: limit.describe('The value must be less than this.').optional(),
      equals: limit.describe('The value that passes, within `tolerance`.').optional(),
      tolerance: amount.describe('How far from `equals` the value may be.').optional(),
      condition: text.describe('One or more conditions as text, such as `">= baseline - 0.01"`.').optional(),
      min_improvement: amount.describe('At least this much better than the baseline.').optional(),
      min_relative_improvement: relative
        .describe("Better by at least this share of the baseline's magnitude.")
        .optional(),
      max_regression: amount.describe('At most this much worse than the baseline.').optional(),
      max_relative_regression: relative.describe("Worse by at most this share of the baseline's magnitude.").optional(),
      direction: oneOf(['higher', 'lower'])
        .describe('Whether a higher or a lower value is better. Default: from the table of known metric names.')
        .optional(),
      dataset: z
        .union([text, z.number()], { error: 'the name of a dataset' })
        .describe('Dataset on which the metric was logged.')
        .optional(),
      point: text
        .describe('Which logged value counts: `last`, `best`, or `mean of last 5`. Default: `last`.')
        .optional(),
      severity: oneOf(['error', 'warn'])
        .describe('`warn` reports a missed rule without rejecting. Default: `error`.')
        .optional(),
      confidence: z
        .union([numberBetween(0, 1, confidenceError), text], { error: confidenceError })
        .describe('Confidence asked of the comparison, such as `95%`. Default: values are compared as they are.')
        .optional(),
      on_missing_metric: missing.describe('When the version lacks the metric. Default: `fail`.').optional(),
      on_missing_baseline: missing.describe('When there is no baseline yet. Default: `pass`, with a note.').optional(),
      on_missing_baseline_metric: missing.describe('When the baseline lacks the metric. Default: `fail`.').optional(),
      on_thin_evidence: missing
        .describe('When there is too little evidence for the confidence asked. Default: `fail`.')
        .optional(),
    },
    { error: ruleError },
  )
  .meta({ id: 'rule' });

const oneRule = z.union([z.number({ error: ruleError }), text, ruleSchema], { error: ruleError });
const rules = z.union([oneRule, z.array(oneRule, { error: ruleError })], { error: ruleError });
const thresholdsError = 'a map of metrics such as { accuracy: 0.9 }, or one rule a line such as accuracy >= 0.9';
const ruleMap = z.record(z.string(), rules, { error: thresholdsError });

const thresholds = z
  .union([ruleMap, z.string(), z.array(z.union([text, ruleMap], { error: thresholdsError }))], {
    error: thresholdsError,
  })
  .describe(
    'What each metric must reach. A number means at least; a text is a condition such as `">= baseline - 0.01"`; a map says more. `*` in a name stands for any characters. Also one rule a line, such as `accuracy >= 0.9`.',
  );

const principalsError = 'a list of user or service principal names';

const requireSchema = z
  .strictObject(
    {
      signature: oneOf(['compatible', 'identical', 'ignore'])
        .describe(
          'How the model signature must relate to that of the version that serves now. Default: reported, not required.',
        )
        .optional(),
      max_age: positiveDuration.describe('Greatest age of the training run.').optional(),
      tags: textMap.describe('Tags that the version or its run must carry.').optional(),
      params: textMap.describe('Parameters that the run must have been trained with.').optional(),
      same_commit: flag.describe("The version was trained from this workflow's commit.").optional(),
      same_dataset: flag.describe('Version and baseline were measured on the same dataset digests.').optional(),
      deployment_job: oneOf(['approved'])
        .describe('The Unity Catalog deployment job of the version has approved it.')
        .optional(),
      registered_by: z
        .array(text, { error: principalsError })
        .min(1, { error: principalsError })
        .describe('Who may have registered the version.')
        .optional(),
    },
    { error: 'a map' },
  )
  .describe('What is asked of the version besides metrics.');

const jobIdError = 'the number of a Databricks job';

const evaluationSchema = z
  .strictObject(
    {
      job_id: z
        .union([whole(1, Number.MAX_SAFE_INTEGER), matching(/^[1-9][0-9]{0,14}$/, jobIdError)], { error: jobIdError })
        .describe('Databricks job that evaluates the version and logs metrics to its run or logged model.')
        .optional(),
      timeout: positiveDuration.describe('Limit for the job run.').default('45m'),
      parameters: textMap.describe('Job parameters. Model name and version are passed as well.').optional(),
      when: oneOf(['promote', 'always'])
        .describe('`promote` runs the job before a rollout; `always` also for `gate` and `plan`.')
        .default('promote'),
    },
    { error: 'a map such as { job_id: 123456789 }' },
  )
  .describe('Evaluation that runs on Databricks before the gate decides.');

/** `deployment.ci_cd`. */
export const gateSchema = z
  .strictObject(
    {
      baseline: baselineSelector
        .describe('What the version is compared with: `serving`, `@alias`, a version number, or `none`.')
        .default('serving'),
      metrics_threshold: thresholds.optional(),
      require: requireSchema.optional(),
      evaluation: evaluationSchema.optional(),
    },
    { error: 'a map' },
  )
  .describe('What a version must fulfil.');
