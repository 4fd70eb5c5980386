import { createHealth } from '../health/collect/health.js';
import type { JudgeSettings } from '../health/core/types.js';
import type { ServedEntity } from '../rollout/core/types.js';
import type { HealthPort } from '../rollout/ports.js';
import type { SmokeLibrary, Workbench } from './types.js';

/** Chance of condemning a healthy version, for a whole rollout. */
const ALPHA = 0.01;
/** Error-rate ratio candidate : current that is tolerated when no alert says otherwise. */
const TOLERATED_RATIO = 1.25;

/** How the evidence of this run is judged. */
export function judgeSettings(bench: Workbench): JudgeSettings {
  const { monitoring, rollout } = bench.settings;
  return { alerts: monitoring.alerts, minRequests: rollout.minRequests, alpha: ALPHA, toleratedRatio: TOLERATED_RATIO };
}

/** The watch over a candidate beside what served before. */
export function createWatch(
  bench: Workbench,
  candidate: ServedEntity,
  current: ServedEntity | null,
  smoke: SmokeLibrary,
): HealthPort {
  const identity = (entity: ServedEntity) => ({
    name: entity.name,
    model: entity.entityName,
    version: entity.entityVersion,
  });
  return createHealth({
    source: bench.metrics,
    invoker: bench.invoker,
    smoke: smoke.choose,
    settings: judgeSettings(bench),
    probeRate: bench.settings.rollout.probeRate,
    subjects: { candidate: identity(candidate), current: current === null ? null : identity(current) },
    clock: bench.clock,
    debug: (message) => bench.log.debug(message),
  });
}
