import { z } from 'zod';

/**
 * Scalars of the configuration. They check the form only and keep what was written, so that the same schema gives the
 * JSON Schema for editors; `src/config/assemble.ts` and the modules beside it turn the texts into numbers. The `error` of each says what was
 * expected, as the end of a sentence.
 */

/** Text of a form. */
export function matching(form: RegExp, error: string) {
  return z.string({ error }).regex(form, { error });
}

/** A number in a range, both ends included. */
export function numberBetween(low: number, high: number, error: string) {
  return z.number({ error }).min(low, { error }).max(high, { error });
}

/** A number that is not negative. */
export function notNegative(error: string) {
  return z.number({ error }).min(0, { error });
}

const durationError = 'a duration: a whole number with ms, s, m, h or d, such as 90s, 10m or 2h';

/** A whole number with `ms`, `s`, `m`, `h` or `d`; zero is allowed. */
export const duration = matching(/^[0-9]{1,9}(ms|s|m|h|d)$/, durationError);

/** A duration greater than zero. */
export const positiveDuration = matching(/^0*[1-9][0-9]{0,8}(ms|s|m|h|d)$/, `${durationError}, and more than 0`);

/** A percentage as text. */
const PERCENTAGE = /^[0-9]{1,6}(\.[0-9]{1,9})?%$/;

const shareError = 'a share: a number from 0 to 1 such as 0.05, or a percentage such as 5%';

/** A share of one: a number from 0 to 1, or a percentage, which may be more than 100%. */
export const share = z.union([numberBetween(0, 1, shareError), matching(PERCENTAGE, shareError)], {
  error: shareError,
});

const textError = 'text';

/** Text that is not empty. */
export const text = z.string({ error: textError }).min(1, { error: 'text that is not empty' });

/** A switch. YAML 1.2 knows only true and false; yes and on are texts. */
export const flag = z.boolean({ error: 'true or false' });

/** One of a few words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, { error: `one of ${words.join(', ')}` });
}

/** A whole number in a range, both ends included. */
export function whole(low: number, high: number) {
  const error = `a whole number from ${low} to ${high}`;
  return z.int({ error }).min(low, { error }).max(high, { error });
}

const mapValueError = 'text, a number, true or false';

/** A map from names to texts. Numbers and switches are taken as they are written. */
export const textMap = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()], { error: mapValueError }), {
  error: 'a map of names to texts, such as { team: vision }',
});

const nameError = 'letters, digits, hyphens and underscores, at most 63, beginning with a letter or digit';

/** Name of a serving endpoint. */
export const endpointName = matching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/, nameError);

const appNameError = 'lower-case letters, digits and hyphens, 2 to 30 characters';

/** Name of a Databricks App. */
export const appName = matching(/^[a-z0-9][a-z0-9-]{1,29}$/, appNameError);

const aliasError =
  'an alias: letters, digits, hyphens and underscores, at most 255; latest and names such as v1 are reserved';

/** A registry alias, without `@`. MLflow and Unity Catalog reserve `latest` and `v` with digits. */
export const alias = matching(/^(?![vV][0-9]+$)(?![lL][aA][tT][eE][sS][tT]$)[A-Za-z0-9_-]{1,255}$/, aliasError);

const versionError = 'latest, commit, a version number such as 7, or an alias such as @champion';

/** Which version of the model is meant. */
export const versionSelector = z.union(
  [
    z.int({ error: versionError }).min(1, { error: versionError }),
    matching(/^(latest|commit|[1-9][0-9]{0,15}|@[A-Za-z0-9_-]{1,255})$/, versionError),
  ],
  { error: versionError },
);

const baselineError = 'serving, none, a version number such as 6, or an alias such as @champion';

/** What the candidate is compared with. */
export const baselineSelector = z.union(
  [
    z.int({ error: baselineError }).min(1, { error: baselineError }),
    matching(/^(serving|none|[1-9][0-9]{0,15}|@[A-Za-z0-9_-]{1,255})$/, baselineError),
  ],
  { error: baselineError },
);
