import { addMinuteLatency } from './add-latency.js';
import { addTick, type Tick } from './count-test.js';
import type { ArmEvidence, Evidence, TrafficTotals } from './evidence.js';
import { MINUTE_MS, SPACING_MS } from './minutes.js';
import type { Arm, MinuteSample } from './types.js';

/** Minutes of both versions that end this close together are the same minute. */
const SAME_MINUTE_MS = 20_000;

/** One minute of one version, whatever series it came from. */
interface ArmMinute {
  readonly arm: Arm;
  readonly sample: MinuteSample;
}

/**
 * Takes in exported minutes. Evidence of the step are those that lie wholly inside it and do not overlap one that was counted;
 * the exposure counts all that the candidate answered. Endpoint-wide figures belong to the version that has all traffic.
 */
export function addMinutes(evidence: Evidence, minutes: readonly MinuteSample[]): Evidence {
  const ordered = [...minutes].sort((a, b) => a.endMs - b.endMs);
  const exposed = ordered.reduce(addExposure, note(evidence, ordered));
  const step = exposed.step;
  if (step === null) return exposed;
  const inside = ordered.filter((sample) => startOf(sample) >= exposed.splitSinceMs);
  const others = inside
    .filter(({ scope }) => scope === 'other')
    .reduce((sum, { requests }) => sum + (requests ?? 0), 0);
  const counted = attributed(inside, step.candidateTraffic);
  const next = groups(counted).reduce(addGroup, inside.reduce(addEndpoint, exposed));
  return others === 0 ? next : { ...next, otherStepRequests: next.otherStepRequests + others };
}

/** Figures of the whole endpoint are kept on their own: they are no version's while both serve. */
function addEndpoint(evidence: Evidence, sample: MinuteSample): Evidence {
  const { endpoint, step } = evidence;
  const isCounted = endpoint.countedMs > 0 && startOf(sample) + (MINUTE_MS - SPACING_MS) < endpoint.countedMs;
  if (sample.scope !== 'endpoint' || step === null || step.candidateTraffic >= 100 || isCounted) return evidence;
  const part = step.candidateTraffic <= 0 ? 'before' : 'step';
  const added = { ...endpoint, [part]: addTraffic(endpoint[part], sample), countedMs: sample.endMs };
  return { ...evidence, endpoint: added };
}

/** Counts minutes only as exposure: after a step's end they are no evidence, but the candidate answered them all the same. */
export function addExposures(evidence: Evidence, minutes: readonly MinuteSample[]): Evidence {
  return [...minutes].sort((a, b) => a.endMs - b.endMs).reduce(addExposure, evidence);
}

/** When the figures of a minute begin, epoch ms. */
function startOf(sample: MinuteSample): number {
  return sample.startMs ?? sample.endMs - MINUTE_MS;
}

function note(evidence: Evidence, minutes: readonly MinuteSample[]): Evidence {
  if (minutes.length === 0) return evidence;
  const perVersion = minutes.some(({ scope }) => scope === 'candidate' || scope === 'current');
  const endpointWide = minutes.some(({ scope }) => scope === 'endpoint');
  const { seen } = evidence;
  return {
    ...evidence,
    freshMs: Math.max(evidence.freshMs, ...minutes.map(({ endMs }) => endMs)),
    seen: { ...seen, perVersion: seen.perVersion || perVersion, endpointWide: seen.endpointWide || endpointWide },
  };
}

/** Series of a version count for it; endpoint-wide ones only where one version has all the traffic and has no series of its own. */
function attributed(minutes: readonly MinuteSample[], candidateTraffic: number): ArmMinute[] {
  const found: ArmMinute[] = [];
  const sole: Arm | null = candidateTraffic >= 100 ? 'candidate' : candidateTraffic <= 0 ? 'current' : null;
  for (const sample of minutes) {
    if (sample.scope === 'candidate' || sample.scope === 'current') found.push({ arm: sample.scope, sample });
    const own = minutes.some((other) => other.scope === sole && Math.abs(other.endMs - sample.endMs) <= SAME_MINUTE_MS);
    if (sample.scope === 'endpoint' && sole !== null && !own) found.push({ arm: sole, sample });
  }
  return found;
}

function groups(minutes: readonly ArmMinute[]): ArmMinute[][] {
  const found: ArmMinute[][] = [];
  for (const minute of minutes) {
    const last = found.at(-1);
    const near = (one: ArmMinute) => Math.abs(one.sample.endMs - minute.sample.endMs) <= SAME_MINUTE_MS;
    if (last?.every((one) => one.arm !== minute.arm && near(one)) === true) last.push(minute);
    else found.push([minute]);
  }
  return found;
}

function addGroup(evidence: Evidence, group: readonly ArmMinute[]): Evidence {
  const fresh = group.filter(({ arm, sample }) => isNew(evidence[arm], sample));
  if (fresh.length === 0) return evidence;
  const of = (arm: Arm) => fresh.find((one) => one.arm === arm)?.sample ?? null;
  const candidate = of('candidate');
  const current = of('current');
  const counted: Evidence = {
    ...evidence,
    candidate: candidate === null ? evidence.candidate : addToArm(evidence.candidate, candidate),
    current: current === null ? evidence.current : addToArm(evidence.current, current),
    errors: addTick(
      evidence.errors,
      tick(candidate, current, (sample) => sample.errors5xx),
    ),
    clientErrors: addTick(
      evidence.clientErrors,
      tick(candidate, current, (sample) => sample.errors4xx),
    ),
  };
  return addMinuteLatency(counted, candidate, current);
}

function isNew(arm: ArmEvidence, sample: MinuteSample): boolean {
  const start = sample.startMs === undefined ? sample.endMs - SPACING_MS : startOf(sample) + (MINUTE_MS - SPACING_MS);
  return arm.countedMs === 0 || start >= arm.countedMs;
}

function tick(
  candidate: MinuteSample | null,
  current: MinuteSample | null,
  events: (sample: MinuteSample) => number | null,
): Tick {
  const known = (sample: MinuteSample | null) =>
    sample === null || sample.requests === null || events(sample) === null
      ? { requests: 0, events: 0 }
      : { requests: sample.requests, events: Math.min(sample.requests, events(sample) ?? 0) };
  const [ofCandidate, ofCurrent] = [known(candidate), known(current)];
  return {
    candidateRequests: ofCandidate.requests,
    currentRequests: ofCurrent.requests,
    candidateEvents: ofCandidate.events,
    currentEvents: ofCurrent.events,
  };
}

function addToArm(arm: ArmEvidence, sample: MinuteSample): ArmEvidence {
  return {
    ...arm,
    countedMs: sample.endMs,
    traffic: addTraffic(arm.traffic, sample),
    stepTraffic: addTraffic(arm.stepTraffic, sample),
    cpu: recent(arm.cpu, sample.cpuPercent),
    memory: recent(arm.memory, sample.memoryPercent),
  };
}

function addTraffic(totals: TrafficTotals, sample: MinuteSample): TrafficTotals {
  const requests = sample.requests ?? 0;
  const known = sample.requests !== null && sample.errors5xx !== null;
  const errors = known ? Math.min(requests, sample.errors5xx ?? 0) : 0;
  const worse = errors > totals.worstErrors;
  return {
    minutes: totals.minutes + (sample.requests === null ? 0 : 1),
    requests: totals.requests + requests,
    judged: totals.judged + (known ? requests : 0),
    errors: totals.errors + errors,
    worstErrors: worse ? errors : totals.worstErrors,
    worstRequests: worse ? requests : totals.worstRequests,
  };
}

function recent(values: readonly number[], value: number | null): readonly number[] {
  return value === null ? values : [Math.round(value * 10) / 10, ...values].slice(0, 2);
}

/** The part of a sliding window that overlaps an earlier one is not counted again. */
function addExposure(evidence: Evidence, sample: MinuteSample): Evidence {
  const all =
    evidence.step !== null && evidence.step.candidateTraffic >= 100 && startOf(sample) >= evidence.splitSinceMs;
  if (sample.scope !== 'candidate' && !(sample.scope === 'endpoint' && all && !evidence.seen.perVersion))
    return evidence;
  const { exposure } = evidence;
  const window = sample.endMs - startOf(sample);
  const fresh = Math.min(1, Math.max(0, (sample.endMs - exposure.untilMs) / Math.max(1, window)));
  return {
    ...evidence,
    exposure: {
      requests: exposure.requests + Math.round((sample.requests ?? 0) * fresh),
      errors: exposure.errors + Math.round((sample.errors5xx ?? 0) * fresh),
      untilMs: Math.max(exposure.untilMs, sample.endMs),
    },
  };
}
