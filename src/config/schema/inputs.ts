import { z } from 'zod';
import type { InputName } from '../../action/registry.js';
import { COMMANDS } from '../../reasons.js';
import {
  appName,
  baselineSelector,
  duration,
  endpointName,
  oneOf,
  positiveDuration,
  text,
  versionSelector,
} from './values.js';

const switchError = 'true or false';
/** The words that GitHub's own toolkit takes for a boolean; anything else, such as `yes`, is a fault. */
const inputFlag = z
  .enum(['true', 'True', 'TRUE', 'false', 'False', 'FALSE'], { error: switchError })
  .transform((word) => word.toLowerCase() === 'true');

const wholeNumber = (error: string) =>
  z
    .string()
    .regex(/^[1-9][0-9]{0,9}$/, { error })
    .transform(Number);

const untilError = 'a traffic share: a whole percent from 0 to 100, such as 25';
const planHashError = 'the output plan-hash of a plan: 16 hexadecimal digits';
const authTypes = ['pat', 'oauth-m2m', 'github-oidc', 'azure-client-secret', 'github-oidc-azure'] as const;

/**
 * Form and default of every input. Inputs that beat a key of the configuration have no default here: theirs is that of
 * the key. The values are trimmed texts, never empty; absent inputs have no key.
 */
export const inputsSchema = z.object({
  command: oneOf(['auto', ...COMMANDS]).default('auto'),
  config: text.optional(),
  target: text.optional(),
  'model-name': text.optional(),
  'model-version': versionSelector.optional(),
  registry: oneOf(['auto', 'unity-catalog', 'workspace', 'mlflow']).optional(),
  'metrics-threshold': text.optional(),
  baseline: baselineSelector.optional(),
  'endpoint-name': endpointName.optional(),
  'rollout-steps': text.optional(),
  'bake-time': duration.optional(),
  'dry-run': inputFlag.prefault('false'),
  until: z
    .string()
    .regex(/^(100|[1-9]?[0-9])\s*%?$/, { error: untilError })
    .transform((share) => Number.parseInt(share, 10))
    .optional(),
  'expect-plan': z
    .string()
    .regex(/^[0-9a-f]{16}$/, { error: planHashError })
    .optional(),
  'rollback-on-alert': inputFlag.prefault('false'),
  duration: positiveDuration.optional(),
  'fail-on-rejection': inputFlag.prefault('true'),
  comment: oneOf(['auto', 'always', 'on-failure', 'never']).default('auto'),
  'comment-key': text.optional(),
  'pr-number': wholeNumber('the number of a pull request').optional(),
  'on-cancel': oneOf(['rollback', 'hold']).default('rollback'),
  environment: text.optional(),
  timeout: positiveDuration.default('5h'),
  'databricks-host': text.optional(),
  'databricks-token': text.optional(),
  'databricks-client-id': text.optional(),
  'databricks-client-secret': text.optional(),
  'databricks-auth-type': oneOf(authTypes).optional(),
  'databricks-audience': text.optional(),
  'azure-client-id': text.optional(),
  'azure-client-secret': text.optional(),
  'azure-tenant-id': text.optional(),
  'mlflow-tracking-uri': text.optional(),
  'mlflow-tracking-token': text.optional(),
  'mlflow-tracking-username': text.optional(),
  'mlflow-tracking-password': text.optional(),
  'app-name': appName.optional(),
  'app-source': text.optional(),
  'github-token': text.optional(),
  'job-status': text.optional(),
  matrix: text.optional(),
} satisfies Record<InputName, z.ZodType>);

/** The inputs after their form was checked and defaults were filled in. */
export type CheckedInputs = z.output<typeof inputsSchema>;
