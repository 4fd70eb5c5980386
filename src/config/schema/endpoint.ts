import { z } from 'zod';
import { endpointName, flag, oneOf, text, textMap, versionSelector, whole } from './values.js';

/** `deployment.model`. */
export const modelSchema = z
  .strictObject(
    {
      name: text
        .describe('Registered model: `catalog.schema.model` for Unity Catalog, or a workspace or MLflow model name.')
        .optional(),
      registry: oneOf(['auto', 'unity-catalog', 'workspace', 'mlflow'])
        .describe(
          'Where the model is registered. `auto` decides from the name (three parts: Unity Catalog) and from which servers are given.',
        )
        .default('auto'),
      version: versionSelector
        .describe('Which version: `latest` (the newest that is READY), a number, `@alias`, or `commit`.')
        .default('latest'),
    },
    { error: 'a map' },
  )
  .describe('The registered model.');

const concurrency = whole(0, 100_000);
const instances = whole(0, 10_000);

/** `deployment.endpoint`. */
export const endpointSchema = z
  .strictObject(
    {
      name: endpointName.describe('Model Serving endpoint.').optional(),
      workload_type: text
        .describe(
          'Hardware family as Model Serving names it: `CPU`, `GPU_SMALL`, `GPU_MEDIUM`, … Default: that of the current version, else `CPU`.',
        )
        .optional(),
      workload_size: text
        .describe('`Small`, `Medium`, `Large`, or a size of your account. Instead of provisioned concurrency.')
        .optional(),
      min_provisioned_concurrency: concurrency
        .describe('Least number of requests served at the same time. Together with the maximum.')
        .optional(),
      max_provisioned_concurrency: concurrency
        .describe('Greatest number of requests served at the same time.')
        .optional(),
      scale_to_zero: flag
        .describe('Whether the version may be scaled to zero when idle. Default: as the current version has it.')
        .optional(),
      environment_vars: textMap
        .describe(
          'Environment variables of the served version; `{{secrets/scope/key}}` refers to a Databricks secret. Default: those of the current version.',
        )
        .optional(),
      tags: textMap.describe('Tags of the endpoint. Tags that are not named here are left as they are.').optional(),
      instance_type: text
        .describe('Older form. Model Serving has no instance types: it only chooses between CPU and GPU families.')
        .optional(),
      min_instances: instances.describe('Older form. n becomes a least provisioned concurrency of 4n.').optional(),
      max_instances: instances.describe('Older form. m becomes a greatest provisioned concurrency of 4m.').optional(),
    },
    { error: 'a map' },
  )
  .describe('The serving endpoint. Sizing that is not given is that of the version that serves now.');
