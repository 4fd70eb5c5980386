import { createHealth } from '../health/collect/health.js';
import type { JudgeSettings } from '../health/core/types.js';
import type { ServedEntity } from '../rollout/core/types.js';
import type { HealthPort } from '../rollout/ports.js';
import type { SmokeLibrary, Workbench } from './types.js';

/** Chance of condemning a healthy version, for a whole rollout. */
const ALPHA = 0.01;
/** Error-rate ratio candidate : current that is tolerated when no alert says otherwise. */
const TOLERATED_RATIO = 1.25;

/** A step's first whole minute is over two minutes after its start at the latest, and the export may take as long again to show it. */
const SILENCE_MS = 4 * 60_000;

/** How the evidence of this run is judged. */
export function judgeSettings(bench: Workbench): JudgeSettings {
  const { monitoring, rollout } = bench.settings;
  return {
    alerts: monitoring.alerts,
    minRequests: rollout.minRequests,
    alpha: ALPHA,
    toleratedRatio: TOLERATED_RATIO,
    blindAfterMs: SILENCE_MS + monitoring.intervalMs,
  };
}

/** The watch over a candidate beside what served before. `served`: all entities of the endpoint, so that no other one's figures are taken for theirs. */
export function createWatch(
  bench: Workbench,
  candidate: ServedEntity,
  current: ServedEntity | null,
  served: readonly ServedEntity[],
  smoke: SmokeLibrary,
): HealthPort {
  const identity = (entity: ServedEntity) => ({
    name: entity.name,
    model: entity.entityName,
    version: entity.entityVersion,
  });
  const own = [candidate.name, current?.name];
  return createHealth({
    source: bench.metrics,
    invoker: bench.invoker,
    smoke: smoke.choose,
    settings: judgeSettings(bench),
    probeRate: bench.settings.rollout.probeRate,
    subjects: {
      candidate: identity(candidate),
      current: current === null ? null : identity(current),
      others: served.map(({ name }) => name).filter((name) => !own.includes(name)),
    },
    clock: bench.clock,
    debug: (message) => bench.log.debug(message),
  });
}
