import {
  addMinutes,
  addProbes,
  beginStep,
  type Evidence,
  emptyEvidence,
  judge,
} from '../../../src/health/core/judge.js';
import type { JudgeSettings, MinuteSample, ProbeSample } from '../../../src/health/core/types.js';
import { type ArmMinute, asHistogram } from '../release.js';
import type { BenchStep, DecisionRule, RuleRun, SeenMinute, SeenProbe } from './rule.js';

/** The Action's judge with its defaults: nothing is configured but the limit of 1 % on errors that the other rules get as well. */
export const OUR_SETTINGS: JudgeSettings = {
  alerts: [{ metric: 'error_rate', threshold: 0.01, quantile: 0.95 }],
  minRequests: 100,
  alpha: 0.01,
  toleratedRatio: 1.25,
};

/** Extensions of a step before it counts as without data. */
const EXTENSIONS = 2;

/** This project's judge, fed with exported minutes, and with probes where the simulation sends some. */
export function ours(settings: JudgeSettings = OUR_SETTINGS): DecisionRule {
  return {
    name: 'this Action',
    description:
      'sequential count tests, evidence from more than one minute, at least 100 requests a step, two extensions, then back',
    start: () => new OurRun(settings),
  };
}

class OurRun implements RuleRun {
  private evidence: Evidence;
  private extended = 0;

  constructor(private readonly settings: JudgeSettings) {
    this.evidence = emptyEvidence(settings);
  }

  begin(step: BenchStep, startedAtMs: number): void {
    this.extended = 0;
    this.evidence = beginStep(this.evidence, { startedAtMs, candidateTraffic: step.traffic, index: step.index });
  }

  minute({ endMs, candidate, current }: SeenMinute): 'go-on' | 'roll-back' {
    this.evidence = addMinutes(this.evidence, [
      sample('candidate', endMs, candidate),
      sample('current', endMs, current),
    ]);
    return this.verdict(endMs);
  }

  probes(candidate: SeenProbe, current: SeenProbe): 'go-on' | 'roll-back' {
    this.evidence = addProbes(this.evidence, [probe('candidate', candidate), probe('current', current)], this.settings);
    return candidate.ok && this.evidence.probeLatency.alarm === null ? 'go-on' : this.verdict(candidate.atMs);
  }

  stepEnd(nowMs: number): 'advance' | 'extend' | 'roll-back' | 'no-data' {
    const verdict = judge(this.evidence, this.settings, nowMs);
    if (verdict.kind === 'healthy') return 'advance';
    this.extended += 1;
    if (verdict.kind !== 'unhealthy' && this.extended <= EXTENSIONS) return 'extend';
    return verdict.kind === 'insufficient' && verdict.have < verdict.need ? 'no-data' : 'roll-back';
  }

  private verdict(nowMs: number): 'go-on' | 'roll-back' {
    return judge(this.evidence, this.settings, nowMs).kind === 'unhealthy' ? 'roll-back' : 'go-on';
  }
}

function sample(scope: 'candidate' | 'current', endMs: number, arm: ArmMinute): MinuteSample {
  const { requests, errors, latencies } = arm;
  const none = { errors4xx: 0, cpuPercent: null, memoryPercent: null, provisionedConcurrency: null };
  return { endMs, scope, requests, errors5xx: errors, latency: asHistogram(latencies), ...none };
}

function probe(arm: 'candidate' | 'current', { atMs, ok, latencyMs }: SeenProbe): ProbeSample {
  const base = { arm, sentAtMs: atMs, latencyMs, payload: 0 };
  return ok ? { ...base, status: 200, ok } : { ...base, status: 500, ok, faultKind: 'server' };
}
