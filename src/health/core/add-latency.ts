import { addTick } from './count-test.js';
import type { Evidence } from './evidence.js';
import { chooseBoundary, countsFor, finiteBounds, plus, slowerThan, sum } from './latency.js';
import type { LatencyHistogram, MinuteSample } from './types.js';

/** Figures of the candidate that begin sooner after a step's start are warm-up: cold caches are no regression. */
const WARM_UP_MS = 60_000;

/**
 * Takes in the latencies of one minute of both versions. In the warm-up of a step only the current version's are used. The
 * boundary of the relative test is frozen by minutes before the first one that it is used for.
 */
export function addMinuteLatency(
  evidence: Evidence,
  candidate: MinuteSample | null,
  current: MinuteSample | null,
): Evidence {
  const known = evidence.latency.bounds ?? firstBounds(current?.latency ?? candidate?.latency ?? null);
  if (known === null) return evidence;
  const latency = { ...evidence.latency, bounds: known };
  const warm = candidate !== null && !inWarmUp(evidence, candidate);
  const ofCandidate = warm && candidate.latency !== null ? countsFor(latency, candidate.latency) : [];
  const ofCurrent = current !== null && current.latency !== null ? countsFor(latency, current.latency) : [];
  if (ofCandidate === null || ofCurrent === null)
    return { ...evidence, seen: { ...evidence.seen, otherBuckets: true } };
  const { boundary } = latency;
  const tick = {
    candidateRequests: sum(ofCandidate),
    currentRequests: sum(ofCurrent),
    candidateEvents: boundary === null ? 0 : slowerThan(ofCandidate, boundary),
    currentEvents: boundary === null ? 0 : slowerThan(ofCurrent, boundary),
  };
  const allOfCurrent = plus(latency.current, ofCurrent);
  return {
    ...evidence,
    latency: {
      bounds: known,
      candidate: plus(latency.candidate, ofCandidate),
      current: allOfCurrent,
      candidateStep: plus(latency.candidateStep, ofCandidate),
      currentStep: plus(latency.currentStep, ofCurrent),
      minutes: latency.minutes + (tick.candidateRequests > 0 ? 1 : 0),
      boundary: boundary ?? chooseBoundary(known, allOfCurrent),
      test: boundary === null ? latency.test : addTick(latency.test, tick),
    },
  };
}

function firstBounds(histogram: LatencyHistogram | null): readonly number[] | null {
  return histogram === null ? null : finiteBounds(histogram);
}

function inWarmUp(evidence: Evidence, sample: MinuteSample): boolean {
  const startMs = sample.startMs ?? sample.endMs - WARM_UP_MS;
  return evidence.step !== null && startMs < evidence.splitSinceMs + WARM_UP_MS;
}
