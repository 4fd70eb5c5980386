import {
  addMinutes,
  addProbes,
  beginStep,
  type Evidence,
  emptyEvidence,
  judge,
} from '../../../src/health/core/judge.js';
import type {
  Alert,
  Arm,
  JudgeSettings,
  LatencyHistogram,
  MinuteSample,
  ProbeSample,
} from '../../../src/health/core/types.js';

export const T0 = 1_760_000_000_000;
export const MINUTE = 60_000;

export function settingsWith(alerts: readonly Partial<Alert>[] = [], more: Partial<JudgeSettings> = {}): JudgeSettings {
  const full = alerts.map((alert) => ({ metric: 'error_rate' as const, quantile: 0.95, ...alert }));
  return { alerts: full, minRequests: 100, alpha: 0.01, toleratedRatio: 1.25, ...more };
}

/** One exported minute, the `index`-th after the start (0: the first whole one). */
export function minute(
  scope: MinuteSample['scope'],
  index: number,
  requests: number,
  errors: number,
  more: Partial<MinuteSample> = {},
): MinuteSample {
  const none = { errors4xx: 0, latency: null, cpuPercent: null, memoryPercent: null, provisionedConcurrency: null };
  return { endMs: T0 + (index + 1) * MINUTE, scope, requests, errors5xx: errors, ...none, ...more };
}

/** Counts per bucket for the bounds 50, 100, 200, 400 and everything slower. */
export function histogram(counts: readonly number[]): LatencyHistogram {
  const bounds = [50, 100, 200, 400, Number.POSITIVE_INFINITY];
  const buckets = bounds.map((le, index) => ({ le, count: counts[index] ?? 0 }));
  return { buckets, sumMs: null, count: counts.reduce((sum, count) => sum + count, 0) };
}

export function probe(arm: Arm, second: number, more: Partial<ProbeSample> = {}): ProbeSample {
  return { arm, sentAtMs: T0 + second * 1000, latencyMs: 20, status: 200, ok: true, payload: 0, ...more };
}

export function started(settings: JudgeSettings, candidateTraffic = 10): Evidence {
  return beginStep(emptyEvidence(settings), { startedAtMs: T0, candidateTraffic, index: 1 });
}

/** Judges after these minutes, one by one as they are exported; stops where the candidate is condemned. */
export function verdictOf(settings: JudgeSettings, traffic: number, minutes: readonly (readonly MinuteSample[])[]) {
  let evidence = started(settings, traffic);
  let judgement = judge(evidence, settings, T0);
  for (const [index, samples] of minutes.entries()) {
    evidence = addMinutes(evidence, samples);
    judgement = judge(evidence, settings, T0 + (index + 1) * MINUTE);
    if (judgement.kind === 'unhealthy') break;
  }
  return { evidence, judgement };
}

export function verdictOfProbes(settings: JudgeSettings, traffic: number, probes: readonly ProbeSample[]) {
  const evidence = addProbes(started(settings, traffic), probes, settings);
  return { evidence, judgement: judge(evidence, settings, Math.max(T0, ...probes.map(({ sentAtMs }) => sentAtMs))) };
}

export function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
