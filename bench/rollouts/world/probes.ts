import type { InvocationAnswer, Invoker } from '../../../src/health/ports.js';
import { Random, seedOf } from '../random.js';
import { latencyOf, type Release } from '../release.js';
import type { SimulatedClock } from './clock.js';
import type { Traffic } from './traffic.js';

const ANSWERED = { status: 200, body: '{"predictions":[1]}', contentType: 'application/json' };
const FAILED = { status: 500, body: '{"message":"internal error"}', contentType: 'application/json' };

/** Answers to the Action's own requests, by the same chances as those to callers. */
export class SimulatedInvoker implements Invoker {
  private readonly random: Readonly<Record<'candidate' | 'current', Random>>;

  constructor(
    private readonly release: Release,
    seed: number,
    private readonly traffic: Traffic,
    private readonly clock: SimulatedClock,
    private readonly candidate: string,
  ) {
    this.random = { candidate: new Random(seedOf(seed, 3, 0)), current: new Random(seedOf(seed, 4, 0)) };
  }

  async invoke(
    servedEntity: string,
    _body: unknown,
    _timeoutMs: number,
    signal: AbortSignal,
  ): Promise<InvocationAnswer> {
    const arm = servedEntity === this.candidate ? 'candidate' : 'current';
    const faulty = arm === 'candidate' && this.traffic.faulty;
    const sentAtMs = this.clock.serverNow();
    const failed = this.random[arm].next() < (faulty ? this.release.candidateErrors : this.release.currentErrors);
    const latencyMs = latencyOf(this.random[arm], faulty ? this.release.slowdown : 1);
    await this.clock.sleep(latencyMs, signal);
    return { ...(failed ? FAILED : ANSWERED), latencyMs, sentAtMs };
  }
}
