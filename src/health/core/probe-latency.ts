import { normalUpperTail } from './intervals.js';

/** Bins a sixth of an octave wide: 12 %. */
const BINS_PER_OCTAVE = 6;
/** Samples of each version at the first test; it is repeated whenever they have doubled. */
const FIRST_LOOK = 16;

/** Counts by bin number; keys are `floor(6 * log2(ms))`. */
export type LatencyBins = Readonly<Record<string, number>>;

/** Latencies of probes as counts in logarithmic bins: small enough for the journal, and all that a rank test needs. */
export interface ProbeLatency {
  readonly candidate: LatencyBins;
  readonly current: LatencyBins;
  /** Tests made so far. */
  readonly looks: number;
  /** The test that condemned the candidate, if one did. */
  readonly alarm: { readonly samples: number; readonly pValue: number; readonly medianRatio: number } | null;
}

export const NO_PROBE_LATENCY: ProbeLatency = { candidate: {}, current: {}, looks: 0, alarm: null };

export function addLatency(bins: LatencyBins, latencyMs: number): LatencyBins {
  const bin = String(binOf(latencyMs));
  return { ...bins, [bin]: (bins[bin] ?? 0) + 1 };
}

function binOf(latencyMs: number): number {
  return Math.floor(BINS_PER_OCTAVE * Math.log2(Math.max(0.1, latencyMs)));
}

/** The quantile of binned latencies in ms (geometric middle of its bin); `null` without samples. */
export function binnedQuantile(bins: LatencyBins, quantile: number): number | null {
  const entries = sorted(bins);
  const rank = quantile * countOf(bins);
  let below = 0;
  for (const [bin, count] of entries) {
    below += count;
    if (below >= rank) return 2 ** ((bin + 0.5) / BINS_PER_OCTAVE);
  }
  return null;
}

export function countOf(bins: LatencyBins): number {
  return Object.values(bins).reduce((total, count) => total + count, 0);
}

/**
 * Tests at 16, 32, 64, … samples of each version whether the candidate is slower than `tolerated` times the current one.
 * The k-th test gets the share 6/(pi^2 k^2) of `alpha`, so that looking often does not condemn a healthy version.
 */
export function testProbeLatency(state: ProbeLatency, tolerated: number, alpha: number): ProbeLatency {
  const samples = Math.min(countOf(state.candidate), countOf(state.current));
  if (state.alarm !== null || samples < FIRST_LOOK * 2 ** state.looks) return state;
  const looks = state.looks + 1;
  const shifted = shift(state.current, Math.ceil(BINS_PER_OCTAVE * Math.log2(tolerated)));
  const pValue = mannWhitney(state.candidate, shifted);
  const medianRatio = (binnedQuantile(state.candidate, 0.5) ?? 0) / (binnedQuantile(state.current, 0.5) ?? 1);
  const allowed = (alpha * 6) / (Math.PI * looks) ** 2;
  const alarm = pValue <= allowed && medianRatio > tolerated ? { samples, pValue, medianRatio } : null;
  return { ...state, looks, alarm };
}

/**
 * One-sided Mann-Whitney test, normal approximation with tie correction and continuity: the chance that `a` would lie this
 * far above `b` if both came from one distribution. Source: Lehmann, "Nonparametrics", 1975, section 1.5.
 */
export function mannWhitney(a: LatencyBins, b: LatencyBins): number {
  const sizeA = countOf(a);
  const sizeB = countOf(b);
  if (sizeA === 0 || sizeB === 0) return 1;
  const total = sizeA + sizeB;
  let rankSum = 0;
  let ties = 0;
  let below = 0;
  for (const bin of allBins(a, b)) {
    const inA = a[String(bin)] ?? 0;
    const both = inA + (b[String(bin)] ?? 0);
    rankSum += inA * (below + (both + 1) / 2);
    ties += both ** 3 - both;
    below += both;
  }
  const statistic = rankSum - (sizeA * (sizeA + 1)) / 2;
  const mean = (sizeA * sizeB) / 2;
  const variance = ((sizeA * sizeB) / 12) * (total + 1 - ties / (total * (total - 1)));
  return variance <= 0 ? 1 : normalUpperTail((statistic - mean - 0.5) / Math.sqrt(variance));
}

function shift(bins: LatencyBins, by: number): LatencyBins {
  return Object.fromEntries(Object.entries(bins).map(([bin, count]) => [String(Number(bin) + by), count]));
}

function allBins(a: LatencyBins, b: LatencyBins): number[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)].map(Number))].sort((x, y) => x - y);
}

function sorted(bins: LatencyBins): [number, number][] {
  return Object.entries(bins)
    .map(([bin, count]): [number, number] => [Number(bin), count])
    .sort(([x], [y]) => x - y);
}
