import { CONFIGURATION, type StageOptions } from '../../../sandbox/stage.js';

/** Requests per second of server time: enough for every step, cheap enough for two busy cores. */
export const CALLERS = 6;

/** A rollout of two steps in a few seconds: a bake holds two server minutes and more. */
export const QUICK = CONFIGURATION.replace('steps: [5, 25, 50, 100]', 'steps: [25, 100]\n    min_requests: 20')
  .replaceAll('bake: 2s', 'bake: 600ms')
  .replace('interval: 250ms', 'interval: 50ms');

/** A workspace in which a minute lasts a quarter of a second, entities come up in 200 ms and traffic moves in 100 ms. */
export const QUICK_WORKSPACE: NonNullable<StageOptions['workspace']> = {
  speed: 240,
  seed: 11,
  updateTimes: { provisionMs: 48_000, trafficMs: 24_000 },
};
