import { agreementOf } from '../core/answer-comparison.js';
import { type CheckedAnswer, checkAnswer, type SmokeCase } from '../core/assertions.js';
import type { Arm, ProbeSample } from '../core/types.js';
import type { InvocationAnswer, Invoker } from '../ports.js';
import type { HealthOptions } from './options.js';

const TIMEOUT_MS = 30_000;
/** Probes that may be waiting for their answers; beyond it none is sent, so that a hanging version is not flooded. */
const MOST_WAITING = 8;

/** Two answers to the same payload, to be compared when both are there. */
interface Pair {
  readonly item: SmokeCase;
  readonly answers: Partial<Record<Arm, CheckedAnswer>>;
}

/**
 * Sends smoke requests to candidate and current version in turn through a step's bake. No probe is repeated: its failure is the
 * datum. Samples are collected until `drain`.
 */
export class Prober {
  private samples: ProbeSample[] = [];
  private stopper: AbortController | null = null;
  private waiting = 0;

  /** `onFailure` is called as soon as a probe of the candidate failed. */
  constructor(
    private readonly options: HealthOptions,
    private readonly invoker: Invoker,
    private readonly onFailure: () => void,
  ) {}

  /** Starts sending; a running round is stopped first. */
  start(cases: readonly SmokeCase[]): void {
    this.stop();
    if (cases.length === 0 || this.options.probeRate <= 0) return;
    const stopper = new AbortController();
    this.stopper = stopper;
    this.loop(cases, stopper.signal).catch((error: unknown) => {
      if (!stopper.signal.aborted) this.options.debug?.(`probing stopped: ${String(error)}`);
    });
  }

  /** Stops sending and drops the answers that are still on their way. */
  stop(): void {
    this.stopper?.abort(new Error('the step ended'));
    this.stopper = null;
    this.waiting = 0;
  }

  /** What came in since the last call. */
  drain(): readonly ProbeSample[] {
    const drained = this.samples;
    this.samples = [];
    return drained;
  }

  private async loop(cases: readonly SmokeCase[], signal: AbortSignal): Promise<void> {
    const pauseMs = 1000 / this.options.probeRate;
    for (let round = 0; ; round += 1) {
      const item = cases[round % cases.length];
      if (item === undefined) return;
      const pair: Pair = { item, answers: {} };
      for (const arm of this.order(round)) {
        if (this.waiting < MOST_WAITING) this.send(arm, pair, signal);
        await this.options.clock.sleep(pauseMs, signal);
      }
    }
  }

  /** Who is asked first changes from round to round, so that caches favour neither. */
  private order(round: number): readonly Arm[] {
    if (this.options.subjects.current === null) return ['candidate'];
    return round % 2 === 0 ? ['candidate', 'current'] : ['current', 'candidate'];
  }

  private send(arm: Arm, pair: Pair, signal: AbortSignal): void {
    const entity = this.options.subjects[arm];
    if (entity === null) return;
    this.waiting += 1;
    const timeoutMs = this.options.probeTimeoutMs ?? TIMEOUT_MS;
    this.invoker.invoke(entity.name, pair.item.request, timeoutMs, signal).then(
      (answer) => {
        if (signal.aborted) return;
        this.waiting -= 1;
        this.take(arm, pair, answer);
      },
      (error: unknown) => {
        if (signal.aborted) return;
        this.waiting -= 1;
        this.options.debug?.(`a probe of ${entity.name} could not be sent: ${String(error)}`);
      },
    );
  }

  private take(arm: Arm, pair: Pair, answer: InvocationAnswer): void {
    // The expectations are the candidate's; what serves now is only asked whether it answers at all.
    const checked = checkAnswer(
      arm === 'candidate' ? pair.item : { ...pair.item, expect: currentExpectation(pair.item) },
      answer,
    );
    pair.answers[arm] = checked;
    this.samples.push(withAgreement(sampleOf(arm, pair.item, answer, checked), pair));
    if (arm === 'candidate' && !checked.ok) this.onFailure();
  }
}

function currentExpectation({ expect }: SmokeCase): SmokeCase['expect'] {
  return expect.status === undefined ? {} : { status: expect.status };
}

function sampleOf(arm: Arm, item: SmokeCase, answer: InvocationAnswer, checked: CheckedAnswer): ProbeSample {
  const { sentAtMs, latencyMs, status } = answer;
  const base = { arm, sentAtMs, latencyMs, status, ok: checked.ok, payload: item.index };
  return checked.ok ? base : { ...base, fault: checked.fault.message, faultKind: checked.fault.kind };
}

/** Whoever answers second carries the comparison, where agreement is asked for. */
function withAgreement(sample: ProbeSample, { item, answers }: Pair): ProbeSample {
  const { candidate, current } = answers;
  if (item.expect.agreement === undefined || candidate?.ok !== true || current?.ok !== true) return sample;
  const share = agreementOf(candidate.json, current.json, item.expect.tolerance ?? 0);
  return { ...sample, agrees: share >= item.expect.agreement };
}
