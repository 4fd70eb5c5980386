import type { Judgement, StepFigures, StepWindow } from '../../../../src/health/core/types.js';
import type { BookkeepingPort, HealthPort, Look, ProgressPort, SmokeOutcome } from '../../../../src/rollout/ports.js';
import type { World } from './world.js';

export const HEALTHY: Judgement = { kind: 'healthy', explanation: 'No alarm.' };
export const FEW: Judgement = { kind: 'insufficient', have: 3, need: 100, explanation: 'Only 3 of 100 requests.' };
export const BLIND: Judgement = { kind: 'blind', explanation: 'The export is silent.' };
export const BAD: Judgement = { kind: 'unhealthy', reason: 'canary-errors', explanation: '9 of 50 requests failed.' };

/** What the watch would say at a place and time. `sinceMs`: since the step began. */
export type Opinion = (place: { share: number; sinceMs: number; index: number; time: number }) => Judgement;

const ARM = {
  requests: 200,
  errors: 0,
  errorRate: 0,
  errorInterval: null,
  latencyP50Ms: 20,
  latencyMs: 50,
  probes: 0,
  probeFailures: 0,
};
const FIGURES: StepFigures = { candidate: ARM, current: ARM, evidence: 1, evidenceThreshold: 100, sources: ['test'] };

/** A watch that says what it is told to say. */
export class Watch implements HealthPort {
  opinion: Opinion = () => HEALTHY;
  smokeOutcome: SmokeOutcome = { kind: 'passed', sent: 3, explanation: 'all passed' };
  smoked = 0;
  looks = 0;
  watching: StepWindow | null = null;
  restorable = true;
  readonly windows: StepWindow[] = [];
  readonly restored: unknown[] = [];
  readonly #world: World;
  #begunAt = 0;

  constructor(world: World) {
    this.#world = world;
  }

  async smoke(_smoke: string | undefined, signal: AbortSignal): Promise<SmokeOutcome> {
    await this.#world.boundary('smoke');
    this.smoked += 1;
    await this.#world.clock.sleep(1_000, signal);
    this.#world.passed = this.smokeOutcome.kind !== 'failed';
    return this.smokeOutcome;
  }

  begin(window: StepWindow): void {
    this.watching = window;
    this.windows.push(window);
    this.#world.passed = false;
    this.#begunAt = this.#world.clock.time;
    const live = this.#world.state.config?.routes.find((route) => route.servedEntityName === this.#world.candidate);
    if ((live?.trafficPercentage ?? 0) !== window.candidateTraffic)
      this.#world.broken.push('a bake begins at a split that is not live');
    if (this.#world.state.update === 'IN_PROGRESS') this.#world.broken.push('a bake begins while an update runs');
  }

  async look(signal: AbortSignal): Promise<Look> {
    await this.#world.clock.sleep(200, signal);
    this.looks += 1;
    const { clock } = this.#world;
    const share = this.watching?.candidateTraffic ?? 0;
    const index = this.watching?.index ?? 0;
    const judgement = this.opinion({ share, sinceMs: clock.time - this.#begunAt, index, time: clock.time });
    this.#world.passed = judgement.kind === 'healthy';
    return {
      judgement,
      figures: FIGURES,
      evidence: { looks: this.looks },
      point: {
        atMs: clock.serverNow(),
        candidateErrorRate: 0,
        currentErrorRate: 0,
        candidateLatencyMs: 50,
        currentLatencyMs: 50,
        evidence: 1,
        evidenceThreshold: 100,
      },
      exposure: { requests: this.looks * 10, errors: 0 },
    };
  }

  async rest(ms: number, signal: AbortSignal): Promise<void> {
    await this.#world.clock.sleep(ms, signal);
  }

  end(): void {
    this.watching = null;
  }

  restore(evidence: unknown): boolean {
    this.restored.push(evidence);
    return this.restorable;
  }
}

/** A registry that remembers what it was told. */
export class Registry implements BookkeepingPort {
  champion = '7';
  promotions = 0;
  failures = 0;
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  async promote(): Promise<readonly string[]> {
    await this.#world.boundary('promote');
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error('the registry is away');
    }
    if (this.#world.shareOf(this.#world.candidate) === 0) this.#world.broken.push('the alias moves before the traffic');
    this.promotions += 1;
    this.champion = '8';
    return [];
  }

  async restore(): Promise<readonly string[]> {
    await this.#world.boundary('restore');
    this.champion = '7';
    return [];
  }

  record(): unknown {
    return { champion: '7' };
  }

  resume(): void {}
}

/** Keeps what people would see. */
export class Onlooker implements ProgressPort {
  readonly phases: string[] = [];
  readonly warnings: string[] = [];
  phase(title: string): void {
    this.phases.push(title);
  }
  info(): void {}
  warning(message: string): void {
    this.warnings.push(message);
  }
  debug(): void {}
  tick(): void {}
  stepChanged(): void {}
}
