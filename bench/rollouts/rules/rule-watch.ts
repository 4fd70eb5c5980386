import type { Judgement, StepFigures, StepWindow } from '../../../src/health/core/types.js';
import type { HealthPort, Look } from '../../../src/rollout/ports.js';
import type { SimulatedClock } from '../world/clock.js';
import type { Traffic } from '../world/traffic.js';
import type { DecisionRule, RuleRun } from './rule.js';

const NO_ARM = {
  requests: 0,
  errors: 0,
  errorRate: null,
  errorInterval: null,
  latencyP50Ms: null,
  latencyMs: null,
  probes: 0,
  probeFailures: 0,
};
const FIGURES: StepFigures = {
  candidate: NO_ARM,
  current: NO_ARM,
  evidence: 0,
  evidenceThreshold: 1,
  sources: ['metrics export'],
};

/** Another system's rule in the place of our judge: the engine, the updates, the minutes and their delay stay the same. */
export class RuleWatch implements HealthPort {
  private readonly run: RuleRun;
  private window: StepWindow | null = null;
  private begunMs = 0;
  private seenMs = 0;
  private condemned = false;

  constructor(
    rule: DecisionRule,
    private readonly bakeMs: number,
    private readonly traffic: Traffic,
    private readonly clock: SimulatedClock,
  ) {
    this.run = rule.start();
  }

  async smoke() {
    return { kind: 'skipped' as const, explanation: 'this rule sends nothing' };
  }

  begin(window: StepWindow): void {
    this.window = window;
    this.begunMs = this.clock.now();
  }

  async look(): Promise<Look> {
    const from = this.window?.startedAtMs ?? Number.POSITIVE_INFINITY;
    for (const minute of this.traffic.visible()) {
      if (minute.startMs < from || minute.endMs <= this.seenMs) continue;
      this.seenMs = minute.endMs;
      this.condemned ||= this.run.minute(minute) === 'roll-back';
    }
    const isOver = this.clock.now() - this.begunMs >= this.bakeMs;
    if (isOver && (this.window?.candidateTraffic ?? 0) > 0) this.condemned ||= this.run.stepEnd() === 'roll-back';
    return this.answer();
  }

  rest(ms: number, signal: AbortSignal): Promise<void> {
    return this.clock.sleep(ms, signal);
  }

  end(): void {
    this.window = null;
  }

  restore(): boolean {
    return false;
  }

  private answer(): Look {
    const judgement: Judgement = this.condemned
      ? { kind: 'unhealthy', reason: 'canary-errors', explanation: 'The rule condemns.' }
      : { kind: 'healthy', explanation: 'The rule goes on.' };
    const point = {
      atMs: this.clock.serverNow(),
      candidateErrorRate: null,
      currentErrorRate: null,
      candidateLatencyMs: null,
      currentLatencyMs: null,
      evidence: null,
      evidenceThreshold: null,
    };
    return { judgement, figures: FIGURES, evidence: null, point, exposure: null };
  }
}
