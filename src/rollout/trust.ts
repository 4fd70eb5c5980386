import type { Clock, HealthPort, Look } from './ports.js';

/** A known version is not judged anew. */
export class Trust implements HealthPort {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  smoke(): ReturnType<HealthPort['smoke']> {
    return Promise.resolve({ kind: 'skipped', explanation: 'The version is known.' });
  }

  begin(): void {}

  async look(): Promise<Look> {
    const arm = {
      requests: 0,
      errors: 0,
      errorRate: null,
      errorInterval: null,
      latencyP50Ms: null,
      latencyMs: null,
      probes: 0,
      probeFailures: 0,
    };
    return {
      judgement: { kind: 'healthy', explanation: 'This version has served before.' },
      figures: { candidate: arm, current: arm, evidence: 0, evidenceThreshold: 0, sources: [] },
      evidence: null,
      point: {
        atMs: this.#clock.serverNow(),
        candidateErrorRate: null,
        currentErrorRate: null,
        candidateLatencyMs: null,
        currentLatencyMs: null,
        evidence: null,
        evidenceThreshold: null,
      },
      exposure: null,
    };
  }

  rest(ms: number, signal: AbortSignal): Promise<void> {
    return this.#clock.sleep(ms, signal);
  }

  end(): void {}

  restore(): boolean {
    return true;
  }
}
