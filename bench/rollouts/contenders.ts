import { createHealth } from '../../src/health/collect/health.js';
import type { SmokeChoice } from '../../src/health/collect/options.js';
import type { JudgeSettings } from '../../src/health/core/types.js';
import type { HealthPort } from '../../src/rollout/ports.js';
import { kayenta } from './rules/kayenta.js';
import { argo, flagger, sagemaker } from './rules/limits.js';
import type { DecisionRule } from './rules/rule.js';
import { RuleWatch } from './rules/rule-watch.js';
import type { Place } from './simulate.js';

/** Who judges a rollout. */
export interface Contender {
  readonly label: string;
  /** How it decides, in one line for the legend. */
  readonly description: string;
  /** Watches over one rollout. */
  watch(place: Place): HealthPort;
  /** Probes a second, both versions together; 0: none. */
  readonly probeRate: number;
}

/** The Action's own settings: nothing is configured but the limit of 1 % on errors that the other rules get as well. */
export const OUR_SETTINGS: JudgeSettings = {
  alerts: [{ metric: 'error_rate', threshold: 0.01, quantile: 0.95 }],
  minRequests: 100,
  alpha: 0.01,
  toleratedRatio: 1.25,
};

const NO_SMOKE: SmokeChoice = { kind: 'none', why: 'the benchmark sends none' };
const SMOKE: SmokeChoice = {
  kind: 'cases',
  origin: 'the benchmark',
  cases: [{ index: 0, request: { inputs: [1] }, expect: {} }],
};

/** The Action's judge, collectors and parser over the simulated export and, with a rate, over its own probes. */
export function ours(label: string, probeRate: number, settings: JudgeSettings = OUR_SETTINGS): Contender {
  const probes = probeRate > 0 ? `; with ${probeRate} probes a second, to both versions in turn` : '';
  return {
    label,
    description: `sequential count tests, evidence from more than one minute, at least 100 requests a step, two extensions, then back${probes}`,
    probeRate,
    watch: ({ source, invoker, candidate, current, clock }) =>
      createHealth({
        source,
        invoker: probeRate > 0 ? invoker : null,
        smoke: () => (probeRate > 0 ? SMOKE : NO_SMOKE),
        settings,
        probeRate,
        subjects: { candidate: identity(candidate), current: identity(current) },
        clock,
      }),
  };
}

function identity(entity: { readonly name: string; readonly entityName: string; readonly entityVersion: string }) {
  return { name: entity.name, model: entity.entityName, version: entity.entityVersion };
}

function ruled(rule: DecisionRule): Contender {
  return {
    label: rule.name,
    description: rule.description,
    probeRate: 0,
    watch: ({ traffic, clock, bakeMs }) => new RuleWatch(rule, bakeMs, traffic, clock),
  };
}

/** Ours without and with probes, and the four rules of others; they alone have no probes. */
export const CONTENDERS: readonly Contender[] = [
  ours('this Action', 0),
  ours('this Action, probes', 2),
  ...[flagger, argo, sagemaker, kayenta].map(ruled),
];
