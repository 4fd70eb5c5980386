import { z } from 'zod';
import {
  alias,
  duration,
  flag,
  matching,
  notNegative,
  numberBetween,
  oneOf,
  positiveDuration,
  share,
  text,
  whole,
} from './values.js';

const trafficError = 'a traffic share: a whole percent from 0 to 100';
const traffic = z.union([whole(0, 100), matching(/^(100|[1-9]?[0-9])%?$/, trafficError)], { error: trafficError });

const stepError = 'a step: a traffic share such as 25, or a map such as { traffic: 25, bake: 10m }';

const step = z.strictObject(
  {
    traffic: traffic.describe("Share of the model's own traffic in percent, 0 to 100."),
    bake: duration.describe('How long the step is watched. Default: `rollout.bake`.').optional(),
    smoke: text
      .describe(
        "Path of a JSON file with requests, or `none`. Default: the model's own serving input example, where it has one.",
      )
      .optional(),
  },
  { error: stepError },
);

const stepsError = 'auto, a shorthand such as "5, 25, 50, 100" or "canary(10, 10m)", or a list of steps';

/** `deployment.rollout`. */
export const rolloutSchema = z
  .strictObject(
    {
      steps: z
        .union(
          [
            text,
            z
              .array(z.union([traffic, step], { error: stepError }), { error: stepsError })
              .min(1, { error: stepsError }),
          ],
          { error: stepsError },
        )
        .describe(
          'Traffic steps, rising to 100: a list of shares or of `{ traffic, bake, smoke }`, or a shorthand. `auto` chooses them from the traffic that the endpoint has.',
        )
        .default('auto'),
      bake: duration.describe('How long each step is watched before the next one.').default('5m'),
      final_bake: duration
        .describe(
          'How long the version is watched at 100 % with the old one still provisioned at 0 %. Default: `15m`, or `bake` where that is given.',
        )
        .optional(),
      on_failure: oneOf(['rollback', 'hold'])
        .describe('What a version that is judged bad leads to: `rollback`, or `hold` for a person to look.')
        .default('rollback'),
      on_no_data: oneOf(['rollback', 'hold', 'continue'])
        .describe('What to do when a step has too little evidence after two extensions.')
        .default('rollback'),
      min_requests: whole(0, 1_000_000_000)
        .describe('Requests that the candidate must have seen in a step, traffic and probes together.')
        .default(100),
      probe_rate: numberBetween(0, 1000, 'a number of requests per second from 0 to 1000')
        .describe('Most probes a second that are sent while a step bakes. `0` sends none.')
        .default(2),
      retain_previous: flag
        .describe('`true` leaves the old version provisioned at 0 % for an instant rollback later.')
        .default(false),
      promote_alias: alias
        .describe(
          'Alias that is moved to the version after the final bake, and put back on rollback. Default: none is moved.',
        )
        .optional(),
      previous_alias: alias.describe('Alias that keeps pointing at the version to go back to.').optional(),
    },
    { error: 'a map' },
  )
  .describe('How traffic moves to the new version.');

const metricName = oneOf(['latency', 'throughput', 'error_rate', 'cpu', 'memory']);

const thresholdError = 'a number, a percentage such as 1%, or for latency a duration such as 250ms';

const quantileError = 'a quantile between 0 and 1, such as 0.99';

const alert = z.strictObject(
  {
    metric: metricName.describe('What is watched.'),
    threshold: z
      .union([notNegative(thresholdError), matching(/^[0-9]{1,9}(\.[0-9]{1,9})?(%|ms|s)$/, thresholdError)], {
        error: thresholdError,
      })
      .describe(
        '`latency`: most milliseconds; `error_rate`: most, a share from 0 to 1; `throughput`: least requests per second; `cpu`, `memory`: most percent.',
      )
      .optional(),
    max_regression: share
      .describe('How much worse than the version that served before, in the same window.')
      .optional(),
    quantile: z
      .number({ error: quantileError })
      .gt(0, { error: quantileError })
      .lt(1, { error: quantileError })
      .describe('Quantile at which `latency` is judged. Default: `0.95`.')
      .optional(),
  },
  { error: 'an alert such as { metric: latency, threshold: 100 }' },
);

/** `deployment.monitoring`. */
export const monitoringSchema = z
  .strictObject(
    {
      interval: positiveDuration.describe('How often health is looked at.').default('15s'),
      metrics: z
        .array(metricName, { error: 'a list such as [latency, error_rate]' })
        .describe(
          'Names of figures, as older files have them. Reports always show all that is known; limits are set by alerts.',
        )
        .default(['latency', 'throughput', 'error_rate']),
      alerts: z
        .array(alert, { error: 'a list of alerts such as - { metric: latency, threshold: 100 }' })
        .describe('When the version counts as unhealthy. They hold in every step of a rollout and for `monitor`.')
        .default([]),
    },
    { error: 'a map' },
  )
  .describe('What is watched, and when it is an alarm.');
