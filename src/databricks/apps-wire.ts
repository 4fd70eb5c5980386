import { z } from 'zod';
import { optionalText } from './text-wire.js';

/** Answers of the Apps API, as far as they are read. States are kept as the server words them. */
const status = z.looseObject({ state: optionalText, message: optionalText }).nullish();

export const deploymentWire = z.looseObject({
  deployment_id: optionalText,
  source_code_path: optionalText,
  mode: optionalText,
  status,
  create_time: optionalText,
  git_source: z.record(z.string(), z.unknown()).nullish(),
});
export type DeploymentWire = z.infer<typeof deploymentWire>;

export const appWire = z.looseObject({
  name: z.string(),
  url: optionalText,
  description: optionalText,
  compute_status: status,
  app_status: status,
  active_deployment: deploymentWire.nullish(),
  pending_deployment: deploymentWire.nullish(),
  service_principal_client_id: optionalText,
  resources: z
    .array(z.record(z.string(), z.unknown()))
    .nullish()
    .transform((rows) => rows ?? []),
});
export type AppWire = z.infer<typeof appWire>;

export const deploymentListWire = z.looseObject({
  app_deployments: z
    .array(deploymentWire)
    .nullish()
    .transform((rows) => rows ?? []),
  next_page_token: optionalText,
});
