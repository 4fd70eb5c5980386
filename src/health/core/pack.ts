import { ALTERNATIVES, type CountTest, type Tick } from './count-test.js';
import type { Dispersion } from './dispersion.js';
import type { ArmEvidence, Evidence, ProbeTotals, TrafficTotals } from './evidence.js';
import type { LatencyEvidence } from './latency.js';
import type { LatencyBins, ProbeLatency } from './probe-latency.js';
import type { StepWindow } from './types.js';

/** Raised when the order of the packed fields changes; other versions are not read. */
const VERSION = 2;

class Unreadable extends Error {}

/** How one part of the evidence is written as plain JSON and read back. `unpack` throws `Unreadable`. */
interface Codec<T> {
  pack(value: T): unknown;
  unpack(packed: unknown): T;
}

const number: Codec<number> = {
  pack: (value) => value,
  unpack: (packed) => {
    if (typeof packed !== 'number' || !Number.isFinite(packed)) throw new Unreadable();
    return packed;
  },
};

const flag: Codec<boolean> = { pack: (value) => (value ? 1 : 0), unpack: (packed) => number.unpack(packed) === 1 };

const numbers: Codec<readonly number[]> = {
  pack: (values) => values,
  unpack: (packed) => listOf(packed).map(number.unpack),
};

const scores: Codec<readonly number[]> = {
  pack: (values) => values,
  unpack: (packed) => {
    const values = numbers.unpack(packed);
    if (values.length !== ALTERNATIVES.length) throw new Unreadable();
    return values;
  },
};

/** Bin numbers and counts in turn, by rising bin. */
const bins: Codec<LatencyBins> = {
  pack: (value) =>
    Object.entries(value)
      .sort(([a], [b]) => Number(a) - Number(b))
      .flatMap(([bin, count]) => [Number(bin), count]),
  unpack: (packed) => {
    const flat = numbers.unpack(packed);
    const found: Record<string, number> = {};
    for (let index = 0; index + 1 < flat.length; index += 2) found[String(flat[index])] = flat[index + 1] ?? 0;
    return found;
  },
};

function nullable<T>(codec: Codec<T>): Codec<T | null> {
  return {
    pack: (value) => (value === null ? null : codec.pack(value)),
    unpack: (packed) => (packed === null ? null : codec.unpack(packed)),
  };
}

/** A record as the list of its fields in the order of `codecs`. */
function record<T extends object>(codecs: { readonly [Key in keyof T]-?: Codec<T[Key]> }): Codec<T> {
  const keys = Object.keys(codecs) as (keyof T & string)[];
  return {
    pack: (value) => keys.map((key) => codecs[key].pack(value[key])),
    unpack: (packed) => {
      const list = listOf(packed);
      if (list.length !== keys.length) throw new Unreadable();
      // The type of `codecs` guarantees one value of the right type for every key of T.
      return Object.fromEntries(keys.map((key, index) => [key, codecs[key].unpack(list[index])])) as T;
    },
  };
}

function listOf(packed: unknown): readonly unknown[] {
  if (!Array.isArray(packed)) throw new Unreadable();
  return packed;
}

const tick = record<Tick>({
  candidateRequests: number,
  currentRequests: number,
  candidateEvents: number,
  currentEvents: number,
});
const dispersion = record<Dispersion>({ minutes: number, events: number, requests: number, squares: number });
const countTest = record<CountTest>({
  ratio: number,
  scores,
  stepScores: nullable(scores),
  restarts: number,
  worst: nullable(tick),
  stepWorst: nullable(tick),
  candidateEvents: number,
  dispersion,
  candidateDispersion: dispersion,
  earlier: record<CountTest['earlier']>({ statistic: number, freedom: number }),
});
const traffic = record<TrafficTotals>({
  minutes: number,
  requests: number,
  judged: number,
  errors: number,
  worstErrors: number,
  worstRequests: number,
});
const probes = record<ProbeTotals>({ sent: number, failures: number, answerFaults: number, transportFaults: number });
const arm = record<ArmEvidence>({
  traffic,
  stepTraffic: traffic,
  probes,
  stepProbes: probes,
  cpu: numbers,
  memory: numbers,
  countedMs: number,
});
const latency = record<LatencyEvidence>({
  bounds: nullable(numbers),
  candidate: numbers,
  current: numbers,
  candidateStep: numbers,
  currentStep: numbers,
  minutes: number,
  boundary: nullable(number),
  test: countTest,
});
const probeLatency = record<ProbeLatency>({
  candidate: bins,
  current: bins,
  looks: number,
  alarm: nullable(record<NonNullable<ProbeLatency['alarm']>>({ samples: number, pValue: number, medianRatio: number })),
});
const evidenceCodec = record<Evidence>({
  step: nullable(record<StepWindow>({ startedAtMs: number, candidateTraffic: number, index: number })),
  splitSinceMs: number,
  endpoint: record<Evidence['endpoint']>({ before: traffic, step: traffic, steps: number, countedMs: number }),
  freshMs: number,
  candidate: arm,
  current: arm,
  errors: countTest,
  clientErrors: countTest,
  latency,
  probeLatency,
  agreement: record<Evidence['agreement']>({ pairs: number, disagreements: number }),
  otherStepRequests: number,
  seen: record<Evidence['seen']>({ perVersion: flag, endpointWide: flag, otherBuckets: flag }),
  exposure: record<Evidence['exposure']>({ requests: number, errors: number, untilMs: number }),
});

/** The evidence as a compact list of numbers for the journal. Nothing is lost: sums are kept rounded from the start. */
export function packEvidence(evidence: Evidence): unknown {
  return [VERSION, evidenceCodec.pack(evidence)];
}

/** What `packEvidence` made, or `null` when it is not that. The judge gives the same answer before and after. */
export function unpackEvidence(packed: unknown): Evidence | null {
  try {
    const [version, body] = listOf(packed);
    return version === VERSION ? evidenceCodec.unpack(body) : null;
  } catch (fault) {
    if (fault instanceof Unreadable) return null;
    throw fault;
  }
}
