import { effects } from '../../../sandbox/workspace/index.js';
import { type ReasonScene, SERVER_SPEED } from './scenes.js';

const HEALTHY = { errorRate: 0 };
const EVENLY_SLOW = { latencyMs: { median: 100, sigma: 0 } };
const SILENTLY_TAKEN_BACK = 'silent-revert';
/** Eleven and a half minutes of the run, in server time: beyond the deadline of a shift, and done while it goes back. */
const SLOW_UPDATE_MS = 11.5 * 60_000 * SERVER_SPEED;

/** Runs for the reasons that no other acceptance test ends with. */
export const SCENES: readonly ReasonScene[] = [
  {
    code: 'baseline-missing',
    ending: 'rejected (baseline-missing)',
    command: 'gate',
    first: true,
    rules: 'accuracy: { max_regression: 0.01, on_missing_baseline: fail }',
  },
  {
    code: 'canary-answers',
    ending: 'rolled-back (canary-answers)',
    command: 'promote',
    callers: 1,
    conduct: { '1': HEALTHY, '2': { after: [{ trafficAbove: 0, answers: 'nan' }] } },
  },
  {
    code: 'canary-alert',
    ending: 'rolled-back (canary-alert)',
    command: 'promote',
    // Equally fast, so that nothing but the load speaks: about 7 % with half of the callers, 12 % with all of them.
    callers: 4,
    alerts: '{ metric: cpu, threshold: 9 }',
    conduct: { '1': EVENLY_SLOW, '2': EVENLY_SLOW },
  },
  {
    code: 'baseline-unhealthy',
    ending: 'rolled-back (baseline-unhealthy)',
    command: 'promote',
    callers: 2,
    conduct: {
      '1': { after: [{ afterTrafficMs: 0, errorRate: 0.3 }] },
      '2': { after: [{ trafficAbove: 0, errorRate: 0.3 }] },
    },
  },
  {
    code: 'metrics-unavailable',
    ending: 'alerting (metrics-unavailable)',
    command: 'monitor',
    befalls: ({ faults }) => {
      faults.add({ match: { path: /\/metrics$/ }, effect: effects.forbidden() });
    },
  },
  {
    code: 'update-timeout',
    ending: 'rolled-back (update-timeout)',
    command: 'promote',
    updates: [{ update: 2, outcome: 'slow', durationMs: SLOW_UPDATE_MS }],
    factor: 200,
  },
  {
    code: 'update-not-applied',
    ending: 'rolled-back (update-not-applied)',
    command: 'promote',
    updates: [2, 3].map((update) => ({ update, outcome: SILENTLY_TAKEN_BACK })),
  },
  {
    code: 'time-budget',
    ending: 'failed (time-budget)',
    command: 'promote',
    inputs: { timeout: '10m' },
  },
  {
    code: 'remote-error',
    ending: 'failed (remote-error)',
    command: 'gate',
    befalls: ({ faults }) => {
      faults.add({ match: { path: /\/serving-endpoints\/digits$/ }, effect: effects.internal() });
    },
  },
  {
    // No world can bring a fault of our own about, so one is put in: a clock that breaks.
    code: 'internal-error',
    ending: 'failed (internal-error)',
    command: 'gate',
    transport: (usual) => ({
      ...usual,
      timing: {
        ...usual.timing,
        monotonic: () => {
          throw new RangeError('The clock is broken.');
        },
      },
    }),
  },
];
