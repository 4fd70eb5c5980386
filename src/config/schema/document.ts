import { z } from 'zod';
import { endpointSchema, modelSchema } from './endpoint.js';
import { gateSchema } from './gate.js';
import { monitoringSchema, rolloutSchema } from './rollout.js';
import { appName, text } from './values.js';

const appSchema = z
  .strictObject(
    {
      name: appName.describe('Databricks App.').optional(),
      source: text.describe('Folder of the repository that holds the app and its `app.yaml`.').optional(),
    },
    { error: 'a map' },
  )
  .describe('The companion app, for `deploy-app`.');

/** Content of `deployment`, and of each overlay under `targets`. Every key is optional. */
export const deploymentSchema = z
  .strictObject(
    {
      model: modelSchema.prefault({}),
      endpoint: endpointSchema.prefault({}),
      ci_cd: gateSchema.prefault({}),
      rollout: rolloutSchema.prefault({}),
      monitoring: monitoringSchema.prefault({}),
      app: appSchema.prefault({}),
    },
    { error: 'a map' },
  )
  .meta({ id: 'deployment' });

/**
 * The whole configuration file. All forms and defaults are here; JSON Schema and documentation are generated from it.
 * What needs several keys to be judged is checked in `src/config/`, after inputs and overlay are merged in.
 */
export const documentSchema = z
  .strictObject(
    {
      deployment: deploymentSchema.describe('The settings.').prefault({}),
      targets: z
        .record(z.string(), deploymentSchema, { error: 'a map of names to overlays' })
        .describe('Overlays by name: each is merged over `deployment` when the input `target` names it.')
        .optional(),
    },
    { error: 'a map with the key deployment' },
  )
  .describe('Configuration of Databricks Model Promotion.');

/** Settings after defaults; durations, shares and selectors are still as they were written. */
export type Deployment = z.output<typeof deploymentSchema>;
export type DeploymentRollout = Deployment['rollout'];
export type DeploymentMonitoring = Deployment['monitoring'];
